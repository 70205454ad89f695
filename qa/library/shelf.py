"""The articles as they are gone through: page by page, found by words, several at once."""

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from qa.errors import FilterError
from qa.language.text import is_text
from qa.library import catalogue, stories, storing
from qa.library.finding import Found, Sought, find, hits
from qa.library.full_text import conditions
from qa.library.records import ArticlePage, Digests, Listed, Named
from qa.library.schema import among, articles, count_of, each, passages, tags
from qa.storage.database import Store
from qa.types import Filters

Order = Literal["title", "source", "author", "published_at", "added_at", "passages"]
Place = Sequence[int | float | str]
LARGEST = 2**53


@dataclass(frozen=True)
class Wanted:
    """Which articles, in which order, and so many of those after the place `after`, that the page before ended with.

    With words that are looked for and no order the best come first. `added_after` is an ISO 8601 time, UTC.
    """

    words: str = ""
    filters: Filters | None = None
    order: Order | None = None
    descending: bool = False
    limit: int = 100
    after: str | None = None
    added_after: str | None = None

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """As conditions on `articles`, all but the words."""
        return conditions(self.filters) + ([articles.c.added_at > self.added_after] if self.added_after else [])


class Shelf(Store):
    """Reads many articles without their texts, and removes several at once."""

    def page(self, wanted: Wanted) -> ArticlePage:
        """A page of the articles that are wanted; raises FilterError where no page ended at `after`."""
        sought = Sought.of(wanted.words)
        after = _place(wanted.after) if wanted.after else None
        with self._reading() as db:
            total = count_of(db, articles)
            found = find(db, sought, wanted.conditions) if sought.words else []
            if sought.words and not wanted.order:
                number, (shown, place) = len(found), _ranked(found, wanted.limit, after)
            else:
                only = among(articles.c.id, [one.id for one in found]) if sought.words else sa.true()
                number, shown, place = _sorted(db, wanted, [*wanted.conditions, only], after)
            chosen = set(shown)
            said = hits(db, sought, [one for one in found if one.id in chosen])
            infos = {info.id: info for info in catalogue.infos(db, among(articles.c.id, shown))}
        listed = tuple(Listed(**vars(infos[one]), hit=said.get(one)) for one in shown if one in infos)
        return ArticlePage(listed, _cursor(place) if place else None, number, total)

    def ids(self, wanted: Wanted) -> list[str]:
        """The ids of all the articles that are wanted, on whatever page."""
        sought = Sought.of(wanted.words)
        with self._reading() as db:
            if sought.words:
                return [one.id for one in find(db, sought, wanted.conditions)]
            return list(db.scalars(sa.select(articles.c.id).where(*wanted.conditions)))

    def facets(self) -> dict[str, list[str]]:
        """The sources and the tags that there are, in the order of the alphabet."""
        with self._reading() as db:
            sources = catalogue.sources(db)
            called = db.scalars(sa.select(each(tags.c.tag))).all()
        ordered = ("sources", sources), ("tags", called)
        return {name: sorted(values, key=str.casefold) for name, values in ordered}

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """Article id -> its title, of those that are there."""
        query = sa.select(articles.c.id, articles.c.title).where(among(articles.c.id, article_ids))
        with self._reading() as db:
            return {row.id: row.title for row in db.execute(query)}

    def digests(self) -> Digests:
        """What tells of any article whether it is stored."""
        with self._reading() as db:
            return Digests.of(db.scalars(sa.select(articles.c.sha256)))

    def same_story(self, article_id: str) -> list[Named]:
        """The other articles that tell the story of one."""
        with self._reading() as db:
            chosen = among(articles.c.id, stories.near(db, article_id))
            rows = db.execute(sa.select(articles.c.id, articles.c.title).where(chosen).order_by(articles.c.id))
            return [Named(**row._mapping) for row in rows]

    def remove(self, article_ids: Iterable[str]) -> list[str]:
        """Remove articles and all that came of them; the ids of which there is none."""
        with self._writing() as db:
            new = storing.revision(db) + 1
            return [one for one in dict.fromkeys(article_ids) if not storing.remove(db, one, new)]


