"""A follow-up -> the question that it means, in words that stand alone; one that needs no other stays as it is.

Rules find what points back and put in its place what was spoken of. Where they see that a question points back but not
at what, the model may write it anew; its words are checked like an answer's.
"""

import re
from collections.abc import Callable, Sequence
from enum import Enum, auto

from qa.language.text import content_words, names, numbers, stem, stems, words
from qa.query.mentions import ASKS, CAMP, YEAR, named, person, phrases, phrases_in, thing, topic
from qa.types import Turn

TURNS = 4  # of a conversation that are looked at
CUT = 500  # characters of each of their questions and answers
AS_PROBABLE = 0.92  # a question that may lean on earlier ones is answered with their topic this well, against without
SURER = 1.1  # and this much better where it has a name of its own
MAX_WORDS = 40

Score = Callable[[str], float]  # how probably the articles answer a question
Write = Callable[[str, Sequence[Turn]], str]  # the model's rewriting

_OPENING = re.compile(r"^(?:(?:and|but|or|so)\b,?\s*)?(?:(?:what|how) about\s+)?", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its|they|them|their|theirs)\b", re.IGNORECASE)
_POSSESSIVE = frozenset("his her its their".split())
_NOTHING = re.compile(r"\bit (?:true|possible|legal|likely|important|necessary|take|cost)\b.+\b(?:that|to|for)\b")
_POINTING = re.compile(
    r"\bthe (?:others?|same|latter|former)\b|\b(?:first|second|third|last|next|other) ones?\b|\b(?:there|then)\s*\?*$"
    r"|\b(?:do|does|did|is|was|were|say|said|about|after|before|by|with|for|from|than|of|like) (?:this|that)\b"
    r"(?! (?:week|month|year|day|morning|spring|summer|autumn|winter)\b)|\b(?:these|those)\b(?! who)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:when|because|while|since|if|that|than|before|after|as|until|although|though|and|but|so|how|why|what|who"
    r"|which|where)\b"
)
_AUXILIARY_FIRST = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE)
_PLACED = re.compile(r"\b(in|for|at|on|by|from|with|against) (?:the )?[^ ?]+(?: [A-Z][\w-]*| one)*")
_MARKS = re.compile(r"\s*\[\d+\]")
_OF = re.compile(
    r"^(?:who|what|when|where|how \w+) (?:is|was|are|were) the (?:\w+ )?[a-z]+(?<!ed)(?<!due)$", re.IGNORECASE
)  # "Who was the first premier?"
_HERE = re.compile(r" (?:there|then)$", re.IGNORECASE)
_EMPTY = frozenset(map(stem, "side one thing often there".split()))
_HAPPENING = re.compile(r"\d{4}|\b(?:referendums?|election|vote|campaign|rally|talks|war|crisis)$")


class Need(Enum):
    """Whether a question needs what was said before."""

    NONE = auto()
    PERHAPS = auto()
    SURELY = auto()


def standalone(question: str, history: Sequence[Turn], score: Score, write: Write | None = None) -> str:
    """The question as it would be asked by somebody who begins with it; the model is asked only where rules fail."""
    turns = [Turn(turn.question[:CUT], _MARKS.sub("", turn.answer[:CUT])) for turn in history[-TURNS:]]
    needed = need(question) if turns else Need.NONE
    if needed is Need.NONE:
        return question
    turns = _told(turns)
    if resolved := substituted(question, turns):
        return resolved
    carried = carry(question, turns)
    as_probable = SURER if named(question) else AS_PROBABLE
    if needed is Need.PERHAPS and score(carried) < as_probable * score(question):
        return question
    if write and needed is Need.SURELY:
        written = _without_opening(" ".join(write(question, turns).split()))
        if faithful(written, question, turns):
            return written
    return carried


def need(question: str) -> Need:
    """What its words tell: pronouns without a name before them, half sentences, no name at all."""
    opening = _OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    if rest != question and not ASKS.search(rest):
        return Need.SURELY
    if len(words(rest)) <= 3 and not named(rest) and ASKS.search(rest):
        return Need.SURELY
    if _POINTING.search(rest) or any(_unbound(rest, found) for found in _pronouns(rest)):
        return Need.SURELY
    short = len(content_words(rest)) <= 2
    known = "the" in words(rest) or short  # "the pledge" was spoken of; "which quarks" were not
    leans = short and _AUXILIARY_FIRST.search(rest) if named(rest) else known
    return Need.PERHAPS if leans else Need.NONE


