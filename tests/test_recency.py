"""How much an article's age tells: what is fitted by hand, and the fitted model over the real embeddings."""

import math
from collections import Counter
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from qa.index import MemoryIndex
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings
from qa.models.reranker import load_reranker
from qa.query.recency import EDGES, Recency, fitted, recency
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article, Filters
from tests.conftest import store
from training.recency import fit, ratios_of

DAY = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("published_at", "ratio"),
    [
        ("2024-05-21", 1),
        ("2024-05-20", 2),
        ("2024-05-17T08:00:00Z", 2),
        ("2024-05-16", 3),
        ("2024-05-12", 4),
        ("2024-04-19", 5),
        ("2024-04-18", 6),
        ("1999-01-01", 6),
    ],
)
def test_each_stretch_of_ages_has_a_ratio(published_at: str, ratio: int) -> None:
    news = Recency(1.0, (1, 2, 3, 4, 5, 6), DAY)
    assert news.log_odds(published_at) == pytest.approx(math.log(ratio))
    half = Recency(0.5, (1, 2, 3, 4, 5, 6), DAY)
    assert half.log_odds(published_at) == pytest.approx(math.log((ratio + 1) / 2))


@pytest.mark.parametrize("published_at", [None, "", "2024", "no day"])
def test_what_has_no_day_is_neither_favoured_nor_not(published_at: str | None) -> None:
    assert Recency(1.0, (0.1,) * 6, DAY).log_odds(published_at) == 0.0


def test_history_is_answered_by_articles_of_any_age() -> None:
    history = Recency(0.0, (0.1,) * 6, DAY)
    assert history.log_odds("2024-05-20") == history.log_odds("1980-01-01") == 0.0
    assert history.fresh is None
    assert Recency(0.9, (0.1,) * 6, DAY).fresh == Filters(since="2024-04-19", until="2024-05-20")


def test_where_all_are_of_one_age_nothing_changes() -> None:
    news = Recency(0.9, (1, 5, 3, 1, 1, 0), DAY)
    assert news.penalties(["2001-01-01", "1990-01-01"]) == [0.0, 0.0]
    fresh, old, unknown = news.penalties(["2024-05-20", "1990-01-01", None])
    assert (fresh, old, unknown) == pytest.approx((0.0, math.log(0.1 / 4.6), math.log(1 / 4.6)))
    assert news.penalties([]) == []


def test_ratios_by_hand() -> None:
    ratios = ratios_of(Counter({1: 5, 2: 1}), Counter({1: 5, 5: 19}))
    assert ratios == pytest.approx([2.5 * n for n in (1 / 1, 6 / 6, 2 / 1, 1 / 1, 1 / 1, 1 / 20)])


def test_what_can_be_told_apart_is() -> None:
    weights = fit(np.array([[1.0, 0.0]] * 20), np.array([[0.0, 1.0]] * 60))
    assert weights[0] > 1 > -1 > weights[1]
    assert weights[2] == pytest.approx(0, abs=0.05), "both sides count alike, however many they are"


def test_vectors_of_another_model_tell_nothing() -> None:
    assert recency([0.0] * 384, "another", DAY) is None


@pytest.fixture
def retriever(settings: Settings, embeddings: SentenceEmbeddings) -> Iterator[HybridRetriever]:
    """Two reports of one kind of event, years apart, and one without a day."""
    library = Library.open(settings.library_path)
    for name, day, place in (("old", "2019-03-02", "Kestle"), ("new", "2024-05-18", "Ormsby"), ("none", None, "Dray")):
        text = f"The mayor of {place} resigned on Tuesday after councillors voted against the budget of the town."
        store(library, Article(name, f"Mayor of {place} resigns", text, published_at=day, sha256=name), embeddings)
    index = MemoryIndex(library, embeddings.identity)
    yield HybridRetriever(library=library, index=index, embeddings=embeddings, reader=load_reranker(settings))
    library.close()


@pytest.mark.e2e
class TestFitted:
    def test_it_was_fitted_on_the_vectors_in_use(self, embeddings: SentenceEmbeddings) -> None:
        assert fitted().embeddings == embeddings.identity
        assert len(fitted().ratios) == len(EDGES) + 1

    def test_who_asks_of_the_news_is_answered_by_the_newest(self, retriever: HybridRetriever) -> None:
        asked = "Which mayor has resigned after a vote against the budget?"
        scores = {e.article_id: e.score for e in retriever.search(asked, as_of=DAY)}
        assert max(scores, key=scores.__getitem__) == "new"
        later = {e.article_id: e.score for e in retriever.search(asked, as_of=date(2031, 1, 1))}
        assert later["old"] == pytest.approx(later["new"], abs=0.1), "years afterwards both are old"

    def test_a_time_that_is_named_and_over_counts_in_place_of_the_age(self, retriever: HybridRetriever) -> None:
        asked = "Which mayor resigned after a vote against the budget in March 2019?"
        assert retriever.search(asked, as_of=DAY)[0].article_id == "old"

    @pytest.mark.parametrize("asked", ["Who was the first emperor of Rome?", "What is the boiling point of lead?"])
    def test_who_asks_of_history_is_not_taken_for_one_who_asks_of_the_news(
        self, retriever: HybridRetriever, asked: str
    ) -> None:
        told = recency(retriever.embed(asked), retriever.embedder, DAY)
        assert told is not None
        assert told.fresh is None
