"""Who says it: a claim that its source puts in somebody's mouth does not become a bare fact."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.language.text import contains, names, sentences, stems
from qa.types import Answer, Citation, Sentence

_SAID = (
    r"(?:said|says|announced|announces|reported|reports|claimed|claims|estimated|estimates|promised|promises|argued"
    r"|argues|alleged|alleges|insisted|insists|predicted|predicts|believes|warned)"
)
_WHO = r"(?P<who>(?:[Tt]he [\w'’-]+|[Aa]n? [\w'’-]+|[A-Z][\w'’.-]*)(?: [\w'’.&-]+){0,5}?)"
_END = r"(?=[,;.]|$)(?!, [A-Z]\w+(?:,| and\b))"  # a list of names is left alone
_SOURCES = [
    re.compile(pattern)
    for pattern in (
        rf"\b[Aa]ccording to {_WHO}{_END}",
        rf"[,”\"] {_WHO}(?: has| have| had)? {_SAID}\b(?: (?:on|in|at|last|this|that) [\w ]+)?{_END}",
        rf"^{_WHO}(?: has| have| had)? {_SAID} that\b",
    )
]
_NOBODY = re.compile(
    r"^(?:as|and|but|or|while|when|where|though|one|some|many|in|on|at|for)\b"
    r"|\b(?:he|she|it|they|we|you|I|who|which|that|this|these|those|his|her|its|their)\b"
    r"|\b(?:laws?|rules?|plans?|schemes?|schedule|type|size|theor(?:y|em)|criteria)\b",
    re.IGNORECASE,
)
_PRESS = re.compile(r"^the (?:newspaper|paper|magazine|agency|broadcaster|outlet|station|channel|report)$")
_TOLD = re.compile(rf"\b(?:according to|{_SAID})\b", re.IGNORECASE)


def attributed(answer: Answer) -> Answer:
    """The answer with "according to …" behind each sentence whose one quote ascribes it and which does not say so."""
    by_number = {citation.number: citation for citation in answer.citations}
    text, told = answer.text, list[Sentence]()
    for sentence in answer.sentences:
        who = _ascribed(sentence, [by_number[number] for number in sentence.citations])
        if who:
            longer = f"{sentence.text.rstrip(' .')}, according to {who}."
            text = text.replace(sentence.text, longer, 1)
            sentence = replace(sentence, text=longer, support="supported")
        told.append(sentence)
    return replace(answer, text=text, sentences=tuple(told))


def source_of(sentence: str) -> str | None:
    """To whom a sentence ascribes what it says; None where to nobody, or to a pronoun."""
    for pattern in _SOURCES:
        found = pattern.search(sentence)
        if found and not _NOBODY.search(found["who"]):
            who = found["who"].rstrip(".")
            return who[0].lower() + who[1:] if re.match(r"(?:The|An?) ", who) else who
    return None


def _ascribed(sentence: Sentence, citations: Sequence[Citation]) -> str | None:
    if len(citations) != 1 or _TOLD.search(sentence.text):
        return None
    quote, own = citations[0].quote, stems(sentence.text)
    told = [quote[a:b] for a, b in sentences(quote)]
    nearest = max(range(len(told)), key=lambda i: len(own & stems(told[i])), default=0)
    who = source_of(told[nearest]) if told else None
    if who and _PRESS.search(who):
        named = [source for source in map(source_of, told[:nearest]) if source and not source.islower()]
        who = named[-1] if named else who
    return who if who and not _names_it(sentence.text, who) else None


def _names_it(sentence: str, who: str) -> bool:
    """Whether a sentence speaks of who said it, by all or part of the name."""
    return contains(sentence, re.sub(r"^(?:the|an?) ", "", who)) or bool(names(f"a {who}") & names(f"a {sentence}"))
