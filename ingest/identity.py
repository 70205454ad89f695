"""Which article an item is: its id, and whether it is new, changed, known or a copy of another."""

import hashlib
import json
import os
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import shorten
from typing import Literal

from ingest.clean import clean, clean_line
from ingest.load.found import Found
from qa.errors import LoadError
from qa.library import Library
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


@dataclass(frozen=True)
class _Holder:
    """Who has an id: where its article comes from, and where this run met it, if it did."""

    origin: str
    sha256: str
    characters: int
    notes: tuple[str, ...]
    item: str | None = None


class Catalogue:
    """What the library holds and what this run brought, to place the next item."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._holders: dict[str, _Holder] = {}
        self._ids: dict[str, str] = {}  # by origin
        self._stored: defaultdict[int, set[str]] = defaultdict(set)  # ids by length of text, to find copies
        self._brought: dict[str, str] = {}  # digest of text -> id, for what this run adds or updates
        for info in library.articles():
            self._holders[info.id] = _Holder(info.origin, info.sha256, info.characters, info.notes)
            self._ids[info.origin] = info.id
            self._stored[info.characters].add(info.id)

    def id_of(self, origin: str) -> str | None:
        """The article that comes from there."""
        return self._ids.get(origin)

    def place(self, found: Found) -> Placed:
        """The item's article; raises LoadError where it has no text or its id belongs to another."""
        article = compose(found)
        known, twin = self._ids.get(found.origin), None
        if not known:
            twin = self._twin(article.text)
            known = self._moved(found.facts.id) or self._moved(twin)
        article = replace(article, id=found.facts.id or known or self._free_id(found, article))
        holder = self._holders.get(article.id)
        if holder and holder.sha256 == article.sha256:
            is_it = known == article.id
            moved, noted = is_it and holder.origin != found.origin, is_it and holder.notes != article.notes
            if holder.item and holder.origin == found.origin:
                return Placed(article, "duplicate", article.id)
            self._meet(article.id, holder, found, moved)
            return Placed(article, "unchanged", moved=moved, noted=noted)
        if holder and holder.origin != found.origin and article.id != known:
            raise LoadError(f"the id {article.id!r} belongs to {holder.origin}; give this article another")
        if holder and holder.item:
            raise LoadError(f"the id {article.id!r} is used twice; the article of {holder.item} is kept")
        if not known and twin:
            return Placed(article, "duplicate", twin)
        self._bring(found, article, known)
        return Placed(article, "updated" if known else "added", known if known != article.id else None)

    def _moved(self, article_id: str | None) -> str | None:
        """The article, if the file it came from is no longer there: then this one is the same, at a new place."""
        holder = self._holders.get(article_id or "")
        return article_id if holder and not holder.item and is_gone(holder.origin) else None

    def _meet(self, article_id: str, holder: _Holder, found: Found, moved: bool) -> None:
        if moved:
            self._ids.pop(holder.origin, None)
            self._ids[found.origin] = article_id
            holder = replace(holder, origin=found.origin)
        self._holders[article_id] = replace(holder, item=found.item)

    def _bring(self, found: Found, article: Article, known: str | None) -> None:
        """Note what the library is going to hold of this origin, in place of what it held."""
        if known:
            former = self._holders.pop(known)
            self._stored[former.characters].discard(known)
            self._ids.pop(former.origin, None)
        self._holders[article.id] = _Holder(found.origin, article.sha256, len(article.text), article.notes, found.item)
        self._ids[found.origin] = article.id
        self._brought[_digest(article.text)] = article.id

    def _twin(self, text: str) -> str | None:
        """The article that has exactly this text, if there is one."""
        if brought := self._brought.get(_digest(text)):
            return brought
        alike = sorted(self._stored[len(text)])
        return next((stored for stored in alike if self._library.article(stored).text == text), None)

    def _free_id(self, found: Found, article: Article) -> str:
        if found.name is not None:
            name = slug(found.name) or "article"
        else:
            name = f"{slug(found.facts.title or '') or 'article'}-{_digest(article.text)[:8]}"
        return f"{name}-{_digest(found.origin)[:6]}" if name in self._holders else name


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
