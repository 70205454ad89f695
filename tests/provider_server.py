"""An OpenAI-compatible server on loopback over any chat model, which can be told to misbehave."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages.utils import convert_to_messages

ERRORS = {
    "wrong key": (401, "Incorrect API key provided: sk-secret"),
    "forbidden": (403, "Your organisation may not use this model"),
    "no such model": (404, "The model does not exist"),
    "rate limit": (429, "Rate limit reached"),
    "too long": (400, "This model's maximum context length is 4096 tokens, however you requested 9000"),
    "out of order": (500, "internal error"),
}


@dataclass(frozen=True)
class Asked:
    """One request."""

    model: str
    key: str


@dataclass
class ProviderServer:
    """`fault` is a key of ERRORS, "silent" or "cut off"; it holds for the next `faults` requests."""

    model: BaseChatModel
    fault: str = ""
    faults: int = 1_000
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def next_fault(self) -> str:
        self.faults -= 1
        return self.fault if self.faults >= 0 else ""


@contextmanager
def serving(model: BaseChatModel, fault: str = "", faults: int = 1_000, port: int = 0) -> Iterator[ProviderServer]:
    """The server while the context is open, on any port or that one."""
    server = ProviderServer(model, fault, faults)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append(Asked(body["model"], self.headers["Authorization"]))
            fault = server.next_fault()
            if fault in ERRORS:
                status, message = ERRORS[fault]
                self._say(status, {"error": {"message": message, "type": "error", "code": None}})
            elif fault == "silent":
                time.sleep(3)
            elif body.get("stream"):
                self._stream(convert_to_messages(body["messages"]), cut_off=fault == "cut off")
            else:
                text = server.model.invoke(convert_to_messages(body["messages"])).text
                message = {"role": "assistant", "content": text}
                self._say(200, self._choice("chat.completion", message=message, finish_reason="stop"))

        def _say(self, status: int, value: dict[str, Any]) -> None:
            answer = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _stream(self, messages: list[Any], cut_off: bool) -> None:
            self.protocol_version = "HTTP/1.1"
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for chunk in server.model.stream(messages):
                self._event(self._choice("chat.completion.chunk", delta={"content": chunk.text}, finish_reason=None))
                if cut_off:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
            self._event(self._choice("chat.completion.chunk", delta={}, finish_reason="stop"))
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

        def _event(self, value: dict[str, Any] | str) -> None:
            data = f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

        def _choice(self, kind: str, **choice: Any) -> dict[str, Any]:
            return {"id": "1", "object": kind, "created": 0, "model": "m", "choices": [{"index": 0} | choice]}

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}/v1"
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield server
        http.shutdown()
