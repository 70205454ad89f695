"""Keys of language models: from their provider's own variable, else from the system's keyring, and nowhere else.

No file, log, message or answer of ours holds one. The key of a server belongs to its address: with another address
there is another key, or none.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal, TypeVar

from qa.choice import origin_of
from qa.errors import SettingsError
from qa.settings import Settings, variable

if TYPE_CHECKING:
    from types import ModuleType

    from pydantic import SecretStr

SERVICE = "article-qa"
PATIENCE = 10.0  # seconds for the keyring, which may ask its owner to open it
LONGEST = 1_000
HIDDEN = "(the key)"

T = TypeVar("T")
Origin = Literal["environment", "keyring"]


@dataclass(frozen=True)
class Provider:
    """Whose models can be asked, and the variable of their key, if they take one."""

    name: str
    variable: str

    @property
    def package(self) -> str:
        """The package that knows how."""
        return f"langchain_{self.name}"

    @property
    def is_installed(self) -> bool:
        return find_spec(self.package) is not None


# Those whose one key is all that they need; others of LangChain's are set up by their own variables.
PROVIDERS = {
    name: Provider(name, variable)
    for name, variable in {
        "openai": "OPENAI_API_KEY",
        "anthropic": "ANTHROPIC_API_KEY",
        "google_genai": "GOOGLE_API_KEY",
        "mistralai": "MISTRAL_API_KEY",
        "groq": "GROQ_API_KEY",
        "deepseek": "DEEPSEEK_API_KEY",
        "fireworks": "FIREWORKS_API_KEY",
        "openrouter": "OPENROUTER_API_KEY",
        "perplexity": "PPLX_API_KEY",
        "together": "TOGETHER_API_KEY",
        "xai": "XAI_API_KEY",
        "ollama": "",
    }.items()
}

_seen: set[str] = set()  # the keys that this process has had in hand, so that no message repeats one


@dataclass(frozen=True)
class Holder:
    """Whose key it is: a provider's, or a server's by its address; and the variable that may hold it."""

    account: str
    variable: str

    @classmethod
    def of(cls, settings: Settings) -> "Holder | None":
        """None where the model takes no key, or one that only its own package knows of.

        A key of the environment goes to no address but one of the environment: whoever may choose an address on the
        page must not be sent it.
        """
        if settings.model_url:
            is_saved = settings.origins.get("model_url") == "saved"
            return cls(origin_of(settings.model_url), "" if is_saved else "OPENAI_API_KEY")
        provider = PROVIDERS.get(settings.model.partition(":")[0])
        return cls(provider.name, provider.variable) if provider and provider.variable else None

    def key(self) -> "SecretStr | None":
        """The key, where there is one. Raises SettingsError where the keyring does not answer for a provider's."""
        from pydantic import SecretStr

        found = variable(self.variable) if self.variable else ""
        try:
            found = found or self._kept()
        except SettingsError:
            if "://" not in self.account:  # a server may need none
                raise
        if found:
            hide(found)
        return SecretStr(found) if found else None

    def origin(self) -> Origin | None:
        """Where the key is; None where there is none, or no keyring that could be asked."""
        if self.variable and variable(self.variable):
            return "environment"
        try:
            return "keyring" if self._kept() else None
        except SettingsError:
            return None

    def keep(self, key: str) -> None:
        """Put a key into the keyring. Raises SettingsError where that cannot be done."""
        if not key.isascii() or not key.isprintable() or " " in key or not 0 < len(key) <= LONGEST:
            raise SettingsError("key: it is one word of letters, digits and signs")
        hide(key)
        _within(PATIENCE, lambda: _keyring().set_password(SERVICE, self.account, key), self._instead())
        if self._kept() != key:
            raise SettingsError(f"key: the system's keyring keeps nothing; {self._instead()}")

    def forget(self) -> None:
        """Take the key out of the keyring, where it is there."""
        if self._kept():
            _within(
                PATIENCE, lambda: _keyring().delete_password(SERVICE, self.account), "see the keyring's own program"
            )

    def _kept(self) -> str:
        from keyring.errors import NoKeyringError

        try:
            return _within(PATIENCE, lambda: _keyring().get_password(SERVICE, self.account), self._instead()) or ""
        except SettingsError as error:
            if isinstance(error.__cause__, NoKeyringError):
                return ""
            raise

    def _instead(self) -> str:
        if self.variable:
            return f"set {self.variable} before the program is started"
        return "set ARTICLE_QA_MODEL_URL and OPENAI_API_KEY before the program is started"


def hidden(text: str) -> str:
    """A message of somebody else's without the keys that it may repeat."""
    for key in sorted(_seen, key=len, reverse=True):
        text = text.replace(key, HIDDEN)
    return text


def hide(key: str) -> None:
    """From now on no message repeats this key."""
    _seen.add(key)


def _keyring() -> "ModuleType":
    import keyring

    return keyring


def _within(seconds: float, ask: Callable[[], T], instead: str) -> T:
    """What the keyring answers; raises SettingsError where it fails, or waits for its owner for too long."""
    results: list[T] = []
    failures: list[Exception] = []

    def work() -> None:
        try:
            results.append(ask())
        except Exception as error:  # each system's keyring has errors of its own
            failures.append(error)

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    if not failures:
        raise SettingsError(f"key: the system's keyring does not answer; open it, or {instead}")
    from keyring.errors import NoKeyringError

    if isinstance(failures[0], NoKeyringError):
        raise SettingsError(f"key: this system has no keyring; {instead}") from failures[0]
    raise SettingsError(
        f"key: the system's keyring refuses ({type(failures[0]).__name__}); open it, or {instead}"
    ) from failures[0]
