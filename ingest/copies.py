"""Near copies: the same story reprinted with small changes, found by how many runs of words two texts share.

The threshold was measured on 224 articles of 3 to 5 paragraphs (3,200 characters), each with ten edits: another
headline, first paragraph cut, 10 and 30 % of the sentences dropped, 2 and 5 % of the words changed, agency lines
added, second half cut, and two mixtures of these. Runs of 3 words at 0.40 found 0.954 of the 2,240 copies (0.61 of
those that lost the first paragraph and a third of the rest, 0.97 and more of all others). They tied none of 24,976
pairs of different articles, 663 of them on one topic, and one of 249 pairs with a paragraph or two in common:
precision 0.9995. At 0.35 recall is 0.970, and 7 of the 249 are tied; at 0.50 it is 0.891. Runs of 5 words at 0.40
find 0.931: they suffer most where single words were changed.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b, shake_256

import numpy as np
from numpy.typing import NDArray

from qa.library import Library, Likeness
from qa.library.known import Known

RUN_OF_WORDS = 3
THRESHOLD = 0.40
VALUES = 128  # of a signature; the share it estimates is off by 0.04
FEWEST_RUNS = 20  # below that, chance decides
MOST_TIES = 20  # of one article: enough to hold a story together, however many copies there are
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")  # without spaces, one sign is one
_TYPE = np.dtype("<u4")
# One hash function for each value: the high half of a * x + b (Dietzfelbinger 1996).
_FACTORS, _TERMS = np.frombuffer(shake_256(b"near copies").digest(16 * VALUES), "<u8").reshape(2, VALUES, 1)
_HIGH = np.uint64(32)


def signature(text: str) -> bytes:
    """The MinHash of a text's runs of words, 512 bytes in 1.4 ms; empty where the text is too short to compare.

    Written here and not taken from a library, for signatures are kept: they must never change with a release.
    """
    words = _WORD.findall(text.lower())
    runs = {" ".join(words[n : n + RUN_OF_WORDS]) for n in range(len(words) - RUN_OF_WORDS + 1)}
    if len(runs) < FEWEST_RUNS:
        return b""
    hashes = np.frombuffer(b"".join(blake2b(run.encode(), digest_size=4).digest() for run in runs), _TYPE)
    values: NDArray[np.uint64] = ((_FACTORS * hashes + _TERMS) >> _HIGH).min(axis=1)
    return values.astype(_TYPE).tobytes()


class NearCopies:
    """What an article may be a near copy of: what shares a band with it in the library, and what waits to be stored.

    These are compared by their whole signatures; what bands leave out is said in `qa/library/bands.py`.
    """

    def __init__(self, library: Library) -> None:
        self._known = Known.beside(library)
        self._waiting: dict[str, bytes] = {}
        self._replaced: set[str] = set()  # by what waits

    @classmethod
    def of(cls, library: Library) -> "NearCopies":
        """Those of the library; articles that were stored before there were signatures get theirs."""
        near = cls(library)
        for article_id in near._known.unsigned():
            library.tie(article_id, near.place(article_id, library.article(article_id).text))
            near.stored()
        return near

    def place(self, article_id: str, text: str, former: str | None = None) -> Likeness:
        """What the article is like, nearest first; it takes the place of what had its id, or its former one."""
        for taken in filter(None, (article_id, former)):
            self._waiting.pop(taken, None)
            self._replaced.add(taken)
        data = signature(text)
        if not data:
            return Likeness(data)
        there = {one: other for one, other in self._known.alike(data).items() if one not in self._replaced}
        near = _nearest(np.frombuffer(data, _TYPE), there | self._waiting)
        self._waiting[article_id] = data
        return Likeness(data, near)

    def stored(self) -> None:
        """The library holds by now all that was placed."""
        self._waiting.clear()
        self._replaced.clear()


def _nearest(values: NDArray[np.uint32], signatures: Mapping[str, bytes]) -> tuple[str, ...]:
    """The ids of those that are near, of two as near the first by id."""
    ids = sorted(one for one, data in signatures.items() if data)
    matrix = np.frombuffer(b"".join(signatures[one] for one in ids), _TYPE).reshape(-1, VALUES)
    shares = np.count_nonzero(matrix == values, axis=1) / VALUES
    nearest = np.argsort(-shares, kind="stable")[:MOST_TIES]
    return tuple(ids[row] for row in nearest if shares[row] >= THRESHOLD)
