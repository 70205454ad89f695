"""What is shown of a source: quotes between the sentences around them, and where a passage begins to tell."""

import pytest

from qa.types import Citation, Evidence
from qa.web.sources import Card, by_article, cards, glimpse, passage_of
from tests.web_fake import CITATION, EVIDENCE, OTHER, QUOTE

TEXT = (
    "## Plans\n\nIt was planned by Ines Aldana. It opened in 1931. It cost 900 crowns. It was widened in 1950. "
    "It is old.\n\n## Today\n\nIt carries two tracks. 🌉 Nobody paints it."
)


def passage(text: str = TEXT, start: int = 40) -> Evidence:
    return Evidence("arch", "The arch", None, None, None, start, start + len(text), text, 0.5)


def cited(number: int, quote: str, text: str = TEXT, start: int = 40) -> Citation:
    at = start + text.index(quote)
    return Citation(number, "arch", "The arch", None, None, None, quote, at, at + len(quote))


def shown(*quotes: str, text: str = TEXT) -> list[str]:
    """The words of each card, the quotes in brackets with their numbers behind them."""
    made = cards([cited(number, quote, text) for number, quote in enumerate(quotes, 1)], [passage(text)])
    return [written(card) for card in made]


def written(card: Card) -> str:
    return "".join(
        f"[{piece.text}]{','.join(map(str, piece.numbers))}" if piece.numbers else piece.text for piece in card.pieces
    )


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("It cost 900 crowns.", "It opened in 1931. [It cost 900 crowns.]1 It was widened in 1950."),
        ("It was planned by Ines Aldana.", "[It was planned by Ines Aldana.]1 It opened in 1931."),
        ("It is old.", "It was widened in 1950. [It is old.]1"),
        ("It carries two tracks.", "[It carries two tracks.]1 🌉 Nobody paints it."),
        ("🌉 Nobody paints it.", "It carries two tracks. [🌉 Nobody paints it.]1"),
        ("opened in", "It was planned by Ines Aldana. It [opened in]1 1931. It cost 900 crowns."),
        (
            "It opened in 1931. It cost 900 crowns.",
            "It was planned by Ines Aldana. [It opened in 1931. It cost 900 crowns.]1 It was widened in 1950.",
        ),
    ],
)
def test_a_quote_stands_between_the_sentence_before_and_the_one_after(quote: str, expected: str) -> None:
    assert shown(quote) == [expected]


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        (
            ("It cost 900 crowns.", "It opened in 1931."),
            "It was planned by Ines Aldana. [It opened in 1931.]2 [It cost 900 crowns.]1 It was widened in 1950.",
        ),
        (
            ("It was planned by Ines Aldana.", "It was widened in 1950."),
            "[It was planned by Ines Aldana.]1 It opened in 1931. It cost 900 crowns. "
            "[It was widened in 1950.]2 It is old.",
        ),
        (
            ("It opened in 1931.", "🌉 Nobody paints it."),
            "It was planned by Ines Aldana. [It opened in 1931.]1 It cost 900 crowns. … "
            "It carries two tracks. [🌉 Nobody paints it.]2",
        ),
        (
            ("It cost 900 crowns. It was", "crowns."),
            "It opened in 1931. [It cost 900 ]1[crowns.]1,2[ It was]1 widened in 1950. It is old.",
        ),
        (
            ("It is old.", "It carries two tracks."),
            "It was widened in 1950. [It is old.]1 … [It carries two tracks.]2 🌉 Nobody paints it.",
        ),
        (
            ("It is old.", "It is old."),
            "It was widened in 1950. [It is old.]1,2",
        ),
    ],
)
def test_quotes_of_one_passage_share_a_card(quotes: tuple[str, ...], expected: str) -> None:
    assert shown(*quotes) == [expected]


def test_each_passage_has_a_card_in_the_order_of_the_answer() -> None:
    made = cards([cited(1, "It is old."), CITATION, cited(3, "It opened in 1931.")], [EVIDENCE, passage()])
    assert [[c.number for c in card.citations] for card in made] == [[1, 3], [1]]
    assert written(made[1]).startswith("The Varga bridge was planned for years. [It opened")


def test_quotes_without_their_passage_stand_alone() -> None:
    made = cards([cited(1, "It is old."), cited(2, "It opened in 1931."), cited(3, "It is old.")], [])
    assert [written(card) for card in made] == ["[It is old.]1,3", "[It opened in 1931.]2"]


def test_the_passage_of_a_quote_holds_all_of_it() -> None:
    assert passage_of(CITATION, [OTHER, EVIDENCE]) == EVIDENCE
    assert passage_of(CITATION, [EVIDENCE.cut(0, EVIDENCE.text.index(QUOTE) + 5)]) is None


def test_passages_are_grouped_in_the_order_of_their_articles() -> None:
    second = EVIDENCE.cut(0, 20)
    assert by_article([OTHER, EVIDENCE, second]) == [[OTHER], [EVIDENCE, second]]


def test_the_glimpse_begins_at_the_nearest_sentence() -> None:
    assert glimpse(EVIDENCE, "How long is it in metres?").startswith("… It is 412 metres long")
    assert glimpse(EVIDENCE, "Who planned the bridge?").startswith("The Varga bridge was planned")
    assert glimpse(passage("## Plans\n\nDr. Aldana  drew\nthem."), "Who drew them?") == "Dr. Aldana drew them."
    assert glimpse(passage("## Plans"), "Who drew them?") == ""
    assert len(glimpse(passage("word " * 500), "word")) < 270
