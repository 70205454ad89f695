"""A draft -> the Answers that may be shown for it, each with how probable it is that it answers the question."""

from collections.abc import Mapping
from dataclasses import replace

from qa.grounding.citations import Checked
from qa.grounding.confidence import THRESHOLDS, Thresholds, confidence, signals
from qa.grounding.steps import Draft
from qa.grounding.verification import Judge, Verifier, says_the_same
from qa.language.text import contains
from qa.types import Answer


def ground(draft: Draft, judge: Judge, thresholds: Thresholds = THRESHOLDS) -> list[Answer]:
    """In the draft's own words first, then in those of quotes; none where nothing supports it or may answer."""
    query, passages = draft.found.query, draft.found.answer.passages
    weights = query.weights_with(draft.text)
    said = draft.guess.answer if draft.guess and draft.guess.sure else None
    offered = Verifier(judge, thresholds).check(draft.text, query, passages, weights, said)
    return [_rated(checked, draft, weights) for checked in offered]


def _rated(checked: Checked, draft: Draft, weights: Mapping[str, float]) -> Answer:
    answer = draft.found.answer
    found = signals(draft.found.query, checked, answer.passages, weights, *_second(checked, draft))
    return replace(
        answer,
        status="answered",
        text=checked.text,
        sentences=checked.sentences,
        citations=checked.citations,
        confidence=confidence(found),
        signals=found,
    )


def _second(checked: Checked, draft: Draft) -> tuple[bool | None, float | None]:
    """Whether a second model would answer so, and the logit of the extractor; None where there is none."""
    guess = draft.guess
    if draft.found.query.yes_or_no:
        return says_the_same(draft.text, checked.text), None
    if guess is None:
        return None, None
    return contains(checked.text, guess.answer), guess.reading.logit if guess.reading else None
