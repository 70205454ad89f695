"""Which words of a question are put right, over articles of several kinds, with the pieces of the real tokenizer."""

from collections.abc import Iterator, Sequence

import pytest

from qa.index import MemoryIndex
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings
from qa.query.query import understand
from qa.query.spelling import MOST, corrected
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article, Turn
from tests.conftest import IDENTITY, store

pytestmark = pytest.mark.e2e

ARTICLES = (
    Article(
        "deal",
        "A deal for the Orrin Valley",
        "Negotiators met the Orrin Prosperity League on Monday. The league wants lower tariffs on timber, its chairman "
        "Viktor Halloran said. The government of Lund rejected the demand.",
        sha256="1",
    ),
    Article(
        "land",
        "Houses in Lund",
        "The price of property in Lund rose by 4 percent. Viktoria Hall sold a house near the cathedral.",
        sha256="2",
    ),
    Article(
        "soup",
        "A soup for cold days",
        "Chop the onions and the celery. Simmer the vegetables for forty minutes. Season the soup with nutmeg.",
        sha256="3",
    ),
    Article(
        "match",
        "Kestrel beat Varga",
        "Kestrel beat Varga in the quarterfinal. The goalkeeper Ines Moreau saved two penalties.",
        sha256="4",
    ),
    Article(
        "bees",
        "How bees find their way",
        "Honeybees navigate by the position of the sun. Researchers glued transmitters to two hundred bees.",
        sha256="5",
    ),
)


@pytest.fixture
def articles(settings: Settings, embeddings: SentenceEmbeddings) -> Iterator[HybridRetriever]:
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        store(library, article)
    yield HybridRetriever(library=library, index=MemoryIndex(library, IDENTITY), embeddings=embeddings)
    library.close()


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("who mett the orin prosperty league", "who met the orrin prosperity league"),  # two left out, one doubled
        ("Who met the Orrin Prosperty League?", "Who met the Orrin Prosperity League?"),  # "property" is as near
        ("WHO MET THE ORRIN PROSPERTY LEAGUE?", "WHO MET THE ORRIN PROSPERITY LEAGUE?"),
        ("What did Viktor Halloarn say about tarrifs?", "What did Viktor Halloran say about tariffs?"),  # swapped
        ("Did the goverment's answer please the league?", "Did the government's answer please the league?"),
        ("how long do the vegtables simmer", "how long do the vegetables simmer"),
        ("Who is Viktor Halleran?", "Who is Viktor Halloran?"),  # beside his first name
        ("Which penaltys did the goalkeper save?", "Which penaltys did the goalkeeper save?"),  # a stem it has
        ("Who was beaten in the qaurterfinal by Kestrel?", "Who was beaten in the quarterfinal by Kestrel?"),
        (
            "What have two hundred bees got from the reserachers?",
            "What have two hundred bees got from the researchers?",
        ),
        ("Who glued transmittrs to bees?", "Who glued transmitters to bees?"),
        ("Who glued transmtiterrs to bees?", "Who glued transmitters to bees?"),  # two slips
        ("wher did Kestrel win", "where did Kestrel win"),  # "when" is as near, but by a letter that is changed
        ("Wich house was sold in Lund?", "Which house was sold in Lund?"),
        ("WICH HOUSE WAS SOLD IN LUND?", "WHICH HOUSE WAS SOLD IN LUND?"),
        ("Who chopped teh onions adn the celery?", "Who chopped the onions and the celery?"),  # short, swapped
        ("Whar did the chairman say?", "What did the chairman say?"),  # a letter changed
        ("waht does the leage say abuot teh timber", "what does the league say about the timber"),
    ],
)
def test_a_misspelt_word_is_put_right(articles: HybridRetriever, question: str, meant: str) -> None:
    assert corrected(question, articles) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who met the Orrin Prosperity League?",
        "soup vegetables minutes",
        "Which negotiator navigates?",  # the articles have both in another form
        "Who misinterpreted the position of the sun?",  # a word of the language that no article has
        "Who is Halleran?",  # nothing else is asked that would tell
        "Did Ingrid Halleran reject the soup?",  # no passage holds enough else
        "What did Ines Morrow say?",  # a word of the language, as many names are
        "Did the goalkeeper meet Thiis in Lund?",  # a capital: no function word is meant
        "Hwo was the soup seasoned?",  # "how" and "who" are as near
        "Which bee hsd the sun?",  # short, and a letter is changed
        "Did Kestrell Gravenhage sell a house?",  # one passage has Kestrel, another the house
        "Who called it the “Orrin Prosperty League”?",
        "Who called it 'prosperty' in the Orrin valley?",
        "When did the OPRL meet the Orrin league?",
        "Which eBey house was sold in Lund?",
        "helo",
        "thnks",
        "prosperty",
        "Wer hat die Vertreter der Liga am Montag getroffen?",
        "日本の首都はどこですか",
        "???",
    ],
)
def test_what_may_be_right_is_left_alone(articles: HybridRetriever, question: str) -> None:
    assert corrected(question, articles) == question


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("Whcih penalties were saved?", "Which penalties were saved?"),
        ("Did Viktoria Hall live near hte cathedral?", "Did Viktoria Hall live near the cathedral?"),
        ("who did kestrel beat adn whre", "who did kestrel beat and where"),
        ("Shoud the soup be seasoned with nutmeg?", "Should the soup be seasoned with nutmeg?"),
        ("Did Ines Moreau save bothh penalties?", "Did Ines Moreau save both penalties?"),
        ("grom whom did the league want lower tariffs", "grom whom did the league want lower tariffs"),  # the first
        ("By waht do honeybees naviigaet?", "By what do honeybees navigate?"),
        ("How long did Wehn simmer the vegetables?", "How long did Wehn simmer the vegetables?"),
        ("Who called the bees “teh honeybees”?", "Who called the bees “teh honeybees”?"),
        ("Ist das Haus in Lund nahe beim Dom verkauft?", "Ist das Haus in Lund nahe beim Dom verkauft?"),
    ],
)
def test_questions_written_when_all_was_finished(articles: HybridRetriever, question: str, meant: str) -> None:
    assert corrected(question, articles) == meant


