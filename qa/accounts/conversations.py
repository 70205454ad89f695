"""Conversations of each user with their answers and what was thought of them, in a SQLite file of their own."""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from qa.errors import ConversationError, ConversationNotFound
from qa.language.markdown import one_line
from qa.storage.database import BROUGHT_BACK, Contents, Store
from qa.storage.opening import opened
from qa.storage.places import Place
from qa.types import Answer, Turn

Vote = Literal["up", "down"]
REMEMBERED = 6  # earlier turns that a follow-up may refer to
LONGEST_TITLE = 120
BEGINNING = 160  # characters of the first answer that a list shows
MOST_WORDS = 50  # that are looked for at once; SQLite knows no condition of a thousand

TABLES = sa.MetaData()
_conversations = sa.Table(
    "conversations",
    TABLES,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, nullable=False, index=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "created_at", "updated_at")),
    sa.Column("pinned", sa.Boolean, nullable=False, server_default=sa.false()),
)
# `answer` is the JSON of the final answer, `text` its text, to be searched.
_turns = sa.Table(
    "turns",
    TABLES,
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("question", "text", "answer", "asked_at")),
    *(sa.Column(name, sa.Text) for name in ("vote", "reason")),
)
_MARK = re.compile(r"\s*\[\d+\]")


def _prepare(db: sa.Connection, version: int) -> None:
    TABLES.create_all(db)
    if version == 1:
        db.execute(sa.text("ALTER TABLE conversations ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT 0"))


CONTENTS = Contents(
    "conversations",
    version=2,
    prepare=_prepare,
    error=ConversationError,
    lost="what was asked, answered and thought of it",
)


@dataclass(frozen=True)
class ConversationInfo:
    """A conversation without its turns, as a list shows it; times are ISO 8601, UTC.

    `beginning` is how its first answer begins, without the numbers of its quotes.
    """

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: int
    pinned: bool = False
    beginning: str = ""