def _ranked(found: Sequence[Found], limit: int, after: Place | None) -> tuple[list[str], Place | None]:
    """The ids after a place, and the place where they end if more follow."""
    if after is not None and found and len(after) != len(found[0].place):
        raise _no_place()
    try:
        left = [one for one in found if after is None or one.place > tuple(after)]
    except TypeError as error:
        raise _no_place() from error
    return [one.id for one in left[:limit]], left[limit - 1].place if len(left) > limit else None


@dataclass(frozen=True)
class _Part:
    """Articles that come one after the other: by which keys, and whether from the end. Their places begin alike."""

    beginning: tuple[int | str, ...]
    chosen: sa.ColumnElement[bool]
    keys: Sequence[tuple[sa.ColumnElement[Any], bool]]


def _sorted(
    db: sa.Connection, wanted: Wanted, chosen: Sequence[sa.ColumnElement[bool]], after: Place | None
) -> tuple[int, list[str], Place | None]:
    """How many there are, the ids after a place, and the place where they end if more follow."""
    number = count_of(db, articles, *chosen)
    places = list[tuple[int | float | str, ...]]()
    for part, beyond in _left(_parts(wanted.order or "published_at", wanted.descending), after):
        columns = [key.label(f"key{n}") for n, (key, _) in enumerate(part.keys)]
        ordered = (key.desc() if descending else key for key, descending in part.keys)
        query = sa.select(*columns).where(*chosen, part.chosen, beyond).order_by(*ordered)
        rows = db.execute(query.limit(wanted.limit + 1 - len(places)))
        places += [(*part.beginning, *row) for row in rows]
    shown = places[: wanted.limit]
    return number, [str(place[-1]) for place in shown], shown[-1] if len(places) > wanted.limit else None


def _left(parts: Sequence[_Part], after: Place | None) -> list[tuple[_Part, sa.ColumnElement[bool]]]:
    """The parts that come after a place, and what of each does."""
    if after is None:
        return [(part, sa.true()) for part in parts]
    for number, part in enumerate(parts):
        beginning, rest = tuple(after[: len(part.beginning)]), after[len(part.beginning) :]
        if beginning == part.beginning and len(rest) == len(part.keys):
            return [(part, _beyond(part.keys, rest)), *((later, sa.true()) for later in parts[number + 1 :])]
    raise _no_place()


def _parts(order: Order, descending: bool) -> list[_Part]:
    """What articles are sorted by; what has no such fact comes last, either way round.

    Only the first key decides which index is walked, so that a page is found without looking at every article.
    """
    title, own = (sa.func.collated(articles.c.title), False), (articles.c.id, False)
    if order == "title":
        return [_Part((), sa.true(), [(title[0], descending), own])]
    if order == "passages":
        count = sa.select(sa.func.count()).where(passages.c.article_id == articles.c.id).scalar_subquery()
        return [_Part((), sa.true(), [(count, descending), title, own])]
    fact = articles.c[order]
    known = fact if order in ("published_at", "added_at") else sa.func.collated(fact)
    return [
        _Part((0,), fact.is_not(None), [(known, descending), title, own]),
        _Part((1, ""), fact.is_(None), [title, own]),
    ]


def _beyond(keys: Sequence[tuple[sa.ColumnElement[Any], bool]], after: Place) -> sa.ColumnElement[bool]:
    """That an article comes after a place: a later key decides where all before it are the same."""
    steps = []
    for n, ((key, descending), value) in enumerate(zip(keys, after, strict=True)):
        same = [earlier == known for (earlier, _), known in zip(keys[:n], after, strict=False)]
        steps.append(sa.and_(*same, key < value if descending else key > value))
    first, from_end = keys[0]
    return sa.and_(first <= after[0] if from_end else first >= after[0], sa.or_(*steps))  # an index finds the first


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(place)).encode()).decode()


def _place(cursor: str) -> Place:
    try:
        values = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _no_place() from error
    if not isinstance(values, list) or not all(map(_is_key, values)):
        raise _no_place()
    return values


def _is_key(value: object) -> bool:
    return is_text(value) if isinstance(value, str) else isinstance(value, int | float) and abs(value) < LARGEST


def _no_place() -> FilterError:
    return FilterError("no page ended at what is given as after; take the `next` of the page before")
