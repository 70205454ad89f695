"""Every route by nobody, by whoever guesses, by another user and by its owner, over real HTTP."""

import base64
import json
import os
import re
import signal
import stat
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from itsdangerous import URLSafeTimedSerializer

from qa.accounts.users import UserFile
from qa.cli.remote import RemoteAnswerer
from qa.errors import SettingsError
from qa.settings import Settings
from qa.web import auth
from qa.web.application import create_app
from qa.web.render import render_views
from tests.conftest import QUICK
from tests.test_passwords import OLD
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import FakeAnswerer

KEY, OTHER_KEY = "a-key-for-programs", "another-key-for-programs"
PASSWORD = "correct horse battery"
ROOT = Path(__file__).parent.parent
OPEN = {("GET", "/healthz"), ("GET", "/signin"), ("POST", "/signin"), ("GET", "/favicon.ico")}
GRADIO = [
    *(("GET", path) for path in ("/", "/config", "/theme.css", "/assets/x.js", "/static/x.css")),
    *(("GET", f"/gradio_api/{path}") for path in ("app_id", "heartbeat/abc", "queue/data?session_hash=abc")),
    *(("POST", f"/gradio_api/{path}") for path in ("queue/join", "cancel", "run/predict")),
    *(("GET", f"/gradio_api/{path}") for path in ("file=/etc/passwd", "info", "deep_link", "proxy=http://a.example")),
    *(("POST", f"/gradio_api/{path}") for path in ("upload", "call/ask", "reset", "component_server")),
    *(
        ("GET", path)
        for path in (
            "/page/page.js",
            "/page/texts/en.json",
            "/page/../api/articles",
            "/signin/",
            "/healthz/",
            "//healthz",
            "/no",
        )
    ),
]


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """With hashes that are made quickly."""
    path = tmp_path_factory.mktemp("auth") / "users"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.accounts.passwords.HASHER", QUICK)
        for name in ("ada", "eve"):
            UserFile(path).add(name, PASSWORD)
        yield path


