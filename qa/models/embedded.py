"""The language model that runs on this machine: a LangChain chat model over the process of `qa.models.engine`."""

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from qa.errors import ProviderError

MAX_TOKENS = 120

Message = dict[str, Any]


def engine_command(*arguments: Path) -> list[str]:
    """How to run the engine; `-P` keeps its folder off the import path."""
    return [sys.executable, "-P", str(Path(__file__).with_name("engine.py")), *map(str, arguments)]


class EngineProcess:
    """One running engine, shared by all threads; it loads in the background while requests already queue up."""

    def __init__(self, folder: Path) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, SimpleQueue[Message]] = {}
        self._ready = threading.Event()
        self._folder = folder
        self._fatal = ""
        self._process = subprocess.Popen(
            engine_command(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the parent, whose end is the engine's end
        )
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, **request: Any) -> Iterator[Message]:
        """What the engine says to a request, `done` at last; closing the iterator cancels it. Raises ProviderError."""
        number, replies = next(self._numbers), SimpleQueue[Message]()
        with self._lock:
            if not self.alive:
                raise ProviderError(self._epitaph())
            self._waiting[number] = replies
        finished = False
        try:
            self._send({"id": number, **request})
            while not finished:
                reply = replies.get()
                finished = "text" not in reply
                if "error" in reply:
                    raise ProviderError(reply["error"])
                yield reply
        finally:
            with self._lock:
                self._waiting.pop(number, None)
            if not finished:
                self._send({"cancel": number})

    def wait_until_ready(self) -> None:
        """Returns once the model is loaded; raises ProviderError when it cannot be."""
        self._ready.wait()
        if not self.alive:
            raise ProviderError(self._epitaph())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self, message: Message) -> None:
        """A dead engine is told nothing: its listener tells whoever waits."""
        stdin = self._process.stdin
        if stdin:
            with self._lock:
                try:
                    stdin.write(json.dumps(message) + "\n")
                    stdin.flush()
                except OSError:
                    return

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            message = json.loads(line)
            if "ready" in message:
                self._ready.set()
            elif "fatal" in message:
                self._fatal = message["fatal"]
            elif replies := self._waiting.get(message["id"]):
                replies.put(message)
        self._process.wait()
        with self._lock:
            for replies in self._waiting.values():
                replies.put({"error": self._epitaph()})
        self._ready.set()

    def _epitaph(self) -> str:
        if self._fatal:
            return (
                f"the embedded language model failed ({self._fatal}); if this goes on, delete {self._folder} and run "
                "`python -m qa models pull`"
            )
        return (
            f"the embedded language model stopped (status {self._process.returncode}), often for lack of memory: it "
            "needs 4 GB; see `python -m qa doctor`, or set ARTICLE_QA_MODEL to another model"
        )


class EmbeddedChatModel(BaseChatModel):
    """Greedy answers of the model in `folder`, streamed; the last chunk's `response_metadata` has `mean_log_prob`.

    An engine that died is started again by the next question.
    """

    folder: Path
    model: str
    max_tokens: int = MAX_TOKENS

    _engine: EngineProcess = PrivateAttr()
    _starting: Any = PrivateAttr(default_factory=threading.Lock)

    def model_post_init(self, context: Any, /) -> None:
        self._engine = EngineProcess(self.folder)

    def warm_up(self) -> None:
        """Waits until the first question can be answered; raises ProviderError when none can."""
        self._running_engine().wait_until_ready()

    def first_tokens(self, messages: Sequence[BaseMessage], count: int = 4) -> dict[str, float]:
        """The likeliest first tokens of an answer with their probabilities, such as {"Yes": 0.98, "No": 0.01}."""
        for reply in self._ask(messages, stop=[], max_tokens=1, alternatives=count):
            if "done" in reply:
                return dict(reply["done"]["alternatives"])
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
                facts = {"finish_reason": done["finish_reason"], "mean_log_prob": done["mean_log_prob"]}
                yield ChatGenerationChunk(message=last, generation_info=facts | {"model_name": self.model})
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
        return self._running_engine().ask(messages=convert_to_openai_messages(messages), **request)

    def _running_engine(self) -> EngineProcess:
        with self._starting:
            if not self._engine.alive:
                self._engine = EngineProcess(self.folder)
            return self._engine

    @property
    def _llm_type(self) -> str:
        return "article-qa-embedded"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": self.max_tokens}
