"""The file of users, and the commands that keep it."""

import io
import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.accounts.passwords import matches
from qa.accounts.users import UserFile
from qa.cli.console import run_app
from qa.cli.main import app
from qa.errors import UserError, UserFileError
from tests.conftest import QUICK


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.accounts.passwords.HASHER", QUICK)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "below" / "users"


def test_users_are_added_changed_and_removed(path: Path) -> None:
    file = UserFile(path)
    assert file.users() == {}
    assert file.add("ada", "first password")
    assert file.add("eve@example.org", "other password")
    assert not file.add("ada", "second password")
    assert matches("second password", file.users()["ada"], ())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    file.remove("ada")
    assert list(UserFile(path).users()) == ["eve@example.org"]
    assert sorted(path.parent.iterdir()) == [path, path.with_name("users.lock")]


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
    assert matches("from a pipe", UserFile(path).users()["ada"], ())
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


def test_two_who_change_the_file_at_once_lose_nothing(path: Path) -> None:
    names = [f"user-{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda name: UserFile(path).add(name, "long enough"), names))
    assert sorted(UserFile(path).users()) == sorted(names)


def test_a_hash_is_renewed_unless_the_user_was_changed_meanwhile(path: Path) -> None:
    file = UserFile(path)
    file.add("ada", "first password")
    before = file.users()["ada"]
    renewed = file.renew("ada", "first password", before)
    assert before != renewed == file.users()["ada"]
    assert file.renew("ada", "first password", before) == before
    assert file.users()["ada"] == renewed
    file.remove("ada")
    assert file.renew("ada", "first password", renewed) == renewed
    assert file.users() == {}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(UserFileError, match=r"is no file; see ARTICLE_QA_AUTH_FILE"):
            UserFile(tmp_path / name).users()
