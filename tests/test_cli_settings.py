"""python -m qa settings: what is shown, what is saved, and that no key is ever printed or written."""

import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from qa.choice import Choice, read_choice, write_choice
from qa.cli.console import run_app
from qa.cli.main import app
from tests.key_ring import InMemory, using

KEY = "sk-of-nobody-0123456789"


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(tmp_path / "data"))
    for name in ("ARTICLE_QA_MODEL", "ARTICLE_QA_MODEL_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with using(InMemory()) as ring:
        yield ring


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qa", "settings", *arguments])
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        with pytest.raises(SystemExit) as end:
            run_app(app)
        out, err = capsys.readouterr()
        assert KEY not in out + err
        return int(end.value.code or 0), out, err

    return run


def test_everything_is_shown_with_its_origin(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_PORT", "8080")
    monkeypatch.setenv("ARTICLE_QA_API_KEYS", KEY)
    monkeypatch.setenv("ARTICLE_QA_CHROMA_URL", f"http://me:{KEY}@127.0.0.1:8000")
    write_choice(tmp_path / "data" / "settings.json", Choice("openai:gpt-5"))
    code, out, _ = run()
    lines = dict(line.split(None, 1) for line in out.splitlines())
    assert code == 0
    assert lines["port"] == "8080 (ARTICLE_QA_PORT)"
    assert lines["model"] == "openai:gpt-5 (saved)"
    assert lines["host"] == "127.0.0.1 (default)"
    assert lines["key"] == "none (not set)"
    assert lines["api_keys"] == "set, and not shown (ARTICLE_QA_API_KEYS)"
    assert lines["chroma_url"] == "http://127.0.0.1:8000 (ARTICLE_QA_CHROMA_URL)"
    facts = json.loads(run("--json")[1])
    assert facts["model"] == {
        "name": "model",
        "value": "openai:gpt-5",
        "origin": "saved",
        "variable": "ARTICLE_QA_MODEL",
    }
    assert run("port")[1] == "port  8080 (ARTICLE_QA_PORT)\n"


@pytest.mark.parametrize(
    ("orders", "choice"),
    [
        ([("model", "openai:gpt-5")], Choice("openai:gpt-5")),
        ([("model_url", "http://127.0.0.1:1/v1")], Choice("embedded", "http://127.0.0.1:1/v1")),
        ([("model_url", "http://127.0.0.1:1/v1"), ("model", "qwen3")], Choice("qwen3", "http://127.0.0.1:1/v1")),
        ([("model_url", "http://127.0.0.1:1/v1"), ("model", "qwen3"), ("model_url", "default")], None),
        ([("model_url", "http://127.0.0.1:1/v1"), ("model", "embedded")], None),
        ([("model", "openai:gpt-5"), ("model_url", "default")], Choice("openai:gpt-5")),
        ([("model", "openai:gpt-5"), ("model", "default")], None),
    ],
)
def test_what_is_ordered_is_saved(
    orders: list[tuple[str, str]], choice: Choice | None, run: Any, tmp_path: Path
) -> None:
    for name, value in orders:
        code, out, err = run(name, value)
        assert (code, out, err) == (0, "", "saved; a running page takes it when it is started again\n")
    assert read_choice(tmp_path / "data" / "settings.json") == choice


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["model", "gpt-5"], "say whose it is, as openai:gpt-5"),
        (["model_url", "nowhere"], "give the server's address"),
        (["port", "8080"], "port is set by ARTICLE_QA_PORT; only model, model_url and key are saved"),
        (["colour"], "there is no setting 'colour'"),
        (["key", "anything"], "a key on the command line could be read by others"),
        (["key"], "the model that is chosen takes no key"),
    ],
)
def test_what_cannot_be_is_one_line(arguments: list[str], said: str, run: Any, tmp_path: Path) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
    assert not (tmp_path / "data").exists()


def test_what_a_variable_fixes_cannot_be_saved(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTICLE_QA_MODEL", "ollama:qwen3")
    code, _, err = run("model_url", "http://127.0.0.1:1/v1")
    assert (code, "ARTICLE_QA_MODEL is set" in err) == (1, True)
    assert not (tmp_path / "data").exists()


def test_a_key_is_read_kept_and_forgotten_and_stands_in_no_file(run: Any, ring: InMemory, tmp_path: Path) -> None:
    run("model", "openai:gpt-5")
    assert run("key", stdin=f"{KEY}\n") == (0, "", "kept in the system's keyring\n")
    assert ring.kept == {("article-qa", "openai"): KEY}
    assert run("key")[1:] == ("", "error: key: it is one word of letters, digits and signs\n")
    assert "set, and not shown (keyring)" in run()[1]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if KEY in path.read_text()]
    assert run("key", "default")[0] == 0
    assert ring.kept == {}
