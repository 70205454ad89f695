"""Which files an item stands for."""

import os
from pathlib import Path

from ingest.load import expand, load
from ingest.load.found import Address, Failure, Found


def files(*items: Path | str) -> list[str]:
    targets = list(expand([str(item) for item in items]))
    assert all(isinstance(target, Path) for target in targets), targets
    return [str(target) for target in targets]


def write(path: Path, text: str = "Text.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_folder_is_read_recursively_and_sorted(tmp_path: Path) -> None:
    paths = [write(tmp_path / name) for name in ("b.txt", "a.md", "z/c.html", "d/e/f.jsonl", "G.TXT")]
    assert sorted(files(tmp_path)) == sorted(map(str, paths))
    assert files(tmp_path) == [str(tmp_path / n) for n in ("G.TXT", "a.md", "b.txt", "d/e/f.jsonl", "z/c.html")]


def test_what_is_no_article_is_left_alone(tmp_path: Path) -> None:
    kept = write(tmp_path / "kept.txt")
    for name in (".hidden.txt", ".git/config.txt", "photo.JPG", "all.zip", "page_files/style.css"):
        write(tmp_path / name)
    assert files(tmp_path) == [str(kept)]


def test_a_hidden_folder_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / ".notes/a.txt")
    assert files(tmp_path / ".notes") == [str(path)]


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside/secret.txt")
    inside = write(tmp_path / "folder/a.txt")
    (tmp_path / "folder/link.txt").symlink_to(secret)
    (tmp_path / "folder/dir").symlink_to(secret.parent)
    (tmp_path / "folder/again.txt").symlink_to(inside)
    (tmp_path / "folder/dangling.txt").symlink_to(tmp_path / "nowhere")
    assert files(tmp_path / "folder") == [str(inside)]
    assert files(tmp_path / "folder/link.txt") == [str(tmp_path / "folder/link.txt")]  # named by the user


def test_each_file_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    assert files(tmp_path, path, tmp_path / "." / "a.txt") == [str(path)]


def test_pipes_are_skipped_in_a_folder_and_refused_by_name(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert files(tmp_path) == []
    assert list(expand([str(pipe)])) == [Failure(str(pipe), "is not a regular file")]


def test_items_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere.txt")
    address = "https://gazette.example/story"
    none, web, name = expand([nowhere, address, "a" * 5000])
    assert none == Failure(nowhere, "no such file or folder")
    assert web == Address(address)
    assert isinstance(name, Failure)


def test_a_name_does_not_tell_the_format(tmp_path: Path) -> None:
    for name in ("noise.pdf", "README"):
        path = write(tmp_path / name)
        [found] = load(path)
        assert isinstance(found, Found)
        assert found.text == "Text."


def test_a_file_that_vanished_is_a_failure(tmp_path: Path) -> None:
    [failure] = load(tmp_path / "gone.txt")
    assert failure == Failure(str(tmp_path / "gone.txt"), "cannot be read: No such file or directory")


def test_a_file_whose_name_is_no_text_is_a_failure_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    broken = write(tmp_path / os.fsdecode(b"caf\xe9.txt"))
    refusal = Failure(str(tmp_path / "caf?.txt"), "its name is not valid UTF-8; rename it")
    assert set(expand([str(tmp_path)])) == {path, refusal}
    assert list(expand([str(broken)])) == [refusal]
    assert list(expand(["gone\udcff"])) == [Failure("gone?", "no such file or folder")]