def substituted(question: str, turns: Sequence[Turn]) -> str | None:
    """The question with what it points at in place of its pronouns, or the last one with its half sentence put in."""
    last = turns[-1]
    opening = _OPENING.match(question)
    rest = (question[opening.end() :] if opening else question).strip()
    if rest != question and not ASKS.search(rest):
        return _replaced(last.question, rest.rstrip("?. "))
    if _POINTING.search(rest):
        return None
    replaced = False
    while free := next((found for found in _pronouns(rest) if _unbound(rest, found)), None):
        noun = person(last) if _PERSON.fullmatch(free[0]) else thing(turns, free[0].lower().startswith("th"))
        if noun is None:
            return None
        if free[0].lower() in _POSSESSIVE and re.match(r"\s+\w", rest[free.end() :]):
            noun += "'" if noun.endswith("s") else "'s"
        rest = rest[: free.start()] + noun + rest[free.end() :]
        replaced = True
    if not replaced:
        return None
    return rest[0].upper() + rest[1:]


def carry(question: str, turns: Sequence[Turn]) -> str:
    """The question with the topic of the turns before it at its end."""
    about = topic(turns)
    rest = _HERE.sub("", _without_opening(question).rstrip("?. "))
    joint = "in" if _HAPPENING.search(about) else "of" if _OF.search(rest) else "in the case of"
    whole = f"{rest} {joint} {about}?"
    return whole[0].upper() + whole[1:]


def faithful(written: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether a rewriting stands alone, brings no name or number of its own, and keeps the words of the question."""
    said = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in turns)])
    own = {stem(word) for word in words(_POINTING.sub(" ", question))}
    kept = stems(said) & own - _EMPTY
    return (
        written.endswith("?")
        and len(written.split()) <= MAX_WORDS
        and need(written) is not Need.SURELY
        and names(written) <= {stem(word) for word in words(said)}
        and numbers(written) <= numbers(said)
        and kept <= {stem(word) for word in words(written)}
    )


def _told(turns: Sequence[Turn]) -> list[Turn]:
    """The turns, with follow-ups among their questions resolved as far as rules can."""
    told: list[Turn] = []
    for turn in turns:
        leans = told and need(turn.question) is not Need.NONE
        question = (substituted(turn.question, told) or carry(turn.question, told)) if leans else turn.question
        told.append(Turn(question, turn.answer))
    return told


def _without_opening(question: str) -> str:
    """Without an "and" before a whole question."""
    opening = _OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    return rest[0].upper() + rest[1:] if rest != question and ASKS.search(rest) else question


def _pronouns(question: str) -> list[re.Match[str]]:
    if _NOTHING.search(question):
        return []
    return sorted([*_PERSON.finditer(question), *_THING.finditer(question)], key=lambda found: found.start())


def _unbound(question: str, pronoun: re.Match[str]) -> bool:
    """Whether no name before it, in the same question, is what it stands for."""
    before = phrases(question[: pronoun.start()])
    if not before:
        return True
    between = question[question.index(before[-1]) + len(before[-1]) : pronoun.start()]
    return pronoun[0].lower() not in _POSSESSIVE and not _CLAUSE.search(between)


def _replaced(asked: str, piece: str) -> str | None:
    """The last question with a half sentence in place of what it answers to: its year, its place, its name."""
    year, old = YEAR.search(piece), YEAR.search(asked)
    if year and old:
        asked = asked[: old.start()] + year[0] + asked[old.end() :]
        piece = re.sub(r"\b(?:in )?" + year[0], "", piece).strip()
        if not piece:
            return asked
    if re.fullmatch(r"in the \w+ ones?", piece) and (place := re.search(r"the (?:first|second|third|last) ", asked)):
        order = piece.split()[2]
        return asked[: place.start()] + f"the {order} " + asked[place.end() :]
    if CAMP.fullmatch(piece) and (camp := CAMP.search(asked)):
        return asked[: camp.start()] + piece + asked[camp.end() :]
    if placed := _PLACED.fullmatch(piece):
        same = [m for m in _PLACED.finditer(asked) if m[1] == placed[1]]
        return asked[: same[-1].start()] + piece + asked[same[-1].end() :] if len(same) == 1 else None
    found = phrases(asked)
    bare = [p for p in (re.sub(r" in \d{4}$", "", p) for p in found) if p.endswith("'s") == piece.endswith("'s")]
    if len(bare) == 1 and phrases_in(piece) and not piece.startswith("the "):
        return asked.replace(bare[0], piece, 1)
    return None
