"""Questions with their passages -> claims as answers: to the point, beside it, and to a question that supposes what is
not told.
"""

import random
from collections.abc import Iterator, Sequence

from qa.language.text import sentences, stems
from qa.models.support import Claimed
from training.altered import NAME, NUMBER, altered, vocabulary
from training.data import Row
from training.support.edits import declared
from training.support.pairs import UNSUPPORTED, Pair, heading, is_held_out

LONGEST_ANSWER = 60  # characters
LONGEST_QUOTE = 500
TOGETHER = 0.3  # of the quotes are two sentences
ASKED = 0.6  # of the declared answers come with their question; a bare answer always does


def from_questions(rows: Sequence[Row], count: int, rng: random.Random, held_out: bool = False) -> list[Pair]:
    """About so many claims, from rows in random order whose passages are held out for measuring, or are not."""
    names, numbers = vocabulary((row.title, row.question) for row in rows)
    usable = [row for row in rows if is_held_out(row.passage) is held_out and (row.accepted or not row.answerable)]
    pairs: list[Pair] = []
    for row in rng.sample(usable, len(usable)):
        spans = [" ".join(row.passage[a:b].split()) for a, b in sentences(row.passage)]
        if row.answerable:
            pairs += _answered(row, spans, names.get(row.title) or names[""], numbers, rng)
        elif near := _nearest(row.question, spans):
            pairs.append(_pair(row, row.question, near, near, "not_supported", "premise", rng))
        if len(pairs) >= count:
            break
    return pairs


def _answered(
    row: Row, spans: Sequence[str], names: Sequence[str], numbers: Sequence[str], rng: random.Random
) -> Iterator[Pair]:
    answer, question = row.accepted[0], row.question
    at = next((n for n, span in enumerate(spans) if answer in span), None)
    if at is None or len(answer) > LONGEST_ANSWER:
        return
    told = spans[at]
    beside = [f"{told} {span}" for span in spans[at + 1 : at + 2]] + [f"{span} {told}" for span in spans[:at][-1:]]
    quote = rng.choice(beside) if beside and rng.random() < TOGETHER else told
    if len(quote) > LONGEST_QUOTE:
        return
    yield _pair(row, question, told, quote, "supported", "own words", rng)
    others = [span for span in spans if answer not in span and 30 < len(span) < LONGEST_QUOTE / 2]
    if others:
        other = rng.choice(others)
        both = rng.sample([told, other], 2 if rng.random() < TOGETHER else 0)
        yield _pair(row, question, other, " ".join(both) or other, "not_supported", "beside", rng)
    wrong = _alike(answer, quote, question)
    for said, label in ((answer, "supported"), (rng.choice(wrong) if wrong else None, UNSUPPORTED)):
        if said and wrong and (claim := _said(question, said, rng)):
            yield _pair(row, question if claim == f"{said}." or rng.random() < ASKED else "", claim, quote, label,
                        "declared", rng)  # fmt: skip
    if turned := altered(question, quote, answer, names, numbers, rng):
        claim = rng.choice((told, _said(turned, answer, rng)))
        yield _pair(row, turned, claim, quote, UNSUPPORTED, "premise", rng)


def _said(question: str, answer: str, rng: random.Random) -> str:
    """An answer as a sentence, or as it is."""
    return (declared(question, answer) if rng.random() < 0.7 else None) or f"{answer[:1].upper()}{answer[1:]}."


def _pair(row: Row, question: str, claim: str, quote: str, label: str, kind: str, rng: random.Random) -> Pair:
    return Pair(Claimed(claim, question, quote, heading(row.title, rng)), label, "questions", kind)


def _nearest(question: str, spans: Sequence[str]) -> str | None:
    """The sentence that shares most words with a question."""
    asked = stems(question)
    usable = [span for span in spans if 30 < len(span) < LONGEST_QUOTE]
    return max(usable, key=lambda span: len(asked & stems(span)), default=None)


def _alike(answer: str, quote: str, question: str) -> list[str]:
    """What stands in the quote and is of the answer's form: numbers beside a number, names beside a name."""
    form = NUMBER if NUMBER.search(answer) else NAME
    if form is NAME and not answer[:1].isupper():
        return []
    asked = set(question.split())
    found = {match for match in form.findall(quote) if match not in answer and answer not in match}
    return sorted(match for match in found if not set(match.split()) & asked)
