"""The model that is chosen: variable, file, default, and a file that is private, whole and without keys."""

import json
import stat
from pathlib import Path

import pytest

from qa.choice import Choice, origin_of, read_choice, write_choice
from qa.errors import SettingsError
from qa.settings import Settings

OPENAI = Choice("openai:gpt-5")
SERVER = Choice("qwen3", "http://127.0.0.1:11434/v1")


def environ(folder: Path, **variables: str) -> dict[str, str]:
    return {"ARTICLE_QA_DATA_DIR": str(folder)} | {f"ARTICLE_QA_{name}": value for name, value in variables.items()}


@pytest.mark.parametrize("choice", [OPENAI, SERVER, Choice("embedded", "https://models.example:8443/v1")])
def test_what_is_saved_is_used(choice: Choice, tmp_path: Path) -> None:
    write_choice(tmp_path / "settings.json", choice)
    settings = Settings.from_env(environ(tmp_path))
    assert Choice(settings.model, settings.model_url) == choice
    assert {settings.origins.get(name) for name in ("model", "model_url")} <= {"saved", None}
    assert settings.origins["data_dir"] == "environment"
    assert settings.fixed_by == ""


@pytest.mark.parametrize(
    ("variables", "model", "url", "fixed_by"),
    [
        ({"MODEL": "ollama:qwen3"}, "ollama:qwen3", None, "ARTICLE_QA_MODEL"),
        ({"MODEL_URL": "http://127.0.0.1:8080/v1"}, "embedded", "http://127.0.0.1:8080/v1", "ARTICLE_QA_MODEL_URL"),
        ({"MODEL": "embedded"}, "embedded", None, "ARTICLE_QA_MODEL"),
    ],
)
def test_a_variable_goes_before_all_that_was_saved(
    variables: dict[str, str], model: str, url: str | None, fixed_by: str, tmp_path: Path
) -> None:
    write_choice(tmp_path / "settings.json", SERVER)
    settings = Settings.from_env(environ(tmp_path, **variables))
    assert (settings.model, settings.model_url, settings.fixed_by) == (model, url, fixed_by)
    assert "saved" not in settings.origins.values()


def test_a_variable_for_something_else_leaves_the_choice(tmp_path: Path) -> None:
    write_choice(tmp_path / "settings.json", OPENAI)
    settings = Settings.from_env(environ(tmp_path, PORT="8080"))
    assert (settings.model, settings.port) == ("openai:gpt-5", 8080)
    assert settings.origins == {"data_dir": "environment", "port": "environment", "model": "saved"}


def test_the_file_is_its_owners_alone_and_the_default_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "data" / "settings.json"
    write_choice(path, SERVER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text()) == {"model": "qwen3", "model_url": SERVER.model_url}
    assert list(path.parent.iterdir()) == [path], "nothing unfinished stays"
    write_choice(path, Choice())
    assert not path.exists()
    assert read_choice(path) is None
    write_choice(path, Choice())


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "7", '"embedded"', "null", "[" * 100_000, "\x00"),
        *('{"model": 5}', '{"model": null}', '{"model_url": 5}', '{"key": "sk-1"}'),
        *('{"model": "two words"}', '{"model": "gpt-5"}', '{"model_url": "ftp://x/v1"}'),
    ],
)
def test_a_broken_file_is_one_line_that_says_what_to_do(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(SettingsError, match=r"settings\.json cannot be used .*; delete it, and choose") as broken:
        Settings.from_env(environ(tmp_path))
    assert "\n" not in str(broken.value)


def test_a_file_that_cannot_be_read_is_one_line_too(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(SettingsError, match="it is not UTF-8 text"):
        Settings.from_env(environ(tmp_path))
    (tmp_path / "settings.json").unlink()
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(SettingsError, match="Is a directory"):
        Settings.from_env(environ(tmp_path))


def test_a_broken_file_does_not_stand_in_the_way_of_a_variable(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("{")
    assert Settings.from_env(environ(tmp_path, MODEL="ollama:qwen3")).model == "ollama:qwen3"


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="ARTICLE_QA_DATA_DIR"):
        write_choice(tmp_path / "file" / "settings.json", OPENAI)


@pytest.mark.parametrize(
    ("model", "url", "said"),
    [
        ("", None, "model: a name"),
        ("two words", "http://127.0.0.1/v1", "model: a name"),
        ("openai:gpt\n5", None, "model: a name"),
        ("openai:" + "x" * 300, None, "model: a name"),
        ("gpt-5", None, "model: say whose it is, as openai:gpt-5"),
        ("openai:", None, "model: say whose"),
        (":gpt-5", None, "model: say whose"),
        ("m", "", "model_url: give"),
        ("m", "127.0.0.1:11434", "model_url: give"),
        ("m", "file:///etc/passwd", "model_url: give"),
        ("m", "http://", "model_url: give"),
        ("m", "http://host:0/v1", "model_url: give"),
        ("m", "http://host:99999/v1", "model_url: give"),
        ("m", "http://[::1/v1", "model_url: give"),
        ("m", "http://ho st/v1", "model_url: give"),
        ("m", "http://me:secret@host/v1", "model_url: give the address alone"),
        ("m", "http://host/v1?key=secret", "model_url: give the address alone"),
        ("m", "http://host/v1#secret", "model_url: give the address alone"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_its_place(model: str, url: str | None, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Choice(model, url)
    assert str(refused.value).startswith(said)
    assert "secret" not in str(refused.value)


def test_whom_an_address_reaches() -> None:
    assert origin_of("HTTP://Me:secret@Host:80/v1") == "http://host:80"
    assert origin_of("https://host/v1") == "https://host"
    assert origin_of("http://[::1]:8080/v1") == "http://[::1]:8080"
