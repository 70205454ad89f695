import pytest

from qa.errors import QuestionError
from qa.question import asks_yes_or_no, checked_question, counted, kind_matches, named_sources


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
        ("What opened the Varga bridge to traffic?", "The Varga bridge opened to traffic.", False),
        ("What opened the Varga bridge to traffic?", "Ada Thorne opened the Varga bridge to traffic.", True),
        ("The Varga bridge opened to what?", "The Varga bridge opened to ships.", True),
        ("Which of Varga and Lomond has a bridge?", "Varga has a bridge.", True),
        ("What came first, the bridge or the ferry?", "The bridge came first.", True),
        ("Did the Varga bridge open?", "The Varga bridge opened.", True),
        ("varga bridge opened to traffic", "The Varga bridge opened to traffic.", True),
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


@pytest.mark.parametrize(
    ("question", "yes_or_no"),
    [
        ("Did the bridge open in 1931?", True),
        ("is it long", True),
        ("After the bridge opened in 1931, was there a toll?", True),
        ("Do the Gazette and Harbour News agree on the toll?", True),
        ("Was it built of steel, or of stone?", False),
        ("When did it open?", False),
        ("In what year of the century, did it open?", False),
        ("Which bridge, the longest of the valley, is closed?", False),
        ("The bridge did open, who built it?", False),
    ],
)
def test_what_yes_or_no_would_answer(question: str, yes_or_no: bool) -> None:
    assert asks_yes_or_no(question) is yes_or_no


def test_a_source_is_named_by_its_whole_name_as_it_is_written() -> None:
    sources = ["Time", "The Age", "C++ Weekly", "Harbour News"]
    assert named_sources("What do The Age and 'C++ Weekly' say of Harbour Newspapers at this time?", sources) == [
        "The Age",
        "C++ Weekly",
    ]


def test_broken_characters_cannot_be_asked() -> None:
    assert checked_question(" Where  is 🌉?") == "Where is 🌉?"
    with pytest.raises(QuestionError, match="broken characters"):
        checked_question("Where is \udcff?")
