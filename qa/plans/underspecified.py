"""Questions that leave open what they are about: asks back, with what each article found would answer."""

from collections.abc import Iterator
from dataclasses import replace

from langchain_core.runnables import RunnableConfig

from qa.grounding.steps import Retrieved
from qa.language.text import stems
from qa.plans.plan import Plan, Point, Steps, laid_out
from qa.plans.summary import Summary
from qa.plans.topic import Topic
from qa.retrieval.hits import Hit
from qa.types import Answer, Filters

LIKE = 0.5  # of the best passage's probability to answer, which an option must have
WHICH = "Which do you mean? The articles answer this about several things:"
UNCLEAR = "It is not clear what you ask about. Name a person, a place or a thing, and what you want to know of it."


class Underspecified(Plan):
    """Where several articles have answers of their own to a question that names nobody and nothing, these as options.

    Else `plan` answers it; one of which that little is said that no article has an answer is asked back as well. What
    names only a source or a period is about all that appeared there and then.
    """

    def __init__(self, steps: Steps, plan: Plan, summary: Summary) -> None:
        self._steps = steps
        self._plan = plan
        self._summary = summary

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        query, retriever = found.query, self._steps.retriever
        topic = Topic.or_period(query, retriever.library.sources())
        if not topic.words and topic.filters != (query.filters or Filters()):
            yield from self._summary.answers(found, config)
            return
        if not (query.named or query.yes_or_no):
            found = replace(found, guesses=tuple(retriever.guesses(query, found.hits)))
        options = _options(found)
        if len(options) > 1:
            yield laid_out(found.answer, WHICH, options)
        elif options or query.kind != "underspecified":
            yield from self._plan.answers(found, config)
        else:
            yield replace(found.answer, status="refused", text=UNCLEAR)


def _options(found: Retrieved) -> list[Point]:
    """Of each article that may be meant the sentence that answers, below its title; no two answers alike."""
    least = LIKE * max((hit.evidence.score for hit in found.hits), default=0.0)
    options = dict[str, Hit]()
    for hit in found.guesses or ():
        told = any(_alike(hit, other) for other in options.values()) or hit.evidence.article_id in options
        if hit.sure and hit.evidence.score >= least and not told:
            options[hit.evidence.article_id] = hit
    return [_option(hit) for hit in options.values()]


def _option(hit: Hit) -> Point:
    """Below the title the sentences in which the answer stands."""
    (start, _), (_, end) = hit.touched[0], hit.touched[-1]
    said = f"{hit.evidence.title}: {hit.sentence}"
    return Point(hit.evidence, hit.evidence.start + start, hit.evidence.start + end, said)


def _alike(one: Hit, other: Hit) -> bool:
    """Whether the words of one answer are among those of the other."""
    own, others = stems(one.answer), stems(other.answer)
    return own <= others or others <= own
