"""Human question-passage pairs -> training examples: one window that answers, and windows that only seem to."""

import hashlib
import json
import random
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.language.text import content_words, sentences, stems
from training.altered import altered, vocabulary

# Pairs whose passage answers, though no span is marked. PubMed's abstracts are left out: their licence is unclear.
PAIR_ONLY = ("boolq", "squad_train_sentences")
LEFT_OUT = ("pubmedqa_labelled",)
OTHER_FORMS = ("support_", "rewrite_")  # files for other models
WINDOW = (200, 700)  # characters, about as the passages of the library
POOL = 12  # passages that full text finds for a question, of which hard negatives are taken
MINED, OUTSIDE, ALTERED = 2, 0.3, 0.5  # windows mined a question, and how often one of each other kind is made


@dataclass(frozen=True)
class Example:
    """A question over a window; `start:end` is the answer's place in it, None where it is not marked or not there."""

    question: str
    title: str
    window: str
    answers: bool
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Row:
    """One line of the training files."""

    id: str
    question: str
    passage: str
    accepted: tuple[str, ...]
    answerable: bool
    title: str
    file: str


def read_rows(folder: Path) -> list[Row]:
    """All question-passage pairs but those left out, in the order of the files."""
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in LEFT_OUT or path.stem.startswith(OTHER_FORMS):
            continue
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            answers = tuple(answer for answer in row["answers"] if answer.strip())
            if not row["answerable"] or answers or path.stem in PAIR_ONLY:
                rows.append(
                    Row(
                        row["id"],
                        row["question"],
                        row["passage"],
                        answers,
                        row["answerable"],
                        row.get("title") or "",
                        path.stem,
                    )
                )
    return rows


