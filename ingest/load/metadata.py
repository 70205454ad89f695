"""What a file's own properties say, where that can be true: programs fill them with names of their own."""

import re
from pathlib import PurePath

from ingest.load.parsed import likely_date

_NO_TITLE = re.compile(
    r"untitled.*|(?:microsoft )?(?:word|powerpoint|excel) ?(?:document|presentation|- .*)?|document ?\d*|title"
    r"|slide \d+|about:blank|https?:.*|[\W\d_]*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"(?:local ?)?(?:admin|administrator|user|owner|author|unknown|anonymous|root|pc|guest|default)\d*|python-docx"
    r"|(?:microsoft|windows|office|ms|hp|dell|lenovo|acer).{0,30}|.*\.(?:com|exe)|[\W\d_]*",
    re.IGNORECASE,
)
_FILES = frozenset(".doc .docx .odt .rtf .txt .pdf .tex .dvi .indd .qxd .html .htm .pptx .xlsx .pub .ps .eps".split())


def file_facts(
    title: str | None, author: str | None, created: str | None, changed: str | None
) -> dict[str, str | None]:
    """Facts under their public names; a change counts only where it came on a later day."""
    title, author = (title or "").strip(), (author or "").strip()
    if _NO_TITLE.fullmatch(title) or PurePath(title).suffix.lower() in _FILES:
        title = ""
    if not is_author(author):
        author = ""
    published, updated = likely_date(created), likely_date(changed)
    if published and updated and updated <= published:
        updated = None
    return {"title": title, "author": author, "published_at": published, "updated_at": updated}


def is_author(name: str) -> bool:
    """Whether it can be a person's, not that of an account, a program or a machine."""
    return not _NO_AUTHOR.fullmatch(name)
