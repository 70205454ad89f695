"""CSV: whatever programs write, and what is kept of a broken file."""

from pathlib import Path

import pytest

from ingest.load import count, load, load_bytes, raw
from ingest.load.found import Failure, Found
from ingest.load.records import csv_file


def read(content: str | bytes, name: str = "a.csv") -> list[Found | Failure]:
    return list(load_bytes(content.encode() if isinstance(content, str) else content, name, name, name))


def texts(results: list[Found | Failure]) -> list[str]:
    return [found.text if isinstance(found, Found) else f"! {found.item} {found.error}" for found in results]


def test_every_fact_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "ID,Title,source,author,published_at,updated_at,url,language,text,mood\n"
        "d1,Hoover Dam,Dam Desk,Water Desk,2020-01-02,3 January 2020,https://dams.example/1,en,It is high.,sunny\n"
    )
    [found] = load(path)
    assert isinstance(found, Found)
    facts = found.facts
    assert (facts.id, facts.title, facts.source, facts.author) == ("d1", "Hoover Dam", "Dam Desk", "Water Desk")
    assert (facts.published_at, facts.updated_at) == ("2020-01-02", "2020-01-03")
    assert (facts.url, facts.language, found.text) == ("https://dams.example/1", "en", "It is high.")
    assert (found.item, found.origin) == (f"{path}:2", f"{path.resolve()}#d1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects_and_encodings(delimiter: str, encoding: str, end: str) -> None:
    rows = [["title", "text"], ["Café", '"One, two; three|four\tfive, said the „größte“ of them"'], ["Last", "Over."]]
    content = end.join(delimiter.join(row) for row in rows)
    assert texts(read(content.encode(encoding))) == ["One, two; three|four\tfive, said the „größte“ of them", "Over."]


def test_a_broken_row_costs_only_itself() -> None:
    results = read(
        "title,text\n"
        "Good,One.\n"
        "\n"
        'Open,"never closed\n'
        "Good,Two.\n"
        'Junk,"closed" and more\n'
        "Commas,One, two, three.\n"
        "Short\n"
        'Good,"Three,\nin two lines."\n'
        "Trailing,Four.,,\n"
    )
    assert texts(results) == [
        "One.",
        "! a.csv:4 is not a valid row: ',' expected after '\"'",
        "Two.",
        "! a.csv:6 is not a valid row: ',' expected after '\"'",
        "! a.csv:7 has 4 cells for 2 columns; put quotes around text with the delimiter",
        '! a.csv:8 has no "text"',
        "Three,\nin two lines.",
        "Four.",
    ]


def test_rows_are_counted_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text\n"One,\nin two lines."\n\nTwo.\n')
    assert count(path) == 2


def test_a_text_may_be_long_but_not_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(texts(read("text\n" + "word " * 100_000 + "\n"))[0]) == 499_999
    monkeypatch.setattr("ingest.load.records.lines.LARGEST", 100)
    results = texts(read("text\n" + "word " * 100 + "\nShort.\n"))
    assert results == ["! a.csv:2 is larger than 50 MB, the most one article may have; split it", "Short."]
    assert csv_file.LARGEST == raw.LARGEST == 50_000_000


def test_what_names_no_columns_is_text_unless_it_is_called_csv() -> None:
    [found] = read("A title, some text\nIt goes on.\n", "a.txt")
    assert isinstance(found, Found)
    assert texts(read("id,text\n1,One.\n", "a.txt")) == ["One."]
    [failure] = read("id,remark\n1,One.\n")
    assert isinstance(failure, Failure)
    assert failure.error.startswith('has no "text" column; its columns are “id”, “remark”; name the one')
    assert failure.error.endswith("--map text=COLUMN")


def test_bytes_that_are_no_text_cost_their_row() -> None:
    head = "text\n" + "A line of plain text, née other.\n" * 4000
    assert texts(read(head.encode() + b"Caf\xe9\nLast.\n"))[-2:] == [
        "! a.csv:4002 is not in the encoding of the rows above",
        "Last.",
    ]
