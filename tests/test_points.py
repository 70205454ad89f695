"""Points below an answer, by a judge that can be worked out by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from qa.grounding.confidence import THRESHOLDS
from qa.plans.plan import Point
from qa.plans.points import LEAD, Points
from qa.types import Answer, Citation, Evidence, Sentence
from tests.judges import WordJudge

TEXT = (
    "The tower leans since it stands on clay, which nobody had tested for water. Lead was laid under its northern side "
    "in the following year. Visitors have been let in again ever since that work ended."
)
PASSAGE = Evidence("tower", "The tower", None, None, None, 0, len(TEXT), TEXT, 0.9)
CLAY, LEAD_LAID, VISITORS = (Point(PASSAGE.cut(*span), *span) for span in PASSAGE.spans)
SAID = "It stands on clay."


@pytest.fixture
def points() -> Points:
    steps: Any = SimpleNamespace(judge=WordJudge(), thresholds=THRESHOLDS)
    fact: Any = None
    return Points(steps, fact)


def answer(text: str, start: int, end: int) -> Answer:
    quote = Citation(1, "tower", "The tower", None, None, None, TEXT[start:end], start, end)
    said = Sentence(text, (1,), "supported")
    return Answer("?", "?", status="answered", text=said.marked, sentences=(said,), citations=(quote,))


def test_what_a_quote_says_beyond_the_answer_is_a_point_that_cites_the_quote(points: Points) -> None:
    told = points.beside(answer(SAID, CLAY.start, CLAY.end), [CLAY, VISITORS])
    assert [(s.text, s.citations, s.support) for s in told.points] == [
        (CLAY.quote, (1,), "quoted"),
        (VISITORS.quote, (2,), "quoted"),
    ]
    assert [c.quote for c in told.citations] == [CLAY.quote, VISITORS.quote], "nothing is quoted twice"
    assert told.text == f"{SAID} [1]\n- {CLAY.quote} [1]\n- {VISITORS.quote} [2]"


def test_what_the_answer_says_itself_is_no_point(points: Points) -> None:
    told = points.beside(answer(CLAY.quote, CLAY.start, CLAY.end), [CLAY])
    assert told == answer(CLAY.quote, CLAY.start, CLAY.end)


def test_of_a_point_that_reaches_beyond_a_quote_the_rest_is_left(points: Points) -> None:
    both = Point(PASSAGE.cut(CLAY.start, LEAD_LAID.end), CLAY.start, LEAD_LAID.end)
    told = points.beside(answer(SAID, CLAY.start, CLAY.end), [both])
    assert [point.text for point in told.points] == [LEAD_LAID.quote]


def test_where_the_model_says_nothing_the_points_stand_alone(points: Points) -> None:
    told = points.beside(Answer("?", "?", status="refused"), [CLAY, VISITORS])
    assert (told.status, told.sentences[0].text) == ("answered", LEAD)
    assert [point.text for point in told.points] == [CLAY.quote, VISITORS.quote]
