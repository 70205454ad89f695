"""The question: whether it can be asked, and what kind of answer it wants."""

import re
from collections.abc import Iterable
from typing import Literal

from qa.errors import QuestionError
from qa.language.text import is_text

Wanted = Literal["time", "number", "outcome", "name"]

MAX_QUESTION = 2_000  # characters
_ASKED = r"(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b"
_YES_OR_NO = re.compile(
    rf"^{_ASKED}|^(?:after|before|between|since|when|while|if|in|on)\s+(?!what|which|whose)\b.*,\s*{_ASKED}",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    r"\bor\b[^,]*\?\s*$|,\s*(?:which|what|who|whom|whose|where|why|how)\b[^,]*\?\s*$", re.IGNORECASE
)
_POINTS_AT_TEXT = re.compile(r"\b(?:passage|text|article)\b", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|long|old|large|big|high|tall|far|fast|often)\b|\b(?:percentage|percent|proportion)\b"
    r"|\bwhat (?:is|was|are|were|does|did) .*\b(?:rate|turnout|price|cost|population|number|share|margin)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:\w+ )?when\b|\b(?:what|which) (?:year|date|day|month)\b", re.IGNORECASE)
_ONE_NAME = re.compile(r"^(?:\w+ )?(?:who(?:m|se)?|where|which|what) ", re.IGNORECASE)


def asks_yes_or_no(question: str) -> bool:
    """Whether yes or no would answer it: "Did the bridge open?", "After it opened, was there a toll?"."""
    return bool(_YES_OR_NO.search(question)) and not _ALTERNATIVE.search(question)


def asks_for(question: str) -> Wanted | None:
    """What kind of value would answer: a time, a number, a decision for or against, a name; None where none would."""
    if _TIME.search(question):
        return "time"
    if _QUANTITY.search(question):
        return "number"
    if asks_yes_or_no(question):
        return "outcome"
    return "name" if _ONE_NAME.search(question) else None


def points_at_text(question: str) -> bool:
    """Whether it can be understood only beside the text that it was made of."""
    return bool(_POINTS_AT_TEXT.search(question))


def named_sources(question: str, sources: Iterable[str]) -> list[str]:
    """The sources whose names stand in the question: those of several words in any case, others capitals and all, for
    "Time" is one and "time" is not, nor is "the week" "The Week".
    """
    plain = question.casefold()  # a pattern is made only of those that may be named: there can be thousands
    return [source for source in sources if source.casefold() in plain and _naming(source).search(question)]


def without_source(question: str, source: str) -> str:
    """The question without the name of a source."""
    return _naming(source).sub(" ", question)


def _naming(source: str) -> re.Pattern[str]:
    several = len(re.sub(r"^the ", "", source, flags=re.IGNORECASE).split()) > 1
    return re.compile(rf"(?<!\w){re.escape(source)}(?!\w)", re.IGNORECASE if several else 0)


def checked_question(question: str) -> str:
    """The question without odd spaces; raises QuestionError where there is none, too much of it, or broken text."""
    question = " ".join(question.split())
    if not is_text(question):
        raise QuestionError("the question holds broken characters; write it again")
    if not question:
        raise QuestionError("the question is empty; ask something like: who met the Alberta Prosperity Project?")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(question):,} characters; ask in at most {MAX_QUESTION:,}")
    return question
