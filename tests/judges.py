"""A judge whose judgements can be worked out by hand."""

from collections.abc import Sequence

from qa.language.text import stems
from qa.models.support import Claimed, Judgement

YES, NO = Judgement(0.97, 0.01, 0.02), Judgement(0.05, 0.05, 0.9)
SHARE = 0.6


class WordJudge:
    """Finds a claim supported where most of the words that it adds to its question stand in the quote or its heading.

    Of a bare Yes or No it supports the one it is made with, whatever the quote says.
    """

    def __init__(self, verdict: str = "Yes.") -> None:
        self.verdict = verdict

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]:
        return [YES if self._supports(claim) else NO for claim in claims]

    def _supports(self, claim: Claimed) -> bool:
        if claim.claim in ("Yes.", "No."):
            return claim.claim == self.verdict
        added = stems(claim.claim) - stems(claim.question)
        return len(added & stems(f"{claim.heading} {claim.quote}")) >= SHARE * len(added)
