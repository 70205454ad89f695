"""One reader's conversation on the page: what is shown of it, what a follow-up may refer to, and where it is kept."""

from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from qa.accounts.conversations import REMEMBERED, Conversations
from qa.errors import ConversationError, ConversationNotFound
from qa.types import Answer, Turn
from qa.web.engine import one_line
from qa.web.render import Kept, render_turn
from qa.web.texts import Texts

_answers = TypeAdapter(Answer)


@dataclass(frozen=True)
class Chat:
    """The turns that are over as HTML, the latest one, and what was said; `conversation` is empty until one is kept."""

    over: str = ""
    latest: str = ""
    count: int = 0
    history: tuple[Turn, ...] = ()
    conversation: str = ""

    def followed_by(self, turn: str, answer: Answer, kept: Kept | None) -> "Chat":
        """The conversation after another turn; what was not answered to its end is not remembered."""
        said = () if answer.status == "answering" else (Turn(answer.standalone_question, answer.text),)
        conversation = kept.conversation if kept else self.conversation
        history = (*self.history, *said)[-REMEMBERED:]
        return Chat(self.over + self.latest, turn, self.count + 1, history, conversation)


def keep(
    conversations: Conversations, user: str, conversation: str, answer: Answer, t: Texts
) -> tuple[Answer, Kept | None]:
    """Keep a final answer; a deleted conversation starts a new one. What cannot be kept says so in its notes."""
    try:
        try:
            kept = Kept(conversation, conversations.append(user, conversation, answer))
        except ConversationNotFound:
            conversation = conversations.create(user).id
            kept = Kept(conversation, conversations.append(user, conversation, answer))
    except ConversationError as error:
        return replace(answer, notes=(*answer.notes, t("turn.unkept", problem=one_line(error)))), None
    return answer, kept


def opened(conversations: Conversations, user: str, conversation: str, t: Texts) -> Chat:
    """A kept conversation as it was left; raises ConversationError."""
    turns = [
        render_turn(_answers.validate_python(turn.answer), number, kept=Kept(conversation, turn.number, turn.vote), t=t)
        for number, turn in enumerate(conversations.get(user, conversation).turns, 1)
    ]
    history = conversations.history(user, conversation)
    return Chat("".join(turns[:-1]), "".join(turns[-1:]), len(turns), history, conversation)
