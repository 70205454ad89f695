"""Questions in other languages: told, translated, checked, answered; the models are fakes, whose words are known."""

import json
from collections.abc import Sequence

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from qa.answer import Answerer
from qa.generation.languages import TEXTS, by_table, not_understood, said_in, says_the_same
from qa.grounding.steps import Asked
from qa.plans import REFUSAL
from qa.query.languages import SERVED, told
from qa.query.translation import faithful
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Sentence, Turn
from tests.conftest import store
from tests.judges import WordJudge

ASKED = "Wann wurde die Varga-Brücke eröffnet?"


def answerer(retriever: HybridRetriever, *written: str) -> Answerer:
    """An Answerer whose model writes these one after the other."""
    return Answerer(retriever, GenericFakeChatModel(messages=map(AIMessage, written)), "fake:parrot", WordJudge())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Einwohner hat Grönland?", "de"),
        ("wann war die volksabstimmung", "de"),
        ("Wer ist Nicola Sturgeon?", "de"),
        ("Combien d'habitants compte le Groenland ?", "fr"),
        ("Quand a eu lieu le vote ?", "fr"),
        ("¿Dónde está la isla Hans?", "es"),
        ("cuantas personas votaron que no", "es"),
        ("Quanti abitanti ha la Groenlandia?", "it"),
        ("Сколько человек живёт в Гренландии?", "ru"),
        ("グリーンランドの人口は何人ですか？", "ja"),
        ("When did NAFTA come into force?", "en"),
        ("Hans Egede", "en"),
        ("norad radar cost", "en"),
        ("Parti Québécois 1976 election", "en"),
        ("Who wrote Les Misérables?", "en"),
        ("São Paulo population", "en"),
        ('What does "Wir schaffen das" mean?', "en"),
        ("for i in range(10): print(i)", "en"),
        ("Merci !", "en"),
        ("?", "en"),
        ("1995", "en"),
    ],
)
def test_the_language_of_a_question(text: str, language: str) -> None:
    assert told(text) == language


@pytest.mark.parametrize(
    ("translated", "question", "is_faithful"),
    [
        ("How high is the hill of Lougheed?", "Wie hoch ist der Hügel von Lougheed?", True),
        ("How high is the hill of Loughed?", "Wie hoch ist der Hügel von Lougheed?", False),
        ("How much land does Greenland have?", "Wie viel Land hat Grönland?", True),
        ("Which field belongs to Lougheed?", "Welches Land gehört Lougheed?", True),
        ("Did Ottawa win?", "L'Ottawa a-t-il gagné ?", True),
        ("Who won by 54,288 votes?", "¿Quién ganó por 54.288 votos?", True),
        ("Who won by 54,289 votes?", "¿Quién ganó por 54.288 votos?", False),
        ("Who won in 1995?", "¿Quién ganó?", False),
        ("", "¿Quién ganó?", False),
        ("who " * 7, "¿Quién ganó?", False),
    ],
)
def test_a_translation_keeps_numbers_and_the_names_that_articles_know(
    translated: str, question: str, is_faithful: bool
) -> None:
    texts = ["Premier Lougheed sold land in Alberta.", "Land was cheap, Lougheed’s critics said."]
    assert faithful(translated, question, lambda word: [t for t in texts if word.lower() in t.lower()]) is is_faithful


@pytest.mark.parametrize(
    ("said", "language", "own"),
    [
        (REFUSAL, "de", "Die Artikel beantworten diese Frage nicht."),
        (REFUSAL, "fr", "Les articles ne répondent pas à cette question."),
        (REFUSAL, "es", "Los artículos no responden a esta pregunta."),
        (
            "Not stated in the articles.",
            "fr",
            "Non précisé dans les articles.",
        ),
        ("There are 1,312 articles.", "es", "Hay 1,312 artículos."),
        ("Kestrel Mill (Gazette, 2025-03-01), in its own words:", "de", None),
        ("It opened in 1931.", "de", None),
        (
            "1,312 articles from 3 sources, published between 1905-01-02 and 2026-03-04. Among them:",
            "fr",
            "1,312 articles de 3 sources, publiés entre le 1905-01-02 et le 2026-03-04. Parmi eux :",
        ),
        ("There are no articles by Gazette.", "de", None),
    ],
)
def test_what_code_says_comes_from_a_table(said: str, language: str, own: str | None) -> None:
    if said.startswith("Kestrel"):
        own = "Kestrel Mill (Gazette, 2025-03-01), in seinen eigenen Worten:"
    assert by_table(said, language) == own


