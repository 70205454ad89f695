"""The file of users, and the commands that keep it."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from qa.accounts.users import UserFile, hashed, matches
from qa.cli.console import run_app
from qa.cli.main import app
from qa.errors import UserError, UserFileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "below" / "users"


def test_a_password_matches_its_own_hash_only() -> None:
    known = hashed("correct horse")
    assert "correct" not in known
    assert hashed("correct horse") != known
    assert matches("correct horse", known)
    assert not matches("correct house", known)


@pytest.mark.parametrize(
    "known", [None, "", "plain text", "scrypt$", "scrypt$AA==", "scrypt$AA==$AA==$AA==", "md5$AA==$AA=="]
)
def test_what_is_no_hash_matches_nothing(known: str | None) -> None:
    assert not matches("", known)
    assert not matches("plain text", known)


def test_users_are_added_changed_and_removed(path: Path) -> None:
    file = UserFile(path)
    assert file.users() == {}
    assert file.add("ada", "first password")
    assert file.add("eve@example.org", "other password")
    assert not file.add("ada", "second password")
    assert matches("second password", file.users()["ada"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file.remove("ada")
    assert list(UserFile(path).users()) == ["eve@example.org"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("name", ["", "a:b", "a\nb", "a b", "../a", "<b>", "x" * 65, "é"])
def test_a_name_that_cannot_be_is_refused(path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be a name"):
        UserFile(path).add(name, "long enough")
    assert not path.exists()


def test_a_password_is_neither_short_nor_endless(path: Path) -> None:
    for password in ("", "too short", "x" * 1001):
        with pytest.raises(UserError, match="10 to 1,000 characters"):
            UserFile(path).add("ada", password)


def test_errors_say_what_to_do(path: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no user 'ada'"):
        UserFile(path).remove("ada")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match="not UTF-8"):
        UserFile(tmp_path / "binary").users()
    with pytest.raises(UserError, match="Not a directory"):
        UserFile(tmp_path / "binary" / "users").add("ada", "long enough")


def command(monkeypatch: pytest.MonkeyPatch, *words: str, stdin: str = "") -> int:
    monkeypatch.setattr(sys, "argv", ["qa", "users", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    with pytest.raises(SystemExit) as stop:
        run_app(app)
    return int(stop.value.code or 0)


def test_the_commands(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ARTICLE_QA_AUTH_FILE", str(path))
    assert command(monkeypatch, "add", "ada", stdin="from a pipe\n") == 0
    assert command(monkeypatch, "add", "eve", stdin="short\n") == 1
    assert command(monkeypatch, "list") == 0
    assert capsys.readouterr().out == "ada\n"
    assert matches("from a pipe", UserFile(path).users()["ada"])
    assert command(monkeypatch, "remove", "ada") == 0
    assert UserFile(path).users() == {}


def test_without_the_setting_the_command_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ARTICLE_QA_AUTH_FILE", raising=False)
    assert command(monkeypatch, "list") == 1
    assert "ARTICLE_QA_AUTH_FILE" in capsys.readouterr().err


def test_the_file_is_read_once_until_it_changes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, read, reads = UserFile(path), Path.read_text, []

    def counted(self: Path, **rest: str) -> str:
        reads.append(self)
        return read(self, **rest)

    monkeypatch.setattr(Path, "read_text", counted)
    UserFile(path).add("ada", "first password")
    for _ in range(3):
        assert list(file.users()) == ["ada"]
    assert reads == [path]
    UserFile(path).add("eve", "other password")
    reads.clear()
    for _ in range(3):
        assert list(file.users()) == ["ada", "eve"]
    assert reads == [path]
    path.write_text(path.read_text(encoding="utf-8").replace("ada:", "ida:"))  # by hand, and no longer than before
    assert list(file.users()) == ["ida", "eve"]
    path.unlink()
    assert file.users() == {}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(UserFileError, match=r"is no file; see ARTICLE_QA_AUTH_FILE"):
            UserFile(tmp_path / name).users()
