"""An article as it is copied from a web page, page furniture and all, with the real models."""

import re
from pathlib import Path

import pytest

from qa.answer import Answerer
from tests.e2e.conftest import Over, verbatim

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared/seed").glob("*.txt"))
FURNITURE = ("Bookmark popover", "Removed from bookmarks", "Join our commenting forum", "thought-provoking")

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not SEEDS, reason="the article is not ours to keep beside the tests")]


@pytest.fixture(scope="module")
def answerer(over: Over) -> Answerer:
    return over(str(SEEDS[0]))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who met the Alberta Prosperity Project?", r"officials"),
        ("How many signatures does the petition need?", r"177,000"),
        ("How many signatures did the counter-petition get?", r"438,568"),
        ("Who is the legal counsel of the group?", r"Jeff Rath"),
        ("What would the 500 billion dollars be for?", r"fund|province|independen|referendum"),
        ("What did Hoekstra warn of?", r"gaps|fighter jets|airspace"),
    ],
)
def test_it_is_answered_from_the_article_itself(answerer: Answerer, question: str, expected: str) -> None:
    answer = answerer.answer(question)
    assert answer.status == "answered", answer
    assert re.search(expected, answer.text), answer.text
    assert verbatim(answerer, answer)
    assert not any(words in citation.quote for citation in answer.citations for words in FURNITURE)
