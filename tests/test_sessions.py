"""What several web processes know together of who signed in and who tries what how often."""

import threading
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from qa.accounts.sessions import Sessions
from qa.accounts.users import UserFile
from qa.errors import SessionError, UserError
from qa.settings import Settings
from qa.web import auth
from qa.web.auth import COOKIE, WRONG_SECONDS, Access
from qa.web.limits import Rate, TooManyError
from tests.loops import run

PASSWORD = "correct horse battery"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    UserFile(tmp_path / "users").add("ada", PASSWORD)
    return Settings(data_dir=tmp_path / "data", auth_file=tmp_path / "users")


def _process(settings: Settings) -> Access:
    return Access(settings, Sessions.open(settings.sessions_path))


def _headers(session: str) -> Headers:
    return Headers({"cookie": f"{COOKIE}={session}"})


def test_who_signed_in_at_one_process_is_known_to_all_until_they_sign_out_at_any(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "LEARN_SECONDS", 0.0)

    async def by_hand() -> None:
        one, other = _process(settings), _process(settings)
        first, second = [_headers((await one.sign_in("ada", PASSWORD, "here")).session) for _ in range(2)]
        assert other.user(first) == other.user(second) == "ada"
        other.sign_out(first)
        await one.learn()
        assert one.user(first) is None
        assert one.user(second) == other.user(second) == "ada"
        later = _process(settings)
        await later.learn()
        assert (later.user(first), later.user(second)) == (None, "ada")

    run(by_hand())


def test_wrong_passwords_are_counted_by_all_together(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "WRONG_SECONDS", 0.0)
    assert WRONG_SECONDS > 0

    async def by_hand() -> None:
        processes = [_process(settings), _process(settings)]
        for number in range(10):
            with pytest.raises(UserError):
                await processes[number % 2].sign_in("ada", "wrong", "here")
        for process in processes:
            with pytest.raises(TooManyError):
                await process.sign_in("ada", PASSWORD, "here")
            assert await process.sign_in("ada", PASSWORD, "elsewhere")

    run(by_hand())


def test_questions_are_counted_by_all_together_and_forgotten_in_time(tmp_path: Path) -> None:
    now = [1000.0]
    rates = [
        Rate(3, 60, "too often", lambda: now[0], kind="question", sessions=Sessions.open(tmp_path / "sessions.sqlite3"))
        for _ in range(2)
    ]
    for number in range(3):
        rates[number % 2].check("ada")
        rates[number % 2].count("ada")
        now[0] += 10
    for rate in rates:
        with pytest.raises(TooManyError, match="try again in 30 seconds"):
            rate.check("ada")
        rate.check("eve")
    now[0] += 30
    for rate in rates:
        rate.check("ada")
    rates[0].forget("ada")
    for _ in range(2):
        rates[1].count("ada")
    rates[0].check("ada")


def test_the_key_is_the_same_whoever_asks_first(tmp_path: Path) -> None:
    keys: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: keys.append(Sessions.open(tmp_path / "sessions.sqlite3").key()))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32


@pytest.mark.sqlite
def test_a_file_that_cannot_be_used_leaves_each_process_to_itself(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.data_dir.mkdir()
    settings.sessions_path.write_bytes(b"this is no database" * 100)
    with pytest.raises(SessionError, match="damaged"):
        Sessions.open(settings.sessions_path).key()

    async def by_hand() -> None:
        one, other = _process(settings), _process(settings)
        session = _headers((await one.sign_in("ada", PASSWORD, "here")).session)
        assert (one.user(session), other.user(session)) == ("ada", None)
        one.sign_out(session)
        await one.learn()
        assert one.user(session) is None
        for _ in range(10):
            with pytest.raises(UserError):
                await one.sign_in("ada", "wrong", "here")
        with pytest.raises(TooManyError):
            await one.sign_in("ada", PASSWORD, "here")

    run(by_hand())
    assert caplog.text.count("hold for this process alone") == 1
