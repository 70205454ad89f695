"""Human question-passage pairs -> training examples: one window that answers, and windows that only seem to."""

import json
import random
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa.text import content_words, sentences, stems

# Pairs whose passage answers, though no span is marked. PubMed's abstracts are left out: their licence is unclear.
PAIR_ONLY = ("boolq", "squad_train_sentences")
LEFT_OUT = ("pubmedqa_labelled",)
WINDOW = (200, 700)  # characters, about as the passages of the library
POOL = 12  # passages that full text finds for a question, of which hard negatives are taken
NAME = re.compile(r"(?<![.?!\n] )(?<!^)\b(?:[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+)*")
NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
OPPOSITES = dict(
    pair
    for a, b in [
        ("first", "last"), ("before", "after"), ("largest", "smallest"), ("most", "least"), ("more", "fewer"),
        ("highest", "lowest"), ("began", "ended"), ("begin", "end"), ("start", "stop"), ("won", "lost"),
        ("increase", "decrease"), ("north", "south"), ("east", "west"), ("northern", "southern"),
        ("eastern", "western"), ("supported", "opposed"), ("support", "oppose"), ("earliest", "latest"),
        ("oldest", "youngest"), ("maximum", "minimum"), ("above", "below"), ("accepted", "rejected"),
        ("joined", "left"), ("agreed", "refused"), ("bought", "sold"), ("male", "female"), ("old", "new"),
        ("early", "late"), ("higher", "lower"), ("longest", "shortest"), ("gain", "lose"), ("husband", "wife"),
        ("father", "mother"), ("minimum", "maximum"), ("is", "is not"), ("was", "was not"), ("were", "were not"),
        ("did", "did not"),
    ]
    for pair in ((a, b), (b, a))
)  # fmt: skip


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
    """All rows but those left out, in the order of the files."""
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        if path.stem in LEFT_OUT:
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
    """For each row its examples: the window that answers, if one does, and one or two that do not."""
    names, numbers = _vocabulary(rows)
    for row in rows:
        if not row.answerable:
            yield [Example(row.question, row.title, _around(row.passage, 0, len(row.passage), rng), False)]
            continue
        positive = _positive(row, rng)
        if positive is None:
            continue
        kinds = ["mined", "mined", "question", "question", "outside"]
        first = rng.choice(kinds)
        second = rng.choice([kind for kind in kinds if kind != first]) if rng.random() < 0.25 else None
        group = [positive]
        for kind in (first, second):
            if kind == "mined":
                negative = _mined(row, miner, rng)
            elif kind == "question":
                negative = _altered(positive, names.get(row.title) or names[""], numbers, rng)
            elif kind == "outside":
                negative = _outside(row, rng)
            else:
                negative = None
            if kind and negative is None:
                negative = _mined(row, miner, rng)
            if negative:
                group.append(negative)
        yield [_varied(example, rng) for example in group]


def _vocabulary(rows: Sequence[Row]) -> tuple[dict[str, list[str]], list[str]]:
    """Names by title, and numbers, to put in the place of those in a question."""
    names: dict[str, set[str]] = defaultdict(set)
    numbers: set[str] = set()
    for row in rows:
        found = NAME.findall(row.question)
        names[row.title].update(found)
        names[""].update(found)
        numbers.update(NUMBER.findall(row.question))
    return {title: sorted(found) for title, found in names.items()}, sorted(numbers)


def _positive(row: Row, rng: random.Random) -> Example | None:
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


def _mined(row: Row, miner: Miner, rng: random.Random) -> Example | None:
    near = [
        (title, text)
        for title, text in miner.near(row.question)
        if text != row.passage
        and not any(answer.lower() in text.lower() for answer in row.accepted)
        and not (row.file == "squad_train_sentences" and row.passage in text)
    ]
    if not near:
        return None
    title, text = near[min(int(rng.expovariate(0.5)), len(near) - 1)]
    place = _best_sentence(row.question, text)
    return Example(row.question, title, _around(text, *place, rng), False)


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


def _altered(positive: Example, names: Sequence[str], numbers: Sequence[str], rng: random.Random) -> Example | None:
    """The same window, asked about somebody, some number or some way round that it does not tell of."""
    question = positive.question
    here = [name for name in NAME.findall(positive.window) if name not in question]
    ways = []
    if asked := NAME.findall(question):
        old = rng.choice(asked)
        others = [
            n for n in (here if here and rng.random() < 0.6 else names) if not set(n.split()) & set(question.split())
        ]
        answer = positive.window[positive.start or 0 : positive.end or 0]
        others = [n for n in others if n not in answer]
        if others:
            new = rng.choice(others)
            ways.append(re.sub(re.escape(old), lambda _: new, question, count=1))
    if found := NUMBER.findall(question):
        old = rng.choice(found)
        new = rng.choice([n for n in numbers if len(n) == len(old) and n != old] or [old + "1"])
        ways.append(question.replace(old, new, 1))
    turns = [word for word in question.split() if word.lower() in OPPOSITES]
    if turns:
        word = rng.choice(turns)
        ways.append(re.sub(rf"\b{re.escape(word)}\b", OPPOSITES[word.lower()], question, count=1))
    ways = [way for way in ways if way != question]
    return replace(positive, question=rng.choice(ways), answers=False, start=None, end=None) if ways else None


def _varied(example: Example, rng: random.Random) -> Example:
    """People ask without a question mark too, and titles are not always there."""
    question = example.question.strip()
    if rng.random() < 0.15:
        question = question.rstrip(" ?")
    title = "" if rng.random() < 0.2 else example.title.replace("_", " ")
    return replace(example, question=question, title=title)


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
