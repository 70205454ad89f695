"""The chat model that answers: the embedded one, any OpenAI-compatible server, or any provider LangChain knows."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from qa.extensions import MODELS, extension
from qa.models.manifest import LANGUAGE_MODEL
from qa.models.provider import MAX_RETRIES, TIMEOUT_SECONDS, provider_errors
from qa.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage


@runtime_checkable
class Resident(Protocol):
    """A chat model that lives in a process of its own: it must be waited for, may be restarted, and is ended."""

    def warm_up(self, prompts: "Iterable[Sequence[BaseMessage]]" = ()) -> None:
        """Wait until it can answer, and let it read what these prompts begin with."""

    def trouble(self) -> str:
        """Why it cannot answer just now; empty where it can."""

    def close(self) -> None:
        """End the process."""


def load_chat_model(settings: Settings) -> "BaseChatModel":
    """The chosen model; the embedded one goes on loading in the background.

    Raises WeightsError, ProviderError, ExtensionError.
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
    with provider_errors(model_name(settings)):
        if settings.model_url:
            return _server_model(settings.model_url, model_name(settings))
        from langchain.chat_models import init_chat_model

        return init_chat_model(settings.model, timeout=TIMEOUT_SECONDS, max_retries=MAX_RETRIES)


def model_name(settings: Settings) -> str:
    """How the model is called in answers and reports; on a server that serves one model it needs no name."""
    if is_embedded(settings):
        return f"{EMBEDDED}:{LANGUAGE_MODEL.name}"
    return "default" if settings.model == EMBEDDED else settings.model


def is_embedded(settings: Settings) -> bool:
    return settings.model == EMBEDDED and not settings.model_url


def _server_model(url: str, name: str) -> "BaseChatModel":
    """Servers on one's own machine ask for no key, but the client wants one."""
    from langchain_core.utils import secret_from_env
    from langchain_openai import ChatOpenAI

    key = secret_from_env("OPENAI_API_KEY", default="none")()
    return ChatOpenAI(
        base_url=url,
        model=name.removeprefix("openai:"),
        api_key=key,
        timeout=TIMEOUT_SECONDS,
        max_retries=MAX_RETRIES,
    )
