"""The lines below a text's title that say who wrote it and when: "By Jane Doe and John Roe | Feb 22, 2026"."""

import re
from collections.abc import Iterator

from ingest.load.bylines import kind_of, names_in, sorted_out
from ingest.load.days import Written, days_in, is_day_first, is_weekday
from ingest.load.parsed import likely_date
from ingest.load.records.names import Names

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")  # in which a month may be named where the text tells no language
_HEAD = 6  # lines with words among which such a line stands
_LONGEST = 160  # characters of one; a longer line is a paragraph
_MOST_BEFORE = 4  # words before a day: "New York, N.Y.,", "Zuletzt aktualisiert am"
_MOST_AFTER = 40  # characters after a day, apart from it by a mark: "| 5 min read"
_MOST_PLACE = 6  # words of where somebody writes from, or for whom
_PARTICLE = 3  # letters of the small words within names, of at most so many: de, von, der, and "el"
_ENDS = (".", "!", "?", "…", ":")
_DAY = "\0"
_BETWEEN = " \t,;|•·–—-/("
_TIME = re.compile(
    r"[\s,|•·–—-]*(?:(?:at|um|à|a las|alle|às|om)\s)?\d{1,2}(?:[:.h]\d\d)?\s*(?:[ap]\.?m\.?|uhr|h)?"
    r"(?:\s\(?[A-Z]{2,5}\)?)?",
    re.IGNORECASE,
)
_ON = frozenset("on am le el il op em den a".split())  # before a day
_BY = re.compile(
    r"(?:(?P<before>.*?)[\s,|•·–—:-]+)??(?P<by>by|von|par|por|di|door|av|af|przez)[:\s]\s*(?P<names>.+)", re.IGNORECASE
)
_WRITTEN = re.compile(
    r"written|reported|posted|publi|pubbl|gepubli|text|words|story|geschrieben|veröffentlich|erschienen|écrit|escrito|scritto",
    re.IGNORECASE,
)  # fmt: skip
_AUTHOR = re.compile(r"(?:text|texte|words|story|aut(?:h?or|eur|rice|ore)\w*)", re.IGNORECASE)
_CHUNK = re.compile(r"\s+[|•·–—-]\s+|\s*[|•·]\s*|\s*\(")
_AND = re.compile(r"[;&/]|\s(?:and|und|et|en|och|og)\s", re.IGNORECASE)
_AND_BETWEEN_NAMES = re.compile(r"\s(?:y|e|i)\s(?=\S+\s+\S)")  # of one, it stands within the name
_FROM = re.compile(r"\s(?:in|at|for|on|via|from|of|with|to|aus|à|en|desde|da)\s", re.IGNORECASE)


def read_byline(text: str, language: str | None = None) -> dict[str, str]:
    """What they say, under the public names: author, published_at, updated_at. The first line may be the title.

    A day whose label leaves open of what it is counts where no other is told.
    """
    languages = tuple(dict.fromkeys(((language,) if language else ()) + LANGUAGES))
    day_first = is_day_first((language,)) if language else None
    author, days, others = "", list[tuple[str, str]](), list[tuple[str, str]]()
    for number, (line, following) in enumerate(_head(text)):
        written = days_in(line, languages, day_first)
        names = _names(line, written, languages) if number or written or ":" in line else ()
        if names and not _goes_on(following):
            author = author or ", ".join(names)
        elif _goes_on(following) or not _is_dated(line, written, languages, is_first=not number):
            continue
        (others if not names and _is_open(line, written) else days).extend(_labelled(line, written))
    said = sorted_out(days or others)
    facts = {"author": author, "published_at": said.get("published"), "updated_at": said.get("updated")}
    return {name: value for name, value in facts.items() if value}


def is_byline(line: str) -> bool:
    """Whether a line by itself says who wrote the text, so that it is no title."""
    return "author" in read_byline(line)


def _head(text: str) -> Iterator[tuple[str, str]]:
    """The first lines with words, without marks of emphasis, each with the line after it."""
    lines = text.strip().splitlines()[: 3 * _HEAD]
    filled = [(n, line.strip().strip("*_").strip()) for n, line in enumerate(lines) if line.strip()]
    for n, line in filled[:_HEAD]:
        if len(line) > _LONGEST:
            return
        yield line, (lines[n + 1].strip() if n + 1 < len(lines) else "")


def _goes_on(following: str) -> bool:
    """Whether the next line goes on with a sentence that was broken to a width."""
    return following[:1].islower()


