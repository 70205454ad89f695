import pytest

from qa.errors import QuestionError
from qa.query.question import asks_yes_or_no, checked_question, named_sources


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
