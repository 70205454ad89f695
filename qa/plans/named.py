"""Requests that name their topic among other words: where code does not find it, the language model says which."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from langchain_core.runnables import RunnableConfig

from qa.generation import prompts
from qa.grounding.steps import Retrieved
from qa.language.text import stems
from qa.plans.plan import Plan, Steps
from qa.types import Answer


class Named(Plan):
    """A plan that finds nothing is asked again with the words by which the request names its topic, and no others.

    Where it finds nothing then either, `otherwise` says what there is to say.
    """

    def __init__(self, steps: Steps, plan: Plan, otherwise: Callable[[Retrieved], Answer] | None = None) -> None:
        self._steps = steps
        self._plan = plan
        self._otherwise = otherwise
        self.searches = plan.searches

    def answer(self, found: Retrieved) -> Answer | None:
        return self._plan.answer(found)

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        answer = self.answer(found)
        if answer is None and (topic := self._topic(found, config)):
            here = self._steps.retrieve.invoke(replace(found.query, text=topic, vector=None), config)
            answer = self.answer(replace(here, answer=replace(here.answer, standalone_question=found.query.text)))
        if answer is None and self._otherwise:
            answer = self._otherwise(found)
        if answer:
            yield answer

    def _topic(self, found: Retrieved, config: RunnableConfig) -> str | None:
        """Some of the request's own words; None where the model cannot say which."""
        asked = found.query.text
        written = " ".join(self._steps.written(prompts.topic(asked), config).split())
        return written if stems(written) and stems(written) < stems(asked) else None
