"""Which sentences belong into an answer of several points, with readings that can be worked out by hand."""

from dataclasses import replace

import pytest

from qa.models.reader import Reading
from qa.plans.bearing import LEAST_READ, answered, fitted, read_within
from qa.plans.points import stretches
from qa.retrieval.hits import Hit
from qa.types import Evidence

TEXT = "The ferry stopped in March. Its engine had burnt out. Nobody was hurt on board that day."
PASSAGE = Evidence("ferry", "The ferry", None, None, None, 20, 20 + len(TEXT), TEXT, 0.5)


def read(margins: tuple[float, ...], logit: float, passage: Evidence = PASSAGE) -> Hit:
    return Hit(passage, Reading(logit, 0, 3, max(margins), margins))


def test_a_sentence_is_as_good_as_the_likeliest_words_within_it() -> None:
    told = [PASSAGE.cut(*span) for span in PASSAGE.spans]
    spans, closely = read_within(told, [read((-3.0, 5.0, -1.0), 2.0)])
    assert spans.tolist() == [-3.0, 5.0, -1.0]
    assert closely.tolist() == [2.0] * 3


def test_two_sentences_together_are_as_good_as_the_better_one() -> None:
    together = PASSAGE.cut(PASSAGE.spans[0][0], PASSAGE.spans[1][1])
    spans, _ = read_within([together], [read((-3.0, 5.0, -1.0), 2.0)])
    assert spans.tolist() == [5.0]


def test_of_overlapping_passages_the_better_reading_counts_and_other_articles_do_not() -> None:
    start = PASSAGE.spans[1][0]
    second = replace(PASSAGE, text=TEXT[start:], start=PASSAGE.start + start)
    elsewhere = replace(PASSAGE, article_id="other")
    told = [PASSAGE.cut(*PASSAGE.spans[1])]
    hits = [read((-3.0, 1.0, -1.0), 2.0), read((4.0, 0.0), -1.0, second), read((9.0, 9.0, 9.0), 9.0, elsewhere)]
    spans, closely = read_within(told, hits)
    assert (spans.tolist(), closely.tolist()) == ([4.0], [2.0])


@pytest.mark.parametrize("hits", [[], [Hit(PASSAGE)], [read((-99.0, -99.0, -99.0), -99.0)]])
def test_what_was_not_read_or_answers_nothing_is_bounded(hits: list[Hit]) -> None:
    spans, closely = read_within(list(stretches([PASSAGE])), hits)
    assert set(spans.tolist()) == set(closely.tolist()) == {LEAST_READ}


def test_whether_there_is_an_answer_is_told_by_the_likeliest_passage() -> None:
    least = fitted().answers_from
    assert answered([read((0.0,) * 3, least - 1), read((0.0,) * 3, least)])
    assert not answered([read((9.0,) * 3, least - 0.1)])
    assert not answered([])
    assert not answered([Hit(PASSAGE)])
