"""python -m ingest: fill the library, look into it, take things out of it."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ingest import backup_cli, follow_cli, tag_cli
from ingest.in_step import embed_anew, encoder, fetcher, index_state, opened, reembed, say, sync, workplace
from qa.cli.console import INTERRUPTED, Since, Until, fail, print_json
from qa.errors import ArticleNotFound, LoadError
from qa.types import Filters

HELP = """Fill the library that article-qa answers from.

\b
Examples:
  python -m ingest add corpus/                       every article in a folder
  python -m ingest add news.jsonl report.pdf         one article a line; one in a file
  python -m ingest add https://example.org/story     a page, a document or a feed on the web
  python -m ingest list --source Gazette             what the library holds
  python -m ingest watch articles/                   keep a folder in step
  python -m ingest follow https://example.org/feed   look at a feed again and again, while the page runs
  python -m ingest remove some-article               take an article out
  python -m ingest tag harbour some-article          call it by a word of yours
  python -m ingest backup ~/backups                  a copy of everything, while the page runs
"""
ADD = """Add articles; unchanged ones are skipped, changed ones replaced.

\b
Examples:
  python -m ingest add corpus/ notes.md report.pdf letter.docx
  python -m ingest add https://example.org/story
  python -m ingest add https://example.org/feed.xml --limit 20
  python -m ingest add subscriptions.opml bookmarks.html crawl.warc.gz
  python -m ingest add news.csv --map text=body,published_at=first_seen
  python -m ingest add archive/ --ray 10.0.0.1:6379

A feed, a list of feeds or an export of bookmarks that is named is asked for: its pages are fetched.

Front matter, CSV, JSON and JSON Lines may name facts as usual ("content", "headline", "byline" …); what was taken, and
what was not, is said. --map says which columns of CSV and JSON hold which facts, where that goes wrong.

With --ray files are read and embedded on a Ray cluster; docs/beyond.md says what it needs.
"""
WATCH = """Keep a folder and the library in step, until Ctrl-C.

What is new or changed is added, and what is gone from the folder is removed; the page may run meanwhile.

\b
Example:
  python -m ingest watch articles/
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
Source = Annotated[str | None, typer.Option(metavar="NAME", help="Only articles of this source.")]
Tag = Annotated[str | None, typer.Option(metavar="TAG", help="Only articles with this tag.")]
Items = Annotated[list[str], typer.Argument(metavar="PATH|URL|FEED...", help="Files, folders, pages and feeds.")]
Limit = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Only the newest N entries of each feed, the first N of an export."),
]
Ray = Annotated[
    str | None,
    typer.Option("--ray", metavar="ADDRESS", help="Read and embed on this Ray cluster; `local` starts one here."),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="FACT=COLUMN,...", help="Which columns hold which facts: text=body,title=head."),
]
Folder = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The folder.")]


@app.command(help=ADD)
def add(items: Items, limit: Limit = None, named: Map = None, ray: Ray = None, as_json: AsJson = False) -> None:
    from ingest import pipeline, tables
    from ingest.progress import ConsoleReporter

    columns = _columns(named, items)
    settings, library = opened()
    embed_anew(settings, library)
    ended, code = "", 1
    with workplace(settings, library, ray) as place, ConsoleReporter("adding") as reporter:
        try:
            report = pipeline.add(
                items,
                library,
                encoder(settings),
                reporter,
                fetcher=fetcher(settings),
                limit=limit,
                columns=columns,
                workplace=place,
            )
        except pipeline.Stopped as stop:
            report, ended, code = stop.report, "stopped", INTERRUPTED
        except (pipeline.Unwritable, pipeline.CutOff) as stop:
            report, ended = stop.report, str(stop)
    if as_json:
        print_json(report.to_json())
    elif report.changed or not ended:
        print("\n".join(tables.summary(report)))
    if ended:
        kept = len(report.added) + len(report.updated)
        articles = "1 article of this run is" if kept == 1 else f"{kept} articles of this run are"
        fail(f"{ended}; {articles} kept, the same command goes on from there", code)
    if report.changed:
        sync(settings, library)
    if report.failed:
        sys.exit(1)


