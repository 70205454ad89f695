"""The language model that runs on this machine: a LangChain chat model over the process of `qa.models.engine`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from qa.errors import ProviderError
from qa.models.keeper import EngineKeeper
from qa.models.process import Message

MAX_TOKENS = 120


class EmbeddedChatModel(BaseChatModel):
    """Greedy answers of the model in `folder`, streamed.

    An engine that dies or hangs is started again at once.
    """

    folder: Path
    model: str
    max_tokens: int = MAX_TOKENS

    _engine: EngineKeeper = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._engine = EngineKeeper(self.folder)

    def warm_up(self, prompts: Iterable[Sequence[BaseMessage]] = ()) -> None:
        """Wait until the first question can be answered; what these prompts begin with need not be read again.

        Raises ProviderError where none can.
        """
        self._engine.wait_until_ready()
        for messages in prompts:
            self.first_tokens(messages)

    def trouble(self) -> str:
        """Why no question can be answered just now, while the engine is started again; empty where one can."""
        return self._engine.trouble()

    def first_tokens(self, messages: Sequence[BaseMessage], count: int = 4) -> dict[str, float]:
        """The likeliest first tokens of an answer with their probabilities, such as {"Yes": 0.98, "No": 0.01}."""
        for reply in self._ask(messages, stop=[], max_tokens=1, alternatives=count):
            if "done" in reply:
                return dict(reply["done"]["alternatives"])
        raise ProviderError("the embedded language model gave no answer")

    def count_tokens(self, text: str) -> int:
        """By the model's own tokenizer. Raises ProviderError."""
        for reply in self._engine.ask(count=text):
            if "done" in reply:
                return int(reply["done"]["tokens"])
        raise ProviderError("the embedded language model gave no answer")

    def close(self) -> None:
        """Ends the engine and frees its memory."""
        self._engine.close()

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        max_tokens = kwargs.get("max_tokens", self.max_tokens)
        for reply in self._ask(messages, stop=stop or [], max_tokens=max_tokens, alternatives=0):
            if "done" in reply:
                done = reply["done"]
                read, written = done["prompt_tokens"], done["tokens"]
                usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
                last = AIMessageChunk(content="", chunk_position="last", usage_metadata=usage)
                facts = {"finish_reason": done["finish_reason"], "model_name": self.model}
                yield ChatGenerationChunk(message=last, generation_info=facts)
            else:
                yield ChatGenerationChunk(message=AIMessageChunk(content=reply["text"]))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _ask(self, messages: Sequence[BaseMessage], **request: Any) -> Iterator[Message]:
        return self._engine.ask(messages=convert_to_openai_messages(messages), **request)

    @property
    def _llm_type(self) -> str:
        return "article-qa-embedded"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": self.max_tokens}
