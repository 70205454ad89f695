"""Questions that the articles answer, prepared ahead, and how far the preparing is."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import sqlalchemy as sa

from qa.library.catalogue import NEWEST
from qa.library.full_text import conditions
from qa.library.records import PreparedQuestion, QuestionTable, Vectors, stacked
from qa.library.schema import among, articles, questioned, questions
from qa.library.stories import IS_COPY
from qa.storage.database import Store
from qa.types import Article, Filters

COMPARED = 5_000  # prepared questions, at most, of which the nearest are sought

q, a = questions.c, articles.c

_STANDS = sa.func.substr(a.text, q.start + 1, q.end - q.start) == q.quote


class Questions(Store):
    """Prepared questions, beside the articles of a library; what does not stand in a text any more is not given."""

    def note(
        self,
        article: Article,
        tried: int,
        *,
        over: bool,
        kept: Sequence[tuple[PreparedQuestion, Vectors]] = (),
        model: str,
    ) -> bool:
        """Keep questions with their vectors (dim), and how many facts were tried.

        Nothing is kept, and False given, where the article has changed, or another process has tried as many.
        """
        rows = [
            {name: getattr(question, name) for name in ("article_id", "question", "words", "quote", "start", "end")}
            | {"model": model, "vector": np.asarray(vector, np.float32).tobytes()}
            for question, vector in kept
        ]
        with self._writing() as db:
            if db.scalar(sa.select(a.sha256).where(a.id == article.id)) != article.sha256:
                return False
            if (db.scalar(_tried(article.id)) or 0) >= tried:
                return False
            db.execute(sa.delete(questioned).where(questioned.c.article_id == article.id))
            db.execute(sa.insert(questioned).values(article_id=article.id, tried=tried, over=over))
            if rows:
                db.execute(sa.insert(questions), rows)
        return True

    def tried(self, article_id: str) -> int:
        """How many facts of an article a question was sought for."""
        with self._reading() as db:
            return db.scalar(_tried(article_id)) or 0

    def waiting(self, newest: int | None = None, of: Iterable[str] | None = None) -> list[str]:
        """The ids of the articles whose preparing is not over, the newest first: of so many, or of these, or of all.

        A near copy has the questions of the first article of its story.
        """
        over = sa.exists().where(questioned.c.article_id == a.id, questioned.c.over)
        chosen = sa.select(a.id, ~over & ~IS_COPY).order_by(*NEWEST).limit(newest)
        if of is not None:
            chosen = chosen.where(among(a.id, of))
        with self._reading() as db:
            return [article_id for article_id, waits in db.execute(chosen) if waits]

    def of(self, article_id: str) -> list[PreparedQuestion]:
        """Those of an article, in the order in which they were prepared."""
        with self._reading() as db:
            return _standing(db, db.scalars(_own(article_id)).all())

    def newest(self, count: int) -> list[PreparedQuestion]:
        """One of each of so many articles, the newest first."""
        asked = sa.select(a.id).where(sa.exists().where(q.article_id == a.id)).order_by(*NEWEST)
        found = list[PreparedQuestion]()
        with self._reading() as db:
            for article_id in db.scalars(asked):
                if len(found) == count:
                    break
                found += _standing(db, db.scalars(_own(article_id)).all())[:1]
        return found

    def table(self, model: str, filters: Filters | None = None, of: Collection[str] | None = None) -> QuestionTable:
        """Those that a model embedded, of the articles that a filter lets through, or of those among them; the latest,
        where they are more than COMPARED.
        """
        chosen = sa.select(q.id, q.article_id, q.vector).join(articles, a.id == q.article_id)
        chosen = chosen.where(q.model == model, *conditions(filters)).order_by(q.id.desc()).limit(COMPARED)
        if of is not None:
            chosen = chosen.where(among(q.article_id, of))
        with self._reading() as db:
            rows = db.execute(chosen).all()[::-1]
        return QuestionTable(
            tuple(row.id for row in rows),
            tuple(row.article_id for row in rows),
            stacked([row.vector for row in rows]),
        )

    def take(self, ids: Sequence[int]) -> list[PreparedQuestion]:
        """Those with these ids, in the order given."""
        with self._reading() as db:
            return _standing(db, ids)


def _tried(article_id: str) -> sa.Select[int]:
    return sa.select(questioned.c.tried).where(questioned.c.article_id == article_id)


def _own(article_id: str) -> sa.Select[int]:
    """The ids of those of an article, in the order in which they were prepared."""
    return sa.select(q.id).where(q.article_id == article_id).order_by(q.id)


def _standing(db: sa.Connection, ids: Sequence[int]) -> list[PreparedQuestion]:
    """Those with these ids whose quote stands in the text, in the order given."""
    columns = [a.title if name == "title" else q[name] for name in PreparedQuestion.__dataclass_fields__]
    query = sa.select(q.id, *columns).join(articles, a.id == q.article_id).where(among(q.id, ids), _STANDS)
    rows = {row.id: row for row in db.execute(query)}
    return [PreparedQuestion(*rows[number][1:]) for number in ids if number in rows]
