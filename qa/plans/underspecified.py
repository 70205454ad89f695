"""Questions that leave open what they are about: asks back, with what each article found would answer."""

from collections.abc import Iterator
from dataclasses import replace

from langchain_core.runnables import RunnableConfig

from qa.grounding.steps import Retrieved
from qa.plans.fact import PlainFact
from qa.plans.plan import Plan, Point, laid_out
from qa.plans.points import Points
from qa.types import Answer

MOST = 5  # options
LIKE = 0.5  # of the best passage's probability to answer, which an option must have
WHICH = "Which do you mean? The articles answer this about several things:"
UNCLEAR = "It is not clear what you ask about. Name a person, a place or a thing, and what you want to know of it."


class Underspecified(Plan):
    """Options by article; where only one has an answer, that; where none has, what is missing."""

    def __init__(self, points: Points, fact: PlainFact) -> None:
        self._points = points
        self._fact = fact

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        options = self._options(found)
        if len(options) > 1:
            yield laid_out(found.answer, WHICH, options)
        elif options:
            yield from self._fact.answers(found, config)
        else:
            yield replace(found.answer, status="refused", text=UNCLEAR)

    def _options(self, found: Retrieved) -> list[Point]:
        """Of each article that may be meant the stretch that answers best, below its title."""
        passages = found.answer.passages
        least = LIKE * max((passage.score for passage in passages), default=0.0)
        meant = {passage.article_id for passage in passages if passage.score >= least}
        best = dict[str, Point]()
        for stretch in self._points.told(found):
            if stretch.article_id in meant and stretch.article_id not in best:
                said = f"{stretch.title}: {' '.join(stretch.text.split())}"
                best[stretch.article_id] = Point(stretch, stretch.start, stretch.end, said)
        return list(best.values())[:MOST]