@app.command(help=WATCH)
def watch(folder: Folder) -> None:
    from ingest import tables
    from ingest.progress import ConsoleReporter
    from ingest.watch import FolderKeeper, changes

    settings, library = opened()
    embed_anew(settings, library)
    keeper = FolderKeeper(folder, library, encoder(settings), fetcher(settings))
    started = False
    try:
        for changed in changes(folder):
            with ConsoleReporter("adding") as reporter:
                report = keeper.follow(changed, reporter)
            for line in tables.changes(report) if started else tables.summary(report):
                print(line, flush=True)
            if report.changed:
                sync(settings, library)
            if not started:
                say(f"watching {folder}; Ctrl-C ends it")
                started = True
    except KeyboardInterrupt:
        say(f"stopped watching {folder}; what was added is kept")


@app.command("list")
def list_articles(
    since: Since = None, until: Until = None, source: Source = None, tag: Tag = None, as_json: AsJson = False
) -> None:
    """List the articles, all of them or those of a source, a tag and a time."""
    from ingest import tables

    _, library = opened()
    first, last = (day.date().isoformat() if day else None for day in (since, until))
    filters = Filters(first, last, source, tag=tag)
    articles = library.articles(filters)
    if as_json:
        print_json([asdict(article) for article in articles])
    elif articles:
        tables.print_articles(articles)
    else:
        say("no article is of that source, tag and time" if filters != Filters() else EMPTY)


@app.command()
def show(article_id: Annotated[str, typer.Argument(metavar="ID")], as_json: AsJson = False) -> None:
    """Show one article, whole."""
    from qa.library import Tags

    _, library = opened()
    article, copies, tags = (
        library.article(article_id),
        library.near_copies(article_id),
        Tags.beside(library).of(article_id),
    )
    if as_json:
        print_json({**asdict(article), "near_copies": copies, "tags": tags})
        return
    facts = asdict(article) | {"near_copies": ", ".join(copies), "tags": ", ".join(tags)}
    for name in "id title source author published_at updated_at url language tags near_copies".split():
        if facts[name]:
            print(f"{name.replace('near_copies', 'near copies')}: {facts[name]}")
    for note in article.notes:
        print(f"note: {note}")
    print(f"\n{article.text}")


@app.command()
def remove(article_ids: Annotated[list[str], typer.Argument(metavar="ID...")]) -> None:
    """Remove articles, or failed items from `status`. The files they came from are left alone."""
    from qa.library.known import Known

    settings, library = opened()
    failed = Known.beside(library).are_failed(article_ids)
    removed = 0
    for article_id in article_ids:
        try:
            if article_id in failed:
                library.forget_failures([article_id])
            else:
                library.remove(article_id)
            removed += 1
        except ArticleNotFound as error:
            say(f"error: {error}")
    if removed:
        print(f"{removed} removed")
        sync(settings, library)
    if removed < len(article_ids):
        sys.exit(1)


app.command(help=follow_cli.FOLLOW)(follow_cli.follow)
app.command()(follow_cli.followed)
app.command(help=follow_cli.REFRESH)(follow_cli.refresh)
app.command()(follow_cli.pause)
app.command()(follow_cli.resume)
app.command()(follow_cli.unfollow)
app.command(help=tag_cli.TAG)(tag_cli.tag)
app.command(help=tag_cli.UNTAG)(tag_cli.untag)
app.command(help=backup_cli.BACKUP)(backup_cli.backup)
app.command(help=backup_cli.RESTORE)(backup_cli.restore)


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what the library holds, what failed and what is pending."""
    from ingest import tables

    settings, library = opened()
    stats = library.stats()
    facts = tables.status(stats, index_state(settings, library), settings.index_dir)
    if as_json:
        print_json(facts)
        return
    print("\n".join(tables.status_lines(facts)))
    if not stats.articles:
        say(EMPTY)


@app.command()
def rebuild() -> None:
    """Rebuild the index and the full text; needed after a change of model, or where they are damaged."""
    from qa.index import VectorIndex
    from qa.models.embeddings import load_embeddings

    settings, library = opened()
    library.rebuild_full_text()
    embeddings = load_embeddings(settings)
    embedded = reembed(library, embeddings)
    index = VectorIndex.rebuild(settings, library, embeddings.identity)
    print(f"index rebuilt: {index.count()} passages, {embedded} articles embedded again")
    index.close()


def _columns(named: list[str] | None, items: list[str]) -> dict[str, str]:
    """What --map says, checked against the files before anything is added."""
    from ingest.load import check_columns
    from ingest.load.records.names import parse_asked

    if not named:
        return {}
    try:
        columns = parse_asked(named)
        check_columns(items, columns)
    except (LoadError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="--map") from error
    return columns
