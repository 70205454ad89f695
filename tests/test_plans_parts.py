"""Questions that are made of several, or leave open what they mean, over articles that can be read at a glance."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.language_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableLambda

from qa.answer import Answerer
from qa.index import MemoryIndex
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings
from qa.models.extractor import load_extractor
from qa.models.reranker import load_reranker
from qa.plans import REFUSAL
from qa.plans.in_parts import CLOSEST, NOT_STATED, Answered, joined
from qa.plans.underspecified import UNCLEAR, WHICH
from qa.query.kinds import Asks
from qa.query.parts import Parts
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Article, Citation, Kind, Length, Sentence
from tests.conftest import store, tell
from tests.judges import WordJudge

HALDEN = """The Halden tower was opened on 3 May 1954. It is 84 metres high. Its architect was Petra Lang. The Halden
tower leans because it was built on clay without piles. The clay gave way when a drain burst in 1961. Since then the
council has had 40 tonnes of lead laid under its northern side.""".replace("\n", " ")
VARDE = """The Varde tower was opened on 20 June 1961. It is 91 metres high. Its architect was Nils Brandt. Visitors
climb its 400 steps for the view. The Varde tower carries a bell that is rung at noon.""".replace("\n", " ")
ARTICLES = (
    Article("halden", "The Halden tower", HALDEN, source="Harbour News", published_at="2024-02-01", sha256="1"),
    Article("varde", "The Varde tower", VARDE, source="Test Gazette", published_at="2024-03-01", sha256="2"),
)
LENGTHS: tuple[Length, ...] = ("short", "normal", "detailed")
TALLER = "Which is taller, the Halden tower or the Varde tower?"
HEIGHTS = {
    "How tall is the Halden tower?": "The Halden tower is 84 metres high.",
    "How tall is the Varde tower?": "The Varde tower is 91 metres high.",
}


class Prepared(SimpleChatModel):
    """Replies to the question that its last message ends with as it was told to; to any other with "Nobody knows."."""

    replies: dict[str, str]

    @property
    def _llm_type(self) -> str:
        return "prepared"

    def _call(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> str:
        asked = messages[-1].text.split("Question: ")[-1].split("\n")[0].removesuffix(" Begin with Yes or No.")
        return self.replies.get(asked, "Nobody knows.")


@pytest.fixture
def retriever(settings: Settings, embeddings: SentenceEmbeddings) -> Iterator[HybridRetriever]:
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        store(library, article, embeddings)
    index = MemoryIndex(library, embeddings.identity)
    yield HybridRetriever(
        library=library,
        index=index,
        embeddings=embeddings,
        reader=load_reranker(settings),
        extractor=load_extractor(settings),
    )
    library.close()


def told(retriever: HybridRetriever, question: str, replies: dict[str, str]) -> Answer:
    """The answer, of which every citation is the stored text."""
    *growing, answer = Answerer(retriever, Prepared(replies=replies), "fake:prepared", WordJudge(), tell()).stream(
        question
    )
    assert all(grown.status == "answering" for grown in growing)
    for c in answer.citations:
        assert retriever.library.article(c.article_id).text[c.start : c.end] == c.quote
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert all(n <= len(answer.citations) for s in answer.sentences for n in s.citations)
    return answer


@pytest.mark.e2e
class TestParts:
    """With the classifier, the reader and the extractor; only the language model's words are prepared."""

    def test_numbers_of_one_sentence_are_worked_with_where_the_answers_of_the_parts_give_none(
        self, retriever: HybridRetriever, embeddings: SentenceEmbeddings
    ) -> None:
        text = "The plan for Ostra harbour was adopted by 812 votes, with 641 votes against it. Nobody abstained."
        store(retriever.library, Article("ostra", "Ostra harbour", text, sha256="3"), embeddings)
        question = "By how many votes did the plan for Ostra harbour win?"
        parts = ("How many votes was the plan for Ostra harbour adopted by?", "How many votes were against the plan?")
        answer = told(retriever, question, {question: "\n".join(("difference", *parts))})
        assert answer.text == f"812 − 641 = 171. [1]\n- {text.split(' Nobody')[0]} [1]"

    def test_which_is_more_is_told_from_two_checked_values(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, TALLER, {TALLER: "\n".join(("larger", *HEIGHTS)), **HEIGHTS})
        assert (answer.kind, answer.status) == ("comparison", "answered")
        assert answer.text == (
            "Larger: Varde (91 metres; Halden: 84 metres). [1][2]\n"
            "- Halden: The Halden tower is 84 metres high. [1]\n- Varde: The Varde tower is 91 metres high. [2]"
        )
        assert [c.article_id for c in answer.citations] == ["halden", "varde"]

    def test_each_part_is_shown_as_soon_as_it_is_checked(self, retriever: HybridRetriever) -> None:
        model = Prepared(replies={TALLER: "\n".join(("larger", *HEIGHTS)), **HEIGHTS})
        growing = Answerer(retriever, model, "fake:prepared", WordJudge(), tell()).stream(TALLER)
        shown = [len(answer.sentences) for answer in growing]
        assert shown == sorted(shown)
        assert {0, 1, 2, 3} <= set(shown)

    def test_a_sum_shows_its_working(self, retriever: HybridRetriever) -> None:
        question = "How many years lie between the opening of the Halden tower and that of the Varde tower?"
        opened = {
            "When was the Halden tower opened?": "The Halden tower was opened on 3 May 1954.",
            "When was the Varde tower opened?": "The Varde tower was opened on 20 June 1961.",
        }
        answer = told(retriever, question, {question: "\n".join(("difference", *opened)), **opened})
        assert answer.kind == "calculation"
        assert answer.sentences[0].text == "From 3 May 1954 to 20 June 1961: 7 years and 1 month."
        assert answer.sentences[0].support == "known"

    def test_two_questions_are_both_answered_and_what_is_not_stated_is_said(self, retriever: HybridRetriever) -> None:
        question = "Who was the architect of the Halden tower? How many lifts does it have?"
        first, second = "Who was the architect of the Halden tower?", "How many lifts does the Halden tower have?"
        replies = {question: f"each\n{first}\n{second}", first: "Petra Lang was the architect of the Halden tower."}
        answer = told(retriever, question, replies)
        assert answer.kind == "several"
        assert [s.text for s in answer.points] == [
            "Petra Lang was the architect of the Halden tower.",
            NOT_STATED,
        ]
        assert answer.points[1].label == "How many lifts does the Halden tower have"
        assert not answer.compared, "no two things are set side by side"

    def test_a_quote_that_answers_two_questions_is_cited_once(self, retriever: HybridRetriever) -> None:
        first, second = "When was the Halden tower opened?", "On which day did the Halden tower open?"
        question = "When was the Halden tower opened? And on which day did the Halden tower open?"
        said = "The Halden tower was opened on 3 May 1954."
        answer = told(retriever, question, {question: f"each\n{first}\n{second}", first: said, second: said})
        assert [(s.text, s.citations) for s in answer.points] == [(said, (1,))], "what answers both is said once"
        assert len(answer.citations) == 1

    def test_one_number_that_answers_both_parts_is_not_worked_with(self, retriever: HybridRetriever) -> None:
        question = "By how many metres is the Halden tower taller than the Varde tower?"
        first, second = "How tall is the Halden tower?", "How much less tall is the Varde tower than the Halden tower?"
        said = {first: "The Halden tower is 84 metres high.", second: "It is 84 metres high."}
        answer = told(retriever, question, {question: f"difference\n{first}\n{second}", **said})
        assert "=" not in answer.text

    def test_what_is_compared_as_a_whole_is_told_side_by_side(self, retriever: HybridRetriever) -> None:
        question = "Compare the Halden tower with the Varde tower"
        answer = told(retriever, question, {question: "compare\nthe Halden tower\nthe Varde tower"})
        of = {c.number: c.article_id for c in answer.citations}
        assert list(answer.compared) == ["Halden", "Varde"]
        for label, points in answer.compared.items():
            assert {of[point.citations[0]] for point in points} == {label.lower()}
            assert all(f"- {label}: {point.text}" in answer.text for point in points)

    def test_without_models_that_read_what_is_compared_is_told_side_by_side(self, retriever: HybridRetriever) -> None:
        question = "Compare the Halden tower with the Varde tower"
        blind = retriever.model_copy(update={"reader": None, "extractor": None})
        answer = told(blind, question, {question: "compare\nthe Halden tower\nthe Varde tower"})
        assert list(answer.compared) == ["Halden", "Varde"]

    def test_a_comparison_that_the_articles_do_not_make_is_refused(self, retriever: HybridRetriever) -> None:
        question = "Compare how jazz and chess are taught to children in Peru"
        assert told(retriever, question, {question: "compare\njazz in Peru\nchess in Peru"}).status == "refused"

    def test_what_is_compared_in_one_respect_is_told_in_it(self, retriever: HybridRetriever) -> None:
        question = "the Halden tower vs. the Varde tower: height in metres"
        answer = told(retriever, question, {question: "compare\nthe Halden tower\nthe Varde tower"})
        said = {label: " ".join(point.text for point in points) for label, points in answer.compared.items()}
        assert "84 metres" in said["Halden"]
        assert "91 metres" in said["Varde"]

    def test_a_question_that_is_divided_wrongly_is_answered_as_a_whole(self, retriever: HybridRetriever) -> None:
        wrong = "larger\nHow tall is the Halden tower?\nHow tall is the Eiffel tower?"
        answer = told(retriever, TALLER, {TALLER: wrong})
        assert "Eiffel" not in answer.text

    def test_reasons_are_quoted_below_the_answer(self, retriever: HybridRetriever) -> None:
        question = "What has been done about the lean of the Halden tower?"
        reply = "The council has had 40 tonnes of lead laid under its northern side."
        answer = told(retriever, question, {question: reply})
        assert answer.kind == "explanation"
        assert answer.sentences[0].text == reply
        assert answer.points
        assert {c.article_id for c in answer.citations} == {"halden"}
        quotes = [c.quote for c in answer.citations]
        assert len(set(quotes)) == len(quotes), "nothing is quoted twice"

    def test_where_one_sentence_gives_the_reason_no_other_stands_beside_it(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, "Why does the Halden tower lean?", {})
        assert [quote.quote for quote in answer.citations] == [
            "The Halden tower leans because it was built on clay without piles."
        ]

    def test_what_the_model_cannot_say_the_articles_do(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, "Why does the Halden tower lean?", {})
        assert answer.status == "answered"
        assert "built on clay" in answer.text

    @pytest.mark.parametrize(
        ("request_", "articles"),
        [
            ("Give me a summary of the leaning landmark of Halden", {"halden"}),
            ("tldr on that tower where visitors go up hundreds of stairs", {"varde"}),
            ("Summarise the article about the Icelandic cod wars", set()),
            ("Give me a summary of the leaning tower of Pisa, the football club's season", set()),
        ],
    )
    def test_what_is_summarised_is_found_by_its_meaning(
        self, retriever: HybridRetriever, request_: str, articles: set[str]
    ) -> None:
        answer = told(retriever, request_, {})
        assert {c.article_id for c in answer.citations} == articles

    def test_a_question_on_something_else_gets_no_points(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, "Why did the Lisbon cable car derail?", {})
        assert (answer.status, answer.text, answer.sentences) == ("refused", REFUSAL, ())

    @pytest.mark.parametrize(
        ("otherwise", "kind", "status"),
        [
            (("summary",), "summary", "answered"),
            (("timeline",), "timeline", "answered"),
            ((), "fact", "refused"),
            (("calculation", "timeline"), "timeline", "answered"),
        ],
    )
    def test_what_it_may_ask_for_as_well_is_tried_where_its_plan_refuses(
        self, retriever: HybridRetriever, otherwise: tuple[Kind, ...], kind: Kind, status: str
    ) -> None:
        answerer = Answerer(retriever, Prepared(replies={}), "fake:prepared", WordJudge(), tell())
        query = replace(Query.of("Varde tower, please"), asks=Asks("fact", otherwise=otherwise))
        answerer.understand = RunnableLambda(lambda asked: query)
        answer = answerer.answer("Varde tower, please")
        assert (answer.kind, answer.status) == (kind, status)
        assert {c.article_id for c in answer.citations} == ({"varde"} if otherwise else set())

    def test_a_detailed_answer_reads_twice_as_much(self, retriever: HybridRetriever) -> None:
        query = Query.of("How tall is the Halden tower?")
        assert [replace(query, length=length).effort for length in LENGTHS] == [1, 1, 2]
        shallow = retriever.model_copy(update={"read": 1})
        found = {length: shallow.find(replace(query, length=length)) for length in LENGTHS}
        read = {length: sum(hit.reading is not None for hit in hits) for length, hits in found.items()}
        assert read == {"short": 1, "normal": 1, "detailed": 2}

    def test_a_question_that_several_articles_answer_is_asked_back(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, "Who was the architect of the tower?", {})
        assert answer.sentences[0].text == WHICH
        assert {s.text for s in answer.points} == {
            "The Halden tower: Its architect was Petra Lang.",
            "The Varde tower: Its architect was Nils Brandt.",
        }

    def test_a_question_of_nothing_is_asked_back_too(self, retriever: HybridRetriever) -> None:
        answer = told(retriever, "how come?", {})
        assert (answer.kind, answer.status, answer.text) == ("underspecified", "refused", UNCLEAR)

    def test_a_topic_among_other_words_is_named_by_the_model(self, retriever: HybridRetriever) -> None:
        question = "Summarise the Varde tower article for grandmother's scrapbook, pretty please"
        assert told(retriever, question, {}).status == "refused", "of its topic too little stands in the articles"
        answer = told(retriever, question, {question: "Varde tower"})
        assert (answer.kind, answer.status, answer.standalone_question) == ("summary", "answered", question)
        assert {c.article_id for c in answer.citations} == {"varde"}

    def test_a_topic_that_the_model_made_up_is_not_taken(self, retriever: HybridRetriever) -> None:
        question = "Summarise the article on the Eiffel railway for grandmother's scrapbook, pretty please"
        assert told(retriever, question, {question: "Varde tower"}).status == "refused"


def test_of_a_part_without_an_answer_the_closest_quote_is_told_as_such() -> None:
    parts = Parts("each", ("Who was the architect of the Halden tower?", "How many steps does it have?"))
    quote = Citation(1, "varde", "The Varde tower", None, None, None, "Visitors climb its\n400 steps.", 7, 37)
    refusal = Answer("", "", status="refused", closest=(quote,))
    architect = Citation(1, "halden", "The Halden tower", None, None, None, "Its architect was Petra Lang.", 60, 89)
    said = Sentence("It was Petra Lang.", (1,), "supported", 0.9)
    answered = Answer("", "", status="answered", sentences=(said,), citations=(architect,), confidence=0.8)
    done = [Answered("", parts.questions[0], answered), Answered("", parts.questions[1], refusal)]
    answer = joined(Answer("", ""), parts, done)
    assert [c.quote for c in answer.citations] == [architect.quote, quote.quote]
    assert answer.points[1] == Sentence(
        f"{CLOSEST} Visitors climb its 400 steps.", (2,), "known", label="How many steps does it have"
    )
    assert answer.confidence == 0.8, "what may not answer does not count"
