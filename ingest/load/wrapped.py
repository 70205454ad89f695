"""Lines that a program broke to a width, as paragraphs again: a sentence must not end where a line does."""

from collections.abc import Sequence
from itertools import pairwise

_WIDEST = 100  # characters; longer lines were not broken to a width
_NARROWEST = 55  # verses, addresses and lists are narrower
_ENDS = (".", "!", "?", ":")  # a sentence that ends where its line does loses nothing by it
_STARTS = "-*+•–—#|>"


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
        if _goes_on(line, following, width):
            joined[-1].append(following.strip())
        else:
            joined.append([following])
    return [" ".join(pieces) for pieces in joined]


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether the second line stands apart only because the first was full."""
    word = next(iter(following.split()), "")
    if (
        not word
        or not line.strip()
        or line.endswith(_ENDS)
        or len(line) > _WIDEST
        or len(line) + 1 + len(word) <= width
    ):
        return False
    return not following[:1].isspace() and word[0] not in _STARTS and not _is_number(word)


def _is_number(word: str) -> bool:
    """The number of a list: 1. or 2)"""
    return word[:-1].isdecimal() and word[-1] in ".)"
