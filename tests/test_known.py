"""What adding asks of the library, found by its indexes; and that near copies found so are those found among all."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from ingest.copies import MOST_TIES, THRESHOLD, NearCopies, signature
from qa.library import Library, Likeness, stories
from qa.library.bands import BANDS, bands_of
from qa.library.known import Holder, Known
from qa.types import Visit
from tests.conftest import ARTICLES

WORDS = [
    f"{first}{second}" for first in "b d f g k l m n p r s t".split() for second in "a e i o u ar en il os ut".split()
]
STORIES = 400
VERSIONS = 5  # of each story


def keep(library: Library, article_id: str, text: str, likeness: Likeness | None = None, origin: str = "/") -> None:
    article = replace(ARTICLES[2], id=article_id, text=text, sha256=f"digest of {article_id}")
    library.put(article, [], np.zeros((0, 2), np.float32), origin=origin, model="m", likeness=likeness)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(tmp_path / "library.sqlite3")
    yield library
    library.close()


@pytest.fixture
def known(library: Library) -> Known:
    return Known.beside(library)


def versions(draw: random.Random) -> Iterator[str]:
    """A text of 150 words, and others with ever more of them changed: some are near copies, some just not."""
    words = draw.choices(WORDS, k=150)
    for share in np.linspace(0, 0.2, VERSIONS):
        yield " ".join(draw.choice(WORDS) if draw.random() < share else word for word in words)


def test_near_copies_by_bands_are_those_found_by_comparing_all(empty: Library) -> None:
    draw = random.Random(7)
    texts = {f"{story}-{n}": text for story in range(STORIES) for n, text in enumerate(versions(draw))}
    ids, signatures = sorted(texts), {one: signature(text) for one, text in texts.items()}
    with empty._writing() as db:
        for one, data in signatures.items():
            stories.tie(db, one, Likeness(data))
    values = np.array([np.frombuffer(signatures[one], "<u4") for one in ids])
    pairs = 0
    for number, one in enumerate(ids):
        shares = (values == values[number]).mean(axis=1)
        shares[number] = 0
        nearest = np.argsort(-shares, kind="stable")[:MOST_TIES]
        expected = tuple(ids[other] for other in nearest if shares[other] >= THRESHOLD)
        assert NearCopies(empty).place(one, texts[one]).near == expected
        pairs += len(expected)
    assert STORIES * VERSIONS < pairs < STORIES * VERSIONS * (VERSIONS - 1)


def test_a_pair_at_the_threshold_shares_a_band_in_more_than_999_of_1000() -> None:
    numbers, missed = np.random.default_rng(3), 0
    for _ in range(10_000):
        one, other = numbers.integers(2**32, size=(2, 128), dtype=np.uint32)
        same = numbers.permutation(128)[:52]
        other[same] = one[same]
        missed += not set(bands_of(one.tobytes())) & set(bands_of(other.tobytes()))
    assert missed < 10


def test_an_article_has_as_many_bands_as_its_signature_and_none_is_left_of_one_that_goes(library: Library) -> None:
    def stored() -> int:
        with library._reading() as db:
            return int(db.exec_driver_sql("SELECT count(*) FROM bands").scalar_one())

    first, second = np.random.default_rng(0).integers(2**32, size=(2, 128), dtype=np.uint32)
    keep(library, "a", "One.", Likeness(first.tobytes()))
    assert stored() == BANDS
    keep(library, "a", "Two.", Likeness(second.tobytes()))
    assert (stored(), list(Known.beside(library).alike(second.tobytes()))) == (BANDS, ["a"])
    assert Known.beside(library).alike(first.tobytes()) == {}
    keep(library, "a", "Two.", Likeness(b""))
    assert stored() == 0
    keep(library, "a", "Two.", Likeness(first.tobytes()))
    library.remove("a")
    assert stored() == 0


def test_what_waits_to_be_stored_is_compared_and_what_it_replaces_is_not(empty: Library) -> None:
    texts = list(versions(random.Random(1)))
    near = NearCopies(empty)
    empty.tie("stored", near.place("stored", texts[0]))
    near.stored()
    assert near.place("waiting", texts[1]).near == ("stored",)
    assert near.place("third", texts[0]).near == ("stored", "waiting")
    near.place("stored", "Quite another text that tells of nothing that stood there before. " * 9)
    assert near.place("fourth", texts[0]).near == ("third", "waiting")


def test_an_article_is_known_by_its_id_its_origin_and_its_text(library: Library, known: Known) -> None:
    keep(library, "quay", "The quay was built in 1900.", origin="/a/quay.md")
    library.note("quay", ("a note",))
    digest = sha256(b"The quay was built in 1900.").hexdigest()
    quay = Holder("quay", "/a/quay.md", "digest of quay", digest, ("a note",))
    for asked in (("/a/quay.md", "", []), ("", digest, []), ("", "", ["quay", "nobody"])):
        assert known.holders(*asked) == [quay]
    assert (known.holders("/a/quay", "d", ["nobody"]), known.at("/a/quay")) == ([], None)
    keep(library, "copy", "The quay was built in 1900.", origin="/a/quay.md")
    assert known.at("/a/quay.md") == "quay"
    assert [holder.id for holder in known.holders("/", digest, ["mill"])] == ["copy", "mill", "quay"]
    keep(library, "copy", "It was not.")
    assert known.holders("", digest, []) == [quay]


def test_what_lies_below_a_folder_or_in_a_file(library: Library, known: Known) -> None:
    places = {"a": "/x/a.md", "b": "/x/b.jsonl#1", "c": "/x/b.jsonl", "d": "/x.md", "e": "/x/y/%_.md", "f": "/x#1.md"}
    for article_id, origin in places.items():
        keep(library, article_id, article_id, origin=origin)
    assert set(known.below("/x", is_folder=True)) == set("abce")
    assert set(known.below("/x", is_folder=False)) == set("abcef")
    assert known.below("/x/b.jsonl", is_folder=False) == {"b": "/x/b.jsonl#1", "c": "/x/b.jsonl"}
    assert set(places) <= set(known.below("/", is_folder=True))
    assert known.below("/x/y/%", is_folder=True) == {}


def test_what_failed_is_known_by_what_it_came_with(library: Library, known: Known) -> None:
    for item, target in {
        "/x/a:1": "/x/a",
        "/x/a:2": "/x/a",
        "/xb": "/xb",
        "https://a.test/": "https://a.test/",
    }.items():
        library.record_failure(item, target, "is empty")
    assert set(known.failed_of("/x/a")) == {"/x/a:1", "/x/a:2"}
    assert set(known.failed_below("/x")) == {"/x/a:1", "/x/a:2"}
    assert known.failed_below("/xb") == {"/xb": "/xb"}
    assert set(known.failed_below("/")) == {"/x/a:1", "/x/a:2", "/xb"}
    assert known.are_failed(["/xb", "/x", "/x/a:2"]) == {"/xb", "/x/a:2"}


def test_the_entries_of_a_feed_are_told_from_those_of_others(library: Library) -> None:
    for url in ("https://a.test/f", "https://a.test/f#1", "https://a.test/f#\U0010fffd", "https://a.test/f2#1"):
        library.remember(Visit(url), url)
    assert set(library.visited_articles("https://a.test/f")) == {
        "https://a.test/f",
        "https://a.test/f#1",
        "https://a.test/f#\U0010fffd",
    }


def test_feeds_are_asked_anew_when_an_article_goes_and_removed_entries_stay_removed(library: Library) -> None:
    library.remember(Visit("https://a.test/f", "etag", digest="feed:1 https://a.test/f"))
    library.remember(Visit("https://a.test/g", None, "Monday"))
    library.remember(Visit("https://a.test/f#1", digest="abc"), "bridge")
    library.remember(Visit("https://a.test/f#2", digest="xyz"), "ferry")
    library.remove("bridge")
    library.remove("ferry")
    with library._reading() as db:
        left = db.exec_driver_sql("SELECT url, digest FROM visits ORDER BY url").all()
    assert [tuple(row) for row in left] == [
        ("https://a.test/f#1", "removed:abc"),
        ("https://a.test/f#2", "removed:xyz"),
    ]


THIRD_VERSION = """
CREATE TABLE articles (id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT, author TEXT,
    published_at TEXT, url TEXT, language TEXT, sha256 TEXT NOT NULL, origin TEXT NOT NULL, model TEXT NOT NULL,
    revision INTEGER NOT NULL, updated_at TEXT, notes JSON NOT NULL DEFAULT '[]', PRIMARY KEY (id));
