"""Questions that a passage seems to answer and does not, beside such as it answers (`near_misses.jsonl`).

They were written by a language model over passages of the training data and of `written.jsonl`. The file holds none:
each line names one by its digest, and quotes by where they stand in it.
"""

import hashlib
import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.language.text import sentences
from qa.models.support import Claimed
from training.data import Row
from training.support.pairs import UNSUPPORTED, Pair, heading, is_held_out

NEAR_MISSES = Path(__file__).with_name("near_misses.jsonl")
BEFORE = 250  # characters of the sentence before a quote
PRECEDED = 0.7  # of the quotes come with the sentence before


@dataclass(frozen=True)
class Passage:
    """A passage of the training data on one line; `headed` where the title is a whole heading already."""

    text: str
    title: str
    headed: bool


Passages = Mapping[str, Passage]


def near_misses(path: Path, passages: Passages, rng: random.Random) -> Mapping[bool, list[Pair]]:
    """The claims of the file, apart by whether their passage is held out.

    An answer to another question of the passage, or to one that it does not answer, is not supported, whether in
    somebody's words or in the quote's own.
    """
    found: dict[bool, list[Pair]] = {False: [], True: []}
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        if passage := passages.get(line["passage"]):
            found[is_held_out(passage.text)] += _claims(line, passage, rng)
    return found


def passages(rows: Iterable[Row], written: Path) -> Passages:
    """Title and text by digest, of the question-passage pairs and of the written passages."""
    lines = map(json.loads, written.read_text("utf-8").splitlines())
    known = [Passage(_on_one_line(row.passage), row.title, False) for row in rows]
    known += [Passage(_on_one_line(f"{line['before']} {line['quote']}"), line["heading"], True) for line in lines]
    return {digest(passage.text): passage for passage in known}


def digest(text: str) -> str:
    """By which a line of the file names a passage."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _claims(line: Mapping[str, Any], passage: Passage, rng: random.Random) -> Iterator[Pair]:
    def pair(question: str, claim: str | None, start: int, end: int, label: str, kind: str) -> Pair:
        return Pair(_claimed(question, claim, passage, start, end, rng), label, "near misses", kind)

    for question, start, end, answer in line["asked"]:
        yield pair(question, answer, start, end, "supported", "asked")
        yield pair(question, None, start, end, "supported", "asked")
        for _, begin, stop, other in line["asked"]:
            if begin >= end or stop <= start:
                yield pair(question, rng.choice((other, None)), begin, stop, "not_supported", "beside")
    for kind, question, start, end, tempting in line["missed"]:
        yield pair(question, tempting, start, end, UNSUPPORTED, kind)
        yield pair(question, None, start, end, "not_supported", kind)


def _claimed(question: str, claim: str | None, passage: Passage, start: int, end: int, rng: random.Random) -> Claimed:
    """Of a quote's own words where there is no other claim."""
    quote, earlier = passage.text[start:end], sentences(passage.text[:start])
    before = passage.text[slice(*earlier[-1])][-BEFORE:] if earlier and rng.random() < PRECEDED else ""
    titled = passage.title if passage.headed else heading(passage.title, rng)
    return Claimed(claim or quote, question, quote, titled, before)
