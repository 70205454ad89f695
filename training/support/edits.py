"""Sentences of real passages -> claims that they state, and claims in their own words that they do not."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from training.altered import NAME, NUMBER, OPPOSITES

_AUXILIARY = re.compile(r"\b(?:is|was|were|are|has|had|can|could|will|would|did|does|do|should)\b(?! not\b|n['’]t)")
_DENIED = re.compile(r"\b(is|was|were|are|has|had|can|could|will|would|should) not\b")
_HEDGED = (
    (r"\b(?:may|might|could) have\b", "has"),
    (r"\b(?:may|might|could) be\b", "is"),
    (r"\b(?:may|might|could)\b", "will"),
    (r"\b(?:planned|intended|hoped|attempted|tried|wanted|threatened|proposed|sought) to (\w+?)e?\b", r"\1ed"),
    (r"\bwas (?:planned|supposed|expected|intended) to be\b", "was"),
    (r"\b(?:is|are) (?:planned|supposed|expected|intended|likely|thought|believed|said) to be\b", "is"),
    (r"\b(?:probably|possibly|allegedly|reportedly|perhaps|nearly|almost)\s", ""),
)
_CLAIMED = re.compile(
    r"(?P<lead>[^,;:]{3,60}?\b(?:claim|alleg|argu|suggest|believ|propos|speculat|predict|fear|hop|threaten)\w*) that "
    r"(?P<rest>[^;]{25,})"
)
_KNOWN = re.compile(
    r"[^,;:]{3,60}?\b(?:showed|found|confirmed|proved|revealed|discovered|demonstrated) that (?P<rest>[^;]{25,})"
)
_SHARES = (
    (r"\b(?:most|many|some|several|few|half) of the\b", "all of the"),
    (r"\b(?:most|many|some|several|few)\b(?= \w+s\b)", "all"),
    (r"\b(?:often|usually|sometimes|rarely|mostly|mainly|partly)\b", "always"),
    (r"\bone of the\b", "the"),
)
_PART = re.compile(r", (?:which|who|where|although|though|while|whereas|but|and|with|including)\b[^.]*")
_ASIDE = re.compile(r"\s\([^()]*\)|, [^,]{4,60},(?= (?:is|was|were|has|had|will)\b)")
_SUBJECT_ASKED = re.compile(r"(?:Who|What|Which [\w-]+|What [\w-]+)(?P<rest> (?!did\b|do\b|does\b|the\b|a\b)[a-z]+ .+)")
_DOUBTFUL = re.compile(r"\b(?:if|unless|not|no|never|only|except|neither|nor|without|until)\b|n['’]t\b", re.I)

Edit = Callable[[str, random.Random], str | None]


def kept(sentence: str, rng: random.Random) -> str | None:
    """A part of a sentence that it states as well: an aside or a last clause left out."""
    if _DOUBTFUL.search(sentence):
        return None
    shorter = [_ASIDE.sub("", sentence, count=1)]
    if match := _PART.search(sentence, 30):
        shorter.append(sentence[: match.start()] + ".")
    if match := _KNOWN.fullmatch(sentence):
        shorter.append(match["rest"])
    shorter = [s for s in shorter if s != sentence and len(s) > 25]
    return rng.choice(shorter) if shorter else None


def negated(sentence: str, rng: random.Random) -> str | None:
    """With a "not" more, or one less."""
    if match := _DENIED.search(sentence):
        return sentence[: match.end(1)] + sentence[match.end() :]
    places = list(_AUXILIARY.finditer(sentence))
    if not places:
        return None
    at = places[0].end()
    return f"{sentence[:at]} not{sentence[at:]}"


def opposed(sentence: str, rng: random.Random) -> str | None:
    """With one word turned round."""
    words = [w for w in sentence.split() if w in OPPOSITES and w not in ("is", "was", "were", "did")]
    if not words:
        return None
    word = rng.choice(words)
    return re.sub(rf"\b{re.escape(word)}\b", OPPOSITES[word], sentence, count=1)


def swapped_names(sentence: str, rng: random.Random) -> str | None:
    """Two names change places; not where they stand in one list, which says the same in any order."""
    return _swapped(sentence, NAME, r"(?:,| and| or| with|\s)*(?:the )?", rng)


def swapped_numbers(sentence: str, rng: random.Random) -> str | None:
    """Two numbers change places."""
    return _swapped(sentence, NUMBER, r"\W*(?:and|or|to|–|-|\.|,)?\W*", rng)


def renumbered(sentence: str, rng: random.Random) -> str | None:
    """Another number of the same form."""
    found = NUMBER.findall(sentence)
    if not found:
        return None
    old = rng.choice(found)
    new = "".join(str(rng.randint(1, 9)) if c.isdigit() and rng.random() < 0.5 else c for c in old)
    return re.sub(rf"(?<![\d.,]){re.escape(old)}(?![\d])", new, sentence, count=1) if new != old else None


def unhedged(sentence: str, rng: random.Random) -> str | None:
    """A plan or a doubt told as a fact."""
    return _replaced(sentence, _HEDGED)


def unattributed(sentence: str, rng: random.Random) -> str | None:
    """What somebody claims told as a fact."""
    match = _CLAIMED.match(sentence)
    return match["rest"][0].upper() + match["rest"][1:] if match else None


def generalised(sentence: str, rng: random.Random) -> str | None:
    """All in the place of some."""
    return _replaced(sentence, _SHARES)


CONTRADICTED: tuple[Edit, ...] = (negated, opposed, renumbered)
NOT_STATED: tuple[Edit, ...] = (swapped_names, swapped_names, swapped_numbers, unhedged, unattributed, generalised)


def edited(sentence: str, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Claim, label and the edit's name: one that the sentence states, and up to two that it does not.

    The label "unsupported" says that it may be contradicted or not stated.
    """
    stated = kept(sentence, rng) if rng.random() < 0.7 else None
    if stated or rng.random() < 0.5:
        yield stated or sentence, "supported", kept.__name__
    for edits, label in ((CONTRADICTED, "contradicted"), (NOT_STATED, "unsupported")):
        for edit in rng.sample(edits, len(edits)):
            claim = edit(sentence, rng)
            if claim and claim != sentence:
                yield claim, label, edit.__name__
                break


def declared(question: str, answer: str) -> str | None:
    """A question that asks for its subject, or with "is" or "was", and its answer as one sentence."""
    bare = question.strip().rstrip("?").strip()
    match = _SUBJECT_ASKED.fullmatch(bare)
    if not match:
        return None
    claim = f"{answer}{match['rest']}."
    return claim[0].upper() + claim[1:]


def _replaced(sentence: str, rules: Sequence[tuple[str, str]]) -> str | None:
    for pattern, other in rules:
        changed = re.sub(pattern, other, sentence, count=1)
        if changed != sentence:
            return changed
    return None


def _swapped(sentence: str, what: re.Pattern[str], listed: str, rng: random.Random) -> str | None:
    found = list(what.finditer(sentence))
    pairs = [
        (a, b)
        for n, a in enumerate(found)
        for b in found[n + 1 :]
        if a[0] != b[0] and not re.fullmatch(listed, sentence[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return sentence[: a.start()] + b[0] + sentence[a.end() : b.start()] + a[0] + sentence[b.end() :]
