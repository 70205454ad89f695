"""Full text by SQLite's FTS5."""

import json
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa

from qa.library.dialects import FULL_TEXT
from qa.library.schema import LAST, articles, count_of, passages
from qa.library.text_index import TITLE_WEIGHT, Word
from qa.storage.sqlite import is_refusal

COUNTED = 3_000  # passages that hold a word; of more the number is estimated
STRETCHES, STRETCH = 20, 200  # of passages, by which it is


class FTS5:
    """A table of FTS5 beside the passages."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def ranked(self, words: Sequence[Word], limit: int, let_through: sa.Select[int] | None = None) -> dict[int, float]:
        """Row id -> BM25 score of the passages that match best.

        FTS5 alone knows what it needs: a join would be made for each hit before the limit. The plus sign keeps SQLite
        from asking FTS5 anew for each of the passages that are let through.
        """
        score: sa.ColumnElement[float] = sa.literal_column(f"bm25(full_text, {TITLE_WEIGHT}, 1.0)")
        query = sa.select(sa.literal_column("rowid", sa.Integer).label("rowid"), score.label("score"))
        query = query.select_from(sa.text("full_text")).where(sa.text("full_text MATCH :match"))
        if let_through is not None:
            query = query.where(sa.literal_column("+full_text.rowid", sa.Integer).in_(let_through))
        match = " OR ".join(map(_phrase, words))
        return {row.rowid: -row.score for row in self._db.execute(query.order_by(score).limit(limit), {"match": match})}

    def holders(self, word: Word) -> sa.TextualSelect:
        query = sa.text(
            "SELECT passages.article_id FROM full_text JOIN passages ON passages.rowid = full_text.rowid"
            " WHERE full_text MATCH :match"
        )
        bound = query.bindparams(sa.bindparam("match", _phrase(word), unique=True))
        return bound.columns(sa.column("article_id", sa.Text))

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        some = sa.text("SELECT count(*) FROM (SELECT 1 FROM full_text WHERE full_text MATCH :match LIMIT :most)")
        found = dict[str, int]()
        for word in words:
            match = _phrase(Word(word))
            number = self._db.scalar(some, {"match": match, "most": COUNTED}) or 0
            many = number == COUNTED and self._estimate("full_text WHERE full_text MATCH :match AND rowid", match)
            found[word] = max(number, many)
        return found

    def size(self) -> int:
        return self._estimate("full_text_docsize WHERE id")

    def _estimate(self, rows: str, match: str = "") -> int:
        """About how many rows there are, by those in STRETCHES of row ids, spread over all."""
        last = self._db.scalar(sa.select(sa.func.max(passages.c.rowid))) or 0
        apart = max(1, last // STRETCHES)
        length = min(apart, STRETCH)
        counted = f"(SELECT count(*) FROM {rows} BETWEEN value AND value + {length - 1})"
        query = sa.text(f"SELECT sum({counted}) FROM json_each(:firsts)")
        number = self._db.scalar(query, {"firsts": json.dumps([*range(1, last + 1, apart)]), "match": match}) or 0
        return round(number * apart / length)

    def texts(self, rowids: Iterable[int]) -> Iterable[tuple[int, str, str]]:
        listed = sa.text(
            "SELECT rowid, title, text FROM full_text WHERE rowid IN (SELECT value FROM json_each(:rowids))"
        )
        return (tuple(row) for row in self._db.execute(listed, {"rowids": json.dumps(list(rowids))}))

    def terms(self, beginning: str, among: Collection[str]) -> set[str]:
        self._db.execute(sa.text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, full_text, row)"))
        begun = sa.text("SELECT term FROM terms WHERE term >= :first AND term < :after")
        listed = sa.text("SELECT term FROM terms WHERE term IN (SELECT value FROM json_each(:among))")
        found = {*self._db.scalars(begun, {"first": beginning, "after": f"{beginning}{LAST}"})}
        return found.union(self._db.scalars(listed, {"among": json.dumps(sorted(among))}))

    def add(self, title: str, texts: Sequence[tuple[int, str]]) -> None:
        self._db.execute(
            sa.text("INSERT INTO full_text (rowid, title, text) VALUES (:rowid, nfkc(:title), nfkc(:text))"),
            [{"rowid": rowid, "title": title, "text": text} for rowid, text in texts],
        )

    def drop(self, article_id: str) -> None:
        own = "SELECT rowid FROM passages WHERE article_id = :id"
        self._db.execute(sa.text(f"DELETE FROM full_text WHERE rowid IN ({own})"), {"id": article_id})

    def is_sound(self) -> bool:
        try:
            self._db.execute(sa.text("INSERT INTO full_text (full_text) VALUES ('integrity-check')"))
            entries = self._db.scalar(sa.text("SELECT count(*) FROM full_text"))
        except sa.exc.DatabaseError as error:
            if is_refusal(error.orig):
                raise
            return False
        return bool(entries == count_of(self._db, passages))

    def rebuild(self) -> None:
        self._db.execute(sa.text("DROP TABLE IF EXISTS full_text"))
        for statement in FULL_TEXT["sqlite"]:
            self._db.execute(sa.text(statement))
        rows = sa.select(passages.c.rowid, sa.func.nfkc(articles.c.title), sa.func.nfkc(passages.c.text))
        rows = rows.join(articles, articles.c.id == passages.c.article_id)
        self._db.execute(sa.text(f"INSERT INTO full_text (rowid, title, text) {rows}"))


def _phrase(word: Word) -> str:
    """A word as FTS5 looks for it."""
    quoted = '"' + word.text.replace('"', '""') + '"'
    return f"{quoted} OR {quoted}*" if word.is_begun else quoted
