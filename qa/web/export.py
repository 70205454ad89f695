"""A conversation to take away: as Markdown in which nothing acts, or as JSON with everything."""

from dataclasses import asdict
from typing import Any

from qa.accounts.conversations import Conversation, StoredTurn
from qa.language.markdown import escaped, linked, listed
from qa.types import Sentence
from qa.web.render import ENGLISH, web_link


def to_json(conversation: Conversation) -> dict[str, Any]:
    """Everything that is kept of it."""
    return asdict(conversation)


def to_markdown(conversation: Conversation) -> str:
    """Questions, answers with their marks, and below each answer the quotes that back it."""
    blocks = [f"# {escaped(conversation.title) or 'Conversation'}"]
    for turn in conversation.turns:
        blocks += [f"## {escaped(turn.question)}", _said(turn)]
        if quotes := turn.answer["citations"] or turn.answer.get("closest"):
            blocks.append("\n".join(map(_source, quotes)))
    return "\n\n".join(blocks) + "\n"


def _said(turn: StoredTurn) -> str:
    """Marks are ours, all else is escaped."""
    sentences = turn.answer["sentences"]
    marked = [
        Sentence(escaped(s["text"]), s["citations"], s["support"], label=escaped(s.get("label", ""))).marked
        for s in sentences
    ]
    first = turn.answer.get("listed_from")  # answers that were kept earlier have neither lists nor labels
    points = marked[first:] if first is not None else []
    return listed(" ".join(marked[:first]), points) or escaped(turn.answer["text"])


def _source(citation: dict[str, Any]) -> str:
    facts = [citation["source"], ENGLISH.date(citation["published_at"])]
    known = ", ".join(escaped(fact) for fact in facts if fact)
    link = web_link(citation["url"])
    parts = (
        f"- [{citation['number']}] {escaped(citation['title'])}",
        f"({known})" if known else "",
        linked(link) if link else "",
    )
    return " ".join(filter(None, parts)) + f"\n  > {escaped(citation['quote'])}"
