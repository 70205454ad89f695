"""Conversations are kept for their user, and for nobody else."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from qa.accounts.conversations import BEGINNING, LONGEST_TITLE, REMEMBERED, Conversations
from qa.cli.console import run_app
from qa.cli.main import app
from qa.errors import ConversationError, ConversationNotFound
from qa.evaluation.feedback import candidate
from qa.evaluation.gold import read_gold
from qa.settings import Settings
from qa.types import Answer, Turn
from tests.web_fake import CITATION, QUOTE, FakeAnswerer

*_, ANSWERED = FakeAnswerer().stream("When did the Varga bridge open?")
*_, REFUSED = FakeAnswerer().stream("Who likes cheese?")


@pytest.fixture
def kept(settings: Settings) -> Iterator[Conversations]:
    kept = Conversations.open(settings.conversations_path)
    yield kept
    kept.close()


def test_turns_come_back_whole_and_in_order(kept: Conversations) -> None:
    new = kept.create("ada")
    assert [kept.append("ada", new.id, answer) for answer in (ANSWERED, REFUSED)] == [1, 2]
    whole = kept.get("ada", new.id)
    assert [turn.question for turn in whole.turns] == [ANSWERED.question, REFUSED.question]
    assert whole.turns[0].answer == json.loads(json.dumps(ANSWERED.to_json()))
    assert (whole.turns[0].vote, whole.turns[0].reason) == (None, None)


def test_the_first_question_is_the_title_unless_there_is_one(kept: Conversations) -> None:
    first, named = kept.create("ada"), kept.create("ada", " My\u202e\nbridge ")
    for new in (first, named):
        kept.append("ada", new.id, ANSWERED)
        kept.append("ada", new.id, REFUSED)
    assert kept.get("ada", first.id).title == ANSWERED.question
    assert kept.get("ada", named.id).title == named.title == "My bridge"
    long = kept.create("ada", "x" * 500)
    assert len(long.title) == LONGEST_TITLE
    kept.rename("ada", long.id, "short")
    assert kept.get("ada", long.id).title == "short"


def test_the_latest_comes_first_and_words_are_found_anywhere(kept: Conversations) -> None:
    bridge, other = kept.create("ada"), kept.create("ada", "100% cheese_cake")
    kept.append("ada", bridge.id, ANSWERED)
    assert [info.id for info in kept.list("ada")] == [bridge.id, other.id]
    assert [info.turns for info in kept.list("ada")] == [1, 0]
    found = {
        "VARGA": [bridge.id],  # in the question
        "opened 1931": [bridge.id],  # in the answer
        "0% e_c": [other.id],
        "varga cheese": [],
        "%": [other.id],
        "_": [other.id],
    }
    assert {words: [info.id for info in kept.list("ada", words)] for words in found} == found


def test_pinned_ones_come_first_and_pinning_is_no_news(kept: Conversations) -> None:
    old, middle, new = (kept.create("ada", title) for title in ("old", "middle", "new"))
    kept.pin("ada", old.id, True)
    assert [(info.title, info.pinned) for info in kept.list("ada")] == [
        ("old", True),
        ("new", False),
        ("middle", False),
    ]
    assert kept.get("ada", old.id).pinned
    assert kept.list("ada")[0].updated_at == old.updated_at
    kept.pin("ada", middle.id, True)
    kept.pin("ada", old.id, False)
    assert [info.title for info in kept.list("ada")] == ["middle", "new", "old"]
    with pytest.raises(ConversationNotFound):
        kept.pin("eve", new.id, True)


def test_a_list_shows_how_the_first_answer_begins(kept: Conversations) -> None:
    new = kept.create("ada")
    assert kept.list("ada")[0].beginning == ""
    kept.append("ada", new.id, ANSWERED)
    kept.append("ada", new.id, REFUSED)
    assert kept.list("ada")[0].beginning == "The bridge opened in 1931."
    long = kept.create("ada")
    kept.append("ada", long.id, replace(ANSWERED, text="- One\u202e [1][2]\n- Two [3]\n" + "word " * 100))
    shown = kept.list("ada")[0].beginning
    assert shown.startswith("- One - Two word")
    assert len(shown) == BEGINNING
    assert shown.endswith("…")


FIRST_VERSION = """
CREATE TABLE conversations (id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL);
CREATE INDEX ix_conversations_user ON conversations (user);
CREATE TABLE turns (conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, question TEXT NOT NULL, text TEXT NOT NULL, answer TEXT NOT NULL, asked_at TEXT NOT NULL,
    vote TEXT, reason TEXT, PRIMARY KEY (conversation_id, number));
