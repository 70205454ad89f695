"""Which sentences belong into an answer of several points, with readings that can be worked out by hand."""

from dataclasses import replace
from math import log

import pytest

from qa.language.text import stem
from qa.models.reader import Reading
from qa.plans.bearing import LEAST_READ, answered, read_within, signs
from qa.plans.points import stretches
from qa.query.query import Query
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


def test_whether_there_is_an_answer_is_told_by_the_closest_reading_the_best_passage_and_the_words() -> None:
    query = Query.of("What had happened to the engine of the plane?")  # of engine and plane the passages hold one
    best, other = (replace(PASSAGE, score=score) for score in (0.9, 0.1))
    told = signs(query, [read((0.0,) * 3, 2.0, other), read((0.0,) * 3, 1.0, best)])
    assert told[:3].tolist() == pytest.approx([1.0, 2.0, log(9)])
    assert told[3] == pytest.approx(query.share({stem("engine")}))
    assert 0 < told[3] < 1


def test_likely_passages_hold_an_answer_and_poor_ones_or_such_as_were_not_read_do_not() -> None:
    query = Query.of("Why did the ferry stop?")
    good, poor = (replace(PASSAGE, score=score) for score in (0.95, 0.01))
    assert answered(query, [read((0.0,) * 3, 6.0, good)])
    assert not answered(query, [read((0.0,) * 3, -6.0, poor)])
    assert not answered(query, [])
    assert not answered(query, [Hit(good)])
