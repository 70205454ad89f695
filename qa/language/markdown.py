"""Words of others as plain text within Markdown: nothing they hold becomes markup, a link or a picture."""

import re
from collections.abc import Iterable
from urllib.parse import quote

# Controls, and what turns the direction of text around or cannot be seen at all.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ACTIVE = re.compile(r"[\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_FIRST = re.compile(r"^(\d*)((?<=\d)[.)](?=\s|$)|(?<!\d)[#>+=-])")
_OF_ADDRESSES = "/:?#@!$&'()*+,;=%[]"


def one_line(text: str) -> str:
    """Without line breaks, odd spaces and what cannot be seen."""
    return " ".join(_HIDDEN.sub("", text).split())


def escaped(text: str) -> str:
    """On one line, with a backslash before each character that Markdown or HTML would act on."""
    text = _ACTIVE.sub(lambda found: "\\" + found[0], one_line(text))
    return _FIRST.sub(r"\1\\\2", text)


def listed(prose: str, points: Iterable[str]) -> str:
    """The prose, if there is any, and below it each point as a line of a list."""
    return "\n".join([*filter(None, [prose]), *(f"- {point}" for point in points)])


def linked(url: str) -> str:
    """A web address as Markdown links it, with no character that could end the link."""
    return f"<{quote(url, safe=_OF_ADDRESSES)}>"
