"""The independent audit finds what it is there to find, and lets stand what is in order."""

import json
from pathlib import Path

import pytest

from tests.audit import audit, main

QUOTE = "On Jan. 29 the Greenlanders gave 177,000 signatures to Orla Penhallow, who said: “We will not wait.”"


def row(text: str, question: str = "What happened?", **facts: object) -> dict[str, object]:
    citation = {"number": 1, "quote": QUOTE, "title": "A petition", "source": "Gazette", "published_at": "2026-01-30"}
    return {
        "id": "q1",
        "question": question,
        "status": "answered",
        "sentences": [{"text": text, "citations": [1]}],
        "citations": [citation | facts],
        "passages": [{"text": f"{QUOTE} Edda Lindqvar left. The signatures were counted in May 1999."}],
    }


@pytest.mark.parametrize(
    "text",
    [
        "Orla Penhallow got 177 thousand signatures from Greenland.",
        "It was on 29 January 2026.",
        "According to the Gazette she said “We will not wait”.",
        "Signatures were given.",
        "The petition was given to her.",
    ],
)
def test_what_stands_in_the_quote_is_in_order(text: str) -> None:
    assert audit([row(text)]) == (1, [])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("They gave 178,000 signatures.", "number 178000"),
        ("Two dozen signatures came.", "number 24"),
        ("It was on 30 January 2026.", "date (2026, 1, 30)"),
        ("It was on 29 January 2025.", "date (2025, 1, 29)"),
        ("They were counted in May 1999.", "date (1999, 5, None)"),
        ("She gave them to Edda Lindqvar.", "name edda"),
        ("Lindqvar got them.", "name lindqvar"),
        ("She said “We will wait”.", "quotation 'We will wait'"),
    ],
)
def test_what_stands_elsewhere_or_nowhere_is_named(text: str, complaint: str) -> None:
    _, wrong = audit([row(text)])
    assert any(f": {complaint}" in line for line in wrong), wrong


def test_a_name_of_the_question_must_stand_there_too() -> None:
    assert audit([row("Edda left.", "When did Edda leave?")])[1]


def test_a_number_of_the_question_may_stand_in_the_title() -> None:
    asked = row("They were given in 1995.", "What was given in 1995?", title="The vote of 1995")
    assert audit([asked]) == (1, [])
    assert audit([row("They were given in 1995.", title="The vote of 1995")])[1]


def test_refusals_say_nothing() -> None:
    assert audit([row("Edda Lindqvar left.") | {"status": "refused"}]) == (0, [])


def test_the_exit_code_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"questions": [row("They gave 5 signatures.")]}))
    assert main(str(path)) == 1
    assert "q1: number 5: They gave 5 signatures." in capsys.readouterr().out
    path.write_text(json.dumps({"questions": [row("They gave 177,000 signatures.")]}))
    assert main(str(path)) == 0
