"""Lines that a program broke to a width, as paragraphs again: a sentence must not end where a line does."""

from collections.abc import Sequence
from itertools import pairwise

_WIDEST = 100  # characters; longer lines were not broken to a width
_NARROWEST = 55  # verses, addresses and lists are narrower
_ENDS = (".", "!", "?", ":")  # a sentence that ends where its line does loses nothing by it
_STARTS = tuple("-*+•–—#|>")


def unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines, joined where the first word of the next would not have fitted.

    >>> unwrapped(["The northern quay was repaired in 1938, after two years of", "works. It cost a lot.", "Arne"])
    ['The northern quay was repaired in 1938, after two years of works. It cost a lot.', 'Arne']
    """
    width = max((len(line) for line in lines if " " in line.strip() and len(line) <= _WIDEST), default=0)
    if width < _NARROWEST:
        return list(lines)
    joined = [list(lines[:1])]
    for line, following in pairwise(lines):
        if _is_full(line, following, width) and _goes_on(joined[-1][0], following):
            joined[-1].append(following.strip())
        else:
            joined.append([following])
    return [" ".join(pieces) for pieces in joined]


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the next line would not have fitted; a sentence that ends here may as well stay."""
    if not line.strip() or not following.strip() or line.endswith(_ENDS) or len(line) > _WIDEST:
        return False
    return len(line) + 1 + len(following.split()[0]) > width


def _goes_on(first: str, following: str) -> bool:
    """Whether a line may belong to what the first began: below an item it stands further in, and is no table."""
    text = following.strip()
    if following[:1].isspace() and (not _is_item(first.strip()) or "  " in text):
        return False
    return not _is_item(text)


def _is_item(text: str) -> bool:
    word = text.split(" ", 1)[0]
    return text.startswith(_STARTS) or (word[:-1].isdecimal() and word[-1] in ".)")
