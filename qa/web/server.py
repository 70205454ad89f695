"""Runs the application: binds the port, says where the page is, and stops promptly."""

import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from qa.disk import advice
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
        await super().shutdown(sockets)


def serve(answerer_factory: AnswererFactory, settings: Settings) -> NoReturn:
    """Serve the page until the process is told to stop, then end it; raises SettingsError where the port is taken.

    Exits without waiting for native code: a model that reads a prompt would hold the process for seconds.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("qa.web").setLevel(logging.INFO)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, cleaning up
    listener = _bind(settings)
    url = f"http://{_name(settings.host)}:{listener.getsockname()[1]}"
    print(f"article-qa is at {url} and opens in a few seconds; Ctrl-C stops it.", flush=True)
    print("The models are being loaded meanwhile …", flush=True)
    app = create_app(answerer_factory, settings)
    with _announced(settings, url, app.state.token), suppress(KeyboardInterrupt):
        _Server(app).run(sockets=[listener])
    sys.stdout.flush()
    os._exit(0)


def _bind(settings: Settings) -> socket.socket:
    """Take the port first, so that a second server fails before it loads anything."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}; choose another with --port"
        ) from error
    return listener


def _name(host: str) -> str:
    """A bound address as it is written in a URL; all interfaces include loopback."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


@contextmanager
def _announced(settings: Settings, url: str, token: str | None) -> Iterator[None]:
    """Leave the address where the command line finds it, and what lets it in where others must sign in.

    Where the disk takes nothing, the page is served all the same, and commands start models of their own.
    """
    secret = {"token": token} if token else {}
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.server_file.unlink(missing_ok=True)
        with open(os.open(settings.server_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"url": url, "pid": os.getpid(), **secret}, file)
    except OSError as error:
        print(f"commands will not find this page: {advice(error, settings.data_dir)}", file=sys.stderr)
    try:
        yield
    finally:
        with suppress(OSError):
            settings.server_file.unlink(missing_ok=True)
