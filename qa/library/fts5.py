"""Full text by SQLite's FTS5."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np
import sqlalchemy as sa

from qa.library.bm25 import Held, Numbers, Weights, best
from qa.library.dialects import FULL_TEXT, TOKENIZER
from qa.library.schema import LAST, articles, count_of, passages
from qa.library.text_index import TITLE_WEIGHT, Word, tells
from qa.storage.sqlite import is_refusal

COMMON = 20_000  # passages that hold a word, from which on articles are asked for it
COUNTED = 3_000  # passages that hold a word; of more the number is estimated
STRETCHES, STRETCH = 20, 200  # of passages, by which it is
# Where each term stands, and a table that nothing is kept in, by which words are cut as the passages were.
VIEWS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, full_text, instance)",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.cut USING fts5(word, content = '', tokenize = '{TOKENIZER}')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.pieces USING fts5vocab(temp, cut, instance)",
)


class FTS5:
    """A table of FTS5 beside the passages."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def ranked(self, words: Sequence[Word], limit: int, let_through: sa.Select[int] | None = None) -> dict[int, float]:
        for statement in VIEWS:
            self._db.execute(sa.text(statement))
        total, *tokens = _varints(
            self._db.scalar(sa.text("SELECT block FROM full_text_data WHERE id = 1")) or b"\0"
        ).tolist()
        held = [self._held(phrase, terms, total) for phrase, terms in self._cut(words)]
        allowed = None
        if let_through is not None:
            allowed = self._numbers(sa.select(sa.func.group_concat(let_through.subquery().c.rowid)))
        return best(held, lambda rowids: self._sizes(rowids) * total / sum(tokens), limit, allowed)

    def _cut(self, words: Sequence[Word]) -> Iterator[tuple[str, list[str]]]:
        """What is looked for, each with its terms."""
        self._db.execute(sa.text("INSERT INTO cut (cut) VALUES ('delete-all')"))
        cut, terms = sa.text("INSERT INTO cut (rowid, word) VALUES (:number, :word)"), defaultdict[int, list[str]](list)
        for number, word in enumerate(words):
            self._db.execute(cut, {"number": number, "word": word.text})
        for row in self._db.execute(sa.text("SELECT doc, term FROM pieces ORDER BY doc, offset")):
            terms[row.doc].append(row.term)
        for number, found in terms.items():
            for phrase in _phrases(words[number]):
                yield phrase, found

    def _held(self, phrase: str, terms: Sequence[str], total: int) -> Held:
        """Several terms side by side count once in a text, and once in a title."""
        if len(terms) > 1:
            listed = sa.text("SELECT group_concat(2 * rowid + :is_text) FROM full_text WHERE full_text MATCH :match")
            titles = self._numbers(listed, {"is_text": 0, "match": f"title : {phrase}"})
            places = np.append(titles, self._numbers(listed, {"is_text": 1, "match": f"text : {phrase}"}))
        else:
            which = "term >= :term AND term < :after" if phrase.endswith("*") else "term = :term"
            listed = sa.text(f"SELECT group_concat(2 * doc + (col = 'text')) FROM places WHERE {which}")
            places = self._numbers(listed, {"term": terms[0], "after": f"{terms[0]}{LAST}"})
        columns, often = np.unique(places, return_counts=True)
        rowids, first = np.unique(columns >> 1, return_index=True)
        weights = np.append(often * np.where(columns & 1, 1.0, TITLE_WEIGHT), 0.0)
        return Held(rowids, np.add.reduceat(weights, first), tells(len(rowids), total))

    def _numbers(self, listed: sa.Executable, values: Mapping[str, str | int] | None = None) -> Numbers:
        return np.fromstring(self._db.scalar(listed, values) or "", np.int64, sep=",")

    def _sizes(self, rowids: Numbers) -> Weights:
        """How many words each passage has, with its title; FTS5 notes a number of each."""
        noted = sa.text(
            "SELECT group_concat(hex(coalesce(sz, x'0000')), '')"
            " FROM json_each(:rowids) LEFT JOIN full_text_docsize AS noted ON noted.id = value"
        )
        sizes = bytes.fromhex(self._db.scalar(noted, {"rowids": json.dumps(rowids.tolist())}) or "")
        sums: Weights = _varints(sizes).reshape(len(rowids), -1).sum(axis=1, dtype=np.float64)
        return sums

    def holders(self, word: Word) -> sa.TextualSelect:
        """By the passages that hold it, or where it stands in many by the articles, each of which is asked for one."""
        is_common = self._up_to(COMMON, _phrase(word)) == COMMON
        query = sa.text(
            "SELECT id AS article_id FROM articles WHERE EXISTS (SELECT 1 FROM passages WHERE article_id = articles.id"
            " AND +passages.rowid IN (SELECT rowid FROM full_text WHERE full_text MATCH :match))"
            if is_common
            else "SELECT passages.article_id FROM full_text JOIN passages ON passages.rowid = full_text.rowid"
            " WHERE full_text MATCH :match"
        )
        bound = query.bindparams(sa.bindparam("match", _phrase(word), unique=True))
        return bound.columns(sa.column("article_id", sa.Text))

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        found = dict[str, int]()
        for word in words:
            match = _phrase(Word(word))
            number = self._up_to(COUNTED, match)
            many = number == COUNTED and self._estimate("full_text WHERE full_text MATCH :match AND rowid", match)
            found[word] = max(number, many)
        return found

    def _up_to(self, most: int, match: str) -> int:
        """How many passages match, so many at most."""
        some = sa.text("SELECT count(*) FROM (SELECT 1 FROM full_text WHERE full_text MATCH :match LIMIT :most)")
        return self._db.scalar(some, {"match": match, "most": most}) or 0

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
    return " OR ".join(_phrases(word))


def _phrases(word: Word) -> list[str]:
    """One that is only begun is looked for as a whole one too."""
    quoted = '"' + word.text.replace('"', '""') + '"'
    return [quoted, f"{quoted}*"] if word.is_begun else [quoted]


def _varints(data: bytes) -> Numbers:
    """The numbers that SQLite writes in seven bits a byte, the first bit of which says whether more follow."""
    values = np.frombuffer(data, np.uint8).astype(np.int64)
    last = np.flatnonzero(values < 0x80)
    lengths = np.diff(last, prepend=-1)
    after = np.repeat(last, lengths) - np.arange(len(values))  # bytes that follow in the same number
    return np.add.reduceat((values & 0x7F) << 7 * after, last - lengths + 1)
