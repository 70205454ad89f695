"""Articles whole, their passages with offsets, full text and vectors.

Every change is one transaction and gets the next revision number, so that the vector index,
a mere cache, can bring itself up to date from `changes(since)`.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import sqlalchemy as sa

from qa.errors import ArticleNotFound
from qa.library import catalogue, full_text, ledger, stories, storing
from qa.library.frequencies import Frequencies
from qa.library.records import (
    ArticleInfo,
    Entry,
    Failed,
    LibraryStats,
    Likeness,
    StoredPassage,
    Vectors,
)
from qa.library.schema import LIBRARY, among, articles, passages
from qa.storage.database import Database, Store
from qa.storage.opening import opened
from qa.storage.places import Place
from qa.types import Article, Evidence, Filters, Passage, Visit


class Library(Store):
    """Articles, passages, full text and vectors; many processes may read and write at once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._frequencies = Frequencies()

    @property
    def place(self) -> Place:
        """What it is opened by."""
        return self._database.place

    @classmethod
    def open(cls, place: Place) -> "Library":
        """Open or create the library; raises LibraryError where that is not possible, as all that follow do."""
        database = opened(place, LIBRARY)
        database.check()
        return cls(database)

    def full_text_is_sound(self) -> bool:
        """Whether the full text holds what the passages do; raises LibraryError where the disk takes nothing."""
        with self._writing() as db:
            return full_text.index(db).is_sound()

    def rebuild_full_text(self) -> None:
        """Rebuild the full text from the passages."""
        with self._writing() as db:
            full_text.index(db).rebuild()

    def put(
        self,
        article: Article,
        split: Sequence[Passage],
        vectors: Vectors,
        *,
        origin: str,
        model: str,
        likeness: Likeness | None = None,
        former: str | None = None,
    ) -> None:
        """Insert or replace an article with its passages, full text and vectors, as an `Entry` has them."""
        self.put_all([Entry(article, split, vectors, origin, model, likeness, former)])

    def put_all(self, entries: Iterable[Entry]) -> None:
        """Insert or replace articles in one transaction: all of them are stored then, or none."""
        with self._writing() as db:
            for revision, entry in enumerate(entries, storing.revision(db) + 1):
                storing.put(db, entry, revision)

    def remove(self, article_id: str) -> None:
        """Remove an article and all that came of it; raises ArticleNotFound."""
        with self._writing() as db:
            if not storing.remove(db, article_id, storing.revision(db) + 1):
                raise ArticleNotFound(article_id)

    def move(self, article_id: str, origin: str) -> None:
        """Note that an article lies somewhere else now."""
        with self._writing() as db:
            db.execute(sa.update(articles).where(articles.c.id == article_id).values(origin=origin))

    def note(self, article_id: str, notes: tuple[str, ...]) -> None:
        """Note what was left out or guessed when an article was read again; its text and vectors stay."""
        with self._writing() as db:
            db.execute(sa.update(articles).where(articles.c.id == article_id).values(notes=notes))

    def article(self, article_id: str) -> Article:
        """One article, whole; raises ArticleNotFound."""
        query = sa.select(*(articles.c[name] for name in Article.__dataclass_fields__)).where(
            articles.c.id == article_id
        )
        with self._reading() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            raise ArticleNotFound(article_id)
        return Article(**row._mapping)

    def passages(self, article_id: str) -> list[Passage]:
        """The passages of an article, in order; none of one that is not there."""
        columns = [passages.c[name] for name in Passage.__dataclass_fields__]
        query = sa.select(*columns).where(passages.c.article_id == article_id).order_by(passages.c.rowid)
        with self._reading() as db:
            return [Passage(**row._mapping) for row in db.execute(query)]

    def articles(self, filters: Filters | None = None) -> list[ArticleInfo]:
        """All articles, or those that a filter lets through, without their texts, by id."""
        with self._reading() as db:
            return catalogue.infos(db, *full_text.conditions(filters))

    def count(self, filters: Filters | None = None, every: Iterable[str] = ()) -> int:
        """How many articles a filter lets through that hold every one of the words."""
        with self._reading() as db:
            return catalogue.count(db, filters, every)

    def dated(
        self, limit: int, filters: Filters | None = None, every: Iterable[str] = (), *, oldest_first: bool = False
    ) -> list[str]:
        """The ids of such articles, newest first; those without a date come last."""
        with self._reading() as db:
            return catalogue.dated(db, limit, filters, every, oldest_first)

    def counted_sources(self, filters: Filters | None = None, every: Iterable[str] = ()) -> dict[str, int]:
        """Source -> how many such articles are by it, most first."""
        with self._reading() as db:
            return catalogue.counted_sources(db, filters, every)

    def sources(self) -> tuple[str, ...]:
        """Who the articles are by, each once."""
        with self._reading() as db:
            return catalogue.sources(db)

    def models(self) -> tuple[str, ...]:
        """The embedding models that made the vectors of the articles, each once."""
        with self._reading() as db:
            return catalogue.models(db)

    def origins(self) -> dict[str, str]:
        """Article id -> where it comes from."""
        with self._reading() as db:
            return {row.id: row.origin for row in db.execute(sa.select(articles.c.id, articles.c.origin))}

    def embedded_otherwise(self, model: str) -> tuple[str, ...]:
        """The ids of the articles whose vectors are another model's."""
        with self._reading() as db:
            return catalogue.embedded_otherwise(db, model)

    def stats(self) -> LibraryStats:
        """How much there is, of whom and of when, what is pending or failed, and what has notes."""
        with self._reading() as db:
            return catalogue.stats(db, self._database.size())

    def revision(self) -> int:
        """The number of the last change."""
        with self._reading() as db:
            return storing.revision(db)

    def vectors(self, *article_ids: str) -> list[StoredPassage]:
        """The stored vectors of these articles' passages, so that no index is ever embedded again."""
        p = passages.c
        query = sa.select(p.rowid, p.vector, p.article_id).where(among(p.article_id, article_ids)).order_by(p.rowid)
        with self._reading() as db:
            return [
                StoredPassage(row.rowid, np.frombuffer(row.vector, np.float32), row.article_id)
                for row in db.execute(query)
            ]

    def search_text(
        self, words: Iterable[str], limit: int, filters: Filters | None = None, every: Iterable[str] = ()
    ) -> dict[int, float]:
        """Row id -> BM25 score (higher is better) of the passages that hold any of the words, best first.

        `every` are words of which each must stand somewhere in the article.
        """
        with self._reading() as db:
            return full_text.search(db, self._frequencies.of(db, words), limit, filters, every)

    def passage_count(self) -> int:
        """How many passages there are."""
        with self._reading() as db:
            return self._frequencies.total(db)

    def document_frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms; where in many, about how many."""
        with self._reading() as db:
            return self._frequencies.of(db, words)

    def terms(self, beginning: str, among: Collection[str]) -> list[str]:
        """The stems of its words: those with this beginning, and those among some others."""
        with self._reading() as db:
            return sorted(full_text.index(db).terms(beginning, among))

    def evidence(self, scores: dict[int, float]) -> list[Evidence]:
        """The passages with these row ids, in the order given; those removed meanwhile are left out."""
        query = (
            sa.select(
                passages.c.rowid,
                *(articles.c[n] for n in ("title", "source", "published_at", "url", "notes")),
                *(passages.c[n] for n in ("article_id", "start", "end", "text")),
            )
            .join(articles, articles.c.id == passages.c.article_id)
            .where(among(passages.c.rowid, scores))
        )
        with self._reading() as db:
            rows = {row.rowid: row._asdict() for row in db.execute(query)}
        return [
            Evidence(**{k: v for k, v in rows[rowid].items() if k != "rowid"}, score=score)
            for rowid, score in scores.items()
            if rowid in rows
        ]

    def holds_any(self, filters: Filters) -> bool:
        """Whether a filter lets any article through."""
        with self._reading() as db:
            return db.scalar(sa.select(articles.c.id).where(*full_text.conditions(filters)).limit(1)) is not None

    def copies_of(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Article id -> id of the first article that tells its story; itself where it has no near copies."""
        with self._reading() as db:
            return stories.copies_of(db, article_ids)

    def near_copies(self, article_id: str) -> tuple[str, ...]:
        """The other articles that tell its story."""
        with self._reading() as db:
            return stories.near(db, article_id)

    def tie(self, article_id: str, likeness: Likeness) -> None:
        """Tie an article that is stored already to its near copies."""
        with self._writing() as db:
            stories.tie(db, article_id, likeness)

    def visit(self, url: str) -> Visit | None:
        """What an address answered last."""
        with self._reading() as db:
            return ledger.visit(db, url)

    def visited_articles(self, url: str) -> tuple[str, ...]:
        """The ids of the articles that came of an address, or of a feed there."""
        with self._reading() as db:
            return ledger.visited_articles(db, url)

    def remember(self, visit: Visit, article_id: str | None = None) -> None:
        """Note what an address answered, once what came of it is stored; removing the article forgets it."""
        with self._writing() as db:
            ledger.remember(db, visit, article_id)

    def record_failure(self, item: str, target: str, error: str) -> None:
        """Note that an item of a file or an address could not be added."""
        with self._writing() as db:
            ledger.record_failure(db, item, target, error)

    def failed(self) -> tuple[Failed, ...]:
        """The items that could not be added, until they can or are gone."""
        with self._reading() as db:
            return ledger.failed(db)

    def forget_failures(self, items: Collection[str]) -> None:
        """Note that these items could be added, or are gone."""
        with self._writing() as db:
            ledger.forget_failures(db, items)

    def note_run(self, total: int, done: int) -> None:
        """Note how far a run has come, for `stats` to tell what is pending should it be cut short."""
        with self._writing() as db:
            ledger.note_run(db, total, done)