def test_two_words_that_are_as_near_leave_it_alone(articles: HybridRetriever) -> None:
    store(articles.library, Article("cat", "A cat", "The vet weighed the kitten and the mitten.", sha256="6"))
    assert corrected("Who weighed the kitte by the vet?", articles) == "Who weighed the kitten by the vet?"
    store(articles.library, Article("bird", "A bird", "The vet weighed the kittel.", sha256="7"))
    assert corrected("Who weighed the kitte by the vet?", articles) == "Who weighed the kitte by the vet?"


def test_a_question_with_many_unknown_words_is_not_looked_into(articles: HybridRetriever) -> None:
    many = " and ".join(f"prosperty{'abcdefghij'[n]}x" for n in range(MOST))
    assert corrected(f"Who met the Orrin Prosperty League and {many}?", articles).startswith(
        "Who met the Orrin Prosperty"
    )


def test_without_the_pieces_of_a_tokenizer_nothing_is_misspelt(retriever: HybridRetriever) -> None:
    assert corrected("When did the Varga brigde open?", retriever) == "When did the Varga brigde open?"


def test_the_query_keeps_what_was_asked_and_is_understood_as_what_is_meant(articles: HybridRetriever) -> None:
    query = understand("Who met the Orrin Prosperty League?", articles=articles)
    assert query.asked == "Who met the Orrin Prosperty League?"
    assert query.text == "Who met the Orrin Prosperity League?"


def test_a_follow_up_is_rewritten_from_what_is_meant(articles: HybridRetriever) -> None:
    said = Turn("Who met the Orrin Prosperity League?", "Negotiators met the Orrin Prosperity League. [1]")
    seen = []

    def rewrite(question: str, turns: Sequence[Turn]) -> str:
        seen.append(question)
        return "Does the Orrin Prosperity League want lower tariffs on timber?"

    query = understand("Does it want lower tarrifs on timber?", [said], articles=articles, rewrite=rewrite)
    assert seen == ["Does it want lower tariffs on timber?"]
    assert query.text == "Does the Orrin Prosperity League want lower tariffs on timber?"
