"""python -m qa questions: prepare questions that the articles answer, and tell them."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli.console import print_json, progress
from qa.errors import ArticleNotFound, IndexLocked
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.answer import Answerer

Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Only the newest N articles; all if not given.")]
AsJson = Annotated[bool, typer.Option("--json", help="All prepared questions, as one JSON value on stdout.")]


def questions(limit: Limit = None, as_json: AsJson = False) -> None:
    """Prepare questions that the articles answer, as the page does by itself while nobody asks; Ctrl-C keeps them."""
    answerer = _answerer(Settings.from_env())
    prepared = answerer.related.questions
    waiting, count = prepared.waiting(limit), 0
    with progress() as bar:
        task = bar.add_task("preparing questions", total=len(waiting))
        for article_id in waiting:
            try:
                for kept in filter(None, answerer.related.prepare(article_id)):
                    count += 1
                    if not as_json:
                        print(f"{kept.question}  ({kept.title})", flush=True)
            except ArticleNotFound:  # removed meanwhile
                pass
            bar.advance(task)
    answerer.close()
    if as_json:
        print_json([asdict(q) for article in answerer.library.articles() for q in prepared.of(article.id)])
    else:
        print(f"{count} questions are prepared on {len(waiting)} articles")


def _answerer(settings: Settings) -> "Answerer":
    from qa.cli.remote import RemoteAnswerer
    from qa.library import require_articles

    if RemoteAnswerer.find(settings):
        raise IndexLocked("the page is running and prepares questions while nobody asks; stop it to do so here")
    require_articles(settings)
    from qa.answer import Answerer

    return Answerer.open(settings)
