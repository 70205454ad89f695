"""python -m qa feedback: what readers thought of answers, and the good ones as candidates for a gold set."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.console import print_json
from qa.errors import GoldError
from qa.language.markdown import one_line
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.accounts.conversations import Feedback
    from qa.evaluation.gold import Gold


def feedback(
    gold: Annotated[
        Path | None, typer.Option(metavar="GOLD.jsonl", help="Add the answers that readers liked to this gold set.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False,
) -> None:
    """List what readers thought of answers; what they liked can become questions to measure by."""
    from qa.accounts.conversations import Conversations

    votes = Conversations.open(Settings.from_env().conversations).feedback()
    if gold:
        added = _add(gold, votes)
        print(f"{added} questions added to {gold}; read them before you measure by them", file=sys.stderr)
    if as_json:
        print_json([asdict(vote) for vote in votes])
    elif not gold:
        _print(votes)


def candidate(vote: "Feedback") -> "Gold":
    """A liked answer as gold: its sentences are what is accepted, its quotes the evidence; a liked refusal has neither.

    Each sentence is accepted as it stands, which is too strict: whoever reads the candidates shortens them.
    """
    from qa.evaluation.gold import Gold, GoldEvidence

    answer = vote.turn.answer
    return Gold(
        id=f"feedback-{vote.conversation}-{vote.turn.number}",
        question=answer["standalone_question"],
        answerable=answer["status"] == "answered",
        answers=tuple(sentence["text"] for sentence in answer["sentences"]),
        evidence=tuple(GoldEvidence(article_id=c["article_id"], text=c["quote"]) for c in answer["citations"]),
        type="feedback",
    )


def _add(path: Path, votes: "tuple[Feedback, ...]") -> int:
    """Append what is not in the file yet; how many that were."""
    from qa.evaluation.gold import read_gold

    known = {gold.id for gold in read_gold(path)} if path.exists() and path.stat().st_size else set()
    fresh = [gold for vote in votes if vote.turn.vote == "up" and (gold := candidate(vote)).id not in known]
    try:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{gold.model_dump_json()}\n" for gold in fresh)
    except OSError as error:
        raise GoldError(f"cannot write {path}: {error.strerror}") from error
    return len(fresh)


def _print(votes: "tuple[Feedback, ...]") -> None:
    for vote in votes:
        reason = f"\n    why: {vote.turn.reason}" if vote.turn.reason else ""
        who = f" ({vote.user})" if vote.user else ""
        question, text = one_line(vote.turn.question), one_line(vote.turn.answer["text"])
        print(f"{vote.turn.vote:<4}  {question}{who}\n    {text}{reason}")
    print(f"{len(votes)} votes", file=sys.stderr)
