"""What tells the contrary of a question, and what does not."""

import pytest

from qa.facts import Facts
from qa.opposites import contrary


@pytest.mark.parametrize(
    ("question", "quote", "is_contrary"),
    [
        ("What is the best case?", "The usual measure is the worst case.", True),
        ("Why did support for the bridge decline?", "The opening made support for the bridge rise.", True),
        ("How did equal treatment make it seem?", "Unequal treatment made it seem colonial.", True),
        ("What was the unofficial result?", "The official result was a draw.", True),
        ("Why did support for the bridge decline?", "Support rose, until tolls made it decline.", False),
        ("Did support for the bridge decline?", "Support for the bridge rose.", False),
        ("Did it rise or fall?", "Support for the bridge rose.", False),
        ("Why did support not rise?", "Tolls made support fall.", False),
        ("Which towns were excluded?", "Varga and Lomond were not included.", False),
        ("Who is the mayor of East Varga?", "Ada Thorne is mayor of the western town.", False),
        ("Where did he go to?", "He went into the house.", False),
        ("Who bought the mill?", "Brandt sold the mill to Reid.", False),
    ],
)
def test_a_quote_that_tells_the_contrary(question: str, quote: str, is_contrary: bool) -> None:
    assert contrary(question, Facts.of(quote)) is is_contrary