CREATE TABLE copies (article_id TEXT NOT NULL, signature BLOB NOT NULL, story TEXT NOT NULL, PRIMARY KEY (article_id));
CREATE TABLE visits (url TEXT NOT NULL, etag TEXT, last_modified TEXT, digest TEXT, article_id TEXT, PRIMARY KEY (url));
CREATE INDEX ix_visits_article_id ON visits (article_id);
PRAGMA user_version = 3;
"""


@pytest.mark.sqlite
def test_a_library_of_the_third_version_gets_its_bands_and_digests(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    texts = list(versions(random.Random(2)))
    old = sqlite3.connect(path)
    old.executescript(THIRD_VERSION)
    for number, text in enumerate(texts[:2]):
        row = (f"a{number}", "Title", text, "digest", f"/{number}.md", "m", number + 1)
        columns = "id, title, text, sha256, origin, model, revision"
        old.execute(f"INSERT INTO articles ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    old.execute("INSERT INTO copies VALUES ('a0', ?, 'a0')", [signature(texts[0])])
    old.commit()
    old.close()
    library = Library.open(path)
    assert list(Known.beside(library).alike(signature(texts[0]))) == ["a0"]
    assert Known.beside(library).unsigned() == ("a1",)
    near = NearCopies.of(library)
    assert Known.beside(library).unsigned() == ()
    assert library.near_copies("a1") == ("a0",)
    assert near.place("new", texts[0]).near == ("a0", "a1")
    with library._reading() as db:
        assert {row[0] for row in db.exec_driver_sql("SELECT text_sha256 = sha256(text) FROM articles")} == {1}
        fresh = Library.open(tmp_path / "fresh.sqlite3")
        with fresh._reading() as other:
            names = "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
            assert db.exec_driver_sql(names).all() == other.exec_driver_sql(names).all()
        fresh.close()
    library.close()
