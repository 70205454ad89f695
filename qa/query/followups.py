"""A follow-up -> a question that stands alone.

Three steps: a small trained model decides whether the question needs the conversation, the language model rewrites it,
and code checks the rewrite. Where the check fails the question stays as it is: a wrong rewrite answers something that
nobody asked.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qa.language.text import STOPWORDS, names, numbers, stem, stems, words
from qa.query.question import asks_yes_or_no
from qa.types import Turn

TURNS = 3  # of a conversation that are looked at
CUT = 300  # characters of each of their questions and answers
MAX_WORDS = 40
STILL_NEEDED_FROM = 0.7  # of a rewrite; 1 % of 3,297 made by people reach it

# Fitted by `python -m training.followups`; the file says on what, and how often it is right.
FITTED = Path(__file__).with_name("followups.json")
_READ = json.loads(FITTED.read_text("utf-8"))
WEIGHTS: Mapping[str, float] = _READ["weights"]
NEEDED_FROM: float = _READ["needed_from"]

Rewrite = Callable[[str, Sequence[Turn]], str]

# What is asked for. "What about Norway?" may become "Who led Norway?", "When?" stays a "when".
_ASKED_FOR = frozenset("who whom whose when where why how".split())
_OPEN = frozenset({"how", "about"})  # "How about Norway?"


def standalone(question: str, history: Sequence[Turn], rewrite: Rewrite) -> str:
    """The question as somebody would ask it who has not read the conversation.

    `rewrite` is called only for a question that needs the conversation; its errors are passed on.
    """
    turns = recent(history)
    if not turns or need(question, turns) < NEEDED_FROM:
        return question
    rewritten = " ".join(rewrite(question, turns).split())
    return rewritten if faithful(rewritten, question, turns) else question


def recent(history: Sequence[Turn]) -> list[Turn]:
    """The last turns, each cut to a few sentences."""
    return [Turn(turn.question[:CUT], turn.answer[:CUT]) for turn in history[-TURNS:]]


def need(question: str, turns: Sequence[Turn]) -> float:
    """Probability that the question cannot be understood without the turns before it."""
    found = features(question, turns)
    return 1 / (1 + math.exp(-sum(WEIGHTS.get(name, 0.0) * value for name, value in found.items())))


def features(question: str, turns: Sequence[Turn]) -> dict[str, float]:
    """What the decision rests on: function words, how much the question names itself, and what it repeats."""
    written = [word.lower() for word in words(question)]
    function_words = [word for word in written if word in STOPWORDS]
    content = {stem(word) for word in written if word not in STOPWORDS}
    named = len(names(question))
    found = {
        "bias": 1.0,
        "words": math.log1p(len(written)),
        "content words": math.log1p(len(content)),
        "one content word": float(len(content) == 1),
        "names": float(min(named, 3)),
        "numbers": float(min(len(numbers(question)), 2)),
        "repeated": len(content & _stems_of(turns)) / max(len(content), 1),
    }
    found |= {f"has {word}": 1.0 for word in function_words}
    found |= {f"begins with {word}": 1.0 for word in written[:1] if word in STOPWORDS}
    if named:  # "Why did Norway change its flag?" says itself whose
        found |= {f"has {word} beside a name": 1.0 for word in function_words}
    return found


def faithful(rewritten: str, question: str, turns: Sequence[Turn]) -> bool:
    """Whether a rewrite asks the same, and takes what it adds from the conversation.

    It adds something that was said, brings no name or number of its own, loses no content word, question word or
    negation, and needs the conversation less than the question does.
    """
    asked, now = {word.lower() for word in words(question)}, {word.lower() for word in words(rewritten)}
    said = f"{question} " + " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    known = {stem(word) for word in words(said)}
    content = {stem(word) for word in asked - STOPWORDS}
    added = stems(rewritten) - content
    return (
        rewritten.endswith("?")
        and len(rewritten.split()) <= MAX_WORDS
        and bool(added & known)
        and names(f"so {rewritten}") <= known
        and numbers(rewritten) <= numbers(said)
        and content <= {stem(word) for word in now}
        and asked & _ASKED_FOR - (_OPEN if asked >= _OPEN else set()) <= now
        and _negations(question) <= _negations(rewritten) <= _negations(said)
        and (asks_yes_or_no(rewritten) or not asks_yes_or_no(question))
        and need(rewritten, turns) < min(need(question, turns), STILL_NEEDED_FROM)
    )


def _negations(text: str) -> set[str]:
    """As they are written small: "No" is also what people vote."""
    return {"no", "not", "never", "without", "except"} & set(text.replace("?", " ").split())


def _stems_of(turns: Sequence[Turn]) -> set[str]:
    return {s for turn in turns for s in stems(f"{turn.question} {turn.answer}")}