def test_the_table_is_complete() -> None:
    texts = json.loads(TEXTS.read_text("utf-8"))
    said = [list(texts[language]["said"]) for language in SERVED]
    assert said[0] == said[1] == said[2]
    assert all(not_understood(language) for language in SERVED)
    assert not_understood("tr").endswith(not_understood("el")), "in English where there is no sentence"


@pytest.mark.parametrize(
    ("said", "translated", "language", "same"),
    [
        ("The bridge opened in 1931.", "Die Brücke wurde 1931 eröffnet.", "de", True),
        ("The bridge opened in 1931.", "Die Brücke wurde 1932 eröffnet.", "de", False),
        ("It costs 4.65 billion.", "Es kostet 4,65 Milliarden.", "de", True),
        ("It was decided by Colin Feasby in Canada.", "Colin Feasby entschied in Kanada.", "de", True),
        ("It was decided by Colin Feasby in Canada.", "Kolin Fesby entschied in Kanada.", "de", False),
        ("It belongs to the United States.", "Il appartient aux États-Unis.", "fr", True),
        ("It belongs to the United States.", "Il appartient au Danemark.", "fr", False),
        ("It was left by the Danish minister.", "La dejó el ministro danés.", "es", True),
        ("It was signed on 12 March 1958.", "Il a été signé le 12 mars 1958.", "fr", True),
        ("It was signed on 12 March 1958.", "Il a été signé le 12 mai 1958.", "fr", False),
        ("Newfoundland became a province of Canada.", "Terre-Neuve est devenue une province du Canada.", "fr", True),
        (
            "Newfoundland became a province of Canada.",
            "Le Nouveau-Brunswick est devenu une province du Canada.",
            "fr",
            False,
        ),
        ("Newfoundland joined.", "Neufundland trat bei.", "de", True),
        ("Newfoundland joined.", "Labrador trat bei.", "de", False),
        ("Officials met in Davos.", "Des fonctionnaires se sont rencontrés à Davos.", "fr", True),
        ("Yes, it opened.", "Ja, sie wurde eröffnet.", "de", True),
        ("Yes, it opened.", "Nein, sie wurde eröffnet.", "de", False),
        ("It opened.", "It opened.", "de", False),
    ],
)
def test_a_translated_sentence_says_the_same(said: str, translated: str, language: str, same: bool) -> None:
    asked = "Wann trat Neufundland bei?" if language == "de" else "Quand Terre-Neuve a-t-elle rejoint ?"
    answer = Answer(asked, "When did Newfoundland join?", language=language)
    assert says_the_same(translated, said, answer) is same


def test_own_words_are_translated_and_points_stay() -> None:
    sentences = (
        Sentence("The articles say:", (), "known"),
        Sentence("It opened in 1931.", (1,), "supported", 0.9),
        Sentence("It is 412 metres long.", (2,), "supported", 0.8),
        Sentence("It rains.", (3,), "quoted", 1.0),
    )
    text = "The articles say: It opened in 1931. [1] It is 412 metres long. [2]\n- It rains. [3]"
    answer = Answer("q", "q", "answered", text, sentences, listed_from=3, language="de")
    asked: list[Sequence[str]] = []

    def say(said: Sequence[str]) -> str:
        asked.append(said)
        return "Sie wurde 1931 eröffnet.\nSie ist 421 Meter lang.\n"

    own = said_in(answer, say)
    assert asked == [["It opened in 1931.", "It is 412 metres long."]], "once, and not for what a table has"
    assert own.text == "Die Artikel sagen: Sie wurde 1931 eröffnet. [1] It is 412 metres long. [2]\n- It rains. [3]"
    assert [s.support_probability for s in own.sentences] == [None, 0.9, 0.8, 1.0]
    assert (own.sentences[2], own.sentences[3]) == (answer.sentences[2], answer.sentences[3])
    assert said_in(answer, lambda said: "One line.").sentences[1:] == answer.sentences[1:]


