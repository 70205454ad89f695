"""Questions prepared on articles, each kept only where it is answered, and those suggested beside an answer."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import pipeline
from ingest.progress import ConsoleReporter
from qa.generation.suggestions import Fact, can_be_asked
from qa.index import VectorIndex
from qa.language.text import contains
from qa.library import Library, PreparedQuestion, Questions
from qa.related import KEPT, SHIPPED, TRIED, Related
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Article, Citation, Filters, Suggestion, Turn
from tests.conftest import IDENTITY, HashedWords, store
from tests.test_web_api import wait_until

CORPUS = Path(__file__).parent.parent / "corpus"

QUARRY = Article(
    "quarry",
    "Sool quarry",
    "The Sool quarry was opened in 1874 by a company from the coast. "
    "Its stone was bought by Ines Aldana for the harbour. "
    "The Sool quarry employed 340 workers in its best year. "
    "The last stone was cut there in March 1962 by hand.",
    source="Test Gazette",
    published_at="2025-07-01",
    sha256="q",
)
WRITTEN = {
    "1874": "When was the Sool quarry opened?",
    "Ines Aldana": "Who bought stone of the Sool quarry?",
    "340 workers": "How many workers did the Sool quarry employ?",
    "March 1962": "When was the last stone cut in the Sool quarry?",
}

ASKED = "What did a company from the coast buy in Sool?"


class Models:
    """Writes what is known by hand, and answers with the sentence that a question was written for."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.written: list[str] = []
        self.asked: list[str] = []
        self.closed = 0
        self.answer = Answer("?", "?", "answered")
        self.cites: dict[str, str] = {question: words for words, question in WRITTEN.items()}

    def write(self, fact: Fact) -> Generator[str]:
        self.written.append(fact.words)
        try:
            yield from WRITTEN.get(fact.words, "").split(" ")[:1]
            yield from (f" {word}" for word in WRITTEN.get(fact.words, "").split(" ")[1:])
        except GeneratorExit:
            self.closed += 1
            raise

    def ask(self, question: str) -> Generator[Answer]:
        self.asked.append(question)
        yield Answer(question, question)
        at = QUARRY.text.index(self.cites[question])
        cited = Citation(1, "quarry", QUARRY.title, None, None, None, QUARRY.text[at : at + 4], at, at + 4)
        yield replace(self.answer, question=question, citations=(cited,))


@pytest.fixture
def models(library: Library) -> Models:
    store(library, QUARRY)
    return Models(library)


@pytest.fixture
def related(models: Models, retriever: HybridRetriever) -> Related:
    return Related(retriever, models.write, models.ask)


def prepared(related: Related, article_id: str = "quarry") -> list[str]:
    return [kept.question for kept in related.prepare(article_id) if kept]


def test_questions_are_kept_with_where_their_fact_stands(related: Related) -> None:
    questions = prepared(related)
    assert len(questions) == KEPT
    assert set(questions) < set(WRITTEN.values())
    for kept in related.questions.of("quarry"):
        assert WRITTEN[kept.words] == kept.question
        assert kept.words in kept.quote == QUARRY.text[kept.start : kept.end]
    assert related.lacking(["quarry", "bridge", "nothing"], 0) == ["bridge"]
    assert related.lacking(["bridge"], 3) == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer("?", "?", "refused"),
        Answer("?", "?", "answering"),
        Answer("?", "?", "answered", kind="comparison"),
    ],
)
def test_what_is_not_answered_as_a_fact_is_not_kept(related: Related, models: Models, answer: Answer) -> None:
    models.answer = answer
    assert prepared(related) == []
    assert len(models.asked) == len(models.written) <= TRIED
    assert related.lacking(["quarry"], 0) == [], "it was tried"


def test_what_another_sentence_answers_is_not_kept(related: Related, models: Models) -> None:
    models.cites = dict.fromkeys(models.cites, "340 workers")
    assert prepared(related) == [WRITTEN["340 workers"]]


