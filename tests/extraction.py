"""python -m tests.extraction FOLDER …: what is read from web pages, beside trafilatura with its defaults.

A FOLDER holds pages and what should be read from them, in one of two forms:

article-extraction-benchmark   ground-truth.json, {ID: {"articleBody": TEXT}}, and html/ID.html.gz; facts, where it has
                               them, as "headline", "author" and "datePublished"
readability                    NAME/source.html, NAME/expected.html and NAME/expected-metadata.json with "title",
                               "byline" and "publishedTime", as in its test/test-pages

Texts are compared by their runs of four words, each page weighing the same, as that benchmark does: precision is the
share of what was read that should have been, recall the share of what should have been read. The interval of 95 % is by
bootstrap over pages. A fact is right, wrong or missing; where none is expected, nothing is counted. An author is right
who is named in the byline. What is refused counts as no text.
"""

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import trafilatura

from ingest.clean import clean
from ingest.load.found import iso_date
from ingest.load.pages.html import parse
from ingest.load.raw import Raw
from qa.errors import LoadError
from qa.evaluation.bootstrap import difference, interval
from qa.language.text import words

WORDS = 4
FACTS = ("title", "author", "published")
_SCHEMA_NAMES = dict(zip(("headline", "author", "datePublished"), FACTS, strict=True))
_READABILITY_NAMES = dict(zip(("title", "byline", "publishedTime"), FACTS, strict=True))
Facts = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """A page and what should be read from it."""

    name: str
    data: bytes
    text: str
    facts: Facts


@dataclass
class Tally:
    """What a reader read of all pages: of each the shares of runs of words that are right, too many and missing."""

    pages: list[tuple[float, float, float]] = field(default_factory=list)
    facts: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def precision(self) -> float:
        right, extra, _ = map(sum, zip(*self.pages, strict=True))
        return right / (right + extra) if right else 0.0

    @property
    def recall(self) -> float:
        right, _, missing = map(sum, zip(*self.pages, strict=True))
        return right / (right + missing) if right else 0.0

    @property
    def halves(self) -> list[tuple[float, float]]:
        """Numerator and denominator of F1, by page."""
        return [(2 * right, 2 * right + extra + missing) for right, extra, missing in self.pages]

    @property
    def f1(self) -> float:
        above, below = map(sum, zip(*self.halves, strict=True))
        return above / below if below else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="+", help="pages and what should be read from them")
    for folder in parser.parse_args().folder:
        pages = list(read_pages(folder))
        if not pages:
            parser.error(f"{folder} has neither ground-truth.json nor folders with source.html and expected.html")
        print(f"\n{folder.name}: {len(pages)} pages", *compare(pages), sep="\n")


def read_pages(folder: Path) -> Iterator[Page]:
    truth = folder / "ground-truth.json"
    if truth.exists():
        for name, expected in json.loads(truth.read_text()).items():
            data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
            yield Page(name, data, expected["articleBody"], _named(expected, _SCHEMA_NAMES))
    for source in sorted(folder.glob("*/source.html")):
        expected_page, metadata = source.with_name("expected.html"), source.with_name("expected-metadata.json")
        if expected_page.exists():
            told = json.loads(metadata.read_text()) if metadata.exists() else {}
            text = trafilatura.html2txt(f"<html><body>{expected_page.read_text()}</body></html>", clean=False)
            yield Page(source.parent.name, source.read_bytes(), text, _named(told, _READABILITY_NAMES))


def _named(told: Mapping[str, object], names: Mapping[str, str]) -> Facts:
    return {names[key]: value for key, value in told.items() if key in names and isinstance(value, str) and value}


def ours(page: Page) -> tuple[str, Facts]:
    """The text as it would be stored."""
    try:
        parsed = parse(Raw(page.name, page.name, f"{page.name}.html", page.data))
    except LoadError:
        return "", {}
    given = {
        "title": parsed.given["title"],
        "author": parsed.given["author"],
        "published": parsed.given["published_at"],
    }
    return clean(parsed.text), {name: value for name, value in given.items() if value}


def theirs(page: Page) -> tuple[str, Facts]:
    found = trafilatura.extract_metadata(page.data)
    given = {"title": found.title, "author": found.author, "published": found.date}
    return trafilatura.extract(page.data) or "", {name: value for name, value in given.items() if value}


def tally(pages: Sequence[Page], read: Callable[[Page], tuple[str, Facts]]) -> Tally:
    """What a reader makes of the pages."""
    result = Tally()
    for page in pages:
        start = time.process_time()
        text, facts = read(page)
        result.seconds += time.process_time() - start
        result.pages.append(shares(page.text, text))
        result.facts.update((name, judge(name, value, facts.get(name))) for name, value in page.facts.items())
    return result


def shares(expected: str, read: str) -> tuple[float, float, float]:
    """Of the runs of words in either text, how much is in both, only read, and only expected."""
    wanted, got = _runs(expected), _runs(read)
    counts = ((wanted & got).total(), (got - wanted).total(), (wanted - got).total())
    right, extra, missing = (count / max(sum(counts), 1) for count in counts)
    return right, extra, missing


def _runs(text: str) -> Counter[tuple[str, ...]]:
    found = words(text)
    return Counter(tuple(found[at : at + WORDS]) for at in range(max(len(found) - WORDS + 1, min(len(found), 1))))


def judge(name: str, expected: str, given: str | None) -> str:
    """Whether a fact is right, wrong or missing."""
    if not given:
        return "missing"
    if name == "published":
        is_right = iso_date(expected) == iso_date(given)
    elif name == "author":
        is_right = set(words(given)) <= set(words(expected))
    else:
        is_right = words(given) == words(expected)
    return "right" if is_right else "wrong"


def compare(pages: Sequence[Page]) -> Iterator[str]:
    """The lines of the report."""
    readers = {"article-qa": tally(pages, ours), f"trafilatura {trafilatura.__version__}": tally(pages, theirs)}
    yield f"{'':20} precision  recall  F1 (95 %)            seconds a page"
    for name, found in readers.items():
        low, high = interval(found.halves) or (found.f1, found.f1)
        scores = f"{found.precision:<11.3f}{found.recall:<8.3f}{found.f1:.3f} ({low:.3f} to {high:.3f})"
        yield f"{name:20} {scores}   {found.seconds / len(pages):.3f}"
    now, before = readers.values()
    low, high, p = difference(now.halves, before.halves)
    yield f"difference of F1     {now.f1 - before.f1:+.3f} ({low:+.3f} to {high:+.3f}), p = {p:.2f}"
    for fact in FACTS:
        for name, found in readers.items():
            counts = [found.facts[fact, verdict] for verdict in ("right", "wrong", "missing")]
            if sum(counts):
                yield f"{fact:10} {name:20} {counts[0]} right, {counts[1]} wrong, {counts[2]} missing"


if __name__ == "__main__":
    main()
