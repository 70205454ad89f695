"""JSON Lines: what is kept of a broken file."""

import json
from pathlib import Path

import pytest

from ingest.load import count, load
from ingest.load.found import Failure, Found


def load_lines(path: Path, *lines: str | bytes) -> list[Found | Failure]:
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n")
    return list(load(path))


def test_every_fact_is_read(tmp_path: Path) -> None:
    record = {
        "id": "n-1",
        "title": "Tunnel",
        "source": "Gazette",
        "author": "Bo Lind",
        "published_at": "2023-09-26T17:01:22+00:00",
        "url": "https://gazette.example/tunnel",
        "language": "en",
        "text": "The Orla tunnel is 7 km long.",
        "category": "ignored",
    }
    [found] = load_lines(tmp_path / "a.jsonl", json.dumps(record))
    assert isinstance(found, Found)
    assert found.facts.published_at == "2023-09-26"
    assert (found.facts.id, found.facts.author, found.facts.url) == ("n-1", "Bo Lind", record["url"])
    assert found.text == record["text"]
    assert found.origin == f"{(tmp_path / 'a.jsonl').resolve()}#n-1"


def test_a_broken_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    results = load_lines(
        path,
        '{"id": "j1", "text": "The Orla tunnel is 7 km long."}',
        '{"id": "j2", "text": ',
        "[1,2]",
        '{"id": "j3"}',
        '{"id": "j4", "text": 5}',
        '{"id": "j5", "text": " "}',
        b'{"text": "Caf\xe9"}',
        '{"title": ["a", 1], "text": "x"}',
        "[" * 100_000,
        '{"n": ' + "9" * 5000 + ', "text": "x"}',
        "",
        '{"id": 12, "text": "The last line is kept."}',
    )
    kept = [found for found in results if isinstance(found, Found)]
    assert [found.facts.id for found in kept] == ["j1", None, "12"]
    assert kept[1].notes == ("title is not text; left out",)
    assert kept[2].item == f"{path}:12"
    errors = {f.item.removeprefix(f"{path}:"): f.error for f in results if isinstance(f, Failure)}
    assert errors == {
        "2": "is not valid JSON: Expecting value (column 21)",
        "3": "is not a JSON object",
        "4": 'has no "text"',
        "5": 'has no "text"',
        "6": 'has no "text"',
        "7": "is not UTF-8",
        "9": "is not valid JSON",
        "10": "is not valid JSON",
    }


def test_without_an_id_the_text_tells_where_it_lies(tmp_path: Path) -> None:
    one, two, same = load_lines(tmp_path / "a.jsonl", '{"text": "one"}', '{"text": "two"}', '{"text": "one"}')
    assert isinstance(one, Found)
    assert isinstance(two, Found)
    assert isinstance(same, Found)
    assert one.origin == same.origin != two.origin
    assert one.origin.startswith(f"{(tmp_path / 'a.jsonl').resolve()}#")


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_a_failure(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    assert list(load(path)) == [Failure(str(path), "is empty")]


def test_a_byte_order_mark_and_windows_newlines_do_no_harm(tmp_path: Path) -> None:
    [found] = load_lines(tmp_path / "a.jsonl", b'\xef\xbb\xbf{"text": "one"}\r')
    assert isinstance(found, Found)
    assert found.text == "one"


def test_lines_are_counted_without_the_blank_ones(tmp_path: Path) -> None:
    load_lines(tmp_path / "a.jsonl", "{}", "", "{}")
    assert count(tmp_path / "a.jsonl") == 2
