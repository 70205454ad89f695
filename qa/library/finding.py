"""Articles that hold what is looked for, in their facts or their text, and the sentence that shows it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa

from qa.language.text import folded, sentences, stem, word_spans
from qa.library.full_text import best_passages, index
from qa.library.records import Hit
from qa.library.schema import among, articles, passages, tags
from qa.library.text_index import Word

MOST_WORDS = 20
RANKED = 2_000  # passages that are put in an order; an article of which none is among them comes after all others
_DIGITS = re.compile(r"\D")
_WORDLESS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Sought:
    """The words that are looked for, each of which has to stand somewhere; the last may be the beginning of one."""

    words: tuple[str, ...]
    is_begun: bool

    @classmethod
    def of(cls, query: str) -> "Sought":
        words = [word for word in normalize("NFKC", query).split() if not _WORDLESS.fullmatch(word)]
        return cls(tuple(dict.fromkeys(words[:MOST_WORDS])), query[-1:].isalnum())

    @property
    def looked_for(self) -> list[Word]:
        """As full text search looks for each."""
        return [Word(word, self.is_begun and word == self.words[-1]) for word in self.words]

    def hit(self, text: str, start: int) -> Hit | None:
        """The first of the sentences of a passage at `start` that hold most of the words; None where none holds any."""
        stems, begun = {stem(word) for word in self._pieces()}, folded(self.words[-1]) if self.is_begun else None
        best: Hit | None = None
        most = 0
        for first, last in sentences(text):
            marks, said = [], set[str]()
            for left, right in word_spans(text[first:last]):
                word = text[first + left : first + right]
                is_begun = begun is not None and folded(word).startswith(begun)
                if is_begun or stem(word) in stems:
                    marks.append((left, right))
                    said.add("" if is_begun else stem(word))
            if len(said) > most:
                best, most = Hit(text[first:last], start + first, start + last, tuple(marks)), len(said)
        return best

    def _pieces(self) -> Iterable[str]:
        return (word[left:right] for word in self.words for left, right in word_spans(word))


@dataclass(frozen=True)
class Found:
    """An article with its place among those that were found, the lower the better, and its best passage, if one is."""

    id: str
    place: tuple[int | float | str, ...]
    rowid: int | None


def find(db: sa.Connection, sought: Sought, chosen: Iterable[sa.ColumnElement[bool]]) -> list[Found]:
    """Those of the chosen articles that hold every one of the words, best first.

    Those whose title holds them all come before those by the score of their best passage; the newer come first where
    that tells nothing.
    """
    held = [set(db.scalars(index(db).holders(word))) for word in sought.looked_for]
    words = [folded(word) for word in sought.words]
    scored = best_passages(db, sought.looked_for, RANKED)
    found = []
    for article_id, title, source, author, published_at, called in db.execute(_facts(chosen)):
        facts = folded("\n".join(filter(None, (title, source, author, published_at, called))))
        if not all(article_id in ids or word in facts for word, ids in zip(words, held, strict=True)):
            continue
        rowid, score = scored.get(article_id, (None, 0.0))
        day = int(_DIGITS.sub("", (published_at or "")[:10]).ljust(8, "0"))
        place = (int(not all(word in folded(title) for word in words)), -score, -day, article_id)
        found.append(Found(article_id, place, rowid))
    return sorted(found, key=lambda one: one.place)


def hits(db: sa.Connection, sought: Sought, found: Iterable[Found]) -> dict[str, Hit]:
    """Article id -> the sentence that shows what was looked for, of those in whose text it stands."""
    columns = (passages.c.article_id, passages.c.text, passages.c.start)
    rows = db.execute(sa.select(*columns).where(among(passages.c.rowid, (f.rowid for f in found if f.rowid))))
    shown = ((row.article_id, sought.hit(row.text, row.start)) for row in rows)
    return {article_id: hit for article_id, hit in shown if hit}


def _facts(chosen: Iterable[sa.ColumnElement[bool]]) -> sa.Select[Any]:
    called = sa.select(tags.c.article_id, sa.func.aggregate_strings(tags.c.tag, "\n").label("tags"))
    called_by = called.group_by(tags.c.article_id).subquery()
    a = articles.c
    query = sa.select(a.id, a.title, a.source, a.author, a.published_at, called_by.c.tags)
    return query.outerjoin(called_by, called_by.c.article_id == a.id).where(*chosen)
