"""The question: whether it can be asked, what kind of answer it wants, and whether a sentence gives one."""

import re
from collections.abc import Iterable
from typing import Literal

from qa.errors import QuestionError
from qa.text import is_text, names, numbers, stem, stems, words

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
_ASKS = re.compile(r"\?\s*$|\b(?:who|whom|whose|what|which|where|why|how)\b", re.IGNORECASE)
_POINTS_AT_TEXT = re.compile(r"\b(?:passage|text|article)\b", re.IGNORECASE)
_COUNTED = re.compile(r"\bhow many (?:of the |more |other )?([^\W\d_]+)", re.IGNORECASE)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|long|old|large|big|high|tall|far|fast|often)\b|\b(?:percentage|percent|proportion)\b"
    r"|\bwhat (?:is|was|are|were|does|did) .*\b(?:rate|turnout|price|cost|population|number|share|margin)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:\w+ )?when\b|\b(?:what|which) (?:year|date|day|month)\b", re.IGNORECASE)
_ONE_NAME = re.compile(r"^(?:\w+ )?(?:who(?:m|se)?|where|which|what) ", re.IGNORECASE)
_QUANTITY_WORDS = frozenset(
    """once twice half third quarter dozen hundred thousand million billion none no all majority every few several
    thirty forty fifty sixty seventy eighty ninety""".split()
)
_TIME_WORDS = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday yesterday today tomorrow week month year century decade spring summer autumn winter
    after before during since""".split()
)


def kind_matches(question: str, sentence: str) -> bool:
    """Whether a sentence is of the kind asked for: "how many" wants a quantity, "when" a time, and all but a question
    that offers the answers itself something that it does not say.
    """
    said = set(words(sentence))
    digits = {s for s in map(stem, said) if s[:1].isdigit()} - stems(question)
    if _TIME.search(question):
        return bool(digits or said & _TIME_WORDS)
    if _QUANTITY.search(question):
        return bool(digits or numbers(sentence) - numbers(question) or said & _QUANTITY_WORDS)
    return not _only_repeats(question, sentence)


def _only_repeats(question: str, sentence: str) -> bool:
    """Whether a sentence says no more than an open question, and chooses none of the names in it."""
    if not _ASKS.search(question) or not is_open(question):
        return False
    said = stems(sentence)
    return said <= stems(question) and numbers(sentence) <= numbers(question) and names(question) <= said


def asks_yes_or_no(question: str) -> bool:
    """Whether yes or no would answer it: "Did the bridge open?", "After it opened, was there a toll?"."""
    return bool(_YES_OR_NO.search(question)) and not _ALTERNATIVE.search(question)


def is_open(question: str) -> bool:
    """Whether neither yes or no nor a choice that it offers would answer it, as in "Did it open early or late?"."""
    return not _YES_OR_NO.search(question) and not _ALTERNATIVE.search(question)


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


def counted(question: str) -> str | None:
    """The stem of what "how many" counts: `signatur` in "how many signatures did it get?"."""
    found = _COUNTED.search(question)
    return stem(found[1]) if found else None


def named_sources(question: str, sources: Iterable[str]) -> list[str]:
    """The sources whose names stand in the question, capitals and all: "Time" is one, "time" is not."""
    return [source for source in sources if re.search(rf"(?<!\w){re.escape(source)}(?!\w)", question)]


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
