"""Runs the application: binds the port, says where the page is, and stops promptly."""

import json
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI

from qa.errors import SettingsError
from qa.settings import Settings
from qa.web.application import AnswererFactory, create_app

GRACE_SECONDS = 3


class _Server(uvicorn.Server):
    """Ends the answers that are being written before it waits for open connections."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(app, access_log=False, log_config=None, timeout_graceful_shutdown=GRACE_SECONDS)
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for part in self._app.state.stoppable:
            part.stop()
        import time; print("T sd", time.time())
        await super().shutdown(sockets)
        print("T sd2", time.time())


def serve(answerer_factory: AnswererFactory, settings: Settings) -> None:
    """Serve the page until the process is told to stop; raises SettingsError where the port is taken."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("qa.web").setLevel(logging.INFO)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, cleaning up
    listener = _bind(settings)
    url = f"http://{_name(settings.host)}:{listener.getsockname()[1]}"
    print(f"article-qa is at {url} (Ctrl-C stops it); the page opens in a few seconds,", flush=True)
    print("the models are loaded behind it.", flush=True)
    with _announced(settings, url), suppress(KeyboardInterrupt):
        _Server(create_app(answerer_factory, settings)).run(sockets=[listener])
    import time; print("T end", time.time())


def _bind(settings: Settings) -> socket.socket:
    """Take the port first, so that a second server fails before it loads anything."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"cannot listen on {settings.host} port {settings.port} ({reason}); choose another with --port"
        ) from error


def _name(host: str) -> str:
    """A bound address as it is written in a URL; all interfaces include loopback."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@contextmanager
def _announced(settings: Settings, url: str) -> Iterator[None]:
    """Leave the address where the command line finds it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.server_file.write_text(json.dumps({"url": url, "pid": os.getpid()}))
    try:
        yield
    finally:
        settings.server_file.unlink(missing_ok=True)
