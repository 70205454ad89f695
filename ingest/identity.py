"""Which article an item is: its id, and whether it is new, changed, known or a copy of another."""

import hashlib
import json
import os
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import Literal

from ingest.clean import clean, clean_line
from ingest.load.found import Found
from qa.errors import LoadError
from qa.library import Library
from qa.library.known import Holder, Known
from qa.types import Article

LONGEST_SLUG = 80
SHORT_TITLE = 80
LONGEST_NOTE = 300  # what a note quotes may be of any length


@dataclass(frozen=True)
class Placed:
    """An article under its id, and what it is to the library.

    `other` is the article that a duplicate is a copy of, or the former id of an updated one; `moved` tells that
    the file of an unchanged one has moved, `noted` that it is read with other notes now.
    """

    article: Article
    verdict: Literal["added", "updated", "unchanged", "duplicate"]
    other: str | None = None
    moved: bool = False
    noted: bool = False


class Catalogue:
    """What the library holds and what this run brought, to place the next item; only the latter is kept in memory."""

    def __init__(self, library: Library) -> None:
        self._known = Known.beside(library)
        self._stored: dict[str, Holder] = {}  # those that the item to be placed may be, by id
        self._holders: dict[str, Holder | None] = {}  # of ids that this run met; None of one that it took away
        self._items: dict[str, str] = {}  # id -> where this run met it
        self._ids: dict[str, str | None] = {}  # by origin, where this run changed it
        self._brought: dict[str, str] = {}  # digest of text -> id, for what this run adds or updates
        self._replaced: set[str] = set()  # ids whose stored text this run replaces

    def id_of(self, origin: str) -> str | None:
        """The article that comes from there."""
        return self._ids[origin] if origin in self._ids else self._known.at(origin)

    def place(self, found: Found) -> Placed:
        """The item's article; raises LoadError where it has no text or its id belongs to another."""
        article = compose(found)
        text_sha256, names = _digest(article.text), _names(found, article)
        ids = (found.facts.id,) if found.facts.id else names
        self._stored = {holder.id: holder for holder in self._known.holders(found.origin, text_sha256, ids)}
        known, twin = self._at(found.origin), None
        if not known:
            twin = self._twin(text_sha256)
            known = self._moved(found.facts.id) or self._moved(twin)
        article = replace(article, id=found.facts.id or known or names[bool(self._holder(names[0]))])
        holder, item = self._holder(article.id), self._items.get(article.id)
        if holder and holder.sha256 == article.sha256:
            is_it = known == article.id
            moved, noted = is_it and holder.origin != found.origin, is_it and holder.notes != article.notes
            if item and holder.origin == found.origin:
                return Placed(article, "duplicate", article.id)
            self._meet(article.id, holder, found, moved)
            return Placed(article, "unchanged", moved=moved, noted=noted)
        if holder and holder.origin != found.origin and article.id != known:
            raise LoadError(f"the id {article.id!r} belongs to {holder.origin}; give this article another")
        if holder and item:
            raise LoadError(f"the id {article.id!r} is used twice; the article of {item} is kept")
        if not known and twin:
            return Placed(article, "duplicate", twin)
        self._bring(Holder(article.id, found.origin, article.sha256, text_sha256, article.notes), found.item, known)
        return Placed(article, "updated" if known else "added", known if known != article.id else None)

    def _holder(self, article_id: str) -> Holder | None:
        return self._holders[article_id] if article_id in self._holders else self._stored.get(article_id)

    def _at(self, origin: str) -> str | None:
        """The article that comes from there; the last, if there are several."""
        stored = (holder.id for holder in reversed(self._stored.values()) if holder.origin == origin)
        return self._ids[origin] if origin in self._ids else next(stored, None)

    def _moved(self, article_id: str | None) -> str | None:
        """The article, if the file it came from is no longer there: then this one is the same, at a new place."""
        if not article_id or article_id in self._items:
            return None
        holder = self._holder(article_id)
        return article_id if holder and is_gone(holder.origin) else None

    def _meet(self, article_id: str, holder: Holder, found: Found, moved: bool) -> None:
        if moved:
            self._ids |= {holder.origin: None, found.origin: article_id}
            holder = replace(holder, origin=found.origin)
        self._holders[article_id], self._items[article_id] = holder, found.item

    def _bring(self, holder: Holder, item: str, known: str | None) -> None:
        """Note what the library is going to hold, in place of what it held."""
        if known and (former := self._holder(known)):
            self._holders[known] = self._ids[former.origin] = None
            self._items.pop(known, None)
            self._replaced.add(known)
        self._holders[holder.id], self._items[holder.id] = holder, item
        self._ids[holder.origin] = self._brought[holder.text_sha256] = holder.id

    def _twin(self, text_sha256: str) -> str | None:
        """The article that has exactly this text, if there is one."""
        stored = (holder.id for holder in self._stored.values() if holder.text_sha256 == text_sha256)
        return self._brought.get(text_sha256) or next((one for one in stored if one not in self._replaced), None)


def _names(found: Found, article: Article) -> tuple[str, str]:
    """The id of an article that nothing else names, and the one that it has where that is taken."""
    if found.name is not None:
        name = slug(found.name) or "article"
    else:
        name = f"{slug(found.facts.title or '') or 'article'}-{_digest(article.text)[:8]}"
    return name, f"{name}-{_digest(found.origin)[:6]}"


def compose(found: Found) -> Article:
    """The article as it will be stored, all but its id; raises LoadError where no text is left."""
    text = clean(found.text)
    if not text:
        raise LoadError("has no text")
    facts = found.facts
    article = Article(
        id="",
        title=facts.title or _title(found.name, text),
        text=text,
        source=facts.source,
        author=facts.author,
        published_at=facts.published_at,
        url=facts.url,
        language=facts.language,
        updated_at=facts.updated_at,
        markup=found.markup,
        notes=tuple(dict.fromkeys(shorten(clean_line(note), LONGEST_NOTE, placeholder=" …") for note in found.notes)),
    )
    told: tuple[str | None, ...] = (
        article.title,
        text,
        facts.source,
        facts.author,
        facts.published_at,
        facts.url,
        facts.language,
    )
    if facts.updated_at:  # a later fact: what has none keeps the digest it had
        told += (facts.updated_at,)
    return replace(article, sha256=_digest(json.dumps(told)))


def is_gone(origin: str) -> bool:
    """Whether an article came from a file that is no longer there; what came from elsewhere never is."""
    return (file := file_of(origin)) is not None and not os.path.exists(file)


def file_of(origin: str) -> Path | None:
    """The file that an article came from, if it came from one; several may have come from one file."""
    if not os.path.isabs(origin):
        return None
    path = origin
    while "#" in path and not os.path.exists(path):  # the key within the file may have the mark, too
        path = path.rpartition("#")[0]
    return Path(path)


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, accents dropped, letters of other scripts kept."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not "\u0300" <= c <= "\u036f")
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", plain))[:LONGEST_SLUG].strip("-")


def _title(name: str | None, text: str) -> str:
    """A title for an article that has none: the file's name in words, or the text's first words."""
    if name is None:
        first = text.partition("\n")[0]
        return first if len(first) <= SHORT_TITLE else first[:SHORT_TITLE].rsplit(" ", 1)[0] + "…"
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
