"""Heads of static sites and note books, and what their Markdown holds beside the text."""

from pathlib import Path

import pytest

from tests.test_load_text import read, refuse

BODY = "The quay was repaired in 1931.\n"


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: Quay\ndate: 2024-03-05T23:30:00-08:00\nauthors: [Ada Thorne, Bo Lind]\nlang: en\n---\n",
        '+++\ntitle = "Quay"\ndate = 2024-03-05T07:30:00Z\nauthors = ["Ada Thorne", "Bo Lind"]\nlang = "en"\n+++\n',
        '+++\ntitle = "Quay"\ndate = 2024-03-05\nlang = "en"\n[extra]\nauthor = "Ada Thorne, Bo Lind"\n+++\n',
        '{\n"title": "Quay", "date": "2024-03-05", "lang": "en",\n"author": [{"name": "Ada Thorne"}, "Bo Lind"]\n}\n\n',
        '---json\n{"title": "Quay", "date": "2024-03-05", "authors": ["Ada Thorne", "Bo Lind"], "lang": "en"}\n---\n',
        "---\ntitle: Quay\npublished: 2024-03-05\ncreated: 2024-06-01\nlang: en\n"
        'author:\n  - "[[Ada Thorne]]"\n  - "[[People/Bo|Bo Lind]]"\n---\n',
    ],
)
def test_heads_of_every_kind(tmp_path: Path, head: str) -> None:
    found = read(tmp_path / "a.md", head + BODY)
    facts = found.facts
    assert (facts.title, facts.published_at, facts.author, facts.language) == (
        "Quay", "2024-03-05", "Ada Thorne, Bo Lind", "en",
    )  # fmt: skip
    assert (found.text.strip(), found.notes) == (BODY.strip(), ())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("title: Quay: repairs begin", "Quay: repairs begin"),
        ("title: [Update] Quay opens", "[Update] Quay opens"),
        ("title: 'Ada's quay'", "Ada's quay"),
        ('title: "Quay" opens', '"Quay" opens'),
        ("title: @quay opens", "@quay opens"),
        ("title: 50% of it: done", "50% of it: done"),
    ],
)
def test_a_title_that_is_no_yaml_is_read_all_the_same(tmp_path: Path, line: str, title: str) -> None:
    found = read(tmp_path / "a.md", f"---\n{line}\ndate: 2024-03-05\ntags:\n  - quay\n---\n{BODY}")
    assert (found.facts.title, found.facts.published_at) == (title, "2024-03-05")
    assert [note.endswith("it was read line by line") for note in found.notes] == [True]


@pytest.mark.parametrize(
    ("head", "error"),
    [
        ("+++\ntitle = Quay\n+++\n", "the front matter is not valid TOML"),
        ('{\n"title": Quay\n}\n', "the front matter is not valid JSON"),
        ("{\n" + '"a": {' * 100_000, "the front matter is not valid JSON"),
    ],
)
def test_a_head_that_cannot_be_read_says_why(tmp_path: Path, head: str, error: str) -> None:
    said = refuse(tmp_path / "a.md", head + BODY)
    assert said.startswith(error)
    assert "\n" not in said


@pytest.mark.parametrize("text", ["+++\nA rule.\n", "{: .lead}\nText.\n", "{{< figure >}}\n", "{a, b} is a set.\n"])
def test_what_only_looks_like_a_head(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "a.md", text + BODY).text.endswith(BODY)


def test_the_day_of_the_file_name(tmp_path: Path) -> None:
    found = read(tmp_path / "2024-03-05-quay.md", BODY)
    assert (found.facts.published_at, found.notes) == ("2024-03-05", ("the date is from the file name",))
    assert (
        read(tmp_path / "2024-03-05-quay.md", f"---\ndate: 2023-01-01\n---\n{BODY}").facts.published_at == "2023-01-01"
    )
    for name in ("2024-13-05-quay.md", "2024-03-051.md", "quay-2024-03-05.md"):
        assert read(tmp_path / name, BODY).facts.published_at is None


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ('{% include toc.html %}\n{{< figure src="quay.jpg" title="The quay" >}}\nText.\n', "Text.\n"),
        ("{{% notice %}}\nMind the gap.\n{{% /notice %}}\n", "Mind the gap.\n"),
        ("{{< figure\n  src='a.jpg'\n>}}\nText {{< ref >}}here.\n", "Text here.\n"),
        ("See [[Quay|the quay]] and [[Ferry]].\n![[map.png]]\n", "See the quay and Ferry.\n\n"),
        ("```\n{% raw %} [[ -f x ]] [[a]]\n```\nText.\n", "```\n{% raw %} [[ -f x ]] [[a]]\n```\nText.\n"),
        ("It opened.[[1]](https://a.example) [[1,2],[3]]\n", "It opened.[[1]](https://a.example) [[1,2],[3]]\n"),
    ],
)
def test_what_markdown_holds_beside_the_text(tmp_path: Path, markdown: str, text: str) -> None:
    assert read(tmp_path / "a.md", markdown).text == text
