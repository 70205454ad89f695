"""The extractor as it is shipped, with its real weights."""

import hashlib
import math
from dataclasses import replace

import pytest

from qa.models.extractor import ADAPTER, load_extractor
from qa.models.manifest import EXTRACTOR_SHA256
from qa.models.reader import Reader
from qa.settings import Settings
from qa.types import Evidence

TEXT = (
    "The final was played at Wembley on 30 July 1966 before 96,924 people. Alf Ramsey managed England, and Helmut "
    "Schön managed West Germany. England won 4–2 after extra time."
)


@pytest.fixture(scope="module")
def extractor() -> Reader:
    return load_extractor(Settings.from_env())


def evidence(text: str, title: str = "The 1966 World Cup final") -> Evidence:
    return Evidence("final", title, None, None, None, 0, len(text), text, 0.5)


def test_the_adapter_is_the_one_whose_figures_the_model_card_gives() -> None:
    assert hashlib.sha256(ADAPTER.file.read_bytes()).hexdigest() == EXTRACTOR_SHA256
    assert ADAPTER.file.stat().st_size <= 12_000_000


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who managed West Germany in the 1966 final?", "Helmut Schön"),
        ("Who managed England in the 1966 final?", "Alf Ramsey"),
        ("How many people watched the 1966 final?", "96,924"),
        ("when was the final played", "30 July 1966"),
    ],
)
def test_it_points_at_the_words_that_answer(extractor: Reader, question: str, words: str) -> None:
    (reading,) = extractor.read(question, [evidence(TEXT)])
    assert words in TEXT[reading.start : reading.end]
    assert reading.margin > 0


def test_it_is_surer_of_a_passage_that_answers(extractor: Reader) -> None:
    other = "The tournament was held in Mexico. Mário Zagallo managed Brazil, who beat Italy 4–1."
    answering, not_answering = extractor.read("Who managed West Germany?", [evidence(TEXT), evidence(other)])
    assert answering.logit > not_answering.logit
    assert answering.margin > not_answering.margin


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How many people watched the 1966 final?", 0),
        ("Who managed West Germany in the 1966 final?", 1),
        ("How did the 1966 final end?", 2),
    ],
)
def test_read_closely_the_sentence_that_answers_is_surest(extractor: Reader, question: str, sentence: int) -> None:
    passage = evidence(TEXT)
    (reading,) = extractor.read(question, [passage], within=[passage.spans])
    assert len(reading.within) == 3
    assert reading.within.index(max(reading.within)) == sentence
    assert max(reading.within) == pytest.approx(reading.margin), "the answer lies within one sentence"
    (plain,) = extractor.read(question, [evidence(TEXT)])
    assert plain == replace(reading, within=())


def test_a_sentence_beyond_what_is_read_answers_nothing(extractor: Reader) -> None:
    passage = evidence(" ".join([TEXT] * 12))
    (reading,) = extractor.read("How many people watched the 1966 final?", [passage], within=[passage.spans])
    assert len(reading.within) == 36
    assert reading.within[0] > reading.within[-1] == -math.inf
