"""Questions that a passage seems to answer and does not: another name, another number, the opposite."""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

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


def vocabulary(asked: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], list[str]]:
    """Names by title, and numbers, to put in the place of those in a question; from titles and questions."""
    names: dict[str, set[str]] = defaultdict(set)
    numbers: set[str] = set()
    for title, question in asked:
        found = NAME.findall(question)
        names[title].update(found)
        names[""].update(found)
        numbers.update(NUMBER.findall(question))
    return {title: sorted(found) for title, found in names.items()}, sorted(numbers)


def altered(
    question: str, window: str, answer: str, names: Sequence[str], numbers: Sequence[str], rng: random.Random
) -> str | None:
    """The question about somebody, some number or some way round that the window does not tell of."""
    here = [name for name in NAME.findall(window) if name not in question]
    ways = []
    if asked := NAME.findall(question):
        old = rng.choice(asked)
        others = [
            n for n in (here if here and rng.random() < 0.6 else names) if not set(n.split()) & set(question.split())
        ]
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
    return rng.choice(ways) if ways else None
