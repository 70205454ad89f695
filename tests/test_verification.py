"""What the verifier shows of a draft; judgements by a table, so that each can be followed by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from qa.grounding.verification import Verifier, heading, says_the_same, without_verdict
from qa.models.support import Claimed, Judgement
from qa.query.kinds import Asks
from qa.query.query import Query
from tests.test_citations import BRIDGE, FERRY, PASSAGES

QUERY = Query.of("When did the Varga bridge open?")
OPENED = "The Varga bridge opened in 1931 after a long dispute."


@dataclass
class Table:
    """Probabilities by claim and by words of its quote; 0.1 where nothing is told. Keeps what it was asked."""

    told: dict[tuple[str, str], float]
    asked: list[Sequence[Claimed]] = field(default_factory=list)

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]:
        self.asked.append(claims)
        return [self._of(claim) for claim in claims]

    def _of(self, claim: Claimed) -> Judgement:
        found = (p for (said, words), p in self.told.items() if said == claim.claim and words in claim.quote)
        supported = max(found, default=0.1)
        return Judgement(supported, 0.0, 1 - supported)


def test_a_supported_sentence_is_shown_with_its_probability() -> None:
    table = Table({("It opened in 1931.", "1931"): 0.9})
    checked, *_ = Verifier(table).check("It opened in 1931.", QUERY, PASSAGES, {})
    assert [(s.text, s.citations, s.support_probability) for s in checked.sentences] == [
        ("It opened in 1931.", (1,), 0.9)
    ]
    assert [c.quote for c in checked.citations] == [OPENED]


def test_what_is_not_supported_is_told_in_the_words_of_a_quote_that_answers() -> None:
    table = Table({(OPENED, "1931"): 0.8})
    assert [one.text for one in Verifier(table).check("The dispute ended in 1931.", QUERY, PASSAGES, {})] == [
        f"{OPENED} [1]"
    ]


def test_the_words_of_a_quote_are_offered_beside_a_supported_sentence() -> None:
    table = Table({("It opened in 1931.", "1931"): 0.9, (OPENED, "1931"): 0.95})
    offered = Verifier(table).check("It opened in 1931.", QUERY, PASSAGES, {})
    assert [one.text for one in offered] == ["It opened in 1931. [1]", f"{OPENED} [1]"], "which is shown, others decide"


def test_what_no_quote_answers_is_left_out() -> None:
    assert Verifier(Table({})).check("The dispute ended in 1931.", QUERY, PASSAGES, {}) == []


def test_numbers_and_names_are_a_second_lock() -> None:
    sure = Table({("It opened in 1913.", ""): 0.99, ("Jonas Berg opened it.", ""): 0.99})
    assert Verifier(sure).check("It opened in 1913. Jonas Berg opened it.", QUERY, PASSAGES, {}) == []


def test_a_quote_that_adds_no_support_is_not_cited() -> None:
    text = "The Varga bridge opened in 1931. The Varga bridge was opened by Ada Thorne."
    passage = replace(BRIDGE, text=text, end=BRIDGE.start + len(text))
    draft = "The Varga bridge was opened by Ada Thorne in 1931."
    both = Table({(draft, "opened in 1931. The"): 0.95})
    checked, *_ = Verifier(both).check(draft, QUERY, [passage], {})
    assert len(checked.sentences[0].citations) == 1, "they are neighbours"


def test_all_claims_of_a_sentence_are_judged_in_one_batch() -> None:
    table = Table({})
    Verifier(table).check("It opened in 1931.", QUERY, PASSAGES, {})
    assert len(table.asked) == 1
    assert {claim.question for claim in table.asked[0]} == {QUERY.text, ""}, "as answers, and by themselves"


def test_the_model_sees_heading_and_the_sentence_before() -> None:
    table = Table({})
    Verifier(table).check("Ada Thorne designed it.", Query.of("Who designed it?"), PASSAGES, {})
    seen = {(claim.heading, claim.before) for claim in table.asked[0] if claim.quote.startswith("The engineer")}
    assert seen == {("A crossing in Kovin (Gazette, 2025-03-01)", OPENED)}
    assert heading(FERRY) == "The ferry"


def test_of_several_sentences_none_has_to_answer_by_itself_but_all_together() -> None:
    draft = "The Varga bridge opened in 1931. It opened after a long dispute."
    said = {("The Varga bridge opened in 1931.", "1931"): 0.9, ("It opened after a long dispute.", "dispute"): 0.9}
    table = Table({**said, (draft, "1931"): 0.9})
    checked, *_ = Verifier(table).check(draft, QUERY, PASSAGES, {})
    assert [s.text for s in checked.sentences] == [
        "The Varga bridge opened in 1931.",
        "It opened after a long dispute.",
    ]
    assert all(claim.question == "" for claim in table.asked[0] if claim.claim in draft)
    ((whole,),) = table.asked[1:]
    assert (whole.claim, whole.question) == (draft, QUERY.text)
    assert Verifier(Table({**said, (draft, "1931"): 0.1})).check(draft, QUERY, PASSAGES, {}) == []


def test_what_is_to_be_worked_out_is_told_in_the_words_of_quotes() -> None:
    table = Table({("It opened in 1931.", "1931"): 0.9, (OPENED, "1931"): 0.9})
    query = replace(QUERY, asks=Asks("calculation"))
    assert [one.text for one in Verifier(table).check("It opened in 1931.", query, PASSAGES, {})] == [f"{OPENED} [1]"]


def test_what_may_be_a_matter_of_opinion_gets_no_verdict_but_quotes() -> None:
    told = {("The bridge is long.", "1931"): 0.9, (OPENED, "1931"): 0.8, ("Yes.", "1931"): 0.9}
    question = Query.of("Was the Varga bridge worth the long dispute?")

    def shown(debatable: bool) -> list[str]:
        query = replace(question, asks=Asks(debatable=debatable))
        return [one.text for one in Verifier(Table(told)).check("Yes. The bridge is long.", query, PASSAGES, {})]

    assert shown(False) == ["Yes. The bridge is long. [1]"]
    assert shown(True) == [f"{OPENED} [1]"]


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("Yes, the bridge opened.", "The bridge opened."),
        ("No. It did not.", "It did not."),
        ("Yes.", ""),
        ("Nobody came.", "Nobody came."),
        ("Yesterday it opened.", "Yesterday it opened."),
    ],
)
def test_a_sentence_without_its_verdict(sentence: str, plain: str) -> None:
    assert without_verdict(sentence) == plain


def test_verdicts_are_compared() -> None:
    assert says_the_same("Yes, it is.", "yes. It is.") is True
    assert says_the_same("Yes, it is.", "No. It is not.") is False
    assert says_the_same("It is.", "No.") is None
