"""What a library holds at a glance: how much, of whom, of which days, what came last, and what came since a time."""

from dataclasses import dataclass

import sqlalchemy as sa

from qa.library import catalogue, stories, storing
from qa.library.records import Named, Vectors, stacked
from qa.library.schema import articles, passages
from qa.storage.database import Store

LARGEST = 12  # sources named
NEWEST = 6
MOST_FRESH = 1_000  # counted one by one; beyond that it is "more than"

a = articles.c


@dataclass(frozen=True)
class Source:
    """Who articles are by, and how many."""

    name: str
    articles: int


@dataclass(frozen=True)
class Overview:
    """What there is; `sources` are the largest, of `all_sources` altogether."""

    revision: int
    articles: int
    sources: tuple[Source, ...]
    all_sources: int
    first_day: str | None
    last_day: str | None
    newest: tuple[Named, ...]


@dataclass(frozen=True)
class Sample:
    """Articles spread over the whole library: their titles, and their first passages with vectors (n, dim)."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    vectors: Vectors


class Holdings(Store):
    """What a library holds as a whole."""

    def revision(self) -> int:
        """The number of the last change."""
        with self._reading() as db:
            return storing.revision(db)

    def overview(self) -> Overview:
        """What there is now, counted by indexes and without reading any article."""
        newest = sa.select(a.id, a.title).where(a.id.in_(sa.select(a.id).order_by(*catalogue.NEWEST).limit(NEWEST)))
        with self._reading() as db:
            named = catalogue.counted_sources(db, None, ())
            number = catalogue.count(db, None, ())
            first_day, last_day = (day and day[:10] for day in catalogue.days(db))
            return Overview(
                storing.revision(db),
                number,
                tuple(Source(name, count) for name, count in list(named.items())[:LARGEST]),
                len(named),
                first_day,
                last_day,
                tuple(Named(**row._mapping) for row in db.execute(newest.order_by(*catalogue.NEWEST))),
            )

    def fresh(self, since: str) -> int:
        """How many articles came after a time, an ISO 8601 time, UTC, as `added_at`; MOST_FRESH + 1 where more did."""
        some = sa.select(sa.literal(1)).where(a.added_at > since).limit(MOST_FRESH + 1).subquery()
        with self._reading() as db:
            return db.scalar(sa.select(sa.func.count()).select_from(some)) or 0

    def sample(self, most: int) -> Sample:
        """So many articles at the most, of each story the first; of one kind of vectors, that of the newest."""
        model = sa.select(a.model).order_by(a.revision.desc()).limit(1).scalar_subquery()
        with self._reading() as db:
            step = -(-catalogue.count(db, None, ()) // most) or 1
            chosen = sa.select(a.id).where(a.revision % step == 0, a.model == model, ~stories.IS_COPY).limit(most)
            first = sa.select(sa.func.min(passages.c.rowid)).where(passages.c.article_id.in_(chosen))
            query = sa.select(a.title, passages.c.text, passages.c.vector).join(articles, a.id == passages.c.article_id)
            rows = db.execute(query.where(passages.c.rowid.in_(first.group_by(passages.c.article_id)))).all()
        return Sample(
            tuple(row.title for row in rows),
            tuple(row.text for row in rows),
            stacked([row.vector for row in rows]),
        )