@pytest.fixture(scope="module")
def server(users: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data = tmp_path_factory.mktemp("data")
    with served(lambda _: FakeAnswerer(), data, auth_file=users, api_keys=f"{KEY}, {OTHER_KEY}") as client:
        wait_until(lambda: client.get("/readyz", headers=bearer(KEY)).status_code == 200)
        yield client


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "WRONG_SECONDS", 0.0)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def sign_in(server: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return httpx.post(server.base_url.join("/signin"), data={"name": name, "password": password})


def session(server: httpx.Client, name: str) -> dict[str, str]:
    """The header of somebody who is signed in."""
    return {"Cookie": f"{auth.COOKIE}={sign_in(server, name).cookies[auth.COOKIE]}"}


def routes() -> list[tuple[str, str]]:
    """Every route of ours, read from the application itself."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(lambda _: FakeAnswerer(), Settings(data_dir=Path(folder), api_keys=KEY))
    paths = app.openapi()["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    return [*found, ("GET", "/signin"), ("POST", "/signin"), ("POST", "/signout")]


@pytest.fixture(scope="module")
def forged(server: httpx.Client) -> list[dict[str, str]]:
    """What somebody sends who guesses."""
    good = session(server, "ada")["Cookie"].partition("=")[2]
    facts, signed_at, signature = good.split(".")
    evil = URLSafeTimedSerializer(b"a secret of their own", signer_kwargs=auth.SIGNING)
    other = "B" if signature[0] == "A" else "A"
    cookies = [
        "",
        "ada",
        "....",
        f"{facts[::-1]}.{signed_at}.{signature}",
        f"{facts}.{signed_at[:-1]}.{signature}",
        f"{facts}.{signed_at}.",
        f"{facts}.{signed_at}.{other}{signature[1:]}",
        f"!.{signed_at}.{signature}",
        evil.dumps(evil.loads_unsafe(good)[1]),
    ]
    basic = base64.b64encode(f"ada:{PASSWORD}".encode()).decode()
    headers = [
        {"Authorization": "Bearer"},
        bearer("wrong"),
        bearer(KEY[:-1]),
        {"Authorization": KEY},
        {"Authorization": f"Basic {basic}"},
    ]
    return [{}, *headers, *({"Cookie": f"{auth.COOKIE}={cookie}"} for cookie in cookies)]


@pytest.mark.parametrize(("method", "path"), [route for route in (*routes(), *GRADIO) if route not in OPEN])
def test_nothing_is_reached_without_signing_in(
    server: httpx.Client, forged: list[dict[str, str]], method: str, path: str
) -> None:
    body = {"json": {"question": QUESTION}} if method in ("POST", "PATCH") else {}
    for headers in forged:
        response = server.request(method, path, headers=headers, **body)
        assert response.status_code == 401
        assert "sign in" in json.dumps(response.json())
        assert response.headers["www-authenticate"] == "Bearer"
        assert "content-security-policy" in response.headers
    if method == "GET":
        shown = server.get(path, headers={"Accept": "text/html"})
        assert (shown.status_code, shown.headers["location"]) == (303, "/signin")


def test_what_is_open_needs_nobody(server: httpx.Client) -> None:
    assert server.get("/healthz").json() == {"status": "alive"}
    for path in ("/page/colours.css", "/page/signin.css", "/page/theme.css", "/page/theme.js", "/favicon.ico"):
        assert server.get(path).status_code == 200
    page = server.get("/signin")
    assert re.findall("<script[^>]*>[^<]*", page.text) == ['<script src="/page/theme.js">']
    assert 'name="password"' in page.text


def test_whoever_signs_in_gets_the_page_until_signing_out(server: httpx.Client) -> None:
    signed = sign_in(server, "ada")
    assert (signed.status_code, signed.headers["location"]) == (303, "/")
    cookie = signed.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert f"max-age={auth.SESSION_SECONDS}" in cookie
    mine = {"Cookie": f"{auth.COOKIE}={signed.cookies[auth.COOKIE]}"}
    assert server.get("/", headers=mine).status_code == 200
    assert "signed in as <strong>ada</strong>" in server.get("/signin", headers=mine).text
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.post("/signout", headers=mine | form).headers["location"] == "/signin"
    assert server.get("/readyz", headers=mine).status_code == 401
    # Base64 has several ways to write the last character of a signature
    for letter in string.ascii_letters + string.digits + "-_":
        same = {"Cookie": f"{auth.COOKIE}={signed.cookies[auth.COOKIE][:-1]}{letter}"}
        assert server.get("/readyz", headers=same).status_code == 401


def test_a_session_tells_nothing_of_the_password(server: httpx.Client, users: Path) -> None:
    facts = URLSafeTimedSerializer(b"").loads_unsafe(session(server, "ada")["Cookie"].partition("=")[2])[1]
    assert facts[0] == "ada"
    assert not any(part in str(facts) for part in UserFile(users).users()["ada"].split("$")[-2:])


def test_a_session_ends_in_time(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = session(server, "ada")
    later = time.time() + auth.SESSION_SECONDS + 2
    monkeypatch.setattr(auth.time, "time", lambda: later)
    assert server.get("/readyz", headers=mine).status_code == 401


def test_a_session_ends_with_its_user_or_the_password(server: httpx.Client, users: Path) -> None:
    file = UserFile(users)
    file.add("bob", PASSWORD)
    mine = session(server, "bob")
    assert server.get("/readyz", headers=mine).status_code == 200
    file.add("bob", PASSWORD)
    assert server.get("/readyz", headers=mine).status_code == 401
    mine = session(server, "bob")
    file.remove("bob")
    assert server.get("/readyz", headers=mine).status_code == 401


def test_an_outdated_hash_is_renewed_when_its_user_signs_in(server: httpx.Client, users: Path) -> None:
    with users.open("a") as file:
        file.write(f"old:{OLD}\n")
    assert sign_in(server, "old", "first passwort").status_code == 401
    assert UserFile(users).users()["old"] == OLD
    mine, again = (
        {"Cookie": f"{auth.COOKIE}={sign_in(server, 'old', 'first password').cookies[auth.COOKIE]}"} for _ in range(2)
    )
    assert UserFile(users).users()["old"].startswith("$argon2id$")
    assert server.get("/readyz", headers=mine).status_code == 200
    assert server.get("/readyz", headers=again).status_code == 200
    UserFile(users).remove("old")


def test_whoever_has_an_outdated_hash_gets_in_where_the_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa.accounts.passwords.HASHER", QUICK)
    users = tmp_path / "users"
    users.write_text(f"old:{OLD}\n")
    users.with_name("users.lock").mkdir()  # to root, who may run the tests, no folder is read-only
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users) as client:
        signed = sign_in(client, "old", "first password")
        mine = {"Cookie": f"{auth.COOKIE}={signed.cookies[auth.COOKIE]}"}
        wait_until(lambda: client.get("/readyz", headers=mine).status_code == 200)
    assert users.read_text() == f"old:{OLD}\n"
    told = [record.getMessage() for record in caplog.records if record.name == auth.log.name]
    assert told == [
        f"a password keeps its outdated hash: cannot write {users}: Is a directory; see ARTICLE_QA_AUTH_FILE"
    ]


def test_a_wrong_password_is_told(server: httpx.Client) -> None:
    for name, password in (("ada", "wrong"), ("nobody", PASSWORD), ("<b>", PASSWORD), ("ada", "")):
        wrong = sign_in(server, name, password)
        assert wrong.status_code == 401
        assert "The name or the password is wrong." in wrong.text
        assert "<b>" not in wrong.text
        assert "set-cookie" not in wrong.headers


def test_another_site_cannot_sign_anybody_in(server: httpx.Client) -> None:
    form = {"name": "ada", "password": PASSWORD}
    foreign = httpx.post(server.base_url.join("/signin"), data=form, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_what_one_user_asked_is_not_there_for_another(server: httpx.Client) -> None:
    ada, others = session(server, "ada"), (session(server, "eve"), bearer(KEY))
    new = server.post("/api/conversations", json={}, headers=ada).json()["id"]
    path = f"/api/conversations/{new}"
    asked = {"question": QUESTION, "conversation": new}
    vote = {"vote": "up"}
    table = [
        ("POST", "/api/ask", asked),
        ("GET", path, None),
        ("PATCH", path, {"title": "mine"}),
        ("GET", f"{path}/export", None),
        ("GET", f"{path}/export?format=json", None),
        ("POST", f"{path}/turns/1/feedback", vote),
        ("DELETE", path, None),
    ]
    for method, target, body in table:
        for other in others:
            assert server.request(method, target, json=body, headers=other).status_code == 404
            assert new not in server.get("/api/conversations", headers=other).text
        assert server.request(method, target, json=body, headers=ada).status_code == 200


def test_keys_are_users_of_their_own(server: httpx.Client) -> None:
    new = server.post("/api/conversations", json={}, headers=bearer(KEY)).json()["id"]
    assert server.get(f"/api/conversations/{new}", headers=bearer(KEY)).status_code == 200
    assert server.get(f"/api/conversations/{new}", headers=bearer(OTHER_KEY)).status_code == 404


def test_openais_client_sends_the_key(server: httpx.Client) -> None:
    for key, allowed in ((KEY, True), ("wrong", False)):
        with openai.OpenAI(base_url=f"{server.base_url}/v1", api_key=key, max_retries=0) as ai:
            if allowed:
                assert [model.id for model in ai.models.list()] == ["article-qa"]
            else:
                with pytest.raises(openai.AuthenticationError, match="sign in"):
                    ai.models.list()


def test_an_open_page_belongs_to_its_user(server: httpx.Client) -> None:
    ada, eve = session(server, "ada"), session(server, "eve")
    body = {"data": ["When?", None, ""], "fn_index": 0, "session_hash": "adas-page"}
    assert server.post("/gradio_api/queue/join", json=body, headers=ada).status_code == 200
    for path in ("queue/join", "run/predict", "cancel"):
        assert server.post(f"/gradio_api/{path}", json=body, headers=eve).status_code == 404
    for path in ("queue/data?session_hash=adas-page", "heartbeat/adas-page"):
        assert server.get(f"/gradio_api/{path}", headers=eve).status_code == 404


def test_one_user_cannot_ask_without_end(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = [
        server.post("/api/ask", json={"question": QUESTION}, headers=bearer(OTHER_KEY)).status_code for _ in range(121)
    ]
    assert statuses == [200] * 120 + [429]
    assert server.post("/api/ask", json={"question": QUESTION}, headers=bearer(KEY)).status_code == 200


def test_a_short_key_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shorter than 16 characters"):
        create_app(lambda _: FakeAnswerer(), Settings(data_dir=tmp_path, api_keys="long-enough-to-be-one,short"))


def test_without_the_settings_there_is_no_sign_in(tmp_path: Path) -> None:
    with served(lambda _: FakeAnswerer(), tmp_path) as client:
        wait_until(lambda: ready(client))
        assert client.get("/signin").status_code == 404
    assert "Sign out" in render_views(signed_in=True)
    assert "Sign out" not in render_views()


def test_while_the_users_cannot_be_read_nobody_is_let_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("qa.accounts.passwords.HASHER", QUICK)
    users = tmp_path / "users"
    UserFile(users).add("ada", PASSWORD)
    whole = users.read_bytes()
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users, api_keys=KEY) as client:
        wait_until(lambda: client.get("/readyz", headers=bearer(KEY)).status_code == 200)
        mine = session(client, "ada")
        users.write_bytes(b"\xff\xfe")
        for path in ("/readyz", "/", "/api/articles", "/page/page.js"):
            refusal = client.get(path, headers=mine)
            assert refusal.status_code == 503
            assert refusal.json() == {"error": "the file of users cannot be read; the server's log says why"}
        for page in (client.get("/signin"), sign_in(client, "ada")):
            assert page.status_code == 503
            assert "The file of users cannot be read" in page.text
            assert str(users) not in page.text
            assert "set-cookie" not in page.headers
        assert client.get("/readyz").status_code == 401
        assert client.get("/healthz", headers=mine).status_code == 200
        assert client.get("/readyz", headers=bearer(KEY)).status_code == 200
        told = [record.getMessage() for record in caplog.records if "users" in record.getMessage()]
        assert told == [f"nobody can sign in: cannot read {users}: it is not UTF-8 text; see ARTICLE_QA_AUTH_FILE"]
        assert not any(record.exc_info for record in caplog.records)
        users.write_bytes(whole)
        assert client.get("/readyz", headers=mine).status_code == 200


PROGRAM = """
import sys
from pathlib import Path
from qa.settings import Settings
from qa.web.server import serve
from tests.web_fake import FakeAnswerer
serve(lambda _: FakeAnswerer(), Settings(data_dir=Path(sys.argv[1]), port=0, api_keys="a-key-for-programs"))
"""


def test_users_that_cannot_be_read_end_the_start(tmp_path: Path) -> None:
    (tmp_path / "users").mkdir()
    names = {"ARTICLE_QA_AUTH_FILE": str(tmp_path / "users"), "ARTICLE_QA_DATA_DIR": str(tmp_path / "data")}
    run = subprocess.run(
        [sys.executable, "app.py", "--port", "7869"], cwd=ROOT, env=os.environ | names, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"error: {tmp_path / 'users'} is no file; see ARTICLE_QA_AUTH_FILE\n"


def test_the_command_line_of_whoever_runs_the_server_is_let_in(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    server = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: RemoteAnswerer.find(settings) is not None)
        assert stat.S_IMODE(settings.server_file.stat().st_mode) == 0o600
        remote = RemoteAnswerer.find(settings)
        assert remote is not None
        *_, last = remote.stream(QUESTION)
        assert last.status == "answered"
        assert httpx.get(json.loads(settings.server_file.read_text())["url"] + "/readyz").status_code == 401
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    assert not settings.server_file.exists()
