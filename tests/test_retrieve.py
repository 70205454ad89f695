import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.documents import Document

from qa.errors import FilterError, LibraryError, QuestionError
from qa.library import Library, Likeness
from qa.models.reader import Reader, Reading
from qa.query.query import Query
from qa.query.question import MAX_QUESTION, checked_question
from qa.retrieval.hits import likeliest
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article, Evidence, Filters, Preference
from tests.conftest import ARTICLES, store


def found(retriever: HybridRetriever, question: str, filters: Filters | None = None) -> list[str]:
    return [evidence.article_id for evidence in retriever.search(question, filters=filters)]


def test_the_article_that_was_asked_about_comes_first(retriever: HybridRetriever) -> None:
    assert found(retriever, "When did the Varga bridge open?")[0] == "bridge"
    assert found(retriever, "How much does a ferry ticket cost?")[0] == "ferry"
    assert found(retriever, "What does Kestrel Mill grind?")[0] == "mill"


def test_what_comes_back_lies_in_the_library_with_the_facts_of_its_article(retriever: HybridRetriever) -> None:
    passages = retriever.search("When did the Varga bridge open?")
    for passage in passages:
        article = retriever.library.article(passage.article_id)
        assert article.text[passage.start : passage.end] == passage.text
    assert (passages[0].title, passages[0].source, passages[0].published_at) == (
        "The Varga bridge",
        "Test Gazette",
        "2025-03-01",
    )
    scores = [passage.score for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] < scores[0] <= 1.0


def test_k_is_the_most_that_comes_back(retriever: HybridRetriever) -> None:
    assert len(retriever.search("the bridge, the ferry and the mill", k=2)) == 2
    assert len(retriever.search("the bridge, the ferry and the mill", k=50)) == 3


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_refused(retriever: HybridRetriever, question: str) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        retriever.search(question)


def test_a_question_that_is_too_long_is_refused_with_both_lengths(retriever: HybridRetriever) -> None:
    with pytest.raises(QuestionError, match=r"2,001 characters.*at most 2,000"):
        retriever.search("a" * (MAX_QUESTION + 1))
    assert checked_question("a" * MAX_QUESTION) == "a" * MAX_QUESTION


def test_odd_spaces_in_a_question_count_for_nothing() -> None:
    assert checked_question("  who\n\tdesigned   it? ") == "who designed it?"


@pytest.mark.parametrize("question", ['"', "OR", 'NEAR("bridge" AND', "-bridge*", "???", "日本"])
def test_no_question_is_read_as_query_syntax(retriever: HybridRetriever, question: str) -> None:
    assert isinstance(retriever.search(question), list)


def test_a_library_that_was_emptied_says_how_to_fill_it(retriever: HybridRetriever) -> None:
    for article in ARTICLES:
        retriever.library.remove(article.id)
    with pytest.raises(LibraryError, match=r"the library is empty.*python -m ingest add"):
        retriever.search("When did the Varga bridge open?")


def test_filters_hold_for_both_sides(retriever: HybridRetriever) -> None:
    question = "the Varga bridge, the Lomond ferry and Kestrel Mill"
    assert set(found(retriever, question)) == {"bridge", "ferry", "mill"}
    assert found(retriever, question, Filters(source="Test Gazette")) == ["bridge"]
    assert found(retriever, question, Filters(since="2025-03-02")) == ["ferry"]
    assert found(retriever, question, Filters(until="2025-05-31")) == ["bridge"]
    assert found(retriever, question, Filters(since="2025-03-01", until="2025-03-01")) == ["bridge"]
    assert found(retriever, question, Filters(article_id="ferry")) == ["ferry"]
    assert found(retriever, question, Filters(since="2026-01-01")) == [], "of days without articles nothing is found"


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(source="harbor news"), "no article is by 'harbor news'; there is Harbour News, Test Gazette"),
        (Filters(article_id="no-such"), "no article has the id 'no-such'; see `python -m ingest list`"),
        (
            Filters("2025-05-02", "2025-05-01"),
            "since 2025-05-02 is after until 2025-05-01; give the earlier day as since",
        ),
    ],
)
def test_what_does_not_exist_is_told_with_what_does(retriever: HybridRetriever, filters: Filters, said: str) -> None:
    with pytest.raises(FilterError) as raised:
        found(retriever, "the Varga bridge", filters)
    assert str(raised.value) == said


