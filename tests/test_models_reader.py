import hashlib

import pytest

from qa.models.manifest import READER_SHA256
from qa.models.reader import MODEL, Reader, load_reader
from qa.settings import Settings
from qa.types import Evidence


def evidence(text: str, title: str = "NORAD") -> Evidence:
    return Evidence("norad", title, None, None, None, 0, len(text), text, 0.5)


ANSWER = evidence("Canada and the United States signed the NORAD agreement on 12 May 1958 in Washington.")
TOPIC = evidence("NORAD watches the sky over North America and tracks what approaches the continent.")
OTHER = evidence("Greenland left the European Communities after a referendum.", "Greenland")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(Settings.from_env())


def test_the_file_is_the_one_whose_figures_the_model_card_gives() -> None:
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() == READER_SHA256
    assert MODEL.stat().st_size <= 25_000_000


def test_the_passage_that_answers_is_the_most_probable_one(reader: Reader) -> None:
    readings = reader.read("When was the NORAD agreement signed?", [OTHER, ANSWER, TOPIC])
    probabilities = [reading.probability for reading in readings]
    assert max(probabilities) == probabilities[1]
    assert all(0 < probability < 1 for probability in probabilities)


def test_the_answer_stands_where_the_reading_says(reader: Reader) -> None:
    (reading,) = reader.read("When was the NORAD agreement signed?", [ANSWER])
    assert "1958" in ANSWER.text[reading.start : reading.end]


def test_readings_do_not_depend_on_what_is_read_beside(reader: Reader) -> None:
    question = "When was the NORAD agreement signed?"
    together = reader.read(question, [TOPIC, ANSWER])[1]
    alone = reader.read(question, [ANSWER])[0]
    assert together.logit == pytest.approx(alone.logit, abs=0.5)
    assert (together.start, together.end) == (alone.start, alone.end)


def test_nothing_to_read_and_too_much_of_it(reader: Reader) -> None:
    assert reader.read("What?", []) == []
    (long,) = reader.read("What?", [evidence("word " * 5000)])
    assert 0 <= long.start <= long.end < 5 * 256
    (all_title,) = reader.read("What?", [evidence("The text.", title="title " * 600)])
    assert (all_title.start, all_title.end, all_title.margin) == (0, 0, float("-inf"))
