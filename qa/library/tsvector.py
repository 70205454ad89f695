"""Full text by PostgreSQL's tsvector with a GIN index: words cut and stemmed as FTS5 does, passages ranked by BM25."""

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from qa.language.text import folded, porter
from qa.library.schema import LAST, among, articles, count_of, passages
from qa.library.text_index import BY_LENGTH, SATURATION, TITLE_WEIGHT, Word, tells

CANDIDATES = 20_000  # passages ranked for a question, of those that hold its rarest words
LONGEST = 500  # characters of a word; PostgreSQL takes no more than 2,046 bytes
GAP = 2  # places between text and title, so that no phrase stands across them
AT_ONCE = 1_000  # passages written in one statement
SQUARES = math.pi**2 / 6  # the sum of 1 / n²
REAL = "double precision"  # or PostgreSQL computes with decimal numbers, which takes longer than all else
PARTS = {"whole": "", "text": "D", "title": "A"}  # of a document, by the labels of their places
# For the rest of a transaction: the planner does not know that a look at a document costs more than all else.
BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"
_WORD = re.compile(r"[^\W_]+")

full_text = sa.table(
    "full_text",
    sa.column("rowid", sa.BigInteger),
    sa.column("words", sa.Integer),
    sa.column("document", TSVECTOR),
)
terms = sa.table("terms", sa.column("term", sa.Text), sa.column("passages", sa.BigInteger))
sizes = sa.table("sizes", sa.column("passages", sa.BigInteger), sa.column("words", sa.BigInteger))
f = full_text.c
ADD = """
WITH new AS (
    INSERT INTO full_text SELECT * FROM unnest(
        CAST(:rowids AS bigint[]), CAST(:words AS integer[]), CAST(:documents AS tsvector[])
    ) RETURNING words, document
), sized AS (
    UPDATE sizes SET passages = passages + (SELECT count(*) FROM new), words = words + (SELECT sum(words) FROM new)
)
INSERT INTO terms
SELECT term, count(*) FROM new, unnest(tsvector_to_array(document)) AS term GROUP BY term ORDER BY term
ON CONFLICT (term) DO UPDATE SET passages = terms.passages + excluded.passages
"""
DROP = """
WITH gone AS (
    DELETE FROM full_text WHERE rowid IN (SELECT rowid FROM passages WHERE article_id = :id) RETURNING words, document
), counted AS (
    SELECT term, count(*) AS number FROM gone, unnest(tsvector_to_array(document)) AS term GROUP BY term
), fewer AS (
    UPDATE terms SET passages = passages - number FROM counted WHERE terms.term = counted.term AND passages > number
), none AS (
    DELETE FROM terms USING counted WHERE terms.term = counted.term AND passages <= number
)
UPDATE sizes SET passages = passages - (SELECT count(*) FROM gone),
    words = words - (SELECT coalesce(sum(words), 0) FROM gone)
"""


