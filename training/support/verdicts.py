"""Claims turned into questions for Yes or No, with either as the answer."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from training.support.pairs import Pair

_INVERTIBLE = re.compile(
    r"(?P<subject>(?!.*\b(?:who|which|that|whose|where|when|if)\b)[^,;:]{2,60}?) "
    r"(?P<verb>is|are|was|were|has|had|have|will|can|could|would|must|should) "
    r"(?P<rest>(?!not\b|never\b|no\b)[^?]+)\."
)
_SMALL = re.compile(r"(?:The|An?|It|He|She|They|This|These|His|Her|Its|Their|No|All|Most|Some|Only|Both|One|In|At)\b")
TOLD = 0.35  # of the verdicts come with the claim that they confirm
RIGHT = {"supported": "Yes.", "contradicted": "No."}


def asked(claim: str, quote: str, rng: random.Random) -> str | None:
    """The question whether a claim is true; None where no rule makes a good one."""
    first = claim.split(" ")[0]
    if _SMALL.match(claim) or re.search(rf"\b{re.escape(first.lower())}\b", quote):
        claim = claim[:1].lower() + claim[1:]
    match = _INVERTIBLE.fullmatch(claim)
    if match:
        verb = match["verb"].capitalize()
        return f"{verb} {match['subject']} {match['rest']}?"
    if rng.random() < 0.3 and claim.endswith(".") and "?" not in claim:
        return f"Is it true that {claim[:-1]}?"
    return None


def verdicts(pairs: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    """For each claim that can be asked, Yes or No: one supported, the other contradicted; neither where it is open."""
    for pair in pairs:
        question = (
            asked(pair.claimed.claim, pair.claimed.quote, rng) if pair.label in (*RIGHT, "not_supported") else None
        )
        if question is None:
            continue
        verdict = rng.choice(("Yes.", "No."))
        right = RIGHT.get(pair.label)
        label = "not_supported" if right is None else "supported" if verdict == right else "contradicted"
        if verdict == "Yes." and rng.random() < TOLD:
            verdict = f"Yes. {pair.claimed.claim}"
        yield Pair(replace(pair.claimed, claim=verdict, question=question), label, "verdicts", pair.kind)
