"""The numbers of pages in headers and footers, which hold for a page and not for an article."""

PAGE = "\0"
"""Stands where such a number stood; no document can hold this character."""
_PAGES = frozenset("PAGE NUMPAGES SECTIONPAGES".split())


def is_page_number(instruction: str | None) -> bool:
    """Whether a field of Word or RTF counts pages."""
    return (instruction or "").split()[:1] in ([name] for name in _PAGES)


def without_page_numbers(text: str) -> str:
    """A line of a header or footer without its page number, and without the words that stand there for that alone.

    >>> without_page_numbers("Harbour office – desk 4\\tNotice – Page \\0 of \\0")
    'Harbour office – desk 4\\tNotice'
    """
    return "\t".join(filter(None, map(_without, text.replace("\n", "\t").split("\t"))))


def _without(piece: str) -> str:
    """The parts between dashes and bars that say more than which page it is."""
    if PAGE not in piece:
        return piece.strip()
    parts: list[list[str]] = [[]]
    for word in piece.split():
        if any(map(str.isalnum, word)) or PAGE in word:
            parts[-1].append(word)
        else:
            parts.append([word])
    return " ".join(" ".join(part) for part in parts if not _counts_pages(part)).replace(PAGE, "").strip(" -–—|/·•")


def _counts_pages(part: list[str]) -> bool:
    """Whether a part is a page number with a word for each at most: "Page 3 of 7"."""
    words = [word for word in part if any(map(str.isalnum, word))]
    numbers = "".join(part).count(PAGE)
    return 0 < numbers >= len(words) and not any(map(str.isdigit, "".join(words)))
