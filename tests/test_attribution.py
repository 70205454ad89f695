"""A claim keeps the one who makes it."""

from dataclasses import replace

import pytest

from qa.grounding.attribution import attributed, source_of
from qa.types import Answer, Citation, Sentence

FACT = "The petition collected 41,200 signatures."
QUOTE = "The petition collected 41,200 signatures, the organisers said."


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        (QUOTE, "the organisers"),
        ("According to the ministry of transport, the tunnel opens in May.", "the ministry of transport"),
        ("The tunnel opens in May, according to Harbour News.", "Harbour News"),
        ("“It opens in May,” Ada Thorne said on Monday.", "Ada Thorne"),
        ("The Orra Fishers' Union claims that 90 boats are idle.", "the Orra Fishers' Union"),
        ("Ada Thorne has said that the tunnel opens in May.", "Ada Thorne"),
        ("The next day he announced that the tunnel opens in May.", None),
        ("The tunnel opens in May, she said.", None),
        ("The tunnel opens in May.", None),
        ("According to Ada, Bo and Cy, the tunnel opens in May.", None),
        ("Places are given according to a fixed scheme.", None),
        ("They said that the tunnel opens in May.", None),
    ],
)
def test_the_source_of_a_sentence(sentence: str, who: str | None) -> None:
    assert source_of(sentence) == who


def answer(text: str, *quotes: str) -> Answer:
    citations = tuple(
        Citation(n, "petition", "A petition", None, None, None, quote, 0, len(quote))
        for n, quote in enumerate(quotes, 1)
    )
    numbers = tuple(c.number for c in citations)
    marks = "".join(f"[{n}]" for n in numbers)
    return Answer(
        "How many?",
        "How many?",
        "answered",
        f"{text} {marks}",
        sentences=(Sentence(text, numbers, "quoted"),),
        citations=citations,
    )


def test_a_bare_fact_gets_the_attribution_of_its_quote() -> None:
    told = attributed(answer(FACT, QUOTE))
    assert told.text == "The petition collected 41,200 signatures, according to the organisers. [1]"
    assert told.sentences == (Sentence(told.text.removesuffix(" [1]"), (1,), "supported"),)


def test_of_a_quote_of_two_sentences_the_nearer_counts() -> None:
    quote = f"{FACT} The mayor is wrong, the organisers said."
    assert attributed(answer(FACT, quote)).text == f"{FACT} [1]"


@pytest.mark.parametrize(
    ("before", "who"),
    [
        ("The petition is over, the Harbour News reported. ", "the Harbour News"),
        ("Ada Thorne said that it began late. The petition is over, the Harbour News reported. ", "the Harbour News"),
        ("The petition is over. ", "the newspaper"),
        ("The petition is over, the organisers said. ", "the newspaper"),
    ],
)
def test_the_newspaper_is_called_by_its_name_where_the_quote_has_it(before: str, who: str) -> None:
    told = attributed(answer(FACT, f"{before}According to the newspaper, it collected 41,200 signatures."))
    assert told.text == f"The petition collected 41,200 signatures, according to {who}. [1]"


@pytest.mark.parametrize(
    "said",
    [
        "The petition collected 41,200 signatures, according to the organisers.",
        "The organisers said the petition collected 41,200 signatures.",
        "The organisers collected 41,200 signatures.",
    ],
)
def test_what_names_its_source_already_stays(said: str) -> None:
    assert attributed(answer(said, QUOTE)) == answer(said, QUOTE)


def test_a_name_of_common_words_is_told_from_the_words() -> None:
    quote = "Officials met the group three times, the Financial Times reported."
    told = attributed(answer("Officials met the group three times.", quote))
    assert told.text == "Officials met the group three times, according to the Financial Times. [1]"


def test_what_rests_on_several_quotes_or_none_stays() -> None:
    two = answer(FACT, QUOTE, "The petition is over.")
    assert attributed(two) == two
    nothing = replace(two, sentences=(), citations=())
    assert attributed(nothing) == nothing