def test_what_retrieval_does_not_find_is_not_asked(
    related: Related, models: Models, library: Library, retriever: HybridRetriever
) -> None:
    for number in range(5):  # whose passages rank before that of the quarry
        words = " ".join(WRITTEN.values())
        store(library, Article(f"other-{number}", f"Other {number} {words}", f"{words} {number}.", sha256=str(number)))
    retriever.take_in()
    assert prepared(related) == []
    assert models.asked == []


def test_an_article_without_facts_is_over_at_once(related: Related, models: Models, library: Library) -> None:
    store(library, Article("song", "A song", "La la la, it goes on and on.", sha256="s"))
    assert prepared(related, "song") == []
    assert (models.written, related.lacking(["song"], 0)) == ([], [])


def test_it_goes_on_where_it_was_left_off(related: Related, models: Models, retriever: HybridRetriever) -> None:
    steps = related.prepare("quarry")
    first = next(kept for kept in steps if kept)
    steps.close()
    begun = related.prepare("quarry")
    for _ in range(4):
        next(begun)
    begun.close()
    assert models.closed == 1, "left amid the second"
    tried = list(models.written)
    again = Related(retriever, models.write, models.ask)
    assert first.question not in (more := prepared(again))
    assert models.written[len(tried)] == tried[-1], "what was left off is done again, and nothing else"
    assert models.written.count(first.words) == 1
    assert [kept.question for kept in again.questions.of("quarry")] == [first.question, *more]
    assert len(more) == KEPT - 1


def test_an_article_that_changes_meanwhile_keeps_nothing(related: Related, library: Library) -> None:
    steps = related.prepare("quarry")
    next(steps)
    store(library, replace(QUARRY, text="The Sool quarry is closed.", sha256="q2"))
    assert [kept for kept in steps if kept] == []
    assert related.questions.of("quarry") == []
    assert "quarry" in related.questions.waiting()