@dataclass(frozen=True)
class StoredTurn:
    """A question with its final answer in the public form; numbers begin with 1."""

    number: int
    question: str
    answer: Mapping[str, Any]
    asked_at: str
    vote: Vote | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation, whole."""

    id: str
    title: str
    created_at: str
    updated_at: str
    turns: tuple[StoredTurn, ...]
    pinned: bool = False


@dataclass(frozen=True)
class Feedback:
    """What a user thought of an answer."""

    user: str
    conversation: str
    turn: StoredTurn


class Conversations(Store):
    """What each user asked and was answered; other users' conversations are not there at all.

    The file is opened, and made where it is missing, by what is first asked of it, so that one that cannot be used
    stops nothing else. Every method raises ConversationError then.
    """

    @classmethod
    def open(cls, place: Place) -> "Conversations":
        return cls(opened(place, CONTENTS))

    def count(self) -> int:
        """How many there are of all users."""
        with self._reading() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(_conversations)) or 0

    def create(self, user: str, title: str = "") -> ConversationInfo:
        """A new conversation; without a title its first question gives it one."""
        now, new = _now(), secrets.token_urlsafe(12)
        row = {"id": new, "user": user, "title": _title(title), "created_at": now, "updated_at": now}
        with self._writing() as db:
            db.execute(sa.insert(_conversations), row)
        return ConversationInfo(new, row["title"], now, now, 0)

    def list(self, user: str, words: str = "") -> tuple[ConversationInfo, ...]:
        """A user's conversations, those that are pinned and then the latest first.

        With words, those that hold them in title, question or answer.
        """
        table = _conversations.c
        turns = sa.select(sa.func.count()).where(_turns.c.conversation_id == table.id).scalar_subquery()
        first = (
            sa.select(sa.func.substr(_turns.c.text, 1, 2 * BEGINNING))
            .where(_turns.c.conversation_id == table.id)
            .order_by(_turns.c.number)
            .limit(1)
            .scalar_subquery()
        )
        query = sa.select(_conversations, turns.label("turns"), first.label("first"))
        query = query.where(table.user == user).order_by(table.pinned.desc(), table.updated_at.desc(), table.id)
        for word in list(dict.fromkeys(words.split()))[:MOST_WORDS]:
            columns = (_turns.c.question, _turns.c.text)
            said = sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
            inside = sa.exists().where(_turns.c.conversation_id == table.id, said)
            query = query.where(table.title.icontains(word, autoescape=True) | inside)
        with self._reading() as db:
            return tuple(map(_info, db.execute(query)))

    def get(self, user: str, conversation_id: str) -> Conversation:
        """One conversation, whole; raises ConversationNotFound, as all that follow do."""
        turns = sa.select(_turns).where(_turns.c.conversation_id == conversation_id).order_by(_turns.c.number)
        with self._reading() as db:
            row = self._owned(db, user, conversation_id)
            kept = tuple(map(_turn, db.execute(turns)))
        return Conversation(row.id, row.title, row.created_at, row.updated_at, kept, row.pinned)

    def rename(self, user: str, conversation_id: str, title: str) -> None:
        with self._writing() as db:
            self._owned(db, user, conversation_id)
            _update(db, conversation_id, title=_title(title))

    def pin(self, user: str, conversation_id: str, pinned: bool) -> None:
        """Let it stand before those that are not pinned, or no longer."""
        with self._writing() as db:
            self._owned(db, user, conversation_id)
            _update(db, conversation_id, pinned=pinned)

    def delete(self, user: str, conversation_id: str) -> None:
        with self._writing() as db:
            self._owned(db, user, conversation_id)
            db.execute(sa.delete(_conversations).where(_conversations.c.id == conversation_id))

    def append(self, user: str, conversation_id: str, answer: Answer) -> int:
        """Keep a final answer with its question; gives the number of the turn."""
        now = _now()
        with self._writing() as db:
            row = self._owned(db, user, conversation_id)
            last = sa.select(sa.func.max(_turns.c.number)).where(_turns.c.conversation_id == conversation_id)
            number = (db.scalar(last) or 0) + 1
            turn = {
                "conversation_id": conversation_id,
                "number": number,
                "question": answer.question,
                "text": answer.text,
                "answer": json.dumps(answer.to_json(), ensure_ascii=False),
                "asked_at": now,
            }
            db.execute(sa.insert(_turns), turn)
            _update(db, conversation_id, updated_at=now, title=row.title or _title(answer.question))
        return number

    def history(self, user: str, conversation_id: str) -> tuple[Turn, ...]:
        """The last turns that were answered, their questions as they were understood, for a follow-up to refer to."""
        meant = sa.func.json_extract(_turns.c.answer, "$.standalone_question").label("question")
        query = sa.select(meant, _turns.c.text).where(_turns.c.conversation_id == conversation_id)
        query = query.where(sa.func.json_extract(_turns.c.answer, "$.status") == "answered")
        with self._reading() as db:
            self._owned(db, user, conversation_id)
            said = db.execute(query.order_by(_turns.c.number.desc()).limit(REMEMBERED)).all()
        return tuple(Turn(row.question, row.text) for row in reversed(said))

    def vote(self, user: str, conversation_id: str, number: int, vote: Vote, reason: str = "") -> None:
        """Note what a user thinks of an answer, in place of what was thought before."""
        one = (_turns.c.conversation_id == conversation_id, _turns.c.number == number)
        with self._writing() as db:
            self._owned(db, user, conversation_id)
            values = {"vote": vote, "reason": one_line(reason) or None}
            if not db.execute(sa.update(_turns).where(*one).values(values)).rowcount:
                raise ConversationNotFound(f"turn {number} in it")

    def feedback(self, user: str | None = None) -> tuple[Feedback, ...]:
        """The votes of a user, oldest question first; without one those of all, for whoever runs the server."""
        owner = _conversations.c.user.label("user")
        query = sa.select(_turns, owner).join(_conversations).where(_turns.c.vote.is_not(None))
        if user is not None:
            query = query.where(_conversations.c.user == user)
        with self._reading() as db:
            rows = db.execute(query.order_by(_turns.c.asked_at, _turns.c.conversation_id, _turns.c.number)).all()
        return tuple(Feedback(row.user, row.conversation_id, _turn(row)) for row in rows)

    def _owned(self, db: sa.Connection, user: str, conversation_id: str) -> sa.Row[Any]:
        """The row of a conversation, if it is this user's."""
        table = _conversations.c
        row = db.execute(sa.select(_conversations).where(table.id == conversation_id, table.user == user)).one_or_none()
        if row is None:
            raise ConversationNotFound(f"conversation {conversation_id!r}")
        return row


def _update(db: sa.Connection, conversation_id: str, **values: str | bool) -> None:
    db.execute(sa.update(_conversations).where(_conversations.c.id == conversation_id).values(values))


def _info(row: sa.Row[Any]) -> ConversationInfo:
    beginning = _cut(one_line(_MARK.sub("", row.first or "")), BEGINNING)
    return ConversationInfo(row.id, row.title, row.created_at, row.updated_at, row.turns, row.pinned, beginning)


def _turn(row: sa.Row[Any]) -> StoredTurn:
    try:
        answer = json.loads(row.answer)
    except ValueError as error:
        raise ConversationError(f"answer {row.number} of this conversation is damaged; {BROUGHT_BACK}") from error
    return StoredTurn(row.number, row.question, answer, row.asked_at, row.vote, row.reason)


def _title(text: str) -> str:
    return _cut(one_line(text), LONGEST_TITLE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 2]} …"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
