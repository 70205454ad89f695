"""When two articles disagree, and how both are shown; the readings are given, not read by a model."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from qa.grounding.disagreement import NOTE, Side, disagreeing, side_by_side
from qa.models.reader import Reading
from qa.models.support import Claimed, Judgement
from qa.query.query import Query
from qa.retrieval.hits import Hit
from qa.types import Answer, Citation, Evidence

QUESTION = "How many people does the Lomond ferry carry a day?"
OLD = "The Lomond ferry carries |9,300| people a day."
NEW = "The Lomond ferry carries |9,800| people a day, the port authority reported."
SURE, MARGIN = 3.0, 5.0


def article(
    name: str, marked: str, day: str | None = None, source: str | None = None, logit: float = SURE, title: str = ""
) -> Hit:
    """An article that the reader answers from with the words between the bars."""
    before, span, after = marked.split("|")
    text = before + span + after
    evidence = Evidence(name, title or f"Title of {name}", source, day, None, 10, 10 + len(text), text, 0.9)
    return Hit(evidence, Reading(logit, len(before), len(before) + len(span), MARGIN))


def cited(found: Hit) -> tuple[Citation, ...]:
    e = found.evidence
    return (Citation(1, e.article_id, e.title, e.source, e.published_at, None, e.text, e.start, e.end),)


def shown(question: str, *found: Hit, stories: dict[str, str] | None = None) -> list[str]:
    """The articles shown for an answer that cites the first."""
    return [c.evidence.article_id for c in told(question, *found, stories=stories)]


def told(question: str, *found: Hit, stories: dict[str, str] | None = None) -> tuple[Side, ...]:
    return disagreeing(Query.of(question), cited(found[0]), found, stories or {}, Contradicting())


class Contradicting:
    """Finds that a text contradicts another where just one of them says no, once or three times."""

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]:
        return [Judgement(0.1, 0.8 if self._denies(c.claim) != self._denies(c.quote) else 0.1, 0.1) for c in claims]

    @staticmethod
    def _denies(text: str) -> bool:
        return sum(word in text for word in ("not ", "reject", "refuse")) % 2 == 1


OLDER = article("older", OLD, "2024-02-11", "Quayside Weekly")
NEWER = article("newer", NEW, "2025-06-01", "Harbour News")


def test_the_newer_one_comes_first_whichever_the_answer_cites() -> None:
    assert shown(QUESTION, OLDER, NEWER) == ["newer", "older"]
    assert shown(QUESTION, NEWER, OLDER) == ["newer", "older"]


def test_both_are_shown_in_their_own_words_with_source_and_date() -> None:
    first = Answer(QUESTION, QUESTION, status="answered", text="9,300. [1]")
    answer = side_by_side(first, told(QUESTION, OLDER, NEWER))
    assert answer.text == (
        "Harbour News (1 June 2025): The Lomond ferry carries 9,800 people a day, the port authority reported. [1] "
        "Quayside Weekly (11 February 2024): The Lomond ferry carries 9,300 people a day. [2]"
    )
    assert [(s.citations, s.support) for s in answer.sentences] == [((1,), "quoted"), ((2,), "quoted")]
    assert answer.notes == (NOTE,)
    for citation, found in zip(answer.citations, (NEWER, OLDER), strict=True):
        e = found.evidence
        assert e.text[citation.start - e.start : citation.end - e.start] == citation.quote
        assert (citation.article_id, citation.published_at) == (e.article_id, e.published_at)


def test_without_source_or_date_the_title_stands_for_it() -> None:
    nameless = article("older", OLD, title="On the lake")
    answer = side_by_side(Answer(QUESTION, QUESTION), told(QUESTION, nameless, NEWER))
    assert [s.text.split(":")[0] for s in answer.sentences] == ["Harbour News (1 June 2025)", "On the lake"]


def test_a_sentence_that_begins_with_a_pronoun_brings_the_one_before() -> None:
    text = "Nothing is as busy as the Lomond ferry. It carries |9,800| people a day. It is red."
    claims = told(QUESTION, article("newer", text), OLDER)
    assert "Nothing is as busy as the Lomond ferry. It carries 9,800 people a day." in [c.text for c in claims]


def test_copies_of_one_story_and_equal_values_count_once() -> None:
    assert shown(QUESTION, OLDER, NEWER, stories={"older": "older", "newer": "older"}) == []
    again = article("again", "On the Lomond ferry |about 9,800| people are carried each day.", "2025-05-01")
    assert shown(QUESTION, OLDER, NEWER, again) == ["newer", "older"]
    assert shown(QUESTION, NEWER, again) == []


def test_an_article_that_hardly_answers_contradicts_nobody() -> None:
    unsure = article("newer", NEW, "2025-06-01", logit=0.5)
    assert shown(QUESTION, OLDER, unsure) == []
    assert shown(QUESTION, OLDER, Hit(NEWER.evidence)) == []
    pointless = replace(NEWER, reading=Reading(SURE, 25, 30, -1.0))
    assert shown(QUESTION, OLDER, pointless) == []


def test_others_may_disagree_about_what_the_answer_does_not_cite() -> None:
    third = article("third", "Tickets for the ferry cost |4 pounds|.")
    assert disagreeing(Query.of(QUESTION), cited(third), (third, OLDER, NEWER), {}, Contradicting()) == ()


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (QUESTION, OLD, "The Arden ferry carries |9,800| people a day."),
        (QUESTION, OLD, "In 2019 the Lomond ferry sold |9,800| hats."),
        (
            "Who won the Lyre Prize in 2024?",
            "|Sela Moor| won the Lyre Prize in 2024.",
            "|Jon Vance| won the Lyre Prize in 2022.",
        ),
        (
            "How long is the Arden viaduct?",
            "The Arden viaduct is |640 metres| long.",
            "The longest span of the Arden viaduct is |92 metres| long.",
        ),
        ("How many goats live on Orra?", "In 2021 |400| goats lived on Orra.", "In 2023 |700| goats lived on Orra."),
        ("Who was the first mayor of Vell?", "|Ann Lowe| was the first mayor of Vell.", "|Bo Reed| is mayor of Vell."),
        ("How many people came?", "|400| people came.", "|700| people came."),
        (
            "Did the court allow the Orra mine?",
            "The court| allowed| the Orra mine.",
            "The court| did not reject| the Orra mine.",
        ),
        (
            "Why was the Orra mine closed?",
            "The Orra mine was closed because of |water|.",
            "The Orra mine was closed because of |fire|.",
        ),
        (
            "How much did the Arden viaduct cost?",
            "The Arden viaduct cost |£4.65bn|.",
            "The Arden viaduct cost |£4.65 billion|.",
        ),
        (
            "How much did the Arden viaduct cost?",
            "The Arden viaduct cost £|4,650m|.",
            "The Arden viaduct cost |£4.65 billion|.",
        ),
        ("How long is the Arden viaduct?", "The Arden viaduct is |5 km| long.", "The Arden viaduct is |3 miles| long."),
    ],
)
def test_other_places_years_parts_and_things_are_no_disagreement(question: str, one: str, other: str) -> None:
    assert shown(question, article("one", one), article("other", other)) == []


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "Who won the Lyre Prize in 2024?",
            "|Sela Moor| won the Lyre Prize in 2024.",
            "|Jon Vance| won the Lyre Prize in 2024.",
        ),
        (
            "How long is the Arden viaduct?",
            "The Arden viaduct is |640 metres| long.",
            "The Arden viaduct is |690 metres| long.",
        ),
        ("How long is the Arden viaduct?", "The Arden viaduct is |5 km| long.", "The Arden viaduct is |9,000 m| long."),
        (
            "How much did the Arden viaduct cost?",
            "The Arden viaduct cost |£4.65bn|.",
            "The Arden viaduct cost |£4.85 billion|.",
        ),
        ("When did the Orra mine close?", "The Orra mine closed in |1968|.", "The Orra mine closed in |1971|."),
        (
            "Did the court allow the Orra mine?",
            "The court| allowed| the Orra mine.",
            "The court| refused to allow| the Orra mine.",
        ),
        (
            "Did the court allow the Orra mine?",
            "The court| allowed| the Orra mine.",
            "The court| did not allow| the Orra mine.",
        ),
    ],
)
def test_numbers_dates_names_and_outcomes_can_disagree(question: str, one: str, other: str) -> None:
    assert len(shown(question, article("one", one), article("other", other))) == 2


def test_the_year_asked_about_may_be_the_one_an_article_was_published_in() -> None:
    question, one = "Who won the Lyre Prize in 2024?", article("one", "|Sela Moor| won the Lyre Prize in 2024.")
    other = article("other", "|Jon Vance| won the Lyre Prize.", "2024-10-10")
    assert len(shown(question, one, other)) == 2
    earlier = replace(other, evidence=replace(other.evidence, published_at="2022-10-10"))
    assert shown(question, one, earlier) == []
