"""Questions in German, French and Spanish over the articles shipped, with the real model."""

import pytest

from qa.language.text import contains
from tests.e2e.conftest import Over

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("question", "language", "held"),
    [
        ("Wo befindet sich das Hauptquartier von NORAD?", "de", "Colorado Springs"),
        ("Qui était le chef du camp du Non en 1995 ?", "fr", "Daniel Johnson"),
        ("¿Dónde se estrelló el B-52 con bombas de hidrógeno?", "es", "Thule"),
    ],
)
def test_a_question_in_another_language_is_answered(over: Over, question: str, language: str, held: str) -> None:
    answer = over("corpus").answer(question)
    assert (answer.status, answer.language, answer.question) == ("answered", language, question)
    assert contains(answer.text, held)
    assert any(contains(citation.quote, held) for citation in answer.citations), "the quote stays English"


def test_a_language_that_is_not_served_is_refused_at_once(over: Over) -> None:
    answer = over("corpus").answer("Quando è stato firmato il trattato di difesa aerea?")
    assert (answer.status, answer.language) == ("refused", "it")
    assert answer.text.endswith("Questions can be asked in English, German, French or Spanish.")