INSERT INTO conversations VALUES ('one', 'ada', 'Old', '2025-01-01', '2025-01-02');
INSERT INTO turns VALUES ('one', 1, 'When?', 'In 1931. [1]', '{"status": "answered"}', '2025-01-01', 'up', NULL);
PRAGMA user_version = 1;
"""


@pytest.mark.sqlite
def test_a_file_of_the_first_version_is_brought_up(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(settings.conversations_path)) as db:
        db.executescript(FIRST_VERSION)
    with closing(Conversations.open(settings.conversations_path)) as old:
        [info] = old.list("ada")
        assert (info.title, info.beginning, info.turns, info.pinned) == ("Old", "In 1931.", 1, False)
        assert old.get("ada", "one").turns[0].vote == "up"
        old.pin("ada", "one", True)
        assert old.append("ada", "one", ANSWERED) == 2
    with closing(Conversations.open(settings.conversations_path)) as again:
        assert [info.pinned for info in again.list("ada")] == [True]
        assert again.faults() == []


def test_what_is_anothers_is_not_there(kept: Conversations) -> None:
    new = kept.create("ada", "secret")
    kept.append("ada", new.id, ANSWERED)
    assert kept.list("eve") == kept.list("") == ()
    for attempt in (
        lambda: kept.get("eve", new.id),
        lambda: kept.rename("eve", new.id, "mine"),
        lambda: kept.delete("eve", new.id),
        lambda: kept.append("eve", new.id, ANSWERED),
        lambda: kept.history("eve", new.id),
        lambda: kept.vote("eve", new.id, 1, "down"),
    ):
        with pytest.raises(ConversationNotFound, match=f"no conversation '{new.id}'"):
            attempt()
    whole = kept.get("ada", new.id)
    assert (whole.title, len(whole.turns), whole.turns[0].vote) == ("secret", 1, None)


@pytest.mark.sqlite
def test_deleted_is_gone_with_its_turns(kept: Conversations, settings: Settings) -> None:
    new = kept.create("ada")
    kept.append("ada", new.id, ANSWERED)
    kept.delete("ada", new.id)
    with pytest.raises(ConversationNotFound):
        kept.get("ada", new.id)
    with sqlite3.connect(settings.conversations_path) as db:
        assert db.execute("SELECT count(*) FROM turns").fetchone() == (0,)


def test_the_history_is_the_last_answers(kept: Conversations) -> None:
    new = kept.create("ada")
    for number in range(REMEMBERED + 2):
        kept.append("ada", new.id, replace(ANSWERED, question="And now?", standalone_question=f"Question {number}?"))
        kept.append("ada", new.id, REFUSED)
    said = kept.history("ada", new.id)
    assert said == tuple(Turn(f"Question {n}?", ANSWERED.text) for n in range(2, REMEMBERED + 2))


def test_the_last_vote_counts(kept: Conversations) -> None:
    new = kept.create("ada")
    kept.append("ada", new.id, ANSWERED)
    kept.vote("ada", new.id, 1, "down", "too short")
    kept.vote("ada", new.id, 1, "up")
    (vote,) = kept.feedback()
    assert (vote.user, vote.conversation, vote.turn.vote, vote.turn.reason) == ("ada", new.id, "up", None)
    assert kept.feedback("ada") == (vote,)
    assert kept.feedback("bob") == kept.feedback("") == ()
    with pytest.raises(ConversationNotFound, match="no turn 2"):
        kept.vote("ada", new.id, 2, "up")


def test_another_process_sees_them(kept: Conversations, settings: Settings) -> None:
    kept.create("ada", "here")
    again = Conversations.open(settings.conversations_path)
    assert [info.title for info in again.list("ada")] == ["here"]
    again.close()


@pytest.mark.sqlite
def test_what_cannot_be_used_is_said(settings: Settings, kept: Conversations) -> None:
    kept.create("ada")
    with sqlite3.connect(settings.conversations_path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(ConversationError, match="newer article-qa"):
        Conversations.open(settings.conversations_path).list("ada")
    broken = settings.data_dir / "broken"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(ConversationError, match=r"damaged .*what was asked.*python -m ingest restore DIR"):
        Conversations.open(broken).list("ada")
    with pytest.raises(ConversationError, match="ARTICLE_QA_DATA_DIR"):
        Conversations.open(broken / "below" / "file").list("ada")


@pytest.mark.sqlite
def test_a_damaged_answer_is_said_in_one_line(settings: Settings, kept: Conversations) -> None:
    new = kept.create("ada")
    kept.append("ada", new.id, ANSWERED)
    with sqlite3.connect(settings.conversations_path) as db:
        db.execute("UPDATE turns SET answer = '{half'")
    with pytest.raises(ConversationError, match=r"^answer 1 .* damaged.*restore DIR"):
        kept.get("ada", new.id)


def command(monkeypatch: pytest.MonkeyPatch, settings: Settings, *words: str) -> None:
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr(sys, "argv", ["qa", "feedback", *words])
    with pytest.raises(SystemExit) as stop:
        run_app(app)
    assert not stop.value.code


def voted(kept: Conversations, answer: Answer, vote: str, reason: str = "") -> str:
    new = kept.create("ada")
    kept.append("ada", new.id, answer)
    kept.vote("ada", new.id, 1, vote, reason)
    return new.id


def test_feedback_is_listed(
    kept: Conversations, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    voted(kept, replace(ANSWERED, question="\x1b[2JWhen?"), "down", "wrong\nbridge")
    command(monkeypatch, settings)
    shown = "down  [2JWhen? (ada)\n    The bridge opened in 1931. [1]\n    why: wrong bridge\n"
    assert capsys.readouterr().out == shown
    command(monkeypatch, settings, "--json")
    (vote,) = json.loads(capsys.readouterr().out)
    assert (vote["turn"]["vote"], vote["turn"]["reason"]) == ("down", "wrong bridge")
    assert vote["turn"]["answer"]["citations"][0]["quote"] == QUOTE


def test_liked_answers_become_gold_once(
    kept: Conversations, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, silent = voted(kept, ANSWERED, "up"), voted(kept, REFUSED, "up")
    voted(kept, replace(ANSWERED, question="Not liked?"), "down")
    file = tmp_path / "gold.jsonl"
    for _ in range(2):
        command(monkeypatch, settings, "--gold", str(file))
    first, second = sorted(read_gold(file), key=lambda gold: not gold.answerable)
    assert (first.id, first.question, first.answerable) == (f"feedback-{good}-1", ANSWERED.question, True)
    assert first.answers == ("The bridge opened in 1931.",)
    assert [(e.article_id, e.text) for e in first.evidence] == [(CITATION.article_id, QUOTE)]
    assert (second.id, second.answerable, second.answers, second.evidence) == (f"feedback-{silent}-1", False, (), ())
    assert first == candidate(kept.feedback()[0])
