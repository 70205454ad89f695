"""python -m qa evaluate."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.cli.console import print_json
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.answer import Answerer
    from qa.evaluation.compare import Floors
    from qa.evaluation.gold import Gold
    from qa.evaluation.run import Ask
    from qa.retrieval.retriever import HybridRetriever

HELP = """Measure answers, refusals, citations and speed against a gold question set.

A line of GOLD.jsonl has accepted `answers`, of which one is enough, or `nuggets`, the facts of a complete answer, each
a list of wordings; `as_of` (YYYY-MM-DD) is the day on which it is asked, `articles` the ids of articles that answer.

\b
Examples:
  python -m qa evaluate tests/gold/corpus.jsonl --out report
  python -m qa evaluate my-gold.jsonl --retrieval-only --limit 200
  python -m qa evaluate my-gold.jsonl --out after --baseline before/run.json
  python -m qa evaluate --claims my-claims.jsonl
"""


def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(metavar="GOLD.jsonl", help="Questions, with what answers each.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the first N questions or claims.")] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Without the language model.")] = False,
    concurrency: Annotated[int, typer.Option(min=1, max=32, metavar="N", help="Questions asked at once.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write report.html, report.md and run.json there; a run that was stopped goes on.",
        ),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN.json", help="Compare with the run.json of an earlier run.")
    ] = None,
    fail_below: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=VALUE|FILE",
            help="End with 1 where a measure is worse than this, or than the floors in a TOML file; may be repeated.",
        ),
    ] = None,
    judge: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Also let a second model compare answers, as provider:name.")
    ] = None,
    sweep: Annotated[
        Path | None, typer.Option(metavar="SWEEP.toml", help="Try each setting of a grid; print a sorted table.")
    ] = None,
    claims: Annotated[
        Path | None,
        typer.Option(metavar="CLAIMS.jsonl", help="In place of GOLD.jsonl: how well the support model judges claims."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")] = False,
) -> None:
    from qa.evaluation.compare import compare, differences, read_baseline, read_floors
    from qa.evaluation.gold import read_gold
    from qa.evaluation.measurement import Measurement
    from qa.evaluation.report import write
    from qa.evaluation.run import run
    from qa.evaluation.summary import table
    from qa.library import Library, require_articles
    from qa.models.chat import model_name

    if claims:
        others: dict[str, object] = {"GOLD.jsonl": gold, "--retrieval-only": retrieval_only, "--out": out}
        others |= {"--concurrency": concurrency > 1, "--baseline": baseline, "--judge": judge, "--sweep": sweep}
        if given := [name for name, value in others.items() if value]:
            raise typer.BadParameter(f"--claims is a measurement of its own; leave out {', '.join(given)}")
        _claims(claims, limit, fail_below or [], as_json)
        return
    if gold is None:
        raise typer.BadParameter("name a gold question set, or a file of claims with --claims")
    if judge and retrieval_only:
        raise typer.BadParameter("there are no answers to judge with --retrieval-only")
    if sweep and (out or baseline or fail_below or judge):
        raise typer.BadParameter("--sweep prints a table of its own; leave the other reports out")
    questions = read_gold(gold)[:limit]
    before, floors = read_baseline(baseline) if baseline else None, read_floors(fail_below or [])
    settings = Settings.from_env()
    if sweep:
        _sweep(sweep, settings, questions, retrieval_only, as_json)
        return
    require_articles(settings)
    model = None if retrieval_only else model_name(settings)
    measurement = Measurement(gold.name, questions, model, judge)
    journal = None
    if out:
        library = Library.open(settings.library)
        journal = measurement.journal(out, library)
        library.close()
    rows = run(_ask(settings, retrieval_only, judge), questions, journal, concurrency)
    report = measurement.report(rows)
    if before is not None:
        report["comparison"] = compare(rows, before, str(baseline))
    if journal and out:
        write(report, out)
        journal.finish()
    if as_json:
        print_json(report)
    else:
        print(table(report))
        if "comparison" in report:
            print(f"\n{differences(report['comparison'])}")
        if out:
            print(f"\nreport: {out / 'report.html'}")
    _gate(report, floors)


evaluate.__doc__ = HELP


def _gate(report: dict[str, Any], floors: "Floors") -> None:
    """End with 1 where a measure is below its floor."""
    from qa.evaluation.compare import falls

    if reasons := falls(report, floors):
        print("".join(f"below: {reason}\n" for reason in reasons), end="", file=sys.stderr)
        sys.exit(1)


def _claims(file: Path, limit: int | None, fail_below: list[str], as_json: bool) -> None:
    from qa.evaluation.claims import judged, read_claims, summarise, table
    from qa.evaluation.compare import read_floors
    from qa.models.support import load_support

    claims, floors = read_claims(file)[:limit], read_floors(fail_below)
    judgements = judged(claims, load_support(Settings.from_env()).judge)
    made = {"made_at": datetime.now(UTC).isoformat(timespec="seconds"), "gold": file.name}
    report = made | summarise(claims, judgements)
    print_json(report) if as_json else print(table(report))
    _gate(report, floors)


def _ask(settings: Settings, retrieval_only: bool, judge: str | None) -> "Ask":
    from qa.evaluation.run import asking

    ask = asking(_engine(settings, retrieval_only))
    if judge is None:
        return ask
    from qa.evaluation.judge import judging
    from qa.models.chat import load_chat_model, model_name

    second = replace(settings, model=judge, model_url=None)
    return judging(ask, load_chat_model(second), model_name(second))


def _sweep(path: Path, settings: Settings, questions: "list[Gold]", retrieval_only: bool, as_json: bool) -> None:
    from qa.evaluation.sweep import read_grid, sweep, table
    from qa.library import require_articles

    grid = read_grid(path, retrieval_only)
    require_articles(settings)
    points = sweep(grid, _engine(settings, retrieval_only), questions)
    print_json(points) if as_json else print(table(grid, points))


def _engine(settings: Settings, retrieval_only: bool) -> "Answerer | HybridRetriever":
    from qa.answer import Answerer
    from qa.retrieval.retriever import HybridRetriever

    return HybridRetriever.open(settings) if retrieval_only else Answerer.open(settings)
