"""The head of the page as browsers and link previews read it before any script runs: our words in place of Gradio's."""

import re

from qa.web.render import render_head
from qa.web.texts import Texts

GRADIOS = re.compile(rb'\s*<(meta\s+(property="og:|name="twitter:)|link rel="manifest")[^>]*>')
LANGUAGE = re.compile(rb'(<html\s+lang=")en(")')
CHARSET = b'<meta charset="utf-8" />'


def in_our_words(html: bytes, t: Texts) -> bytes:
    """Gradio's HTML with our title, description and icon, in the reader's language, and naming no other host."""
    ours = render_head(t).encode()
    html = LANGUAGE.sub(rb"\g<1>%s\2" % t.language.encode(), GRADIOS.sub(b"", html), count=1)
    return html.replace(CHARSET, CHARSET + b"\n" + ours, 1)
