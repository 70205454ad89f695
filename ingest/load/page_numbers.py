"""The numbers of pages in headers and footers, which hold for a page and not for an article."""

PAGE = "\0"
"""Stands where such a number stood; no document can hold this character."""
_PAGES = frozenset("PAGE NUMPAGES SECTIONPAGES".split())


def is_page_number(instruction: str | None) -> bool:
    """Whether a field of Word or RTF counts pages."""
    return (instruction or "").split()[:1] in ([name] for name in _PAGES)


def without_page_numbers(text: str) -> str:
    """A line of a header or footer without its page number, and without the word before that stood for nothing else.

    >>> without_page_numbers("Harbour office\\tPage \\0 of \\0")
    'Harbour office'
    """
    kept = []
    for piece in text.replace("\n", "\t").split("\t"):
        words = [word for word in piece.replace(PAGE, " ").split() if any(map(str.isalnum, word))]
        if PAGE not in piece:
            kept.append(piece.strip())
        elif len(words) > piece.count(PAGE) or any(map(str.isdigit, "".join(words))):
            kept.append(" ".join(piece.replace(PAGE, " ").split()).strip(" -–—|/"))
    return "\t".join(filter(None, kept))
