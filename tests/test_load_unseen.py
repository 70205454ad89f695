"""Files of the same kinds, written after the readers were done."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Found

CASES = [
    ("a.txt", "Le maire a fêté Noël à l’hôtel de ville.", "latin9"),
    ("b.txt", "Wałbrzych: pociąg nie odjechał, bo śnieg zasypał tory.", "iso8859-2"),
    ("c.txt", "Tím đội đã thắng.", "utf-16-le"),
    ("d.txt", "Señor Peña paid £12 for the piñata.", "latin-1"),
    ("e.txt", "Smørrebrød koster 95 kr. på færgen, siger kaptajnen.", "cp1252"),
    ("f.txt", "Міст відкрили навесні.", "cp1251"),
]


@pytest.mark.parametrize(("name", "text", "encoding"), CASES)
def test_encodings(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    text = text.replace("’", "'") if encoding == "latin9" else text
    (tmp_path / name).write_bytes(text.encode(encoding))
    [found] = load(tmp_path / name)
    assert isinstance(found, Found)
    assert found.text == text


HEADS = [
    ("---\ntitle: Ferry – is it late?\npubDate: 2023-11-02\ncanonical: https://quay.example/f\nupdated: 2023-12-01\n---\n", "a.md"),  # noqa: E501
    ('+++\ntitle = "Ferry – is it late?"\ndate = "2023-11-02"\nupdated = 2023-12-01\n[params]\nlink = "https://quay.example/f"\n+++\n', "a.md"),  # noqa: E501
    ("---\ntitle: Ferry – is it late?\nlast_modified: 2023-12-01\nsource: https://quay.example/f\naliases: []\n---\n", "2023-11-02 ferry.md"),  # noqa: E501
    ("---\ntitle: 'Ferry – is it late?'\nsubtitle: Quay: a story\ndate: 2023-11-02\nmodified: 2023-12-01\nurl: https://quay.example/f\n---\n", "a.txt"),  # noqa: E501
]  # fmt: skip


@pytest.mark.parametrize(("head", "name"), HEADS)
def test_heads(tmp_path: Path, head: str, name: str) -> None:
    (tmp_path / name).write_text(head + "It was late.\n")
    [found] = load(tmp_path / name)
    assert isinstance(found, Found)
    facts = found.facts
    assert (facts.title, facts.published_at, facts.updated_at, facts.url) == (
        "Ferry – is it late?", "2023-11-02", "2023-12-01", "https://quay.example/f",
    )  # fmt: skip


TABLES = [
    ("a.csv", "Unnamed: 0|Article|HEADLINE|Site|Permalink\n0|It was late.|Ferry|Quay News|https://quay.example/f\n"),
    ("a.tsv", "story\tname\toutlet\thref\nIt was late.\tFerry\tQuay News\thttps://quay.example/f\n"),
    ("a.jsonl", '{"articleBody": "It was late.", "headline": "Ferry", "publisher": {"name": "Quay News"}, "url": "https://quay.example/f"}\n'),
    ("a.json", '{"data": {"count": 1, "items": [{"body": ["It was late."], "title": "Ferry", "siteName": "Quay News", "link": "https://quay.example/f"}]}}'),  # noqa: E501
    ("none", '[\n {"content": "It was late.", "title": "Ferry", "source": {"id": null, "name": "Quay News"}, "url": "https://quay.example/f"}\n]'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), TABLES)
def test_tables(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    [found] = load(tmp_path / name)
    assert isinstance(found, Found)
    facts = found.facts
    assert (found.text, facts.title, facts.source, facts.url) == (
        "It was late.", "Ferry", "Quay News", "https://quay.example/f",
    )  # fmt: skip
