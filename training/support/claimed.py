"""A claim and its quote as the support model is to read them."""

from dataclasses import dataclass

MAX_TOKENS = 256
ANSWERED_BY = " → "  # between a question and the claim that answers it
AFTER = " | "  # between the sentence before a quote and the quote


@dataclass(frozen=True)
class Claimed:
    """A claim with the quote that is to back it.

    claim     one sentence
    question  what it answers; empty to ask only whether it is stated
    quote     the stored words
    heading   title, source and day of the article, as they are shown beside the quote
    before    the sentence before the quote, by which its pronouns are understood
    """

    claim: str
    question: str
    quote: str
    heading: str = ""
    before: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What the model reads: the claim, and what is to back it."""
        asked = f"{self.question}{ANSWERED_BY}{self.claim}" if self.question else self.claim
        quote = f"{self.before}{AFTER}{self.quote}" if self.before else self.quote
        return asked, f"{self.heading}\n{quote}" if self.heading else quote
