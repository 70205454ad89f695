"""More than was shown: what else the articles say on a question, without the quotes of the answers before."""

from collections.abc import Mapping

from qa.grounding.steps import Retrieved
from qa.language.text import stems
from qa.plans.fact import PlainFact
from qa.plans.plan import Plan, Steps, laid_out
from qa.plans.points import MOST, Points
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
            points = [point for point in points if query.names <= set(stems(point.quote))]
        return laid_out(found.answer, LEAD if points else NO_MORE, points)