def test_of_many_sources_those_are_named_that_are_spelt_most_like_it(retriever: HybridRetriever) -> None:
    for letter in "ABCDEFG":
        store(retriever.library, Article(letter, letter, f"Text {letter}.", source=f"{letter} Post", sha256=letter))
    with pytest.raises(FilterError, match=r"^no article is by 'D Pots'; there is D Post, .* and 4 more$"):
        found(retriever, "the Varga bridge", Filters(source="D Pots"))


def test_the_best_of_a_source_that_is_named_comes_in_front(retriever: HybridRetriever) -> None:
    question = "What is said of the Varga bridge and Ada Thorne"
    assert found(retriever, question)[0] == "bridge"
    alone = retriever.search(f"{question} by harbour papers?")
    named = retriever.search(f"{question} by Harbour News?")
    assert [e.article_id for e in named[:2]] == ["bridge", "ferry"]
    # no word of it stands in the ferry's text, but it is the nearest of its source: 0.6 x 0 + 0.4 x 1
    assert named[1].score == pytest.approx(0.4)
    assert next(e.score for e in alone if e.article_id == "ferry") < 0.4
    assert found(retriever, f"{question} by Harbour News?", Filters(source="Test Gazette")) == ["bridge"]


def test_the_next_search_sees_a_new_a_changed_and_a_removed_article(
    retriever: HybridRetriever, library: Library
) -> None:
    question = "Where does the Orrin tramway end?"
    assert "tram" not in found(retriever, question)
    other = Library.open(library.place)  # as another process would
    store(other, Article("tram", "The Orrin tramway", "The Orrin tramway ends at the harbour.", sha256="4"))
    assert retriever.search(question)[0].article_id == "tram", "by its words alone"
    retriever.index.sync()
    best = retriever.search(question)[0]
    assert best.article_id == "tram"
    assert best.score == pytest.approx(1.0), "the best by words and by vectors"
    store(other, Article("tram", "The Orrin tramway", "The Orrin tramway ends at the station.", sha256="5"))
    assert retriever.search(question)[0].text == "The Orrin tramway ends at the station."
    other.remove("tram")
    assert "tram" not in found(retriever, question)
    other.close()


def test_a_rare_word_weighs_more_than_one_that_stands_everywhere(retriever: HybridRetriever, library: Library) -> None:
    store(library, Article("canal", "The Varga canal", "The Varga canal is closed.", sha256="4"))
    retriever.index.sync()
    weights = retriever.weights("Varga engineers")
    assert weights["engin"] > weights["varga"] > 0


def test_langchain_gets_documents_that_say_where_they_stand(retriever: HybridRetriever) -> None:
    documents = retriever.invoke("When did the Varga bridge open?")
    evidence = retriever.search("When did the Varga bridge open?")
    assert documents == [
        Document(
            page_content=e.text,
            metadata={
                "article_id": e.article_id,
                "title": e.title,
                "source": e.source,
                "published_at": e.published_at,
                "url": e.url,
                "start": e.start,
                "end": e.end,
                "score": e.score,
                "notes": e.notes,
            },
        )
        for e in evidence
    ]
    assert documents[0].metadata["article_id"] == "bridge"


class ReaderOfFerries(Reader):
    """Finds that passages on the ferry answer, whatever is asked."""

    def __init__(self) -> None:
        self.seen = 0

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        self.seen += len(passages)
        return [Reading(5.0 if passage.article_id == "ferry" else -5.0, 0, 3, 0.0) for passage in passages]


def test_what_the_reader_finds_comes_before_what_only_sounds_right(retriever: HybridRetriever) -> None:
    question = "When did the Varga bridge open, beside the ferry?"
    before = retriever.search(question)
    reading = retriever.model_copy(update={"reader": ReaderOfFerries()})
    after = reading.search(question)
    assert (before[0].article_id, after[0].article_id) == ("bridge", "ferry")
    scores = {(e.article_id, e.start): e.score for e in before}
    for evidence in after:  # the logistic function of 3.25 x fused + 0.5 x logit - 3
        logit = 5.0 if evidence.article_id == "ferry" else -5.0
        z = 3.25 * scores[evidence.article_id, evidence.start] + 0.5 * logit - 3.0
        assert evidence.score == pytest.approx(1 / (1 + math.exp(-z)))


