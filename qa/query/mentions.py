"""What the turns of a conversation speak of: their names, whom "he" means, what "it" means, their topic."""

import re
from collections.abc import Sequence

from qa.language.text import content_words, names, stems
from qa.types import Turn

_ASKING = (
    "who whom whose what when where why which how is are was were do does did has have had can could will would should"
)
ASKS = re.compile(rf"^(?:\w+ )?(?:{'|'.join(_ASKING.split())})\b", re.IGNORECASE)
_HEAD = (  # common nouns that may end a name
    "referendums?|election|vote|petition|agreement|act|treaty|campaign|rally|government|party|region|programme|talks"
    "|bridge|ferry|mill|museum|library|school|university|hospital|company|river|island|tower|station|airport|harbour"
    "|church|tunnel|dam|mine|law|war|crisis|club|commission|council|committee|dispute|group"
)
_NAME_WORD = r"[A-Z][\w.’'-]*"
_NAME = re.compile(
    rf"(?:\b[Tt]he )?(?:\b\d{{4}} )?{_NAME_WORD}(?: (?:(?:of|for) (?:the )?)?(?:{_NAME_WORD}|\d+\b))*"
    rf"(?: (?:{_HEAD})\b)?(?: in \d{{4}}\b)?|\b[Tt]he \d{{4}} (?:{_HEAD})\b(?: in {_NAME_WORD})?"
)
CAMP = re.compile(r"\bthe (?:Yes|No) \w+")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SUBJECT = re.compile(r"\bthe (?:[a-z]+ )?[a-z]+(?=\?*$)")


def named(question: str) -> bool:
    """Whether it brings a name or a year of its own; Yes and No are none."""
    return bool(names(f"… {_uncapped(question)}") - {"ye", "no", "yes"} or YEAR.search(question))


def _uncapped(question: str) -> str:
    """Without the capital of a first word that only asks."""
    first, _, rest = question.partition(" ")
    return f"{first.lower()} {rest}" if ASKS.match(first) or len(phrases_in(question)) == 0 else question


def phrases_in(text: str) -> list[str]:
    return [found[0] for found in _NAME.finditer(text) if not CAMP.fullmatch(found[0])]


def phrases(question: str) -> list[str]:
    """The names in it, each with what belongs to it: "the 1980 Quebec referendum"."""
    first, _, rest = question.partition(" ")
    text = rest if ASKS.match(first) or first in ("Tell", "In", "On", "By", "Since") else question
    return [p for p in phrases_in(text) if p not in ("Yes", "No")]


def _answered(turn: Turn) -> list[str]:
    """The names that the answer adds; its first word is a name only where another follows."""
    known = stems(turn.question)
    found = phrases_in(turn.answer)
    if found and turn.answer.startswith(found[0]) and " " not in found[0]:
        found = found[1:]
    return [p for p in found if not stems(p) <= known]


def person(last: Turn) -> str | None:
    """Whom "he" or "she" means: the one who answered a "who", or else the first one spoken of."""
    asks_who = re.match(r"(?:who|which|whom)\b", last.question, re.IGNORECASE)
    found = _answered(last) if asks_who else []
    found = [p for p in found or phrases(last.question) if not p.lower().startswith("the ")]
    return re.split(r" of | in ", found[0])[0] if found else None


def thing(turns: Sequence[Turn], several: bool) -> str | None:
    """What "it" or "they" means: what was asked about, or the new name that answered a "which"."""
    last = turns[-1]
    new = _answered(last) if re.match(r"which [a-z]+", last.question, re.IGNORECASE) else []
    found = new or phrases(last.question) or _SUBJECT.findall(last.question) or _in_case(last) or _answered(last)
    plural = [p for p in found if several and p.endswith("s") and not p.endswith("'s")]
    certain = [p for p in found if re.match(r"[Tt]he |[A-Z\d.-]{2,}", p) or " " not in p]
    chosen = plural or certain or found
    return re.sub(r" in \d{4}$", "", chosen[0]).removesuffix("'s") if chosen else None


def _in_case(turn: Turn) -> list[str]:
    """Names of a question in small letters, as the answer writes them."""
    asked = stems(turn.question)
    return [p for p in phrases_in(turn.answer) if stems(p) & asked]


def topic(turns: Sequence[Turn]) -> str:
    """What the last question that names anything was about."""
    for turn in reversed(turns):
        found = phrases(turn.question) or _SUBJECT.findall(turn.question) or _in_case(turn)
        if found:
            return " and ".join(dict.fromkeys(p.removesuffix("'s") for p in found[-2:]))
    return " ".join(content_words(turns[-1].question))
