"""The chat model that answers: the embedded one, any OpenAI-compatible server, or any provider LangChain knows."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from qa.choice import GIVE_ADDRESS, addresses_of
from qa.errors import ProviderError, SettingsError
from qa.extensions import MODELS, extension
from qa.models.keys import Holder
from qa.models.manifest import LANGUAGE_MODEL
from qa.models.provider import CONNECT_SECONDS, MAX_RETRIES, TIMEOUT_SECONDS, provider_errors
from qa.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from langchain_core.callbacks import UsageMetadataCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage
    from pydantic import SecretStr


@dataclass(frozen=True)
class Patience:
    """How long a provider is waited for, and how often asked again."""

    seconds: float = TIMEOUT_SECONDS
    retries: int = MAX_RETRIES


@runtime_checkable
class Counting(Protocol):
    """A chat model that counts by its own tokenizer, on this machine."""

    def count_tokens(self, text: str) -> int:
        """Raises ProviderError where it cannot."""


@runtime_checkable
class Resident(Protocol):
    """A chat model that lives in a process of its own: it must be waited for, may be restarted, and is ended."""

    def warm_up(self, prompts: "Iterable[Sequence[BaseMessage]]" = ()) -> None:
        """Wait until it can answer, and let it read what these prompts begin with."""

    def trouble(self) -> str:
        """Why it cannot answer just now; empty where it can."""

    def close(self) -> None:
        """End the process."""


def count_tokens(model: "BaseChatModel", text: str) -> int:
    """How many tokens a text is to a model; by its length where the model cannot tell without asking its provider."""
    from langchain_core.messages.utils import count_tokens_approximately

    if isinstance(model, Counting):
        with suppress(ProviderError):
            return model.count_tokens(text)
    return count_tokens_approximately([("user", text)], extra_tokens_per_message=0)


def load_chat_model(
    settings: Settings, key: "SecretStr | None" = None, patience: Patience = Patience()
) -> "BaseChatModel":
    """The chosen model, with this key or the one that is kept; the embedded one goes on loading in the background.

    Raises WeightsError, ProviderError, ExtensionError, SettingsError.
    """
    if is_embedded(settings):
        from qa.models.conversion import ensure_converted
        from qa.models.embedded import EmbeddedChatModel

        return EmbeddedChatModel(folder=ensure_converted(settings.models_dir), model=model_name(settings))
    kind, _, rest = settings.model.partition(":")
    added = None if settings.model_url else extension(MODELS, kind)
    if added:
        with added.at_work():
            model: BaseChatModel = added.load()(rest, settings)
            return model
    holder = Holder.of(settings)
    key = key or (holder.key() if holder else None)
    with provider_errors(model_name(settings)):
        if settings.model_url:
            return _server_model(settings.model_url, model_name(settings), key, patience)
        from langchain.chat_models import init_chat_model

        given: dict[str, Any] = {"api_key": key} if key else {}
        named: BaseChatModel = init_chat_model(
            settings.model, timeout=patience.seconds, max_retries=patience.retries, **given
        )
        return named


def model_name(settings: Settings) -> str:
    """How the model is called in answers and reports; on a server that serves one model it needs no name."""
    if is_embedded(settings):
        return f"{EMBEDDED}:{LANGUAGE_MODEL.name}"
    return "default" if settings.model == EMBEDDED else settings.model


def is_embedded(settings: Settings) -> bool:
    return settings.model == EMBEDDED and not settings.model_url


def _server_model(model_url: str, name: str, key: "SecretStr | None", patience: Patience) -> "BaseChatModel":
    """A server on one's own machine asks for no key, but the client wants one. Several take turns."""
    from langchain_openai import ChatOpenAI
    from openai import Timeout
    from pydantic import SecretStr

    if not (addresses := addresses_of(model_url)):
        raise SettingsError(GIVE_ADDRESS)
    models: list[BaseChatModel] = [
        ChatOpenAI(
            base_url=address,
            model=name.removeprefix("openai:"),
            api_key=key or SecretStr("none"),
            timeout=Timeout(patience.seconds, connect=min(patience.seconds, CONNECT_SECONDS)),
            max_retries=patience.retries if len(addresses) == 1 else 0,  # else the next one is asked
        )
        for address in addresses
    ]
    if len(models) == 1:
        return models[0]
    from qa.models.servers import ServedChatModel

    return ServedChatModel(model=name, models=models)


def usage(counted: "UsageMetadataCallbackHandler") -> dict[str, int] | None:
    """The tokens that a model read and wrote, as OpenAI names them; None where it did not say."""
    used = counted.usage_metadata.values()
    read, written = sum(one["input_tokens"] for one in used), sum(one["output_tokens"] for one in used)
    return {"prompt_tokens": read, "completion_tokens": written} if used else None
