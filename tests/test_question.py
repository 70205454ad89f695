import pytest

from qa.question import counted, kind_matches


@pytest.mark.parametrize(
    ("question", "sentence", "matches"),
    [
        ("How many people came?", "9,300 people came.", True),
        ("How many people came?", "Three came.", True),
        ("How many people came?", "There were people.", False),
        ("How many came in 1995?", "Many came in 1995.", False),
        ("When did it open?", "It opened in May.", True),
        ("When did it open?", "It opened in 1931.", True),
        ("When did it open?", "It opened with a feast.", False),
        ("Since when is it open?", "Since 1931.", True),
        ("What percentage agreed?", "A majority agreed.", True),
        ("What percentage agreed?", "They agreed.", False),
        ("Why did it open?", "People wanted it.", True),
    ],
)
def test_the_kind_of_answer(question: str, sentence: str, matches: bool) -> None:
    assert kind_matches(question, sentence) is matches


@pytest.mark.parametrize(
    ("question", "stem"),
    [
        ("How many signatures did it get?", "signatur"),
        ("how many of the members agreed", "member"),
        ("How much did it cost?", None),
        ("Who counted them?", None),
    ],
)
def test_what_how_many_counts(question: str, stem: str | None) -> None:
    assert counted(question) == stem
