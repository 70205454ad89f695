"""Text and Markdown files: encodings, front matter, titles."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Failure, Found, iso_date


def read(path: Path, content: str | bytes) -> Found:
    [found] = load_bytes(path, content)
    assert isinstance(found, Found), found
    return found


def refuse(path: Path, content: str | bytes) -> str:
    [failure] = load_bytes(path, content)
    assert isinstance(failure, Failure), failure
    assert failure.item == str(path)
    return failure.error


def load_bytes(path: Path, content: str | bytes) -> list[Found | Failure]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(load(path))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café Riga ouvre à midi.\n", "utf-8"),
        ("Café Riga ouvre à midi.\n", "utf-8-sig"),
        ("Café Riga ouvre à midi.\n", "latin-1"),
        ("naïve\n", "latin-1"),
        ("Die Brücke wurde 1931 eröffnet und ist größer als die alte.\n", "cp1252"),
        ("“Quoted” words — and it’s fine, the officials said.\n", "cp1252"),
        ("Паром перевозит девять тысяч человек в день.\n", "cp1251"),
        ("Zażółć gęślą jaźń, powiedział rzecznik rządu w Warszawie.\n", "cp1250"),
        ("今日は天気がいいですね。東京の新聞が報じた。\n", "shift_jis"),
        ("Café Riga ouvre à midi.\n", "utf-16"),
        ("Café Riga ouvre à midi.\n", "utf-32"),
    ],
)
def test_any_encoding_comes_out_right(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(tmp_path / "a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize("content", [b"", b"  \n\t\n"])
def test_an_empty_file_is_a_failure(tmp_path: Path, content: bytes) -> None:
    assert refuse(tmp_path / "a.txt", content) == "is empty"


def test_binary_noise_is_a_failure(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 16
    assert "binary" in refuse(tmp_path / "a.txt", noise)
    assert "binary" in refuse(tmp_path / "b.md", b"\0text\0 of \0 zeros\0 in\0 all\0 places")


def test_front_matter_holds_the_facts(tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.md",
        "---\nid: bridge-1\ntitle: Bridge\nsource: Test Gazette\nauthor: [Ada Thorne, Bo Lind]\n"
        "published_at: 2025-03-01\nurl: https://gazette.example/bridge\nlanguage: en\nmood: sunny\n---\nIt opened.\n",
    )
    facts = found.facts
    assert (facts.id, facts.title, facts.source) == ("bridge-1", "Bridge", "Test Gazette")
    assert (facts.author, facts.published_at) == ("Ada Thorne, Bo Lind", "2025-03-01")
    assert (facts.url, facts.language) == ("https://gazette.example/bridge", "en")
    assert found.text.strip() == "It opened."
    assert found.notes == ()


def test_text_files_have_front_matter_too(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", "---\r\nsource: Gazette\r\n---\r\nIt opened.\r\n")
    assert found.facts.source == "Gazette"
    assert found.text.strip() == "It opened."


def test_facts_are_taken_as_written(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\ntitle: No\nsource: 1843\nauthor:\nlanguage: null\n---\nText.\n")
    assert (found.facts.title, found.facts.source) == ("No", "1843")
    assert (found.facts.author, found.facts.language) == (None, None)


def test_broken_front_matter_is_a_failure_that_names_the_line(tmp_path: Path) -> None:
    error = refuse(tmp_path / "a.md", "---\ntitle: [unclosed\n---\nBody.\n")
    assert error.startswith("the front matter is not valid YAML: line 2: ")
    assert "\n" not in error
    assert "line 3" in refuse(tmp_path / "b.md", "---\ntitle: a\nsource: b: c\nprose\n---\nBody.\n")


def test_front_matter_nested_without_end_is_a_failure(tmp_path: Path) -> None:
    assert "not valid YAML" in refuse(tmp_path / "a.md", "---\ntitle: " + "[" * 100_000 + "\n---\nBody.\n")


def test_a_fact_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\ntitle: {a: b}\nsource: Gazette\n---\nBody.\n")
    assert (found.facts.title, found.facts.source, found.notes) == (None, "Gazette", ("title is not text; left out",))
    assert "id is longer" in refuse(tmp_path / "b.md", f"---\nid: {'x' * 201}\n---\nBody.\n")


@pytest.mark.parametrize("text", ["---\nOnly a rule above.\n", "---\nProse between rules.\n---\nMore prose.\n"])
def test_a_rule_is_not_front_matter(tmp_path: Path, text: str) -> None:
    found = read(tmp_path / "a.md", text)
    assert found.text == text


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2025-03-01", "2025-03-01"),
        ("2025-03-01T23:30:00+02:00", "2025-03-01"),
        ("2025-03-01 10:00:00 UTC", "2025-03-01"),
        ("Sat, 01 Mar 2025 10:00:00 GMT", "2025-03-01"),
        ("1 March 2025", "2025-03-01"),
        ("Mar 1, 2025", "2025-03-01"),
        ("2025/03/01", "2025-03-01"),
        ("2025-13-45", None),
        ("03/04/2025", None),
        ("last spring", None),
        ("2025", None),
        ("99999999999999999999 Mar 2025 10:00", None),
    ],
)
def test_dates_become_days(tmp_path: Path, given: str, day: str | None) -> None:
    assert iso_date(given) == day
    found = read(tmp_path / "a.md", f"---\npublished_at: {given}\n---\nText.\n")
    assert found.facts.published_at == day
    assert bool(found.notes) == (day is None)


def test_an_address_that_could_harm_a_reader_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\nurl: javascript:alert(1)\n---\nText.\n")
    assert found.facts.url is None
    assert "javascript" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Lead.\n\n## The *first* heading ##\n\n# Later\n", "The *first* heading"),
        ("a.md", "The bridge\n==========\n\nIt opened.\n", "The bridge"),
        ("a.md", "---\ntitle: Fact\n---\n# Heading\n\nText.\n", "Fact"),
        ("a.md", "#hashtag is no heading\nText.\n", "#hashtag is no heading"),
        ("a.txt", "The bridge opens\nIt opened on Monday.\n", "The bridge opens"),
        ("a.txt", "\n\nThe bridge opens\n\nIt opened on Monday.\n", "The bridge opens"),
        ("a.txt", "A sentence is no title.\nMore text.\n", None),
        ("a.txt", "A single line is the text\n", None),
        ("a.txt", "word " * 50 + "\nMore text.\n", None),
    ],
)
def test_titles_are_found_in_the_text(tmp_path: Path, name: str, text: str, title: str | None) -> None:
    assert read(tmp_path / name, text).facts.title == title


def test_where_it_lies_and_what_it_is_called(tmp_path: Path) -> None:
    found = read(tmp_path / "some-name.txt", "Text.")
    assert (found.origin, found.name) == (str(tmp_path.resolve() / "some-name.txt"), "some-name")
