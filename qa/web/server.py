"""Runs the application: binds the port, says where the page is, and stops promptly."""

import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import NoReturn

import uvicorn
from fastapi import FastAPI

from qa.errors import SettingsError
from qa.settings import Settings
from qa.telemetry import logs, traces
from qa.web.application import AnswererFactory, create_app
from qa.web.metrics import served
from qa.web.presence import announced, seated, temporary_files
from qa.web.protocol import LONGEST_HEAD, PatientProtocol

GRACE_SECONDS = 3

log = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """Ends the answers that are being written before it waits for open connections.

    What a request says of where it comes from (`X-Forwarded-For`, `X-Forwarded-Proto`) counts only where a proxy that
    the settings name has sent it.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        config = uvicorn.Config(
            app,
            http=PatientProtocol,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            ws="none",
            access_log=False,
            log_config=None,
            timeout_graceful_shutdown=GRACE_SECONDS,
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=list(settings.trusted_proxies),
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for part in self._app.state.stoppable:
            part.stop()
        await super().shutdown(sockets)


def serve(answerer_factory: AnswererFactory, settings: Settings) -> NoReturn:
    """Serve the page until the process is told to stop, then end it.

    Raises SettingsError where the port is taken or other servers use the data directory. Exits without waiting for
    native code: a model that reads a prompt would hold the process for seconds.
    """
    logs.begin(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, cleaning up
    with seated(settings) as seat, temporary_files(seat):
        listener = _bind(settings.host, settings.port)
        app = create_app(answerer_factory, settings)
        url = f"http://{_name(settings.host)}:{listener.getsockname()[1]}"
        tell = log.info if settings.log == "json" else partial(print, flush=True)
        with announced(seat, url, app.state.token), served(settings, app.state.gauges, _bind):
            tell(f"article-qa is at {url} and opens in a few seconds; Ctrl-C stops it.")
            tell("The models are being loaded meanwhile …")
            serving = Server(app, settings)
            with suppress(KeyboardInterrupt):
                serving.run(sockets=[listener])
    traces.finish()
    sys.stdout.flush()
    os._exit(0)


def _bind(host: str, port: int) -> socket.socket:
    """Take the port first, so that a second server fails before it loads anything."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise SettingsError(f"cannot listen on {host} port {port}: {error.strerror}; choose another port") from error
    return listener


def _name(host: str) -> str:
    """A bound address as it is written in a URL; all interfaces include loopback."""
    if host in ("0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
