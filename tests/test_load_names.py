"""What files call the facts of an article: columns of CSV, names of JSON, and what the user names for them."""

import json
from pathlib import Path

import pytest

from ingest.load import check_columns, load
from ingest.load.found import Failure, Found
from ingest.load.records.names import parse_asked
from qa.errors import LoadError

ROW = "The ferry carries 9,300 people."


def read(path: Path, content: str | bytes, **columns: str) -> list[Found | Failure]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(load(path, columns))


def one(path: Path, content: str | bytes, **columns: str) -> Found:
    [found] = read(path, content, **columns)
    assert isinstance(found, Found), found
    return found


@pytest.mark.parametrize(
    ("header", "fact"),
    [
        ("Headline,Body", "title"),
        ("name,full_text", "title"),
        ("byline,content", "author"),
        ("Authors,Article", "author"),
        ("Outlet,fullText", "source"),
        ("publisher,article_text", "source"),
        ("lang,text", "language"),
    ],
)
def test_the_usual_names_are_known(tmp_path: Path, header: str, fact: str) -> None:
    found = one(tmp_path / "a.csv", f'{header}\nOne,"{ROW}"\n')
    assert (found.text, getattr(found.facts, fact)) == (ROW, "One")


@pytest.mark.parametrize(
    "name", ["date", "Published", "pub_date", "pubDate", "publishedAt", "Created", "Publication Date"]
)
def test_days_have_many_names(tmp_path: Path, name: str) -> None:
    assert one(tmp_path / "a.csv", f'{name};content\n2024-03-05;"{ROW}"\n').facts.published_at == "2024-03-05"


def test_the_public_name_goes_first_and_others_stand_in_where_it_is_blank(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.csv", "body,text\nAside.,Main.\nAlone.,\n")
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert (first.text, second.text) == ("Main.", "Alone.")


def test_what_was_taken_is_told_once(tmp_path: Path) -> None:
    first, second = read(tmp_path / "a.csv", ",content,Date,score\n0,One.,2024-03-05,7\n1,Two.,2024-03-06,8\n")
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.told == ("text from column “content”, published_at from column “Date”; not used: “score”",)
    assert (first.notes, second.told, second.facts.published_at) == ((), (), "2024-03-06")


def test_an_object_as_author_is_read_by_its_name(tmp_path: Path) -> None:
    people = [{"name": "Ada Thorne", "mail": "x"}, "Bo Lind"]
    lines = [{"text": "One.", "author": people}, {"text": "Two.", "author": {"id": 7}}]
    first, second = read(tmp_path / "a.jsonl", "\n".join(map(json.dumps, lines)))
    assert isinstance(first, Found)
    assert isinstance(second, Found)
    assert first.facts.author == "Ada Thorne, Bo Lind"
    assert (second.facts.author, second.notes) == (None, ("author is not text; left out",))


def test_a_source_that_is_an_address_is_the_address(tmp_path: Path) -> None:
    facts = one(tmp_path / "a.csv", f'source,text\nhttps://quay.example/1,"{ROW}"\n').facts
    assert (facts.source, facts.url) == (None, "https://quay.example/1")


@pytest.mark.parametrize(
    "data",
    [
        {"headline": "Quay", "content": ROW},
        [{"headline": "Quay", "content": ROW}],
        {"status": "ok", "total": 1, "articles": [{"headline": "Quay", "content": ROW}]},
        {"response": {"tags": [1, 2], "results": [{"headline": "Quay", "content": ROW}]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_read(tmp_path: Path, data: object, indent: int | None) -> None:
    found = one(tmp_path / "a.json", json.dumps(data, indent=indent))
    assert (found.text, found.facts.title) == (ROW, "Quay")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('{"text": "One."', "is not valid JSON: Expecting ',' delimiter (line 1, column 16)"),
        ("[" * 100_000, "is not read: its JSON is nested too deeply"),
        (
            '{"a": [{"text": "x"}], "b": [{"text": "y"}]}',
            "holds several lists of articles; save each as a file of its own",
        ),
        ("[]", "holds no article"),
        ('{"remark": "x"}', "holds no article"),
        ("3", "holds no article"),
    ],
)
def test_json_that_is_no_article_says_why_in_one_line(tmp_path: Path, content: str, error: str) -> None:
    [failure] = read(tmp_path / "a.json", content)
    assert isinstance(failure, Failure)
    assert failure.error.startswith(error)
    assert "\n" not in failure.error


def test_one_broken_article_of_a_list_costs_only_itself(tmp_path: Path) -> None:
    results = read(tmp_path / "a.json", json.dumps([{"text": "One."}, 7, {"title": "x"}, {"text": "Four."}]))
    assert [r.text if isinstance(r, Found) else f"{r.item[-2:]} {r.error}" for r in results] == [
        "One.",
        ":2 is not a JSON object",
        ':3 has no "text"',
        "Four.",
    ]


def test_the_user_may_name_columns(tmp_path: Path) -> None:
    content = f'first_seen,remark,text\n2024-03-05,"{ROW}",ignored\n'
    found = one(tmp_path / "a.csv", content, text="Remark", published_at="first_seen")
    assert (found.text, found.facts.published_at) == (ROW, "2024-03-05")
    found = one(tmp_path / "a.jsonl", json.dumps({"remark": ROW}), text="remark")
    assert found.text == ROW


def test_columns_that_are_not_there_are_told_beforehand(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1,One.\n")
    (tmp_path / "b.json").write_text('[{"text": "x"}]')
    (tmp_path / "c.md").write_text("Text.")
    items = [str(tmp_path)]
    check_columns(items, {"text": "text"})
    with pytest.raises(LoadError, match=r"a\.csv has no column “body”; its columns are “id”, “text”"):
        check_columns(items, {"text": "body"})
    with pytest.raises(LoadError, match="none of the items"):
        check_columns([str(tmp_path / "c.md")], {"text": "body"})


@pytest.mark.parametrize("said", ["text", "text=", "=body", "words=body", "text=a,text=b", "text=a,,"])
def test_a_map_that_says_nothing_is_refused(said: str) -> None:
    with pytest.raises(LoadError):
        parse_asked([said])
    assert parse_asked(["text=body, title=head", "url=href"]) == {"text": "body", "title": "head", "url": "href"}
