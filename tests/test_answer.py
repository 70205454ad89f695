"""What a reader gets for what a model wrote; the models are LangChain's fakes, whose words are known."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import pairwise, repeat
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk
from pydantic import PrivateAttr

from qa.answer import Answerer
from qa.errors import ProviderError, QuestionError
from qa.grounding.confidence import THRESHOLDS
from qa.models.reader import Reader, Reading
from qa.plans.plan import Point
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Evidence, Filters, Turn
from tests.conftest import store
from tests.judges import WordJudge

QUESTION = "When did the Varga bridge open?"
CORRECT = "The Varga bridge opened in 1931."
JUDGE = WordJudge()


class Endless(GenericFakeChatModel):
    """Never comes to an end by itself; tells whether its stream was closed."""

    _closed: bool = PrivateAttr(default=False)

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        try:
            while True:
                yield from super()._stream(*args, **kwargs)
        finally:
            self._closed = True


class Listening(FakeListChatModel):
    """Keeps what it was asked."""

    _asked: list[BaseMessage] = PrivateAttr(default_factory=list)

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self._asked.extend(messages)
        yield from super()._stream(messages, *args, **kwargs)

    def _call(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> str:
        self._asked.extend(messages)
        return super()._call(messages, *args, **kwargs)


def answerer(retriever: HybridRetriever, draft: str) -> Answerer:
    return Answerer(retriever, GenericFakeChatModel(messages=repeat(draft)), "fake:parrot", JUDGE)


def never_asked(retriever: HybridRetriever) -> Answerer:
    """An Answerer whose model raises as soon as it is asked."""
    return Answerer(
        retriever, FakeListChatModel(responses=["never"], error_on_chunk_number=0), "fake:broken", WordJudge()
    )


def assert_every_quote_is_stored(answer: Answer, retriever: HybridRetriever) -> None:
    assert answer.citations
    for c in answer.citations:
        article = retriever.library.article(c.article_id)
        assert article.text[c.start : c.end] == c.quote
        assert (c.title, c.source, c.published_at) == (article.title, article.source, article.published_at)
        assert c.notes == article.notes


def test_a_correct_draft_is_answered_with_a_verbatim_citation(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, CORRECT).answer(QUESTION)
    assert answer.status == "answered"
    assert answer.text == "The Varga bridge opened in 1931. [1]"
    assert [(s.text, s.citations, s.support) for s in answer.sentences] == [(CORRECT, (1,), "quoted")]
    assert [(c.number, c.article_id) for c in answer.citations] == [(1, "bridge")]
    assert "opened in 1931" in answer.citations[0].quote
    assert_every_quote_is_stored(answer, retriever)
    assert (answer.question, answer.model) == (QUESTION, "fake:parrot")
    assert 0.0 < answer.confidence <= 1.0


def test_passages_come_first_then_drafts_then_the_checked_answer(retriever: HybridRetriever) -> None:
    first, *growing, last = answerer(retriever, CORRECT).stream(QUESTION)
    assert (first.status, first.draft, first.text) == ("answering", "", "")
    assert first.passages[0].article_id == "bridge"
    assert {a.status for a in growing} == {"answering"}
    assert {a.text for a in growing} == {""}, "nothing unchecked stands in the text"
    drafts = [a.draft for a in growing]
    assert all(later.startswith(earlier) for earlier, later in pairwise(drafts))
    assert CORRECT.startswith(drafts[-1].strip()), "the draft is what the model wrote so far"
    assert "Varga bridge" in drafts[-1]
    assert (last.status, last.draft) == ("answered", "")
    assert {a.passages for a in (first, *growing, last)} == {first.passages}


def test_what_was_left_out_of_an_article_goes_with_its_passages_and_quotes(retriever: HybridRetriever) -> None:
    notes = ("2 pictures with text",)
    retriever.library.note("bridge", notes)
    answer = answerer(retriever, CORRECT).answer(QUESTION)
    assert [c.notes for c in answer.citations] == [notes]
    assert {p.article_id: p.notes for p in answer.passages} == {"bridge": notes, "ferry": (), "mill": ()}
    assert_every_quote_is_stored(answer, retriever)
    assert answer.to_json()["citations"][0]["notes"] == notes
    assert Point(retriever.library.article("bridge"), 0, 9).cited(1).notes == notes


def test_answer_is_the_last_of_the_stream(retriever: HybridRetriever) -> None:
    *_, last = answerer(retriever, CORRECT).stream(QUESTION)
    answer = answerer(retriever, CORRECT).answer(QUESTION)
    assert (answer.status, answer.text, answer.citations) == (last.status, last.text, last.citations)


@pytest.mark.parametrize(
    "draft",
    [
        "The Varga bridge opened in 1931 [7].",
        "The Varga bridge opened in 1931.[7]",
        "According to the passages, the Varga bridge opened in 1931 [2, 7].",
        "**The Varga bridge** opened in 1931 [7][8].",
    ],
)
def test_marks_that_the_model_invented_never_reach_the_text(retriever: HybridRetriever, draft: str) -> None:
    growing = list(answerer(retriever, draft).stream(QUESTION))
    answer = growing[-1]
    assert answer.status == "answered"
    marks = re.findall(r"\[(\d+)\]", answer.text)
    assert marks == [str(c.number) for c in answer.citations] == ["1"]
    assert "7" not in answer.text
    assert not any("[7" in a.draft for a in growing)
    assert_every_quote_is_stored(answer, retriever)


@pytest.mark.parametrize("draft", ["It opened in 1999.", "The Varga bridge opened in 1999.", "1999"])
def test_an_invented_number_is_refused_and_the_closest_passages_are_offered(
    retriever: HybridRetriever, draft: str
) -> None:
    growing = list(answerer(retriever, draft).stream(QUESTION))
    answer = growing[-1]
    assert answer.status == "refused"
    assert answer.text == "The articles do not answer this question."
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.passages[0].article_id == "bridge"
    assert not any("1999" in a.draft for a in growing), "not even as a draft"


def test_one_invented_number_is_enough_to_refuse_a_sentence(retriever: HybridRetriever) -> None:
    question = "Who designed the Varga bridge?"
    true = "The engineer Ada Thorne designed the Varga bridge, which is 412 metres long."
    assert answerer(retriever, true).answer(question).status == "answered"
    assert answerer(retriever, true.replace("412", "499")).answer(question).status == "refused"


def test_an_invented_name_is_refused(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, "The Varga bridge was designed by Otto Blum.").answer("Who designed the Varga bridge?")
    assert answer.status == "refused"


def test_what_is_not_supported_is_left_out_of_an_answer_that_otherwise_is(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, f"{CORRECT} It cost 77 million pounds.").answer(QUESTION)
    assert answer.status == "answered"
    assert [s.text for s in answer.sentences] == [CORRECT]
    assert "77" not in answer.text


def test_two_sentences_from_two_articles_cite_both(retriever: HybridRetriever) -> None:
    draft = "The Varga bridge opened in 1931. Kestrel Mill was built in 1874."
    answer = answerer(retriever, draft).answer("When were the Varga bridge opened and Kestrel Mill built?")
    assert answer.text == "The Varga bridge opened in 1931. [1] Kestrel Mill was built in 1874. [2]"
    assert [c.article_id for c in answer.citations] == ["bridge", "mill"]
    assert_every_quote_is_stored(answer, retriever)


def test_a_question_that_shares_no_word_with_the_articles_never_reaches_the_model(retriever: HybridRetriever) -> None:
    with pytest.raises(ProviderError):
        never_asked(retriever).answer(QUESTION)
    first, last = never_asked(retriever).stream("Which quarks do protons contain?")
    assert (first.status, last.status) == ("answering", "refused")
    assert "first_token" not in last.timings_ms
    assert last.timings_ms["total"] >= last.timings_ms["retrieve"]


def test_filters_that_nothing_meets_are_a_refusal_not_an_error(retriever: HybridRetriever) -> None:
    answer = never_asked(retriever).answer(QUESTION, filters=Filters(since="2026-01-01"))
    assert (answer.status, answer.passages) == ("refused", ())


def test_filters_decide_what_the_answer_may_rest_on(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, CORRECT).answer(QUESTION, filters=Filters(source="Harbour News"))
    assert {p.article_id for p in answer.passages} == {"ferry"}
    assert answer.status == "refused"


def test_the_model_reads_the_question_and_what_the_articles_say_about_it(retriever: HybridRetriever) -> None:
    model = Listening(responses=[CORRECT])
    answer = Answerer(retriever, model, "fake:listening", JUDGE).answer(f"  {QUESTION}\n")
    assert answer.question == QUESTION
    read = "\n".join(message.text for message in model._asked)
    assert QUESTION in read
    assert "The Varga bridge opened in 1931." in read


def test_a_model_that_goes_on_and_on_is_stopped_after_twelve_sentences(retriever: HybridRetriever) -> None:
    twelve = [f"{CORRECT} ", *["It cost 2.4 million pounds. "] * 11]
    model = Endless(messages=iter([*twelve, *["The council met. "] * 1000]))
    growing = list(Answerer(retriever, model, "fake:endless", JUDGE).stream(QUESTION))
    assert growing[-1].status == "answered"
    assert [s.text for s in growing[-1].sentences] == [CORRECT]
    assert not any("council met" in answer.draft for answer in growing)
    assert model._closed


def test_closing_the_stream_closes_the_models(retriever: HybridRetriever) -> None:
    model = Endless(messages=iter([f"{CORRECT} "] * 1000))
    stream = Answerer(retriever, model, "fake:endless", JUDGE).stream(QUESTION)
    for _ in range(4):
        answer = next(stream)
    assert answer.status == "answering"
    assert not model._closed
    stream.close()  # type: ignore[attr-defined]
    assert model._closed


def test_a_failing_provider_is_one_line_that_names_the_model(retriever: HybridRetriever) -> None:
    class Failing(GenericFakeChatModel):
        def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
            yield from super()._stream(*args, **kwargs)
            raise ConnectionResetError("the server went away\nand said much more\n")

    model = Failing(messages=iter(["The Varga bridge"]))
    stream = Answerer(retriever, model, "openai:gpt-5", JUDGE).stream(QUESTION)
    assert next(stream).passages, "the passages are there before the model is asked"
    with pytest.raises(ProviderError, match=r"^the model openai:gpt-5 cannot answer: the connection broke"):
        list(stream)


def test_passages_are_shown_before_a_follow_up_fails_with_the_provider(retriever: HybridRetriever) -> None:
    history = [Turn("How long is the Varga bridge?", "The Varga bridge is 412 metres long.")]
    growing = never_asked(retriever).stream("When did it open?", history)
    assert next(growing).passages
    with pytest.raises(ProviderError):
        next(growing)


def test_a_model_without_a_word_is_a_refusal(retriever: HybridRetriever) -> None:
    assert answerer(retriever, " ").answer(QUESTION).status == "refused"


def test_an_empty_question_asks_nobody(retriever: HybridRetriever) -> None:
    with pytest.raises(QuestionError):
        never_asked(retriever).answer(" \n ")


def test_several_threads_may_ask_at_once(retriever: HybridRetriever) -> None:
    shared = Answerer(retriever, FakeListChatModel(responses=[CORRECT]), "fake:list", JUDGE)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(shared.answer, [QUESTION] * 8))
    assert {a.text for a in answers} == {"The Varga bridge opened in 1931. [1]"}


def test_timings_say_when_the_passages_the_first_words_and_the_answer_were_there(retriever: HybridRetriever) -> None:
    times = answerer(retriever, CORRECT).answer(QUESTION).timings_ms
    assert set(times) == {"retrieve", "first_token", "total"}
    assert 0 <= times["retrieve"] <= times["first_token"] <= times["total"]


def test_the_public_form_has_the_keys_of_the_contract(retriever: HybridRetriever) -> None:
    value = answerer(retriever, CORRECT).answer(QUESTION).to_json()
    assert set(value) >= {
        *("question", "standalone_question", "status", "text", "sentences"),
        *("citations", "passages", "model", "timings_ms"),
    }
    assert "draft" not in value
    assert set(value["sentences"][0]) == {"text", "citations", "support", "support_probability", "label"}
    assert set(value["citations"][0]) == {
        *("number", "article_id", "title", "source", "published_at", "url", "quote", "start", "end", "notes"),
    }
    assert set(value["passages"][0]) >= {"article_id", "title", "start", "end", "text", "score"}


def test_search_gives_passages_without_asking_the_model(retriever: HybridRetriever) -> None:
    passages = never_asked(retriever).search(QUESTION, k=2)
    assert passages[0].article_id == "bridge"
    assert len(passages) == 2


def test_a_fake_can_be_warmed_up(retriever: HybridRetriever) -> None:
    never_asked(retriever).warm_up()


class Pointing(Reader):
    """Would answer with the same words, wherever they stand."""

    def __init__(self, words: str, margin: float = 1.0) -> None:
        self.words, self.margin = words, margin

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        places = [passage.text.find(self.words) for passage in passages]
        return [
            Reading(2.0 if at >= 0 else -4.0, max(at, 0), max(at + len(self.words), 0), self.margin) for at in places
        ]


def test_what_the_extractor_would_say_is_offered_where_nothing_else_can_be_shown(retriever: HybridRetriever) -> None:
    model = Listening(responses=["The Varga bridge opened in 1999.", CORRECT])
    pointing = retriever.model_copy(update={"extractor": Pointing("1931")})
    told = Answerer(pointing, model, "fake:list", JUDGE)
    told.thresholds = replace(THRESHOLDS, shown_from=1.0)
    told.answer(QUESTION)
    questions = [message.text.split("Question: ")[-1] for message in model._asked if QUESTION in message.text]
    assert questions == [QUESTION, f"{QUESTION}\nPerhaps: 1931"]


def test_what_the_model_will_not_say_is_quoted_where_the_extractor_is_sure(retriever: HybridRetriever) -> None:
    stubborn = "Jonas Berg designed the Varga bridge."
    pointing = retriever.model_copy(update={"extractor": Pointing("1931")})
    assert answerer(retriever, stubborn).answer(QUESTION).status == "refused"
    answer = answerer(pointing, stubborn).answer(QUESTION)
    assert answer.text == "The Varga bridge opened in 1931. [1]"
    assert answer.signals is not None
    assert (answer.signals.agreed, answer.signals.answers) == (True, 2.0)
    assert_every_quote_is_stored(answer, pointing)


def test_an_extractor_that_would_rather_say_nothing_costs_no_second_draft(retriever: HybridRetriever) -> None:
    model = Listening(responses=[CORRECT, "never"])
    unsure = retriever.model_copy(update={"extractor": Pointing("412 metres", margin=-1.0)})
    assert Answerer(unsure, model, "fake:list", JUDGE).answer(QUESTION).text == "The Varga bridge opened in 1931. [1]"
    assert sum(QUESTION in message.text for message in model._asked) == 1


def test_a_draft_that_the_extractor_agrees_with_is_surer_and_needs_no_second(retriever: HybridRetriever) -> None:
    def confidence(words: str) -> float:
        model = FakeListChatModel(responses=[CORRECT])
        asked = retriever.model_copy(update={"extractor": Pointing(words)})
        return Answerer(asked, model, "fake:list", JUDGE).answer(QUESTION).confidence

    assert confidence("9,300") < confidence("1931")
    model = Listening(responses=[CORRECT, "never"])
    Answerer(retriever.model_copy(update={"extractor": Pointing("1931")}), model, "fake:list", JUDGE).answer(QUESTION)
    assert sum(QUESTION in message.text for message in model._asked) == 1


class PointingAtPeople(Reader):
    """Would answer with how many people the passage speaks of."""

    def __init__(self) -> None:
        pass

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        found = [re.search(r"[\d,]+(?= people)", passage.text) for passage in passages]
        return [Reading(3.0, *match.span(), 3.0) if match else Reading(-4.0, 0, 0, 0.0) for match in found]


def test_where_sources_disagree_both_are_shown_the_newer_first(retriever: HybridRetriever) -> None:
    question, draft = (
        "How many people does the Lomond ferry carry a day?",
        "The Lomond ferry carries 9,300 people a day.",
    )
    pointing = retriever.model_copy(update={"reader": PointingAtPeople()})
    alone = answerer(pointing, draft).answer(question)
    assert (alone.text, alone.notes) == (f"{draft} [1]", ())
    text = "A new pier is ready. The Lomond ferry carries 9,900 people a day."
    store(retriever.library, Article("pier", "A pier", text, source="Test Gazette", published_at="2026-02-01"))
    retriever.index.sync()
    answer = answerer(pointing, draft).answer(question)
    assert [s.text for s in answer.sentences] == [
        "Test Gazette (1 February 2026): The Lomond ferry carries 9,900 people a day.",
        f"Harbour News (1 June 2025): {draft}",
    ]
    assert answer.notes == ("The sources disagree; the newer one comes first.",)
    assert answer.to_json()["notes"] == answer.notes
    assert_every_quote_is_stored(answer, retriever)


def test_a_follow_up_is_retrieved_and_answered_as_what_it_means(retriever: HybridRetriever) -> None:
    history = [Turn("Who designed the Varga bridge?", "The engineer Ada Thorne designed it. [1]")]
    model = Listening(responses=[QUESTION, CORRECT])
    answer = Answerer(retriever, model, "fake:list", JUDGE).answer("And when did it open?", history)
    assert (answer.question, answer.standalone_question) == ("And when did it open?", QUESTION)
    assert answer.passages[0].article_id == "bridge"
    assert answer.text == "The Varga bridge opened in 1931. [1]"
    assert QUESTION in model._asked[-1].text
    assert sum(message.text.endswith("\nNext question: And when did it open?") for message in model._asked) == 1


def test_a_question_that_stands_alone_costs_the_model_nothing(retriever: HybridRetriever) -> None:
    history = [Turn("How many people does the Lomond ferry carry?", "9,300 a day. [1]")]
    model = Listening(responses=[CORRECT])
    answer = Answerer(retriever, model, "fake:list", JUDGE).answer(QUESTION, history)
    assert answer.standalone_question == QUESTION
    assert not any("Next question: " in message.text for message in model._asked)


def test_a_current_answer_says_as_of_when_it_holds_and_that_it_is_old(retriever: HybridRetriever) -> None:
    def notes(question: str, day: str) -> tuple[str, ...]:
        model = FakeListChatModel(responses=["The Varga bridge is 412 metres long."])
        return Answerer(retriever, model, "fake:list", JUDGE).answer(question, as_of=date.fromisoformat(day)).notes

    asked = "How many metres long is the Varga bridge now?"
    assert notes(asked, "2025-06-01") == ("As of 2025-03-01, when the source was published.",)
    assert notes(asked, "2026-06-01")[1].startswith("That is more than a year before 2026-06-01")
    assert notes(asked.replace(" now", ""), "2026-06-01") == ()


def test_articles_of_a_time_without_any_are_said_to_be_missing(retriever: HybridRetriever) -> None:
    question = "What do articles published in 2019 say about when the Varga bridge did open?"
    first, *_ = answerer(retriever, CORRECT).stream(question)
    assert first.notes == ("No article was published between 2019-01-01 and 2019-12-31, so all of them were searched.",)
    assert first.passages


@pytest.mark.parametrize(
    ("draft", "shown_from", "status", "drafts"),
    [
        (CORRECT, THRESHOLDS.shown_from, "answered", 1),
        (CORRECT, 1.0, "refused", 2),
        ("Jonas Berg designed it.", THRESHOLDS.shown_from, "refused", 2),  # nothing of it can be shown
    ],
)
def test_what_is_below_the_threshold_that_is_set_is_written_again(
    retriever: HybridRetriever, draft: str, shown_from: float, status: str, drafts: int
) -> None:
    model = Listening(responses=[draft])
    told = Answerer(retriever, model, "fake:listening", JUDGE)
    told.thresholds = replace(THRESHOLDS, shown_from=shown_from)
    assert told.answer(QUESTION).status == status
    assert sum(message.text.endswith(f"Question: {QUESTION}") for message in model._asked) == drafts


def test_articles_that_are_not_indexed_yet_are_found_by_their_words_and_told(
    retriever: HybridRetriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(retriever.index), "wake", lambda index: None)
    text = "The Orrin tramway carries 1,200 people a day."
    store(retriever.library, Article("tram", "The Orrin tramway", text, sha256="4"))
    question = "How many people does the Orrin tramway carry a day?"
    told = "1 article is still being taken in: until then only their words are searched, not what they mean."
    answer = answerer(retriever, text).answer(question)
    assert (answer.text, answer.notes) == (f"{text} [1]", (told,))
    retriever.index.sync()
    assert answerer(retriever, text).answer(question).notes == ()
