"""Lines about an article: the people that they name, and whether a day is that of publication or of a change."""

import html
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from ingest.load.days import days_in, is_weekday
from ingest.load.metadata import is_author
from ingest.load.pages.headline import letters, one_line

_SEPARATOR = re.compile(r"[;|,&/]|\s(?:and|und|et)\s", re.IGNORECASE)
_BY = frozenset("by par por door av od przez".split())
_BY_AND_OF = frozenset("von di af from".split())  # which stand within names, too
_FEWEST_AFTER_BY = 2  # words, since "Di Caprio" is a name
_AFTER = frozenset("in at for on via from of with to".split())
_MOST_WORDS = 6  # of a name
_MOST_LABELS = 4  # words before a name: "Author:", "View all posts by"
_SHORTEST = 3  # letters of a name that is one word
_CHANGED = re.compile(
    r"updat|modif|edited|chang|revis|aktuali|actuali|atualiz|aggiorn|à jour|bijgewerkt|ppdater|pdater|обновл|更新",
    re.IGNORECASE,
)


def kind_of(label: str | None) -> str:
    """Whether a day with such a label is that of publication or of a change."""
    return "updated" if _CHANGED.search(label or "") else "published"


def sorted_out(days: list[tuple[str, str]]) -> dict[str, str]:
    """The earliest day is that of publication, a later one that of the last change."""
    published = [day for kind, day in days if kind == "published"]
    updated = [day for kind, day in days if kind == "updated"]
    first, last = min(published, default=None), max(updated or published, default=None)
    return ({"published": first} if first else {}) | ({"updated": last} if last and last != first else {})


def names_in(text: str, languages: tuple[str, ...], sites: AbstractSet[str] = frozenset()) -> Iterator[str]:
    """The names of people in a text, without what is said before and after them; none where it is the site or an
    address.
    """
    text = html.unescape(one_line(text))
    found = days_in(text, languages)
    if found:
        text = text[: found[0].start]
    text, words = text.partition("<")[0], text.partition("<")[0].split()
    while words and is_weekday(words[-1], languages) and found:
        words.pop()
    names = [word for word in words if "@" not in word]
    is_cut = len(names) < len(text.split())  # of one word that is left, nobody knows whether it is a name
    if "://" in text or text.startswith("www.") or letters(text) in sites:
        return
    text = " ".join(names)
    label, _, rest = text.partition(":")
    text = rest if rest.strip() and len(label.split()) <= _MOST_LABELS else text
    several = False
    for part in _SEPARATOR.split(text.partition("(")[0]):
        name = bare(part)
        if several and " " not in name and name.isascii():  # a place, or whom they write for
            continue
        if _can_be(name, sites) and not (is_cut and " " not in name):
            several = several or " " in name
            yield name


def bare(part: str) -> str:
    """A name without "by" before it and without "in Tunis" after it."""
    words = part.strip(' -–—|·,."“”').split()
    for i, word in enumerate(words[:_MOST_LABELS]):
        is_by = word.lower() in (_BY if i else _BY | _BY_AND_OF)
        if is_by and (word.islower() or len(words) > i + _FEWEST_AFTER_BY):
            words = words[i + 1 :]
            break
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    end = next((i for i, word in enumerate(words) if i and (word in _AFTER or word in "-–—")), len(words))
    return " ".join(words[:end]).strip(",")


def _can_be(name: str, sites: AbstractSet[str]) -> bool:
    written = letters(name)
    is_short = name.isascii() and " " not in name and len(written) < _SHORTEST
    is_text = not is_short and not any(char.isdigit() for char in name) and len(name.split()) <= _MOST_WORDS
    return bool(written) and is_text and is_author(name) and written not in sites
