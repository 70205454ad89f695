"""GET and PATCH /api/articles, POST /api/articles/remove, GET /api/facets: articles by pages, several at once."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from qa.library import ArticleInfo, ArticlePage, Library, Order, Shelf, Tags, Wanted
from qa.types import Filters
from qa.web.engine import Engine, in_thread
from qa.web.fields import Day, Line

LARGEST_PAGE = 1_000
AT_ONCE = 1_000  # articles that one request changes
MOST_TAGS = 20

Several = Annotated[list[Line], Field(min_length=1, max_length=AT_ONCE)]
SomeTags = Annotated[list[Line], Field(max_length=MOST_TAGS)]


class Listing(BaseModel):
    """Which articles, and in which order. `q` is looked for in titles, sources, authors, days, tags and the text.

    `added` is a time, in UTC, after which they came. `after` is the `next` of the page before. `only` asks for the ids
    of all of them, on whatever page.
    """

    q: Line = ""
    source: Line | None = None
    tag: Line | None = None
    since: Day | None = None
    until: Day | None = None
    added: Line | None = None
    sort: Order | None = None
    order: Literal["asc", "desc"] | None = None
    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 100
    after: Line | None = None
    only: Literal["ids"] | None = None

    def wanted(self) -> Wanted:
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        filters = Filters(since, until, self.source or None, tag=self.tag or None)
        newest_first = self.sort is None  # as is expected where nobody says how they are sorted
        descending = self.order == "desc" if self.order else newest_first
        return Wanted(self.q, filters, self.sort, descending, self.limit, self.after, self.added)


class TagsBody(BaseModel):
    """Articles, by their ids, and the tags that they get and lose."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"ids": ["bridge", "ferry"], "tag": ["to read"]}]}
    )

    ids: Several
    tag: SomeTags = []
    untag: SomeTags = []


class RemovalBody(BaseModel):
    """Articles, by their ids."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"ids": ["bridge", "ferry"]}]})

    ids: Several


@dataclass(frozen=True)
class Ids:
    """Articles, by their ids."""

    ids: list[str]


@dataclass(frozen=True)
class Changed:
    """The articles that were changed or removed, by id, and the ids of which there is none."""

    changed: list[str]
    missing: list[str]


@dataclass(frozen=True)
class Facets:
    """What articles can be chosen by, each in the order of the alphabet."""

    sources: list[str]
    tags: list[str]


def routes(engine: Engine) -> APIRouter:
    """The routes for many articles; the page uses them too."""
    router = APIRouter()

    @router.get("/api/articles")
    async def listed(listing: Annotated[Listing, Query()]) -> list[ArticleInfo] | ArticlePage | Ids:
        """Articles without their texts: all of them as a list, or with any parameter a page of them."""
        return await in_thread(lambda: _listed(engine.library, listing))

    @router.patch("/api/articles")
    async def tagged(body: TagsBody) -> Changed:
        """Put tags on articles, and take others off."""
        missing = await in_thread(lambda: Tags.beside(engine.library).change(body.ids, add=body.tag, drop=body.untag))
        return _changed(body.ids, missing)

    @router.post("/api/articles/remove")
    async def removed(body: RemovalBody) -> Changed:
        """Remove articles and all that came of them."""
        missing = await in_thread(lambda: Shelf.beside(engine.library).remove(body.ids))
        return _changed(body.ids, missing)

    @router.get("/api/facets")
    async def facets() -> Facets:
        """The sources and the tags of the articles."""
        return Facets(**await in_thread(lambda: Shelf.beside(engine.library).facets()))

    return router


def _listed(library: Library, listing: Listing) -> list[ArticleInfo] | ArticlePage | Ids:
    if not listing.model_fields_set:
        return library.articles()
    shelf, wanted = Shelf.beside(library), listing.wanted()
    return Ids(shelf.ids(wanted)) if listing.only else shelf.page(wanted)


def _changed(asked: list[str], missing: list[str]) -> Changed:
    gone = set(missing)
    return Changed([article_id for article_id in dict.fromkeys(asked) if article_id not in gone], missing)
