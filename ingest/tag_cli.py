"""python -m ingest tag and untag."""

import sys
from typing import Annotated

import typer

from ingest.in_step import opened, say
from qa.errors import ArticleNotFound

TAG = """Put a tag on articles, to find them by it and to ask only them.

\b
Examples:
  python -m ingest tag harbour quay bridge
  python -m ingest list --tag harbour
  python -m qa ask "When was it built?" --tag harbour
"""
UNTAG = """Take a tag off articles.

\b
Example:
  python -m ingest untag harbour quay
"""

Tag = Annotated[str, typer.Argument(metavar="TAG", help="In quotation marks where it has several words.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="The articles, as `list` names them.")]


def tag(tag: Tag, article_ids: Ids) -> None:
    _change(article_ids, add=[tag])


def untag(tag: Tag, article_ids: Ids) -> None:
    _change(article_ids, drop=[tag])


def _change(article_ids: list[str], add: list[str] | None = None, drop: list[str] | None = None) -> None:
    from qa.library import Tags

    _, library = opened()
    missing = Tags.beside(library).change(article_ids, add or (), drop or ())
    for article_id in missing:
        say(f"error: {ArticleNotFound(article_id)}")
    if changed := len(set(article_ids)) - len(missing):
        print(f"{changed} tagged" if add else f"{changed} untagged")
    if missing:
        sys.exit(1)
