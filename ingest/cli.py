"""python -m ingest: fill the library, look into it, take things out of it."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa.console import fail, print_json
from qa.errors import ArticleNotFound, IndexLocked, IndexUnavailable
from qa.settings import Settings

if TYPE_CHECKING:
    from ingest.pipeline import AddReport
    from qa.library import Library

HELP = """Fill the library that article-qa answers from.

\b
Examples:
  python -m ingest add corpus/                every article in a folder
  python -m ingest add news.jsonl page.html   one article a line; a saved web page
  python -m ingest list                       what the library holds
  python -m ingest remove some-article        take an article out
"""
EMPTY = "the library is empty; fill it with `python -m ingest add PATH`"

app = typer.Typer(
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


@app.command()
def add(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files (.txt .md .jsonl .html) and folders.")],
    as_json: AsJson = False,
) -> None:
    """Add articles; unchanged ones are skipped, changed ones replaced."""
    from ingest import pipeline
    from ingest.progress import ConsoleReporter
    from qa.models.embeddings import load_embeddings

    settings, library = _open()
    stopped = False
    with ConsoleReporter("adding") as reporter:
        try:
            report = pipeline.add(paths, library, lambda: load_embeddings(settings), reporter)
        except pipeline.Stopped as stop:
            report, stopped = stop.report, True
    for failure in report.failed:
        _say(f"failed: {failure.item}: {failure.error}")
    if as_json:
        print_json(report.to_json())
    else:
        print(_summary(report))
    if stopped:
        kept = len(report.added) + len(report.updated)
        articles = "1 article of this run is" if kept == 1 else f"{kept} articles of this run are"
        fail(f"stopped; {articles} kept, the same command goes on from there")
    if report.added or report.updated:
        _sync(settings, library)
    if report.failed:
        sys.exit(1)


@app.command("list")
def list_articles(as_json: AsJson = False) -> None:
    """List the articles."""
    _, library = _open()
    articles = library.articles()
    if as_json:
        print_json([asdict(article) for article in articles])
    elif not articles:
        _say(EMPTY)
    else:
        from rich.console import Console
        from rich.table import Column, Table
        from rich.text import Text

        table = Table(Column("id", no_wrap=True), "title", "source", Column("date", no_wrap=True), "passages", box=None)
        for a in articles:
            cells = (a.id, a.title, a.source or "", a.published_at or "", str(a.passages))
            table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
        Console().print(table)


@app.command()
def show(article_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """Show one article, whole."""
    _, library = _open()
    article = library.article(article_id)
    if as_json:
        print_json(asdict(article))
        return
    facts = asdict(article)
    for name in ("id", "title", "source", "author", "published_at", "url", "language"):
        if facts[name]:
            print(f"{name}: {facts[name]}")
    print(f"\n{article.text}")


@app.command()
def remove(article_ids: Annotated[list[str], typer.Argument(metavar="ID...")]) -> None:
    """Remove articles. The files they came from are left alone."""
    settings, library = _open()
    removed = 0
    for article_id in article_ids:
        try:
            library.remove(article_id)
            removed += 1
        except ArticleNotFound as error:
            _say(f"error: {error}")
    if removed:
        print(f"{removed} removed")
        _sync(settings, library)
    if removed < len(article_ids):
        sys.exit(1)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what the library holds and whether its index is in order."""
    settings, library = _open()
    stats = library.stats()
    facts = {
        **{name: value for name, value in asdict(stats).items() if name != "models"},
        "embedding_model": ", ".join(stats.models) or None,
        "index": _index_state(settings, library),
    }
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, tuple) else value
        print(f"{name.replace('_', ' ')}: {'-' if shown in (None, '') else shown}")
    if not stats.articles:
        _say(EMPTY)


@app.command()
def rebuild() -> None:
    """Build the index anew, after a change of embedding model too."""
    from ingest.pipeline import reembed
    from ingest.progress import ConsoleReporter
    from qa.index import VectorIndex
    from qa.models.embeddings import load_embeddings

    settings, library = _open()
    embeddings = load_embeddings(settings)
    with ConsoleReporter("embedding") as reporter:
        embedded = reembed(library, embeddings, reporter)
    index = VectorIndex.rebuild(settings, library, embeddings.identity)
    print(f"index rebuilt: {index.count()} passages, {embedded} articles embedded anew")
    index.close()


def _open() -> "tuple[Settings, Library]":
    from qa.library import Library

    settings = Settings.from_env()
    return settings, Library.open(settings.library_path)


def _sync(settings: Settings, library: "Library") -> None:
    """Bring the index up to date now, so that the next question need not; the articles are safe either way."""
    from qa.index import VectorIndex

    models = library.stats().models
    if not models:
        return
    try:
        VectorIndex.open(settings, library, models[0]).close()
    except IndexLocked:
        _say("the page is running; it picks the change up by itself")


def _index_state(settings: Settings, library: "Library") -> str:
    from qa.index import VectorIndex

    models = library.stats().models
    if not models:
        return "empty"
    try:
        index = VectorIndex.open(settings, library, models[0])
    except IndexLocked:
        return "in use by another process"
    except IndexUnavailable as error:
        return str(error)
    passages = index.count()
    index.close()
    return f"up to date, {passages} passages"


def _summary(report: "AddReport") -> str:
    counts = {name: len(value) for name, value in report.to_json().items() if name != "seconds"}
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{said or 'no articles found'} in {report.seconds:.1f} s"


def _say(message: str) -> None:
    print(message, file=sys.stderr)
