"""What the page keeps of a conversation, against a real file of conversations."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.accounts.conversations import Conversations
from qa.errors import ConversationNotFound
from qa.types import Answer, Turn
from qa.web.chat import Chat, keep, opened
from qa.web.render import Kept, render_turn
from qa.web.texts import texts
from tests.test_web_render import Page

T = texts()
ANSWER = Answer("When?", "When did it open?", "answered", "In 1931. [1]")


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations.open(tmp_path / "conversations.sqlite3")) as conversations:
        yield conversations


def test_what_is_kept_opens_as_it_was(conversations: Conversations) -> None:
    _, first = keep(conversations, "ada", "", ANSWER, T)
    assert first
    refused = Answer("Why?", "Why?", "refused", "No.")
    _, second = keep(conversations, "ada", first.conversation, refused, T)
    assert second == Kept(first.conversation, 2)
    conversations.vote("ada", first.conversation, 2, "down")
    chat = opened(conversations, "ada", first.conversation, T)
    voted = Kept(first.conversation, 2, "down")
    assert chat == Chat(
        render_turn(ANSWER, 1, kept=first),
        render_turn(refused, 2, kept=voted),
        2,
        (Turn("When did it open?", "In 1931. [1]"),),
        first.conversation,
    )
    with pytest.raises(ConversationNotFound):
        opened(conversations, "eve", first.conversation, T)


def test_what_was_deleted_or_is_another_users_begins_anew(conversations: Conversations) -> None:
    _, kept = keep(conversations, "ada", "", ANSWER, T)
    assert kept
    _, other = keep(conversations, "eve", kept.conversation, ANSWER, T)
    assert other
    assert other.conversation != kept.conversation
    assert [info.turns for info in conversations.list("ada")] == [1]


@pytest.mark.sqlite
def test_what_cannot_be_kept_is_shown_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    with closing(Conversations.open(path)) as conversations:
        conversations.create("")
        with closing(sqlite3.connect(path)) as db:
            db.execute("DROP TABLE turns")
        answer, kept = keep(conversations, "", "", ANSWER, T)
    assert kept is None
    assert answer.text == ANSWER.text
    assert answer.notes[0].startswith("This answer could not be kept in the history: cannot use ")


def test_only_what_was_answered_to_its_end_is_remembered() -> None:
    stopped = Chat().followed_by("<one>", Answer("A?", "A?"), None)
    assert stopped == Chat("", "<one>", 1)
    chat = stopped.followed_by("<two>", ANSWER, Kept("here", 1))
    assert chat == Chat("<one>", "<two>", 2, (Turn("When did it open?", "In 1931. [1]"),), "here")


def test_only_kept_turns_are_judged() -> None:
    assert Page(render_turn(ANSWER, 1)).all("svg") == []
    buttons = Page(render_turn(ANSWER, 1, kept=Kept("here", 1, "up"))).all("button")
    assert [button.get("aria-pressed") for button in buttons if "data-vote" in button] == ["true", "false"]