def test_a_german_question_has_a_german_answer_with_an_english_quote(retriever: HybridRetriever) -> None:
    own = "Die Varga-Brücke ist seit 1931 offen."
    written = "When did the Varga bridge open?", "The Varga bridge was opened in 1931.", own
    answer = answerer(retriever, *written).answer(ASKED)
    assert (answer.status, answer.language, answer.question) == ("answered", "de", ASKED)
    assert answer.standalone_question == written[0]
    assert answer.text == f"{own} [1]"
    assert [(s.text, s.support) for s in answer.sentences] == [(own, "supported")]
    assert "opened in 1931" in answer.citations[0].quote


def test_what_is_quoted_stays_as_the_article_writes_it(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, "When did the Varga bridge open?", "The Varga bridge opened in 1931.").answer(ASKED)
    assert (answer.text, answer.language) == ("The Varga bridge opened in 1931. [1]", "de")


def test_a_translation_that_fails_the_check_is_a_refusal_in_german(retriever: HybridRetriever) -> None:
    for written in ("When did the Vaga bridge open?", "When did the Varga bridge open in 1931?", ""):
        answer = answerer(retriever, written).answer(ASKED)
        assert (answer.status, answer.text, answer.language) == ("refused", not_understood("de"), "de")
        assert (answer.citations, answer.passages) == ((), ())


def test_so_is_a_model_that_is_down(retriever: HybridRetriever) -> None:
    broken = FakeListChatModel(responses=["never"], error_on_chunk_number=0)
    assert Answerer(retriever, broken, "fake:broken", WordJudge()).answer(ASKED).text == not_understood("de")


def test_what_the_articles_do_not_answer_is_refused_in_german(retriever: HybridRetriever) -> None:
    answer = answerer(retriever, "Who won the chess cup in Oslo?").answer("Wer gewann den Schachpokal in Oslo?")
    assert answer.text == "Die Artikel beantworten diese Frage nicht."


def test_a_language_that_is_not_served_is_told_which_are(retriever: HybridRetriever) -> None:
    answer = answerer(retriever).answer("Quando è stato aperto il ponte sul fiume?")
    assert answer.status == "refused"
    assert answer.text == (
        "Le domande si possono fare in inglese, tedesco, francese o spagnolo. "
        "Questions can be asked in English, German, French or Spanish."
    )


def test_what_a_translation_leaves_as_it_is_was_english(retriever: HybridRetriever) -> None:
    query = answerer(retriever, "von der Varga speech").understand.invoke("von der Varga speech")
    assert (query.language, query.text) == ("en", "von der Varga speech")


def test_a_question_in_the_language_of_the_articles_stays(retriever: HybridRetriever) -> None:
    german = "Die Brücke wurde im Jahr 1931 eröffnet und ist vierhundert Meter lang. Viele Menschen kamen zu dem Fest."
    for number in range(4):
        store(retriever.library, Article(f"de{number}", f"Brücke {number}", german, sha256=f"d{number}"))
    query = answerer(retriever).understand.invoke(ASKED)
    assert (query.language, query.text) == ("en", ASKED)


def test_a_follow_up_is_translated_first(retriever: HybridRetriever) -> None:
    history = (Turn("How long is the Varga bridge?", "The Varga bridge is 412 metres long. [1]"),)
    steps = answerer(retriever, "And when did it open?", "And when did the Varga bridge open?")
    query = steps.understand.invoke(Asked("Und wann wurde sie eröffnet?", history))
    assert (query.language, query.text) == ("de", "And when did the Varga bridge open?")
