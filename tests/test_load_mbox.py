"""Mailboxes: where a mail begins, which it is in every run, and what it quotes of those before it."""

from pathlib import Path

import pytest

from ingest.load import count, load
from ingest.load.found import Failure, Found
from ingest.load.mails.mbox import without_history

ENVELOPE = "From a@example.org Mon Mar  4 10:00:00 2024\n"


def one(number: int, body: str, head: str = "") -> str:
    date = "Date: Mon, 4 Mar 2024 10:00:00 +0100"
    return f"{ENVELOPE}From: a@example.org\n{date}\nMessage-ID: <{number}@x>\n{head}\n{body}\n\n"


def read(path: Path, text: str) -> list[Found]:
    path.write_text(text)
    found = [each for each in load(path) if isinstance(each, Found)]
    assert count(path) == len(found)
    return found


def test_a_mail_begins_with_an_envelope_and_a_head(tmp_path: Path) -> None:
    prose = "It sails.\n\nFrom Monday at 10:00 it rests.\n>From the quay one sees it.\n>>From afar, too."
    first, second = read(tmp_path / "Sent", one(1, prose).rstrip("\n") + "\n" + one(2, "It rests."))
    assert first.text == "It sails.\n\nFrom Monday at 10:00 it rests.\nFrom the quay one sees it.\n> From afar, too."
    assert second.text == "It rests."


def test_a_mail_stays_the_same_when_those_before_it_go(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    both = read(path, one(1, "It sails.") + one(2, "It rests."))
    [left] = read(path, one(2, "It rests."))
    assert [found.item for found in both] == [f"{path}:1", f"{path}:2"]
    assert (left.origin, left.item) == (both[1].origin, f"{path}:1")


def test_two_mails_of_one_name_are_two(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.mbox", one(1, "It sails.") + one(1, "It rests."))
    assert first.origin != second.origin


def test_the_history_goes_only_where_the_earlier_mail_is_there(tmp_path: Path) -> None:
    reply = "At nine.\n\nOn Monday a wrote:\n> When does it sail?"
    mails = one(1, "When does it sail?") + one(2, reply, "In-Reply-To: <1@x>\n") + one(3, reply, "In-Reply-To: <9@x>\n")
    _, short, whole = read(tmp_path / "a.mbox", mails)
    assert short.text.strip() == "At nine."
    assert whole.text == reply


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Yes.\n\n> a\n> b\n\n-- \nAda", "Yes.\n\n-- \nAda"),
        ("Yes.\n> a\n____\nlist", "Yes.\n____\nlist"),
        ("> a\n\nYes.\n\n> b", "> a\n\nYes."),
        ("> a\n\nYes.", "> a\n\nYes."),
        ("> a", "> a"),
        ("Yes.", "Yes."),
    ],
)
def test_only_quotes_below_everything_are_history(text: str, own: str) -> None:
    assert without_history(text) == own


def test_a_mail_that_is_too_large_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.load.mails.mbox.LARGEST", 300)
    path = tmp_path / "a.mbox"
    path.write_text(one(1, "It sails. " * 60) + one(2, "It rests."))
    large, small = load(path)
    assert isinstance(large, Failure)
    assert large.error.startswith("is larger than")
    assert isinstance(small, Found)
    assert small.text == "It rests."
