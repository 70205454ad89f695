"""The truth: articles whole, their passages with offsets, full text and vectors, in one SQLite file.

Every change is one transaction and gets the next revision number, so that the vector index,
a mere cache, can bring itself up to date from `changes(since)`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.errors import ArticleNotFound, LibraryError
from qa.schema import FULL_TEXT, SCHEMA_VERSION, articles, begin, configure, metadata, passages, removed
from qa.types import Article, Evidence, Filters, Passage

Vectors = NDArray[np.float32]
TITLE_WEIGHT = 0.5
_FACTS = ("id", "title", "text", "source", "author", "published_at", "url", "language", "sha256")


@dataclass(frozen=True)
class ArticleInfo:
    """An article without its text, as `list` shows it."""

    id: str
    title: str
    source: str | None
    author: str | None
    published_at: str | None
    url: str | None
    language: str | None
    sha256: str
    origin: str
    passages: int
    characters: int


@dataclass(frozen=True)
class LibraryStats:
    """What the library holds, as `status` shows it."""

    articles: int
    passages: int
    sources: tuple[str, ...]
    first_date: str | None
    last_date: str | None
    bytes: int
    models: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """What happened since a revision: articles to drop from the index and those to bring in anew."""

    revision: int
    gone: tuple[str, ...]
    fresh: tuple[str, ...]


@dataclass(frozen=True)
class StoredPassage:
    """A passage as the index needs it: the row id is its key, never used twice."""

    rowid: int
    vector: Vectors


class Library:
    """Articles, passages, full text and vectors; many processes may read and write at once."""

    def __init__(self, path: Path, engine: sa.Engine) -> None:
        self.path = path
        self._engine = engine

    @classmethod
    def open(cls, path: Path) -> "Library":
        """Open or create the library; raises LibraryError where that is not possible."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
            sa.event.listen(engine, "connect", configure)
            sa.event.listen(engine, "begin", begin)
            library = cls(path, engine)
            with library._reading() as db:
                version = db.scalar(sa.text("PRAGMA user_version"))
            if version == 0:
                with library._writing() as db:
                    metadata.create_all(db)
                    db.execute(sa.text(FULL_TEXT))
                    db.execute(sa.text(f"PRAGMA user_version = {SCHEMA_VERSION}"))
            elif version != SCHEMA_VERSION:
                raise LibraryError(f"{path} was written by another version of article-qa; move it away and add again")
        except OSError as error:
            raise LibraryError(
                f"cannot use {path.parent}: {error.strerror}; set ARTICLE_QA_DATA_DIR to a folder you own"
            ) from error
        return library

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _reading(self, engine: sa.Engine | None = None) -> Iterator[sa.Connection]:
        try:
            with (engine or self._engine).begin() as db:
                yield db
        except sa.exc.DatabaseError as error:
            raise LibraryError(f"cannot use the library {self.path}: {error.orig}") from error

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return self._reading(self._engine.execution_options(begin="BEGIN IMMEDIATE"))

    def put(self, article: Article, split: Sequence[Passage], vectors: Vectors, *, origin: str, model: str) -> None:
        """Insert or replace an article with its passages, full text and vectors (n, dim), in one transaction."""
        with self._writing() as db:
            revision = _revision(db) + 1
            _delete(db, article.id)
            row = asdict(article) | {"origin": origin, "model": model, "revision": revision}
            db.execute(sa.insert(articles).values(row))
            for passage, vector in zip(split, vectors, strict=True):
                values = asdict(passage) | {"vector": vector.astype(np.float32).tobytes()}
                rowid = db.execute(sa.insert(passages).values(values)).inserted_primary_key
                assert rowid is not None
                db.execute(
                    sa.text("INSERT INTO full_text (rowid, title, text) VALUES (:rowid, :title, :text)"),
                    {"rowid": rowid[0], "title": article.title, "text": passage.text},
                )

    def remove(self, article_id: str) -> None:
        """Remove an article and all that came of it; raises ArticleNotFound."""
        with self._writing() as db:
            revision = _revision(db) + 1
            if not _delete(db, article_id):
                raise ArticleNotFound(article_id)
            db.execute(sa.insert(removed).values(article_id=article_id, revision=revision))

    def article(self, article_id: str) -> Article:
        """One article, whole; raises ArticleNotFound."""
        query = sa.select(*(articles.c[name] for name in _FACTS)).where(articles.c.id == article_id)
        with self._reading() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            raise ArticleNotFound(article_id)
        return Article(**row._mapping)

    def articles(self) -> list[ArticleInfo]:
        """All articles without their texts, by id."""
        facts = [articles.c[name] for name in ArticleInfo.__dataclass_fields__ if name in articles.c]
        count = sa.select(sa.func.count()).where(passages.c.article_id == articles.c.id).scalar_subquery()
        query = sa.select(*facts, count.label("passages"), sa.func.length(articles.c.text).label("characters"))
        with self._reading() as db:
            return [ArticleInfo(**row._mapping) for row in db.execute(query.order_by(articles.c.id))]

    def digests(self) -> dict[str, tuple[str, str]]:
        """Article id -> (sha256, origin), to tell what is new, changed or known."""
        with self._reading() as db:
            rows = db.execute(sa.select(articles.c.id, articles.c.sha256, articles.c.origin))
            return {row.id: (row.sha256, row.origin) for row in rows}

    def embedded_otherwise(self, model: str) -> tuple[str, ...]:
        """The ids of the articles whose vectors are another model's."""
        with self._reading() as db:
            return tuple(db.scalars(sa.select(articles.c.id).where(articles.c.model != model)))

    def stats(self) -> LibraryStats:
        a = articles.c
        with self._reading() as db:
            count, first, last = db.execute(
                sa.select(sa.func.count(), sa.func.min(a.published_at), sa.func.max(a.published_at))
            ).one()
            passage_count = db.scalar(sa.select(sa.func.count()).select_from(passages)) or 0
            sources = db.scalars(sa.select(a.source).where(a.source.is_not(None)).distinct().order_by(a.source))
            models = db.scalars(sa.select(a.model).distinct().order_by(a.model))
            return LibraryStats(
                count, passage_count, tuple(sources), first, last, self.path.stat().st_size, tuple(models)
            )

    def revision(self) -> int:
        """The number of the last change."""
        with self._reading() as db:
            return _revision(db)

    def changes(self, since: int) -> Changes:
        """What an index that stands at revision `since` has to catch up with."""
        with self._reading() as db:
            gone = db.scalars(sa.select(removed.c.article_id).where(removed.c.revision > since)).all()
            fresh = db.scalars(
                sa.select(articles.c.id).where(articles.c.revision > since).order_by(articles.c.revision)
            ).all()
            return Changes(_revision(db), tuple(gone), tuple(fresh))

    def vectors(self, article_id: str) -> list[StoredPassage]:
        """The stored vectors of an article's passages, so that no index is ever embedded again."""
        query = sa.select(passages.c.rowid, passages.c.vector).where(passages.c.article_id == article_id)
        with self._reading() as db:
            return [StoredPassage(row.rowid, np.frombuffer(row.vector, np.float32)) for row in db.execute(query)]

    def search_text(self, words: Iterable[str], limit: int, filters: Filters | None = None) -> dict[int, float]:
        """Row id -> BM25 score (higher is better) of the passages that hold any of the words, best first."""
        match = " OR ".join(_quoted(word) for word in words)
        if not match:
            return {}
        score: sa.ColumnElement[float] = sa.literal_column(f"bm25(full_text, {TITLE_WEIGHT}, 1.0)")
        query = (
            sa.select(passages.c.rowid, score.label("score"))
            .select_from(sa.text("full_text"))
            .join(passages, sa.text("passages.rowid = full_text.rowid"))
            .join(articles, articles.c.id == passages.c.article_id)
            .where(sa.text("full_text MATCH :match"), *_conditions(filters))
            .order_by(score)
            .limit(limit)
        )
        with self._reading() as db:
            return {row.rowid: -row.score for row in db.execute(query, {"match": match})}

    def document_frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms."""
        count = sa.text("SELECT count(*) FROM full_text WHERE full_text MATCH :match")
        with self._reading() as db:
            return {word: db.scalar(count, {"match": _quoted(word)}) or 0 for word in words}

    def evidence(self, scores: dict[int, float]) -> list[Evidence]:
        """The passages with these row ids, in the order given; those removed meanwhile are left out."""
        query = (
            sa.select(
                passages.c.rowid,
                *(articles.c[n] for n in ("title", "source", "published_at", "url")),
                *(passages.c[n] for n in ("article_id", "start", "end", "text")),
            )
            .join(articles, articles.c.id == passages.c.article_id)
            .where(passages.c.rowid.in_(scores))
        )
        with self._reading() as db:
            rows = {row.rowid: row._asdict() for row in db.execute(query)}
        return [
            Evidence(**{k: v for k, v in rows[rowid].items() if k != "rowid"}, score=score)
            for rowid, score in scores.items()
            if rowid in rows
        ]

    def allowed(self, filters: Filters) -> tuple[str, ...]:
        """The ids of the articles that a filter lets through."""
        with self._reading() as db:
            return tuple(db.scalars(sa.select(articles.c.id).where(*_conditions(filters))))


def _revision(db: sa.Connection) -> int:
    last = sa.select(sa.func.max(articles.c.revision)).union_all(sa.select(sa.func.max(removed.c.revision)))
    return max((revision or 0 for revision in db.scalars(last)), default=0)


def _delete(db: sa.Connection, article_id: str) -> bool:
    """Delete an article with its passages and full text; whether it was there."""
    db.execute(
        sa.text("DELETE FROM full_text WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = :id)"),
        {"id": article_id},
    )
    db.execute(sa.delete(passages).where(passages.c.article_id == article_id))
    db.execute(sa.delete(removed).where(removed.c.article_id == article_id))
    return db.execute(sa.delete(articles).where(articles.c.id == article_id)).rowcount > 0


def _conditions(filters: Filters | None) -> list[sa.ColumnElement[bool]]:
    if filters is None:
        return []
    day = sa.func.substr(articles.c.published_at, 1, 10)
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.since:
        conditions.append(day >= filters.since)
    if filters.until:
        conditions.append(day <= filters.until)
    if filters.source:
        conditions.append(sa.func.lower(articles.c.source) == filters.source.lower())
    return conditions


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