def test_what_is_shipped_is_kept_without_a_model(
    related: Related, models: Models, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = QUARRY.text.index("The Sool quarry employed")
    quote = QUARRY.text[at : QUARRY.text.index(" The last")]
    shipped = PreparedQuestion(
        WRITTEN["340 workers"], "quarry", QUARRY.title, "340 workers", quote, at, at + len(quote)
    )
    elsewhere = replace(shipped, article_id="bridge")
    monkeypatch.setattr(
        "qa.related._shipped", lambda: {"quarry": [shipped], "bridge": [elsewhere], "nobody": [shipped]}
    )
    related.take_in_shipped(2)
    assert related.questions.of("quarry") == [shipped]
    assert related.newest(4) == [Suggestion(shipped.question, "quarry", QUARRY.title)]
    related.take_in_shipped(9)
    assert related.questions.of("quarry") == [shipped]
    assert related.questions.of("bridge") == [], "its text is another"
    assert (models.written, related.lacking(["quarry", "bridge"], 0)) == ([], ["bridge"])
    store(library, replace(QUARRY, sha256="q2"))
    assert list(related.prepare("quarry")) == [shipped], "it came again"


def test_the_questions_that_are_shipped_stand_in_the_corpus(settings: Settings) -> None:
    library = Library.open(settings.library_path)
    with ConsoleReporter("adding") as reporter:
        pipeline.add([str(CORPUS)], library, HashedWords, reporter, fetcher=lambda: pytest.fail("no address is asked"))
    questions = [PreparedQuestion(**question) for question in json.loads(SHIPPED.read_text(encoding="utf-8"))]
    for question in questions:
        article = library.article(question.article_id)
        assert article.title == question.title
        assert article.text[question.start : question.end] == question.quote
        assert contains(question.quote, question.words)
        fact = Fact(article.id, article.title, question.words, question.quote, question.start, question.end)
        assert can_be_asked(question.question, fact, ())
    asked = Counter(question.article_id for question in questions)
    assert all(count <= KEPT for count in asked.values())
    assert len(asked) >= len(library.articles()) - 1
    library.close()


def test_killed_amid_an_article_it_goes_on_where_it_was(models: Models, settings: Settings, tmp_path: Path) -> None:
    """The kill comes while the model writes for the second fact."""
    log = tmp_path / "log"
    arguments = [sys.executable, "-m", "tests.questions_runner", str(settings.data_dir), str(log)]
    runner = subprocess.Popen(arguments, cwd=Path(__file__).parent.parent)
    wait_until(lambda: log.exists() and len(log.read_text().splitlines()) == 2)
    runner.kill()
    runner.wait()
    library = Library.open(settings.library_path)
    kept = Questions.beside(library).of("quarry")
    assert len(kept) == Questions.beside(library).tried("quarry") == 1
    index = VectorIndex.open(settings, library, IDENTITY)
    related = Related(HybridRetriever(library=library, index=index, embeddings=HashedWords()), models.write, models.ask)
    assert len(prepared(related)) == KEPT - 1
    assert models.written[0] == log.read_text().splitlines()[1], "the fact that it was killed at"
    assert related.questions.of("quarry")[:1] == kept
    assert library.faults() == []
    index.close()
    library.close()


def near(related: Related, question: str = ASKED, **how: object) -> list[str]:
    return [suggestion.question for suggestion in related.near(question, **how)]


def test_near_questions_are_suggested_without_those_that_were_asked(related: Related) -> None:
    assert near(related) == []
    kept = prepared(related)
    assert sorted(near(related)) == sorted(kept)
    assert sorted(near(related, kept[0])) == sorted(kept[1:])
    assert sorted(near(related, history=[Turn(kept[1], "Nobody knows.")])) == sorted([kept[0], kept[2]])
    assert sorted(near(related, given=kept[:2])) == kept[2:]
    assert near(related, given=["A?", "B?", "C?"]) == []


def test_what_an_answer_told_is_not_asked_for(related: Related) -> None:
    kept = {question.words: question.question for question in related.prepare("quarry") if question}
    words, question = next(iter(kept.items()))
    assert question not in near(related, history=[Turn("What of it?", f"It was so: {words}.")])


def test_the_nearest_come_first_those_on_the_articles_found_before_all(related: Related, library: Library) -> None:
    prepared(related)
    article, question = library.article("bridge"), "How long is the Varga bridge?"
    quote = article.text[33:56]
    bridge = PreparedQuestion(question, "bridge", article.title, "412 metres", quote, 33, 56)
    assert quote == "It is 412 metres long. "
    vector = np.asarray(related._retriever.embed(question), np.float32)
    related.questions.note(article, 1, over=True, kept=[(bridge, vector)], model=IDENTITY)
    asked = "Were the workers of a quarry in Tarn ever paid?"
    assert near(related, asked)[0] == WRITTEN["340 workers"]
    assert near(related, asked, about=["bridge"])[0] == bridge.question
    assert near(related, asked, about=["quarry"])[0] != bridge.question
    assert near(related, asked, about=["bridge"], others=False) == [bridge.question]
    assert near(related, asked, about=["mill"], others=False) == []
    assert bridge.question not in near(related, asked, filters=Filters(article_id="quarry"))
    assert near(related, asked, filters=Filters(until="2025-04-01")) == [bridge.question]


def test_suggesting_prepares_what_is_missing(related: Related, models: Models) -> None:
    found = related.suggest(ASKED, filters=Filters(article_id="quarry"))
    first = next(found)
    assert models.asked == [first.question], "no other is prepared before somebody wants it"
    assert len([first, *found]) == 3
    models.written.clear()
    assert len(list(related.suggest(ASKED, filters=Filters(article_id="quarry")))) == 3
    assert models.written == []


def test_questions_on_others_come_only_after_those_that_are_prepared_now(
    related: Related, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(related)
    monkeypatch.setattr(related, "found_for", lambda question, filters: ["bridge"])
    assert related.lacking(["bridge"], 0) == ["bridge"]
    assert next(related.suggest("How long is the Varga bridge?")).article_id == "quarry"
    assert related.lacking(["bridge"], 0) == []
