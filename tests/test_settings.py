import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import SettingsError
from qa.settings import QUIET, Settings

ROOT = Path(__file__).parent.parent
GIVEN = {
    "ARTICLE_QA_DATA_DIR": ("/srv/articles", "data_dir", Path("/srv/articles")),
    "ARTICLE_QA_MODELS_DIR": ("/srv/models", "models_dir", Path("/srv/models")),
    "ARTICLE_QA_MODEL": ("openai:gpt-5", "model", "openai:gpt-5"),
    "ARTICLE_QA_MODEL_URL": ("http://localhost:8080/v1", "model_url", "http://localhost:8080/v1"),
    "ARTICLE_QA_EMBEDDINGS": ("BAAI/bge-small-en-v1.5", "embeddings", "BAAI/bge-small-en-v1.5"),
    "ARTICLE_QA_RERANKER": ("none", "reranker", "none"),
    "ARTICLE_QA_CHROMA_URL": ("http://localhost:8000", "chroma_url", "http://localhost:8000"),
    "ARTICLE_QA_DATABASE_URL": ("postgresql+psycopg://a@b/c", "database_url", "postgresql+psycopg://a@b/c"),
    "ARTICLE_QA_HOST": ("0.0.0.0", "host", "0.0.0.0"),
    "ARTICLE_QA_PORT": ("8080", "port", 8080),
    "ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES": ("yes", "allow_private_addresses", True),
    "ARTICLE_QA_AUTH_FILE": ("/etc/article-qa/users", "auth_file", Path("/etc/article-qa/users")),
    "ARTICLE_QA_API_KEYS": ("one-long-key-abc,another-long-key", "api_keys", "one-long-key-abc,another-long-key"),
    "ARTICLE_QA_METRICS": ("127.0.0.1:9464", "metrics", "127.0.0.1:9464"),
    "ARTICLE_QA_TRACES": ("http://127.0.0.1:4318", "traces", "http://127.0.0.1:4318"),
    "ARTICLE_QA_LOG": ("json", "log", "json"),
    "ARTICLE_QA_LOG_TEXTS": ("yes", "log_texts", True),
    "ARTICLE_QA_TRUSTED_PROXIES": ("127.0.0.1, 10.1.2.3/8", "trusted_proxies", ("127.0.0.1/32", "10.0.0.0/8")),
}


def test_without_variables_everything_has_its_default() -> None:
    assert Settings.from_env({}) == Settings(
        data_dir=Path("data"),
        models_dir=Path.home() / ".cache" / "article-qa",
        model="embedded",
        model_url=None,
        embeddings="embedded",
        reranker="embedded",
        chroma_url=None,
        host="127.0.0.1",
        port=7860,
        allow_private_addresses=False,
        auth_file=None,
        api_keys=None,
        trusted_proxies=(),
        metrics=None,
        traces=None,
        log="text",
        log_texts=False,
    )


@pytest.mark.parametrize("variable", GIVEN)
def test_a_variable_sets_one_setting(variable: str) -> None:
    text, name, value = GIVEN[variable]
    settings = Settings.from_env({variable: f" {text} "})
    assert getattr(settings, name) == value
    others = [other for other in Settings.variables() if other != name]
    assert settings.origins == {name: "environment"}
    assert [getattr(settings, other) for other in others] == [getattr(Settings(), other) for other in others]


def test_no_setting_is_without_a_variable() -> None:
    assert {name for _, name, _ in GIVEN.values()} == Settings.variables().keys()


def test_an_empty_variable_is_no_variable() -> None:
    assert Settings.from_env(dict.fromkeys(GIVEN, "  ")) == Settings()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "78.60", "²"])
def test_a_port_that_cannot_be_is_refused_by_name(port: str) -> None:
    with pytest.raises(SettingsError, match=r"ARTICLE_QA_PORT must be a number from 1 to 65535") as refused:
        Settings.from_env({"ARTICLE_QA_PORT": port})
    assert repr(port) in str(refused.value)


@pytest.mark.parametrize(("port", "number"), [("1", 1), ("65535", 65535)])
def test_the_first_and_the_last_port_can_be_used(port: str, number: int) -> None:
    assert Settings.from_env({"ARTICLE_QA_PORT": port}).port == number


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/reader")
    settings = Settings.from_env({"ARTICLE_QA_DATA_DIR": "~/articles", "ARTICLE_QA_MODELS_DIR": "~/models"})
    assert settings.data_dir == Path("/home/reader/articles")
    assert settings.models_dir == Path("/home/reader/models")


def test_everything_about_the_articles_lies_in_the_data_folder() -> None:
    settings = Settings(data_dir=Path("there"))
    assert settings.library_path == Path("there/library.sqlite3")
    assert settings.conversations_path == Path("there/conversations.sqlite3")
    assert settings.index_dir == Path("there/index")
    assert settings.server_file == Path("there/server.json")


def test_yes_and_no_are_what_they_say() -> None:
    name = "ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES"
    assert [Settings.from_env({name: value}).allow_private_addresses for value in ("Yes", "1", "no", "FALSE")] == [
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(SettingsError, match="must be yes or no, not 'perhaps'"):
        Settings.from_env({name: "perhaps"})


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "10.0.0.0/33", "127.0.0.1,nowhere"])
def test_a_proxy_is_an_address_or_a_network(proxies: str) -> None:
    with pytest.raises(SettingsError, match="ARTICLE_QA_TRUSTED_PROXIES must be addresses or networks"):
        Settings.from_env({"ARTICLE_QA_TRUSTED_PROXIES": proxies})


LOUD = {
    name: {"1": "0", "0": "1", "true": "false", "False": "True", "false": "true"}[value]
    for name, value in QUIET.items()
}
CHILD = "import os, sys; print([os.environ[name] for name in sys.argv[1:]])"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}, *sys.argv[1:]], check=True)"
OFF = """
import qa
from chromadb.config import Settings
from gradio.analytics import analytics_enabled
from huggingface_hub.constants import HF_HUB_DISABLE_TELEMETRY
from langsmith.utils import tracing_is_enabled
from opentelemetry.sdk.trace import TracerProvider
tracer = TracerProvider().get_tracer("any")
print(Settings().anonymized_telemetry, analytics_enabled(), not HF_HUB_DISABLE_TELEMETRY, tracing_is_enabled())
print(type(tracer).__name__)
"""


def _python(code: str, *arguments: str) -> str:
    """What a new process prints, in a shell that asks every library to call home."""
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, env={**os.environ, **LOUD}, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("package", ["qa", "ingest", "app", "qa.models.engine", "ingest.load.worker"])
def test_whatever_is_imported_no_library_may_call_home_here_or_in_a_child(package: str) -> None:
    assert _python(f"import {package}\n{PARENT}", *QUIET) == f"{list(QUIET.values())}\n"


def test_the_libraries_themselves_hold_it_to_be_off() -> None:
    assert _python(OFF).splitlines() == ["False False False False", "NoOpTracer"]