def test_the_last_of_the_rankings_is_that_of_a_search(retriever: HybridRetriever) -> None:
    question = "When did the Varga bridge open?"
    reading = retriever.model_copy(update={"reader": ReaderOfFerries()})
    rankings = reading.rankings(question)
    assert list(rankings) == ["bm25", "vectors", "fusion", "fusion+reader"]
    assert rankings["fusion+reader"] == reading.search(question)
    assert rankings["fusion"] == retriever.search(question)
    assert [found.article_id for found in rankings["bm25"]] == ["bridge"], "no other article has its words"


def test_the_readers_answer_stands_in_the_likeliest_passage(retriever: HybridRetriever) -> None:
    question = "When did the Varga bridge open, beside the ferry?"
    assert likeliest(retriever.find(Query.of(question))) is None, "nobody read"
    found = likeliest(retriever.model_copy(update={"reader": ReaderOfFerries()}).find(Query.of(question)))
    assert found is not None
    assert (found.evidence.article_id, found.answer) == ("ferry", "The")


def test_the_extractor_guesses_from_the_first_passages_alone(retriever: HybridRetriever) -> None:
    question = "When did the Varga bridge open, beside the ferry?"
    found = retriever.find(Query.of(question))
    first = [f.evidence.article_id for f in found[:4]]
    extractor = ReaderOfFerries()
    guess = retriever.model_copy(update={"extractor": extractor}).guess(Query.of(question), found)
    assert extractor.seen == len(first)
    assert guess is not None
    assert (guess.evidence.article_id, guess.answer) == ("ferry", "The")
    assert retriever.guess(Query.of(question), found) is None, "nobody read"


def test_the_reader_reads_only_the_first_passages(retriever: HybridRetriever) -> None:
    reader = ReaderOfFerries()
    found = retriever.model_copy(update={"reader": reader, "read": 2}).search("When did the Varga bridge open?")
    assert reader.seen == 2
    assert len(found) > 2


def test_a_story_that_two_outlets_print_counts_once(retriever: HybridRetriever) -> None:
    bridge = ARTICLES[0]
    reprint = replace(bridge, id="reprint", text=bridge.text.replace("It is", "Today it is"), sha256="4")
    store(retriever.library, reprint)
    assert set(found(retriever, "When did the Varga bridge open?")) >= {"bridge", "reprint"}
    retriever.library.tie("bridge", Likeness(b""))
    retriever.library.tie("reprint", Likeness(b"", ("bridge",)))
    ids = found(retriever, "When did the Varga bridge open?")
    assert len({"bridge", "reprint"} & set(ids)) == 1


def test_what_only_one_of_two_copies_says_is_found(retriever: HybridRetriever) -> None:
    bridge = ARTICLES[0]
    news = "Painters from Lund coat its cables with grey zinc primer every seventh summer while trams keep running."
    store(retriever.library, replace(bridge, id="reprint", text=news, sha256="4"))
    retriever.library.tie("bridge", Likeness(b""))
    retriever.library.tie("reprint", Likeness(b"", ("bridge",)))
    assert set(found(retriever, "Who coats the cables of the Varga bridge?")) >= {"bridge", "reprint"}


def test_a_preference_raises_scores_and_leaves_the_rest_as_they_are(retriever: HybridRetriever) -> None:
    plain = {f.evidence.article_id: f.evidence.score for f in retriever.find(Query.of("bridge ferry mill"))}
    raised = retriever.find(replace(Query.of("bridge ferry mill"), preference=Preference("2025-12-31", "2025-05-01")))
    scores = {f.evidence.article_id: f.evidence.score for f in raised}
    assert scores.keys() == plain.keys()
    assert scores["ferry"] > plain["ferry"]
    assert (scores["bridge"], scores["mill"]) == (plain["bridge"], plain["mill"])
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_words_of_publication_restrict_a_search(retriever: HybridRetriever) -> None:
    found = retriever.search("What do articles published in June 2025 say about the bridge?")
    assert {evidence.article_id for evidence in found} == {"ferry"}
