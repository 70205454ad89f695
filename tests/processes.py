"""Two real web processes over one data directory and one Chroma server, behind a proxy, with a stand-in for the model.

Library, index, encoders, page and sign-in are real; the language model is a server on loopback that answers with the
first sentence of the passages that holds the question's last word, one word at a time.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.engine_stand_in import answer
from tests.provider_server import serving
from tests.test_web_api import wait_until
from tests.webserver import free_port

ROOT = Path(__file__).parent.parent
PATIENCE = 240.0  # seconds, on a machine that has much else to do
STICKY = "sticks_to"
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "host", "content-length"})


class StandIn(BaseChatModel):
    """Writes a word each `seconds`."""

    seconds: float = 0.02

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for word in answer(messages[-1].text).split():
            time.sleep(self.seconds)
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages))

    @property
    def _llm_type(self) -> str:
        return "stand-in"


@dataclass
class Proxy:
    """Sends each request to the next process, those with its cookie to the same; none is buffered or sent twice."""

    upstreams: list[str]
    url: str = ""
    turn: int = 0
    sent: dict[str, int] = field(default_factory=dict)

    def order(self, preferred: str | None) -> list[str]:
        self.turn += 1
        turned = [self.upstreams[(self.turn + n) % len(self.upstreams)] for n in range(len(self.upstreams))]
        return sorted(turned, key=lambda upstream: upstream != preferred)


@contextmanager
def proxying(upstreams: list[str]) -> Iterator[Proxy]:
    """The proxy while the context is open."""
    proxy = Proxy(upstreams)
    client = httpx.AsyncClient(timeout=None, trust_env=False, limits=httpx.Limits(max_connections=None))

    async def passed_on(request: Request) -> Response:
        body = await request.body()
        headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
        headers.append(("x-forwarded-for", request.client.host if request.client else ""))
        for upstream in proxy.order(request.cookies.get(STICKY)):
            host = ("host", request.headers["host"])
            url = f"{upstream}{request.url.path}?{request.url.query}"
            sent = client.build_request(request.method, url, headers=[*headers, host], content=body)
            try:
                answer = await client.send(sent, stream=True)
            except httpx.ConnectError:  # nothing was sent
                continue
            except httpx.TransportError:
                return PlainTextResponse("the process has gone", 502)
            proxy.sent[upstream] = proxy.sent.get(upstream, 0) + 1
            response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=None)
            response.raw_headers = [
                (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in HOP_BY_HOP
            ]
            if request.cookies.get(STICKY) != upstream:
                response.set_cookie(STICKY, upstream)
            return response
        return PlainTextResponse("no process is there", 502)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await client.aclose()

    methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"]
    app = Starlette(routes=[Route("/{path:path}", passed_on, methods=methods)], lifespan=lifespan)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.should_exit = True
        thread.join()


@dataclass
class Processes:
    """What is running; what each says stands in `server-N.log` beside the data directory."""

    environment: dict[str, str]
    data_dir: Path
    urls: list[str] = field(default_factory=list)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """One more, which is ready some time later."""
        port = free_port()
        with (self.data_dir.parent / f"server-{len(self.running)}.log").open("wb") as log:
            self.running.append(
                subprocess.Popen(
                    [sys.executable, "app.py", "--port", str(port)],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                )
            )
        self.urls.append(f"http://127.0.0.1:{port}")

    def wait(self, number: int) -> None:
        """Until one is ready."""
        process, url = self.running[number], self.urls[number]
        wait_until(lambda: process.poll() is not None or _is_ready(url, self.environment), PATIENCE)
        assert process.poll() is None, (self.data_dir.parent / f"server-{number}.log").read_text()

    def kill(self, number: int) -> None:
        """Let one end as if the power went."""
        self.running[number].send_signal(signal.SIGKILL)
        self.running[number].wait()

    def memory(self, number: int) -> dict[str, int]:
        """MB of one: resident, of which its own, and at most so far."""
        rows = Path(f"/proc/{self.running[number].pid}/status").read_text().splitlines()
        facts = {name: value.split()[0] for name, _, value in (row.partition(":") for row in rows) if "kB" in value}
        resident, own, most = (int(facts[name]) // 1024 for name in ("VmRSS", "RssAnon", "VmHWM"))
        return {"resident": resident, "own": own, "most": most}


@contextmanager
def together(folder: Path, model_url: str, count: int = 2, **rest: str) -> Iterator[Processes]:
    """So many processes over one data directory, which may be empty; all are killed at the end."""
    with ExitStack() as stack:
        chroma = stack.enter_context(chroma_server(folder / "chroma"))
        data = folder / "data"
        environment = {
            **os.environ,
            "ARTICLE_QA_DATA_DIR": str(data),
            "ARTICLE_QA_CHROMA_URL": chroma,
            "ARTICLE_QA_MODEL_URL": model_url,
            "ARTICLE_QA_MODEL": "stand-in",
            **rest,
        }
        processes = Processes(environment, data)
        stack.callback(lambda: [process.kill() for process in processes.running])
        for _ in range(count):
            processes.start()
        for number in range(count):
            processes.wait(number)
        yield processes


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """The address of a Chroma server of its own."""
    port = free_port()
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(f"{url}/api/v2/heartbeat"), PATIENCE)
        yield url
    finally:
        server.kill()
        server.wait()


@contextmanager
def model_server(seconds: float = 0.02) -> Iterator[str]:
    """The address of the stand-in."""
    with serving(StandIn(seconds=seconds)) as server:
        yield server.url


def _is_ready(url: str, environment: dict[str, str]) -> bool:
    key = environment.get("ARTICLE_QA_API_KEYS", "").partition(",")[0]
    return _answers(f"{url}/readyz", {"Authorization": f"Bearer {key}"})


def _answers(url: str, headers: dict[str, str] | None = None) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(url, headers=headers, timeout=5).status_code == 200
    return False
