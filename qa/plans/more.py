"""More than was shown: what else the articles say on a question, without the quotes of the answers before."""

from collections.abc import Mapping

from qa.grounding.steps import Retrieved
from qa.language.days import days_in
from qa.language.text import numbers, stems
from qa.plans.fact import PlainFact
from qa.plans.plan import Plan, Steps, laid_out
from qa.plans.points import MOST, Points
from qa.query.question import Wanted
from qa.types import Answer, Kind

OF_THEIR_OWN: tuple[Kind, ...] = ("summary", "timeline", "opinion")  # whose plans leave out what was shown
FEWEST = 3  # points that are looked for, however short an answer is wanted
LEAD = "The articles also say:"
NO_MORE = "The articles say no more about this."


class More(Plan):
    """Further points of a summary, a timeline or opinions; on any other question the sentences that answer it next."""

    def __init__(self, steps: Steps, fact: PlainFact, plans: Mapping[Kind, Plan]) -> None:
        self._points = Points(steps, fact)
        self._plans = {kind: plans[kind] for kind in OF_THEIR_OWN}

    def answer(self, found: Retrieved) -> Answer:
        if plan := self._plans.get(found.query.kind):
            answer = plan.answer(found)
            return answer if answer and answer.points else laid_out(found.answer, NO_MORE)
        query = found.query
        points = self._points.chosen(found, MOST[query.length] or FEWEST)
        if query.wanted:  # a value is one of something, which a sentence that does not name it may not mean
            points = [p for p in points if query.names <= set(stems(p.quote)) and _has(query.wanted, p.quote)]
        return laid_out(found.answer, LEAD if points else NO_MORE, points)


def _has(wanted: Wanted, text: str) -> bool:
    """Whether there is a value of the kind in a text, where that can be told."""
    return bool(days_in(text) if wanted == "time" else numbers(text) if wanted == "number" else text)
