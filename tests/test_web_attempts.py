"""Who may try a password again: each share by hand, and all of them as browsers meet them over real HTTP."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from qa.accounts.users import UserFile
from qa.web import auth
from qa.web.attempts import LINE, WRONG, WRONG_NAME, Attempts
from qa.web.auth import asker_of
from qa.web.limits import TooManyError
from tests.conftest import QUICK
from tests.loops import run
from tests.test_web_api import served
from tests.web_fake import FakeAnswerer

PASSWORD = "correct horse battery"


async def wrong(attempts: Attempts, times: int, name: str, address: str, browser: str = "") -> None:
    for _ in range(times):
        assert not await attempts.try_password(lambda: False, name, address, browser)


async def refused(attempts: Attempts, name: str, address: str, browser: str = "") -> bool:
    """Whether not even the right password would be looked at."""
    try:
        assert await attempts.try_password(lambda: True, name, address, browser)
    except TooManyError:
        return True
    return False


def test_an_address_has_a_share_whatever_names_it_tries() -> None:
    async def by_hand() -> None:
        attempts = Attempts()
        for number in range(WRONG):
            await wrong(attempts, 1, f"name-{number}", "here")
        assert await refused(attempts, "ada", "here")
        assert not await refused(attempts, "ada", "elsewhere")

    run(by_hand())


def test_a_name_has_a_share_whatever_addresses_try_it_but_one_address_cannot_use_it_up() -> None:
    async def by_hand() -> None:
        attempts = Attempts()
        for number in range(WRONG_NAME):
            assert not await refused(attempts, "ada", "hers")
            await wrong(attempts, 1, "ada", f"address-{number}")
        assert await refused(attempts, "ada", "hers")
        assert not await refused(attempts, "eve", "hers")

    run(by_hand())
    assert WRONG_NAME > WRONG


def test_strangers_take_nothing_from_a_browser_that_is_known() -> None:
    async def by_hand() -> None:
        attempts = Attempts()
        for number in range(WRONG_NAME):
            await wrong(attempts, 1, "ada", f"address-{number // WRONG}")
        assert not await refused(attempts, "ada", "address-0", "her browser")
        await wrong(attempts, WRONG - 1, "ada", "address-0", "her browser")
        assert not await refused(attempts, "ada", "address-0", "her browser")  # and starts again
        await wrong(attempts, WRONG, "ada", "address-0", "her browser")
        assert await refused(attempts, "ada", "address-0", "her browser")
        assert not await refused(attempts, "ada", "address-0", "her other browser")

    run(by_hand())


def test_who_is_right_uses_nothing_up() -> None:
    async def by_hand() -> None:
        attempts = Attempts()
        for _ in range(WRONG_NAME + 1):
            assert not await refused(attempts, "ada", "here")

    run(by_hand())


def test_at_once_no_more_are_tried_than_one_after_the_other() -> None:
    async def by_hand() -> None:
        attempts, tried = Attempts(), []
        many = [attempts.try_password(lambda: bool(tried.append(1)), "ada", "here", "") for _ in range(LINE)]
        ends = await asyncio.gather(*many, return_exceptions=True)
        assert len(tried) == WRONG
        assert [type(end) for end in ends] == [bool] * WRONG + [TooManyError] * (LINE - WRONG)

    run(by_hand())


def test_the_line_of_strangers_ends_and_nobody_who_is_known_stands_in_it() -> None:
    async def by_hand() -> None:
        attempts, go = Attempts(), threading.Event()
        waiting = [
            asyncio.create_task(attempts.try_password(go.wait, f"name-{n}", f"address-{n}", "")) for n in range(LINE)
        ]
        await asyncio.sleep(0)
        with pytest.raises(TooManyError, match="too many are signing in; try again in 5 seconds"):
            await attempts.try_password(lambda: True, "ada", "hers", "")
        assert await attempts.try_password(lambda: True, "ada", "hers", "her browser")
        go.set()
        assert all(await asyncio.gather(*waiting))

    run(by_hand())


@pytest.mark.parametrize(
    ("user", "host", "asker"),
    [
        ("ada", "192.0.2.1", "user ada"),
        ("", "192.0.2.1", "address 192.0.2.1"),
        ("192.0.2.1", "192.0.2.2", "user 192.0.2.1"),
        ("", "2001:db8:1:2:3::4", "address 2001:db8:1:2::/64"),
        ("", "2001:db8:1:2:ffff::1", "address 2001:db8:1:2::/64"),
        ("", "::ffff:192.0.2.1", "address 192.0.2.1"),
        ("", "testclient", "address testclient"),
        ("", None, "address "),
    ],
)
def test_whose_share_a_request_uses_up(user: str, host: str | None, asker: str) -> None:
    request = Request({"type": "http", "client": (host, 1) if host else None, "state": {"user": user}})
    assert asker_of(request) == asker


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With hashes that are made quickly."""
    monkeypatch.setattr("qa.accounts.passwords.HASHER", QUICK)
    monkeypatch.setattr(auth, "WRONG_SECONDS", 0.0)
    for name in ("ada", "eve"):
        UserFile(tmp_path / "users").add(name, PASSWORD)
    return tmp_path / "users"


