"""A question in a language that is not served, or in which it could not be understood: which can be asked in."""

from dataclasses import replace

from qa.generation.languages import not_understood
from qa.grounding.steps import Retrieved
from qa.plans.plan import Plan
from qa.types import Answer


class Unread(Plan):
    """A refusal in the question's language."""

    searches = False

    def answer(self, found: Retrieved) -> Answer:
        return replace(found.answer, status="refused", text=not_understood(found.query.language))
