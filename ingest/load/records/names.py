"""What files call the facts of an article: front matter, CSV, JSON and JSON Lines alike."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from ingest.clean import clean_line
from ingest.load.found import Facts, is_web_address
from qa.errors import LoadError

PUBLIC = ("text", *Facts.__dataclass_fields__)
# Other names of the same, the likelier first, written as `_key` writes them.
_OTHER_NAMES = {
    "text": "content body article fulltext articletext articlebody articlecontent bodytext textcontent maintext"
    " plaintext story",
    "title": "headline name heading articletitle",
    "source": "publisher site outlet sitename sourcename publication publishername newspaper website",
    "author": "authors byline by authorname authornames creator writer",
    "published_at": "published date publisheddate pubdate publishdate publicationdate datepublished publishedon"
    " publishedtime publicationtime postdate posted postedat created createdat datecreated creationdate",
    "updated_at": "updated lastmod modified lastmodified lastupdated modifiedat datemodified dateupdated modifieddate"
    " updateddate",
    "url": "link href canonical canonicalurl permalink articleurl weburl sourceurl uri",
    "language": "lang languagecode inlanguage locale",
}
_MEANT = {
    other: (name, rank)
    for name in PUBLIC
    for rank, other in enumerate([name.replace("_", ""), *_OTHER_NAMES.get(name, "").split()])
}
_LONGEST_NAME = 60
_NAMES_OF_A_PERSON = frozenset(("name", "fullname", "displayname"))
_INDEX = ("", "index", "unnamed")  # columns of row numbers, as pandas writes them
_MOST_TOLD = 40

Asked = Mapping[str, str]  # public name -> the column that the user names for it


def parse_asked(pairs: list[str]) -> dict[str, str]:
    """`text=body,title=head` as a mapping; raises LoadError with what is wrong."""
    asked: dict[str, str] = {}
    for pair in ",".join(pairs).split(","):
        name, mark, column = (part.strip() for part in pair.partition("="))
        if not mark or not name or not column:
            raise LoadError(f"{pair!r} is not NAME=COLUMN, as in text=body")
        if name not in PUBLIC:
            raise LoadError(f"{name!r} is not a name of a fact; known are {', '.join(PUBLIC)}")
        if name in asked:
            raise LoadError(f"{name!r} is named twice")
        asked[name] = column
    return asked


class Names:
    """How the records of one file are read. What is taken under another name, and what is not, is told once."""

    def __init__(self, asked: Asked | None = None) -> None:
        self._asked = tuple((asked or {}).items())
        self._keys: tuple[str, ...] = ()  # of the record before
        self._told: set[str] = set()

    def read(self, record: Mapping[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
        """The record under the public names, and a note on columns that were not yet told of."""
        keys = tuple(record)
        notes = () if keys == self._keys else self._tell(keys)
        self._keys = keys
        return self.facts(record), notes

    def facts(self, record: Mapping[str, object]) -> dict[str, object]:
        """The record under the public names."""
        given: dict[str, object] = {}
        for name, keys in columns(tuple(record), self._asked).items():
            for key in keys:
                value = _plain(name, record[key])
                if value is None or (name in given and not is_web_address(str(value))):
                    continue
                given[name] = value
                if name != "url" or is_web_address(str(value)):
                    break
        source = given.get("source")
        if "url" not in given and isinstance(source, str) and is_web_address(source):
            given["url"] = given.pop("source")
        return given

    def _tell(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        if len(self._told) > _MOST_TOLD:
            return ()
        known = columns(keys, self._asked)
        renamed = [(name, found) for name, found in known.items() if _key(found[0]) != _key(name)]
        renamed = [(name, found) for name, found in renamed if not self._told.issuperset(found)]
        used = self._told.union(*known.values())
        unused = [key for key in keys if key not in used and not _is_index(key)]
        self._told.update(unused, *(found for _, found in renamed))
        parts = [f"{name} from column {', else '.join(map(quoted, found))}" for name, found in renamed]
        told = [", ".join(parts)] if parts else []
        told += [f"not used: {listed(unused)}"] if unused else []
        return ("; ".join(told),) if told else ()


@lru_cache(maxsize=256)
def columns(keys: tuple[str, ...], asked: tuple[tuple[str, str], ...] = ()) -> dict[str, list[str]]:
    """For each public name the columns that may hold it: the one asked for, else by its names, in their order."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    for key in keys:
        if len(key) <= _LONGEST_NAME and (meant := _MEANT.get(_key(key))):
            name, rank = meant
            ranked.setdefault(name, []).append((-1 if key == name else rank, key))
    named = {}
    for name, column in asked:
        named[name] = [key for key in keys if key == column] or [key for key in keys if _key(key) == _key(column)]
    spoken_for = {key for found in named.values() for key in found}
    for name, found in ranked.items():
        if name not in named:
            named[name] = [key for _, key in sorted(found) if key not in spoken_for]
    return {name: named[name] for name in PUBLIC if named.get(name)}


def missing(keys: list[str], asked: Asked) -> str | None:
    """Why the columns asked for cannot be taken, where one is not there."""
    there = columns(tuple(keys), tuple(asked.items()))
    absent = [column for name, column in asked.items() if name not in there]
    return f"has no column {quoted(absent[0])}; its columns are {listed(keys)}" if absent else None


def quoted(name: str) -> str:
    name = clean_line(name)
    return f"“{name[:_LONGEST_NAME]}{'…' if len(name) > _LONGEST_NAME else ''}”"


def listed(names: list[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(map(quoted, names[:20])) + more


def _key(name: str) -> str:
    """Lower case, letters and digits alone: “Pub-Date” and “pubDate” are the same."""
    return "".join(filter(str.isalnum, name.casefold()))


def _is_index(name: str) -> bool:
    return _key(name).rstrip("0123456789") in _INDEX


def _plain(name: str, value: object) -> object:
    """A person or a publisher by its name, paragraphs as a text; None for what is blank."""
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if isinstance(value, list):
        parts = [part for each in value if (part := _plain(name, each)) is not None]
        if name == "text" and parts and all(isinstance(part, str) for part in parts):
            return "\n\n".join(map(str, parts))
        return parts or None
    if isinstance(value, Mapping):
        return next(_names_in(value), value)
    return value


def _names_in(person: Mapping[str, object]) -> Iterator[str]:
    for key, value in person.items():
        if _key(str(key)) in _NAMES_OF_A_PERSON and isinstance(value, str) and value.strip():
            yield value
