"""What an index of the passages is made of and asked through: changes in order, vectors, what a filter lets through."""

from collections.abc import Collection, Sequence

import numpy as np
import sqlalchemy as sa

from qa.library import catalogue, full_text, storing
from qa.library.records import Changes, VectorTable, stacked
from qa.library.schema import among, articles, count_of, passages, removed
from qa.storage.database import Store
from qa.types import Filters

ARTICLES = 500  # changed ones that an index takes in at once


class Entries(Store):
    """The passages of a library as the entries of an index, by their row ids."""

    def changes(self, since: int, limit: int = ARTICLES) -> Changes:
        """What an index that stands at revision `since` has to catch up with first: of some `limit` articles."""
        with self._reading() as db:
            newest = storing.revision(db)
            steps = [sa.select(table.c.revision).where(table.c.revision > since) for table in (articles, removed)]
            first = [db.scalars(step.order_by(step.selected_columns[0]).limit(limit + 1)).all() for step in steps]
            revisions = sorted(revision for step in first for revision in step)
            upto = revisions[limit - 1] if len(revisions) > limit else newest
            gone, fresh = (
                db.scalars(
                    sa.select(column)
                    .where(column.table.c.revision > since, column.table.c.revision <= upto)
                    .order_by(column.table.c.revision)
                ).all()
                for column in (removed.c.article_id, articles.c.id)
            )
            return Changes(upto, tuple(gone), tuple(fresh))

    def pending(self, since: int) -> int:
        """How many articles an index that stands at revision `since` does not know yet as they are."""
        with self._reading() as db:
            return count_of(db, articles, articles.c.revision > since)

    def of_another_model(self, model: str) -> bool:
        """Whether any article was embedded by another model."""
        with self._reading() as db:
            return any(other != model for other in catalogue.models(db))

    def table(self, rowids: Collection[int] | None = None) -> VectorTable:
        """The stored vectors of these passages, or of all, to be compared without an index."""
        query = sa.select(passages.c.rowid, passages.c.vector)
        if rowids is not None:
            query = query.where(among(passages.c.rowid, rowids))
        with self._reading() as db:
            rows = db.execute(query).all()
        return VectorTable(np.array([row.rowid for row in rows], np.int64), stacked([row.vector for row in rows]))

    def chosen(self, filters: Filters, limit: int | None = None) -> list[int]:
        """The passages of the articles that a filter lets through, or so many of them."""
        query = sa.select(passages.c.rowid).join(articles, articles.c.id == passages.c.article_id)
        with self._reading() as db:
            return list(db.scalars(query.where(*full_text.conditions(filters)).limit(limit)))

    def kept(self, filters: Filters, rowids: Collection[int]) -> set[int]:
        """Those of the passages that are of articles that a filter lets through."""
        query = sa.select(passages.c.rowid).join(articles, articles.c.id == passages.c.article_id)
        with self._reading() as db:
            return set(db.scalars(query.where(among(passages.c.rowid, rowids), *full_text.conditions(filters))))

    def sample(self, revision: int, newest: int, places: Sequence[float]) -> list[int]:
        """Row ids that an index that stands at a revision holds in any case: of the last ones, and of some places.

        A place is in 0..1 between the first row id and the last.
        """
        rowid = passages.c.rowid
        in_order = sa.select(rowid).order_by(rowid).limit(1)
        with self._reading() as db:
            last = db.scalars(sa.select(rowid).order_by(rowid.desc()).limit(newest)).all()
            first = db.scalar(in_order) or 0
            starts = (first + int(place * (last[0] - first)) for place in places) if last else ()
            some = {found for start in starts for found in db.scalars(in_order.where(rowid >= start))}
            of_then = sa.select(rowid).join(articles, articles.c.id == passages.c.article_id)
            known = of_then.where(among(rowid, some | {*last}), articles.c.revision <= revision)
            return sorted(db.scalars(known))