class TSVectors:
    """The table `full_text` beside the passages, with `terms` and `sizes` that count what is in it."""

    def __init__(self, db: sa.Connection) -> None:
        self._db = db

    def ranked(self, words: Sequence[Word], limit: int, let_through: sa.Select[int] | None = None) -> dict[int, float]:
        """Row id -> BM25 score of the passages that match best; among all, of those that hold the rarest words."""
        sought = [word for word in words if terms_of(word.text)]
        if not sought:
            return {}
        counts = self._counts(sought)
        all_passages, all_words = self._db.execute(sa.select(sizes.c.passages, sizes.c.words)).one()
        first = sought if let_through is not None else _rarest(sought, counts)
        query = sa.text(_ranking(sought, let_through is not None)).columns(rowid=sa.BigInteger, score=sa.Double)
        if let_through is not None:
            query = query.add_cte(let_through.cte("let_through"))
        values: dict[str, float | str | None] = {
            "any": " | ".join(map(_query, first)),
            "candidates": CANDIDATES if let_through is None else None,
            "usual": max(all_words / max(all_passages, 1), 1.0),
            "limit": limit,
        }
        for number, word in enumerate(sought):
            values |= {f"{part}{number}": _query(word, label) for part, label in PARTS.items()}
            values[f"tells{number}"] = tells(counts[word], all_passages)
        self._db.execute(sa.text(BY_INDEX))
        return {row.rowid: row.score for row in self._db.execute(query, values)}

    def holders(self, word: Word) -> sa.Select[tuple[str]]:
        query = sa.select(passages.c.article_id).join(full_text, f.rowid == passages.c.rowid)
        return query.where(_holds(f.document, word) if terms_of(word.text) else sa.false())

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        return {word.text: number for word, number in self._counts([Word(word) for word in words]).items()}

    def size(self) -> int:
        return self._db.scalar(sa.select(sizes.c.passages)) or 0

    def texts(self, rowids: Iterable[int]) -> Iterable[tuple[int, str, str]]:
        query = sa.select(passages.c.rowid, articles.c.title, passages.c.text)
        query = query.join(articles, articles.c.id == passages.c.article_id).where(among(passages.c.rowid, rowids))
        return (tuple(row) for row in self._db.execute(query))

    def terms(self, beginning: str, among: Collection[str]) -> set[str]:
        term = terms.c.term.collate("C")
        begun = sa.select(terms.c.term).where(term >= beginning, term < f"{beginning}{LAST}")
        return {*self._db.scalars(begun), *self._known(among)}

    def add(self, title: str, texts: Sequence[tuple[int, str]]) -> None:
        self._add([(rowid, title, text) for rowid, text in texts])

    def drop(self, article_id: str) -> None:
        self._db.execute(sa.text(DROP), {"id": article_id})

    def is_sound(self) -> bool:
        entries, there = count_of(self._db, full_text), count_of(self._db, passages)
        without = sa.select(passages.c.rowid).where(~sa.exists().where(f.rowid == passages.c.rowid)).limit(1)
        counted = self._db.scalar(sa.select(sizes.c.passages))
        return entries == there == counted and self._db.scalar(without) is None

    def rebuild(self) -> None:
        for table in (full_text, terms):
            self._db.execute(sa.delete(table))
        self._db.execute(sa.update(sizes).values(passages=0, words=0))
        query = sa.select(passages.c.rowid, articles.c.title, passages.c.text).order_by(passages.c.rowid)
        query = query.join(articles, articles.c.id == passages.c.article_id).limit(AT_ONCE)
        last = 0
        while rows := self._db.execute(query.where(passages.c.rowid > last)).all():
            self._add([(row.rowid, row.title, row.text) for row in rows])
            last = rows[-1].rowid

    def _add(self, rows: Sequence[tuple[int, str, str]]) -> None:
        written = [document_of(title, text) for _, title, text in rows]
        values = {"rowids": [rowid for rowid, _, _ in rows], "words": [number for _, number in written]}
        self._db.execute(sa.text(ADD), values | {"documents": [document for document, _ in written]})

    def _counts(self, words: Sequence[Word]) -> dict[Word, int]:
        """In how many passages each stands: of a phrase of common words the most that it can be."""
        known = self._known({term for word in words for term in terms_of(word.text)})
        counts = {word: min((known.get(term, 0) for term in terms_of(word.text)), default=0) for word in words}
        for word, most in counts.items():
            if word.is_begun or (len(terms_of(word.text)) > 1 and 0 < most <= CANDIDATES):
                found = sa.select(f.rowid).where(_holds(f.document, word)).limit(CANDIDATES).subquery()
                counts[word] = self._db.scalar(sa.select(sa.func.count()).select_from(found)) or 0
        return counts

    def _known(self, wanted: Collection[str]) -> dict[str, int]:
        query = sa.select(terms.c.term, terms.c.passages).where(among(terms.c.term, sorted(wanted)))  # type: ignore[arg-type]
        return {row.term: row.passages for row in self._db.execute(query)}