@pytest.fixture
def direct(users: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """Without a proxy."""
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users) as client:
        yield client


@pytest.fixture
def behind_a_proxy(users: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    networks = ("127.0.0.0/8",)
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users, trusted_proxies=networks) as client:
        yield client


def sign_in(client: httpx.Client, name: str, password: str, address: str = "", **cookies: str) -> httpx.Response:
    headers = {"X-Forwarded-For": address} if address else {}
    if cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return httpx.post(client.base_url.join("/signin"), data={"name": name, "password": password}, headers=headers)


def test_what_a_request_says_of_its_origin_counts_for_nothing(direct: httpx.Client) -> None:
    tried = [sign_in(direct, "ada", "guess", f"192.0.2.{n}").status_code for n in range(WRONG + 2)]
    assert tried == [401] * WRONG + [429] * 2
    spoofed = httpx.get(direct.base_url.join("/signin"), headers={"X-Forwarded-Proto": "https"})
    assert spoofed.status_code == 200


def test_a_proxy_that_is_named_tells_who_asks(behind_a_proxy: httpx.Client) -> None:
    for number in range(WRONG):
        # what stands before the last comma the client has written itself
        assert sign_in(behind_a_proxy, "ada", "guess", f"198.51.100.{number}, 192.0.2.1").status_code == 401
    late = sign_in(behind_a_proxy, "ada", PASSWORD, "192.0.2.1")
    assert late.status_code == 429
    assert 0 < int(late.headers["retry-after"]) <= 301
    assert sign_in(behind_a_proxy, "eve", PASSWORD, "192.0.2.1").status_code == 429
    assert sign_in(behind_a_proxy, "ada", PASSWORD, "192.0.2.2").status_code == 303


@pytest.mark.parametrize(("named", "secure"), [(True, True), (False, False)])
def test_cookies_are_for_tls_alone_where_a_named_proxy_has_it(
    users: Path, tmp_path: Path, named: bool, secure: bool
) -> None:
    proxies = ("127.0.0.1/32",) if named else ()
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users, trusted_proxies=proxies) as client:
        form = {"name": "ada", "password": PASSWORD}
        signed = httpx.post(client.base_url.join("/signin"), data=form, headers={"X-Forwarded-Proto": "https"})
        assert len(signed.headers.get_list("set-cookie")) == 2
        assert all(("secure" in cookie.lower()) == secure for cookie in signed.headers.get_list("set-cookie"))


def test_guesses_of_others_do_not_shut_the_owner_out(direct: httpx.Client) -> None:
    mark = sign_in(direct, "ada", PASSWORD).cookies[auth.BROWSER_COOKIE]
    for _ in range(WRONG):
        assert sign_in(direct, "ada", "guess").status_code == 401
    assert sign_in(direct, "ada", PASSWORD).status_code == 429
    hers = sign_in(direct, "ada", PASSWORD, article_qa_browser=mark)
    assert hers.status_code == 303
    assert hers.cookies[auth.BROWSER_COOKIE] == mark
    # her mark is good for her name alone, is not to be made up, and has no endless share either
    assert sign_in(direct, "eve", PASSWORD, article_qa_browser=mark).status_code == 429
    nonce, _, signature = mark.partition(".")
    changed = f"{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    for other in (f"x{mark}", f"{nonce}.{changed}", f".{signature}", f"{nonce}.", nonce, "."):
        assert sign_in(direct, "ada", PASSWORD, article_qa_browser=other).status_code == 429
    tried = [sign_in(direct, "ada", "guess", article_qa_browser=mark).status_code for _ in range(WRONG + 1)]
    assert tried == [401] * WRONG + [429]


def test_a_known_browser_stays_known_after_a_restart_until_the_password_changes(users: Path, tmp_path: Path) -> None:
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users) as client:
        mark = sign_in(client, "ada", PASSWORD).cookies[auth.BROWSER_COOKIE]
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users) as client:
        for _ in range(WRONG):
            sign_in(client, "ada", "guess")
        assert sign_in(client, "ada", PASSWORD, article_qa_browser=mark).status_code == 303
        UserFile(users).add("ada", f"{PASSWORD} staple")
        assert sign_in(client, "ada", f"{PASSWORD} staple", article_qa_browser=mark).status_code == 429