def _names(line: str, days: list[Written], languages: tuple[str, ...]) -> tuple[str, ...]:
    """The people by whom a line says that the text is; none where it is a sentence that begins so."""
    said, end = _said(line, days)
    if not said or (not _is_end(line[days[-1].end :]) if end < len(line) else line.endswith(_ENDS)):
        return ()
    chunk = _up_to_label(_CHUNK.split(said, maxsplit=1)[0])
    if not _AND.search(chunk) and not _AND_BETWEEN_NAMES.search(chunk):
        chunk = chunk.partition(",")[0]
    if not _is_place(chunk):
        return ()
    parts = [part for piece in _AND.split(chunk) for part in _AND_BETWEEN_NAMES.split(piece)]
    names = [name for part in parts for name in names_in(part, languages)]
    return tuple(names) if names and all(_is_name(name, languages) for name in names) else ()


def _said(line: str, days: list[Written]) -> tuple[str, int]:
    """What a line says behind "by", or behind a label such as "Author:", up to a day, and where that ends."""
    label, colon, _ = line.partition(":")
    if colon and (_AUTHOR.fullmatch(label.strip()) or "author" in Names().facts({label: "x"})):
        start = len(label) + 1
    else:
        outside = line
        for day in days:  # no "by" is looked for within one
            outside = outside[: day.start] + _DAY * (day.end - day.start) + outside[day.end :]
        by = _BY.fullmatch(outside)
        before = (by["before"] or "").replace(_DAY, "").strip(_BETWEEN) if by else ""
        if not by or len(before.split()) > _MOST_BEFORE or (before and not _WRITTEN.match(before)):
            return "", 0
        start = by.start("names")
    end = next((day.start for day in days if day.start >= start), len(line))
    return line[start:end], end


def _up_to_label(said: str) -> str:
    """The names without what only leads to a day: "Jane Doe, published on"."""
    words = said.strip(_BETWEEN).split()
    for n, word in enumerate(words):
        if n > 1 and (_WRITTEN.match(word) or kind_of(word) == "updated"):
            words = words[:n]
            break
    if len(words) > 1 and words[-1] in _ON:
        words = words[:-1]
    return " ".join(words).strip(_BETWEEN)


def _is_place(chunk: str) -> bool:
    """Whether what follows "in" and the like is a name itself, of a place or a paper."""
    place = _FROM.split(chunk, maxsplit=1)[1:]
    words = place[0].split() if place else []
    return len(words) <= _MOST_PLACE and (not words or not words[-1][0].islower())


def _is_name(name: str, languages: tuple[str, ...]) -> bool:
    words = name.split()
    if len(words) < 2 or any(is_weekday(word, languages) and len(word) > _PARTICLE for word in words):
        return False
    return not any(word[0].islower() for word in (words[0], words[-1])) and all(
        not word[0].islower() or len(word) <= _PARTICLE for word in words
    )


def _is_dated(line: str, days: list[Written], languages: tuple[str, ...], *, is_first: bool) -> bool:
    """Whether a line tells the day of the text: nothing else, or a label or a place before it."""
    if not days or line.startswith("#") or not _is_end(line[days[-1].end :]):
        return False
    before = line[: days[0].start].rstrip()
    if not before or is_weekday(before.strip(_BETWEEN), languages):
        return True
    if before.lower() in _ON:
        return not is_first
    if len(before.split()) > 1 and before.split()[-1] in _ON:  # "Lyon, le"
        before = before.rsplit(maxsplit=1)[0]
    if is_first or len(before.split()) > _MOST_BEFORE:
        return False
    label = before.rstrip(_BETWEEN + ":")
    is_apart = before[-1] in ":,|•·–—-" and not before[0].islower()
    return is_apart or _WRITTEN.match(label) is not None or kind_of(label) == "updated"


def _is_open(line: str, days: list[Written]) -> bool:
    """Whether the label before a day leaves open of what it is, as "Closing date:" and "Datum:" alike do."""
    label, colon, _ = line[: days[0].start].rpartition(":") if days else ("", "", "")
    known = {"published_at", "updated_at"} & Names().facts({label.strip(): "x"}).keys()
    return bool(colon) and not (known or _WRITTEN.search(label) or kind_of(label) == "updated")


def _is_end(after: str) -> bool:
    """Whether no sentence goes on after a day: nothing does, a time, or something apart from it."""
    if not after.strip(" .)") or _TIME.fullmatch(after):
        return True
    apart = after.lstrip()
    return apart[0] in "|•·–—-(," and len(apart) <= _MOST_AFTER and not apart.endswith(_ENDS)


def _labelled(line: str, days: list[Written]) -> Iterator[tuple[str, str]]:
    """The days of a line, each with what the words before it make of it."""
    end = 0
    for written in days:
        if day := likely_date(written.day):
            yield kind_of(line[end : written.start]), day
        end = written.end