def terms_of(text: str) -> list[str]:
    """The stems of a text in order, much as FTS5's tokenizers `porter unicode61 remove_diacritics 2` cut them."""
    return [porter(word[:LONGEST]) or word for word in _WORD.findall(folded(normalize("NFKC", text)))]


def document_of(title: str, text: str) -> tuple[str, int]:
    """A tsvector in its written form, with the title behind the text and labelled A; and how many words it has."""
    places: dict[str, list[str]] = defaultdict(list)
    written, headed = terms_of(text), terms_of(title)
    for place, term in enumerate(written, 1):
        places[term].append(str(place))
    for place, term in enumerate(headed, len(written) + GAP):
        places[term].append(f"{place}A")
    return " ".join(f"'{term}':{','.join(found)}" for term, found in places.items()), len(written) + len(headed)


def _rarest(words: Sequence[Word], counts: dict[Word, int]) -> list[Word]:
    """The rarest word, and of the others as many as together stand in no more than CANDIDATES passages."""
    chosen, held = list[Word](), 0
    for word in sorted(words, key=lambda word: counts[word]):
        held += counts[word]
        if chosen and held > CANDIDATES:
            break
        chosen.append(word)
    return chosen


def _holds(document: sa.ColumnElement[Any], *words: Word) -> sa.ColumnElement[bool]:
    """Whether a document holds any of the words."""
    query = " | ".join(map(_query, words))
    return document.op("@@", is_comparison=True)(sa.cast(query, TSQUERY))


def _query(word: Word, label: str = "") -> str:
    """A word as a tsquery: its stems side by side, the last of which may only be begun."""
    mark = f":{label}" if label else ""
    *before, last = [f"'{term}'" for term in terms_of(word.text)]
    whole = " <-> ".join(f"{term}{mark}" for term in (*before, last))
    begun = " <-> ".join((*(f"{term}{mark}" for term in before), f"{last}:*{label}"))
    return f"({whole}) | ({begun})" if word.is_begun else f"({whole})"


def _ranking(words: Sequence[Word], is_restricted: bool) -> str:
    """The statement that ranks passages which hold `any`: what each of the words that they hold tells, summed up.

    As text, since to build it of so many expressions takes longer than it runs. The limit within, even where it is
    none, keeps PostgreSQL from counting a word wherever its number stands.
    """
    often = ", ".join(f"{_often(word, number)} AS often{number}" for number, word in enumerate(words))
    length = f"{SATURATION} * ({1 - BY_LENGTH} + {BY_LENGTH} * CAST(words AS {REAL}) / CAST(:usual AS {REAL}))"
    told = (f":tells{n} * often{n} * {SATURATION + 1} / (often{n} + length)" for n in range(len(words)))
    return f"""SELECT rowid, {" + ".join(told)} AS score FROM (
            SELECT rowid, {length} AS length, {often}
            FROM full_text WHERE document @@ CAST(:any AS tsquery)
                {"AND rowid IN (SELECT rowid FROM let_through)" if is_restricted else ""}
            LIMIT :candidates
        ) AS held ORDER BY score DESC, rowid LIMIT :limit"""


def _often(word: Word, number: int) -> str:
    """How often a word stands in the text, and in the title by its weight, where once is enough.

    Of one word in n places ts_rank says (1 + 1/4 + … + 1/n²) / SQUARES, whence n; phrases count once.
    """
    title = f"CASE WHEN document @@ CAST(:title{number} AS tsquery) THEN CAST({TITLE_WEIGHT} AS {REAL}) ELSE 0 END"
    text = f"CASE WHEN document @@ CAST(:text{number} AS tsquery) THEN CAST(1 AS {REAL}) ELSE 0 END"
    if not word.is_begun and len(terms_of(word.text)) == 1:
        rank = f"CAST(ts_rank('{{1, 0, 0, 0}}', document, CAST(:text{number} AS tsquery)) AS {REAL})"
        text = f"round(1 / ({SQUARES} * (1 - {rank})) - 0.5)"
    return f"CASE WHEN document @@ CAST(:whole{number} AS tsquery) THEN {text} + {title} ELSE 0 END"
