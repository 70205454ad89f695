"""Keys: from a variable, else from a keyring that is really there, and in no message."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path

import pytest
from langchain.chat_models import base
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from qa.choice import Choice
from qa.errors import ProviderError, SettingsError
from qa.models import keys
from qa.models.chat import load_chat_model
from qa.models.keys import HIDDEN, PROVIDERS, Holder
from qa.models.provider import provider_errors
from qa.settings import Settings
from tests.key_ring import InMemory, Locked, NoKeyring, Nowhere, Waiting, using
from tests.provider_server import ProviderServer, serving

KEY = "sk-of-nobody-0123456789"
OPENAI = Settings(model="openai:gpt-5")


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for provider in PROVIDERS.values():
        if provider.variable:
            monkeypatch.delenv(provider.variable, raising=False)


@pytest.fixture
def ring() -> Iterator[InMemory]:
    with using(InMemory()) as ring:
        yield ring


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with serving(GenericFakeChatModel(messages=repeat("Yes."))) as server:
        yield server


def holder(settings: Settings) -> Holder:
    found = Holder.of(settings)
    assert found
    return found


def saved(url: str, model: str = "m") -> Settings:
    return Settings().choosing(Choice(model, url))


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_langchain_knows_each_provider_by_this_package(provider: keys.Provider) -> None:
    assert base._BUILTIN_PROVIDERS[provider.name][0] == provider.package


def test_what_takes_no_key_has_no_holder() -> None:
    for model in ("embedded", "ollama:qwen3", "bedrock:x", "house:large"):
        assert Holder.of(Settings(model=model)) is None
    assert holder(OPENAI) == Holder("openai", "OPENAI_API_KEY")


def test_a_key_is_kept_found_and_forgotten(ring: InMemory) -> None:
    openai = holder(OPENAI)
    assert (openai.key(), openai.origin()) == (None, None)
    openai.keep(KEY)
    assert ring.kept == {("article-qa", "openai"): KEY}
    found = openai.key()
    assert found
    assert (found.get_secret_value(), openai.origin()) == (KEY, "keyring")
    assert KEY not in f"{found} {found!r} {openai}"
    openai.forget()
    openai.forget()
    assert (ring.kept, openai.origin()) == ({}, None)


def test_a_variable_goes_before_the_keyring(ring: InMemory, monkeypatch: pytest.MonkeyPatch) -> None:
    holder(OPENAI).keep(KEY)
    monkeypatch.setenv("OPENAI_API_KEY", " other ")
    found = holder(OPENAI).key()
    assert found
    assert (found.get_secret_value(), holder(OPENAI).origin()) == ("other", "environment")


def test_the_key_of_a_server_goes_to_its_address_alone(ring: InMemory, server: ProviderServer) -> None:
    holder(saved(server.url)).keep(KEY)
    load_chat_model(saved(server.url)).invoke("?")
    load_chat_model(saved(server.url.replace("127.0.0.1", "localhost"))).invoke("?")
    assert [asked.key for asked in server.asked] == [f"Bearer {KEY}", "Bearer none"]


def test_a_key_of_the_environment_goes_to_no_address_that_was_chosen_on_the_page(
    ring: InMemory, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    load_chat_model(saved(server.url)).invoke("?")
    load_chat_model(Settings(model="m", model_url=server.url)).invoke("?")
    assert [asked.key for asked in server.asked] == ["Bearer none", f"Bearer {KEY}"]


def test_a_provider_gets_the_key_that_is_kept(
    ring: InMemory, server: ProviderServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    holder(OPENAI).keep(KEY)
    load_chat_model(OPENAI).invoke("?")
    assert [asked.key for asked in server.asked] == [f"Bearer {KEY}"]


@pytest.mark.parametrize("key", ["", " ", "two words", "sk-\n1", "schlüssel", "x" * 1001, "sk\x00"])
def test_what_is_no_key_is_refused_without_being_repeated(key: str, ring: InMemory) -> None:
    with pytest.raises(SettingsError, match=r"^key: it is one word") as refused:
        holder(OPENAI).keep(key)
    assert ring.kept == {}
    assert not key.strip() or key not in str(refused.value)


def test_without_a_keyring_the_variable_is_named() -> None:
    with using(NoKeyring()):
        assert (holder(OPENAI).key(), holder(OPENAI).origin()) == (None, None)
        holder(OPENAI).forget()
        with pytest.raises(SettingsError, match="this system has no keyring; set OPENAI_API_KEY before"):
            holder(OPENAI).keep(KEY)
        with pytest.raises(SettingsError, match="set ARTICLE_QA_MODEL_URL and OPENAI_API_KEY before"):
            holder(saved("http://127.0.0.1:1/v1")).keep(KEY)


def test_a_keyring_that_keeps_nothing_is_noticed() -> None:
    with using(Nowhere()), pytest.raises(SettingsError, match="keeps nothing; set OPENAI_API_KEY"):
        holder(OPENAI).keep(KEY)


def test_a_keyring_that_is_not_opened_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "PATIENCE", 0.1)
    for backend, said in ((Locked(), r"refuses \(KeyringLocked\)"), (Waiting(), "does not answer")):
        with using(backend):
            assert holder(OPENAI).origin() is None
            assert holder(saved("http://127.0.0.1:1/v1")).key() is None, "which may need none"
            with pytest.raises(SettingsError, match=said) as refused:
                holder(OPENAI).key()
            assert "\n" not in str(refused.value)
    Waiting.opened.set()


def test_no_message_repeats_a_key(ring: InMemory) -> None:
    holder(OPENAI).keep(KEY)
    with pytest.raises(ProviderError) as failure, provider_errors("m"):
        raise ValueError(f"400: the key {KEY} is odd")
    assert str(failure.value) == f"the model m cannot answer: 400: the key {HIDDEN} is odd"


def test_without_any_keyring_of_the_system_a_command_goes_on(tmp_path: Path) -> None:
    """As on a server: keyring itself decides that there is none."""
    code = "from qa.models.keys import Holder; from qa.settings import Settings; print(Holder('openai', 'X').key())"
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=Path(__file__).parent.parent, capture_output=True, text=True
    )
    assert (run.stdout, run.stderr) == ("None\n", "")
    assert list(tmp_path.rglob("*")) == []
