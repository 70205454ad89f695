"""python -m qa evaluate."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.console import print_json
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.evaluation.gold import Gold
    from qa.evaluation.run import Ask

HELP = """Measure answers, refusals, citations and speed against a gold question set.

\b
Examples:
  python -m qa evaluate tests/gold/corpus.jsonl --out report
  python -m qa evaluate my-gold.jsonl --retrieval-only --limit 200
  python -m qa evaluate my-gold.jsonl --out after --baseline before/run.json
"""


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD.jsonl", help="Questions with accepted answers and evidence.")],
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N questions.")] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Without the language model.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=32, metavar="N", help="Questions asked at once.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write report.html, report.md and run.json there; a run that was stopped goes on.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False,
) -> None:
    from qa.evaluation.gold import read_gold
    from qa.evaluation.journal import Journal
    from qa.evaluation.report import write
    from qa.evaluation.run import run
    from qa.evaluation.summary import summarise, table
    from qa.library import Library, require_articles
    from qa.models.chat import model_name

    questions = read_gold(gold)[:limit]
    settings = Settings.from_env()
    require_articles(settings)
    made_of = {
        "gold": gold.name,
        "model": None if retrieval_only else model_name(settings),
        "retrieval_only": retrieval_only,
    }
    journal = None
    if out:
        library = Library.open(settings.library_path)
        journal = Journal(out, made_of | _fingerprint(questions, library))
        library.close()
    rows = run(_ask(settings, retrieval_only), questions, journal, concurrency)
    report = {"made_at": datetime.now(UTC).isoformat(timespec="seconds")} | made_of | summarise(rows)
    if journal and out:
        write(report, out)
        journal.finish()
    print_json(report) if as_json else print(table(report) + (f"\n\nreport: {out / 'report.html'}" if out else ""))


evaluate.__doc__ = HELP


def _ask(settings: Settings, retrieval_only: bool) -> "Ask":
    from qa.evaluation.run import answering, searching

    if retrieval_only:
        from qa.retrieve import HybridRetriever

        return searching(HybridRetriever.open(settings))
    from qa.answer import build_answerer

    return answering(build_answerer(settings))


def _fingerprint(questions: "list[Gold]", library: Any) -> dict[str, Any]:
    """What a stopped run must share with the one that goes on: the questions and the library's state."""
    from hashlib import sha256

    digest = sha256("\n".join(gold.model_dump_json() for gold in questions).encode())
    return {"questions": digest.hexdigest()[:16], "revision": library.revision()}
