"""What the page restricts a question to."""

import pytest

from qa.errors import QuestionError
from qa.types import Filters
from qa.web.narrowing import read_narrowing
from qa.web.texts import texts


def test_it_becomes_filters_and_chips() -> None:
    sent = '{"article_id": "bridge", "title": "The Varga bridge", "source": "A", "since": "2025-01-02"}'
    narrowing = read_narrowing(sent, texts())
    assert narrowing.filters() == Filters("2025-01-02", None, "A", "bridge")
    assert narrowing.chips(texts()) == ["Article: The Varga bridge", "Source: A", "From 2 January 2025"]


def test_nothing_is_no_restriction() -> None:
    assert read_narrowing("", texts()).filters() is None
    assert read_narrowing("", texts()).chips(texts()) == []


@pytest.mark.parametrize("sent", ["{", "[]", '{"since": "soon"}', '{"author": "A"}'])
def test_what_no_page_sends_is_one_line(sent: str) -> None:
    with pytest.raises(QuestionError, match="reload the page"):
        read_narrowing(sent, texts())
