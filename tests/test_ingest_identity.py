"""Under which id an article is stored, and when two items are one."""

import json
from pathlib import Path

import pytest

from ingest.identity import slug
from qa.library import Library
from tests.test_ingest_pipeline import library, run, src

__all__ = ["library", "src"]  # fixtures


def write(path: Path, *records: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_the_id_of_a_file_is_its_name(library: Library, src: Path) -> None:
    (src / "Alberta_Prosperity Project.md").write_text("Text.")
    assert run(library, src).added == ("alberta-prosperity-project",)


def test_an_id_that_is_given_is_kept(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\nid: Bridge/1931\n---\nText.")
    write(src / "b.jsonl", {"id": "J 1", "text": "Other text."})
    assert run(library, src).added == ("Bridge/1931", "J 1")


def test_files_of_one_name_get_ids_of_their_own(library: Library, src: Path) -> None:
    for folder in ("x", "y"):
        (src / folder).mkdir()
        (src / folder / "news.txt").write_text(f"Text {folder}.")
    first, second = run(library, src).added
    assert first == "news"
    assert second.startswith("news-")
    assert len(second) == len("news-") + 6
    assert run(library, src).unchanged == (first, second)
    (src / "y" / "news.txt").write_text("New text.")
    assert run(library, src).updated == (second,)


def test_records_without_an_id_are_named_after_title_and_text(library: Library, src: Path) -> None:
    path = write(src / "a.jsonl", {"title": "Café Riga!", "text": "One."}, {"text": "Two is a text. " * 20})
    titled, untitled = run(library, path).added
    assert titled.startswith("cafe-riga-")
    assert len(titled) == len("cafe-riga-") + 8
    assert untitled.startswith("article-")
    title = library.article(untitled).title
    assert title.startswith("Two is a text. Two is")
    assert title.endswith("…")
    assert len(title) <= 81
    write(path, {"title": "Added above", "text": "Zero."}, {"title": "Café Riga!", "text": "One."})
    report = run(library, path)
    assert (len(report.added), report.unchanged) == (1, (titled,))


def test_an_id_that_another_file_holds_is_refused(library: Library, src: Path) -> None:
    mine, other = src / "a.md", src / "b.md"
    mine.write_text("---\nid: bridge\n---\nOne.")
    other.write_text("---\nid: bridge\n---\nTwo.")
    for _ in range(2):
        [failure] = run(library, src).failed
        assert failure.item == str(other)
        assert str(mine.resolve()) in failure.error
    assert library.article("bridge").text == "One."


def test_the_same_article_under_the_same_id_elsewhere_is_unchanged(library: Library, src: Path) -> None:
    record = {"id": "j1", "text": "One."}
    run(library, write(src / "a.jsonl", record))
    report = run(library, write(src / "moved.jsonl", record))
    assert report.unchanged == ("j1",)
    assert not report.duplicates


def test_an_id_used_twice_in_a_file_is_refused_each_time(library: Library, src: Path) -> None:
    path = write(src / "a.jsonl", {"id": "j", "text": "One."}, {"id": "j", "text": "Two."}, {"id": "j", "text": "One."})
    for expected in ("added", "unchanged"):
        report = run(library, path)
        assert getattr(report, expected) == ("j",)
        [failure] = report.failed
        assert failure.item == f"{path}:2"
        assert f"{path}:1" in failure.error
        [duplicate] = report.duplicates
        assert (duplicate.id, duplicate.of) == ("j", "j")
    assert library.article("j").text == "One."


def test_an_id_given_later_replaces_the_name_of_the_file(library: Library, src: Path) -> None:
    (src / "a.md").write_text("Text.")
    run(library, src)
    (src / "a.md").write_text("---\nid: bridge\n---\nText.")
    assert run(library, src).updated == ("bridge",)
    assert [info.id for info in library.articles()] == ["bridge"]
    assert run(library, src).unchanged == ("bridge",)
    (src / "a.md").write_text("Text.")
    assert run(library, src).unchanged == ("bridge",)


def test_a_name_that_another_file_took_as_its_id_is_not_taken_away(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\nid: b\n---\nOne.")
    (src / "b.md").write_text("Two.")
    first, second = run(library, src).added
    assert first == "b"
    assert second.startswith("b-")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Café_Riga  ouvre", "cafe-riga-ouvre"),
        ("--x--", "x"),
        ("今日のニュースが", "今日のニュースが"),
        ("!!!", ""),
        ("word " * 50, ("word-" * 16)[:79]),
    ],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


def test_a_file_that_was_moved_is_the_same_article_at_a_new_place(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\ntitle: Bridge\n---\nIt opened.")
    run(library, src)
    (src / "b.md").write_text("It opened.")
    assert run(library, src / "b.md").duplicates, "while the first file is there, this is a copy"
    (src / "b.md").unlink()
    (src / "a.md").rename(src / "b.md")
    report = run(library, src)
    assert (report.unchanged, report.duplicates) == (("a",), ())
    assert library.origins() == {"a": str(src / "b.md")}
    (src / "b.md").write_text("---\ntitle: Bridge\n---\nIt closed.")
    assert run(library, src).updated == ("a",)


def test_a_moved_file_without_a_title_is_titled_after_its_new_name(library: Library, src: Path) -> None:
    (src / "draft.txt").write_text("It opened.")
    run(library, src)
    (src / "draft.txt").rename(src / "varga bridge.txt")
    assert run(library, src).updated == ("draft",)
    assert library.article("draft").title == "Varga bridge"
    assert len(library.articles()) == 1


def test_a_file_that_was_moved_and_changed_keeps_the_id_it_gives(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\nid: bridge\n---\nIt opened.")
    run(library, src)
    (src / "a.md").unlink()
    (src / "b.md").write_text("---\nid: bridge\n---\nIt closed.")
    report = run(library, src)
    assert (report.updated, report.failed) == (("bridge",), ())
    assert library.article("bridge").text == "It closed."


def test_records_of_a_moved_file_stay_what_they_are(library: Library, src: Path) -> None:
    run(library, write(src / "a.jsonl", {"id": "j" * 200, "text": "One."}, {"text": "Two."}))
    (src / "a.jsonl").rename(src / "b #2.jsonl")
    report = run(library, src)
    assert (len(report.unchanged), report.added, report.duplicates) == (2, (), ())
    assert {origin.partition(".jsonl")[0] for origin in library.origins().values()} == {str(src / "b #2")}


def test_an_update_is_told_by_its_date_and_what_has_none_keeps_its_digest(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\ntitle: Bridge\n---\nIt opened.")
    run(library, src)
    assert library.article("a").sha256.startswith("047dd25570a7")  # as it was before there was `updated_at`
    (src / "a.md").write_text("---\ntitle: Bridge\nupdated_at: 2025-04-01\n---\nIt opened.")
    assert run(library, src).updated == ("a",)
    assert library.article("a").updated_at == "2025-04-01"
