"""Libraries of any size, made in minutes: passages of real texts recombined, with vectors that nothing had to embed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qa.library import Library, Likeness, stories, storing
from qa.types import Article, Passage
from tests.bench.articles import SQUAD, collection

PASSAGES = 25  # of an article, so that a million passages are of 40,000 articles
SOURCES = 200
DAYS = 3_650
FIRST_DAY = np.datetime64("2016-01-01")
DIMENSIONS = 768
TOPICS = 500  # around which the vectors lie
MODEL = "recombined"
AT_ONCE = 100  # articles of one transaction
SHORTEST, LONGEST = 200, 1_200  # characters of a passage
SHARED = SQUAD.parents[1]
SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]


def build(path: Path, passages: int) -> Library:
    """A library of so many passages, the same every time."""
    library = Library.open(path)
    draw, numbers = random.Random(passages), np.random.default_rng(passages)
    texts = real_passages()
    topics = numbers.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32)
    for start in range(0, passages // PASSAGES, AT_ONCE):
        with library._writing() as db:
            for number in range(start, min(start + AT_ONCE, passages // PASSAGES)):
                article, split = _article(number, texts, draw)
                around = topics[draw.randrange(TOPICS)]
                vectors = around + numbers.standard_normal((PASSAGES, DIMENSIONS), dtype=np.float32)
                vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
                added_at = f"{article.published_at}T00:00:00+00:00"
                storing.insert(
                    db,
                    article,
                    split,
                    vectors,
                    origin=f"/articles/{article.id}",
                    model=MODEL,
                    revision=number + 1,
                    added_at=added_at,
                )
                signature = numbers.integers(2**32, size=128, dtype=np.uint32)  # like that of no other article
                stories.tie(db, article.id, Likeness(signature.tobytes()))
    return library


def real_passages() -> list[str]:
    """The passages of shared/eval and shared/train, each once; those of corpus/ where there are no others."""
    found: dict[str, None] = {}
    for row in _rows("train/*.jsonl"):
        found[str(row.get("passage", ""))[:LONGEST]] = None
    for row in _rows("eval/*/articles.jsonl"):
        found |= dict.fromkeys(str(row["text"]).split("\n\n"))
    for article in [] if found else collection()[0]:
        found |= dict.fromkeys(article.text.split("\n\n"))
    return [text for text in found if SHORTEST <= len(text) <= LONGEST]


def questions(count: int) -> list[str]:
    """Real ones, the same every time."""
    rows = [row["question"] for row in _rows("eval/*/gold.jsonl")]
    rows = rows or [json.loads(line)["question"] for line in collection()[1].open(encoding="utf-8")]
    return random.Random(0).choices(rows, k=count)


def _rows(pattern: str) -> Iterator[dict[str, object]]:
    for path in sorted(SHARED.glob(pattern)):
        yield from map(json.loads, path.open(encoding="utf-8"))


def _article(number: int, texts: list[str], draw: random.Random) -> tuple[Article, list[Passage]]:
    """One half of each passage is of one text, the other of another; a name stands in each that stands in no other."""
    split, at = list[Passage](), 0
    name = f"article-{number}"
    for n in range(PASSAGES):
        first, second = draw.sample(texts, 2)
        text = f"{_half(first, 0)} {_name(PASSAGES * number + n)} {_half(second, 1)}"
        split.append(Passage(name, n, at, at + len(text), text))
        at += len(text) + 2
    return Article(
        name,
        " ".join(split[0].text.split()[:8]),
        "\n\n".join(passage.text for passage in split),
        source=f"Source {number % SOURCES}",
        published_at=str(FIRST_DAY + draw.randrange(DAYS)),
        sha256=name,
    ), split


def _half(text: str, which: int) -> str:
    middle = text.rfind(" ", 0, len(text) // 2)
    return text[middle:].strip() if which else text[:middle]


def _name(number: int) -> str:
    """A word that is no other number's."""
    word = ""
    for _ in range(4):
        number, at = divmod(number, len(SYLLABLES))
        word += SYLLABLES[at]
    return word.capitalize()