class Miner:
    """Finds the passages that full text ranks high for a question, as the library's retrieval does (FTS5, porter)."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE pool USING fts5(title, text, tokenize = 'porter unicode61')")
        passages = dict.fromkeys((row.title, row.passage) for row in rows)
        self._db.executemany("INSERT INTO pool VALUES (?, ?)", passages)

    def near(self, question: str) -> list[tuple[str, str]]:
        """Title and text of the best passages."""
        match = " OR ".join('"' + word.replace('"', "") + '"' for word in content_words(question))
        if not match:
            return []
        query = "SELECT title, text FROM pool WHERE pool MATCH ? ORDER BY bm25(pool, 0.5, 1.0) LIMIT ?"
        return self._db.execute(query, (match, POOL)).fetchall()


def examples(rows: Sequence[Row], miner: Miner, rng: random.Random) -> Iterator[list[Example]]:
    """For each row the windows to its question, the one that answers first; altered questions stand by themselves."""
    names, numbers = vocabulary((row.title, row.question) for row in rows)
    for row in rows:
        if not row.answerable:
            window = _around(row.passage, 0, len(row.passage), rng)
            yield _varied([Example(row.question, row.title, window, False)], rng)
        elif positive := answering(row, rng):
            near = seeming(row, miner)
            ranks = [min(int(rng.expovariate(0.4)), len(near) - 1) for _ in range(MINED)] if near else []
            others: list[Example | None] = [beside(row, *near[rank], rng) for rank in ranks]
            others += [_outside(row, rng)] if rng.random() < OUTSIDE else []
            yield _varied([example for example in (positive, *others) if example], rng)
            if positive.start is not None and rng.random() < ALTERED:
                answer = positive.window[positive.start : positive.end]
                known = names.get(row.title) or names[""]
                if question := altered(row.question, positive.window, answer, known, numbers, rng):
                    yield _varied([Example(question, row.title, positive.window, False)], rng)


def answering(row: Row, rng: random.Random) -> Example | None:
    """A window round the occurrence of an accepted answer whose sentence shares most with the question."""
    if not row.accepted:
        return Example(row.question, row.title, _around(row.passage, 0, min(len(row.passage), 400), rng), True)
    asked = stems(row.question)
    places = [
        (len(asked & stems(row.passage[s:e])), -n, s + found.start(), s + found.end())
        for n, (s, e) in enumerate(sentences(row.passage))
        for found in re.finditer(re.escape(row.accepted[0]), row.passage[s:e])
    ]
    if not places:
        return None
    _, _, start, end = max(places)
    first, last = _bounds(row.passage, start, end, rng)
    return Example(row.question, row.title, row.passage[first:last], True, start - first, end - first)


def seeming(row: Row, miner: Miner) -> list[tuple[str, str]]:
    """Title and text of the passages near the question in which no accepted answer stands."""
    return [
        (title, text)
        for title, text in miner.near(row.question)
        if text != row.passage
        and not any(answer.lower() in text.lower() for answer in row.accepted)
        and not (row.file == "squad_train_sentences" and row.passage in text)
    ]


def beside(row: Row, title: str, text: str, rng: random.Random) -> Example:
    """The window of another passage whose sentence shares most with the question."""
    return Example(row.question, title, _around(text, *_best_sentence(row.question, text), rng), False)


def _outside(row: Row, rng: random.Random) -> Example | None:
    """A window of the same passage in which no accepted answer stands."""
    if not row.accepted:
        return None
    free = [
        (s, e)
        for s, e in sentences(row.passage)
        if not any(answer.lower() in row.passage[s:e].lower() for answer in row.accepted)
    ]
    runs: list[tuple[int, int]] = []
    for s, e in free:
        if runs and not row.passage[runs[-1][1] : s].strip():
            runs[-1] = runs[-1][0], e
        else:
            runs.append((s, e))
    runs = [(s, e) for s, e in runs if e - s >= 80]
    if not runs:
        return None
    s, e = rng.choice(runs)
    window = row.passage[s : min(e, s + rng.randint(*WINDOW))]
    return Example(row.question, row.title, window, False)


def _varied(group: Sequence[Example], rng: random.Random) -> list[Example]:
    """People ask without a question mark too, and titles are not always there."""
    bare, untitled = rng.random() < 0.15, rng.random() < 0.2
    question = group[0].question.strip()
    return [
        replace(
            example,
            question=question.rstrip(" ?") if bare else question,
            title="" if untitled else example.title.replace("_", " "),
        )
        for example in group
    ]


def _best_sentence(question: str, text: str) -> tuple[int, int]:
    asked = stems(question)
    return max(sentences(text), key=lambda span: len(asked & stems(text[span[0] : span[1]])), default=(0, len(text)))


def _around(text: str, start: int, end: int, rng: random.Random) -> str:
    first, last = _bounds(text, start, end, rng)
    return text[first:last]


def _bounds(text: str, start: int, end: int, rng: random.Random) -> tuple[int, int]:
    """A window of whole sentences, of a length as passages have, that holds `start:end` somewhere."""
    size = rng.randint(*WINDOW)
    spans = sentences(text) or [(0, len(text))]
    touching = [n for n, (s, e) in enumerate(spans) if s < end and e > start] or [0]
    low, high = touching[0], touching[-1]
    while spans[high][1] - spans[low][0] < size and (low > 0 or high < len(spans) - 1):
        if low > 0 and (high == len(spans) - 1 or rng.random() < 0.5):
            low -= 1
        else:
            high += 1
    first, last = spans[low][0], spans[high][1]
    if last - first > WINDOW[1] * 2:
        first = max(first, min(start, max(start - size // 2, first)))
        last = min(last, max(end, first + WINDOW[1]))
    return min(first, start) if end - start < WINDOW[1] else first, last


def held_out(text: str, one_in: int) -> bool:
    """Whether a text is one of those, one in so many, that serve for measuring: told by its digest."""
    return int(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(), 16) % one_in == 0


def windows(passage: str) -> list[str]:
    """A passage in stretches of whole sentences, as long as the passages of the library or a little shorter."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(passage):
        if found and end - found[-1][0] <= WINDOW[1]:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return [passage[start:end] for start, end in found]
