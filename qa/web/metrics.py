"""`/metrics` for Prometheus, on an address and port of its own, where ARTICLE_QA_METRICS names one."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qa.errors import LibraryError, SettingsError
from qa.library import Sizes
from qa.settings import PREFIX, Settings
from qa.telemetry.stages import leave, listen
from qa.telemetry.traces import MISSING
from qa.web.engine import Engine
from qa.web.guard import Guard
from qa.web.protocol import LONGEST_HEAD, PatientProtocol
from qa.web.scheduler import Queue

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric

LAST_SECONDS = 1  # for what is being asked at the end
Bind = Callable[[str, int], socket.socket]


class Gauges:
    """How things stand, asked when the metrics are: the queues, and what the library holds, has pending and failed."""

    def __init__(self, engine: Engine, queues: Mapping[str, Queue]) -> None:
        self._engine = engine
        self._queues = queues

    def collect(self) -> "Iterator[Metric]":
        """As a collector of prometheus_client."""
        from prometheus_client.core import GaugeMetricFamily

        def gauge(name: str, said: str, value: float) -> "Metric":
            return GaugeMetricFamily(f"article_qa_{name}", said, value)

        yield gauge("ready", "1 where questions can be answered.", self._engine.ready)
        for name, said in (("waiting", "Who wait for their turn."), ("working", "What is worked on.")):
            family = GaugeMetricFamily(f"article_qa_queue_{name}", said, labels=("queue",))
            for queue, kept in self._queues.items():
                family.add_metric((queue,), getattr(kept, name))
            yield family
        with suppress(LibraryError):  # the log says why
            size = Sizes.beside(self._engine.library).now()
            yield gauge("articles", "Articles in the library.", size.articles)
            yield gauge("passages", "Passages in the library.", size.passages)
            yield gauge("articles_pending", "Articles of a run that was cut short.", size.pending)
            yield gauge("articles_failed", "Articles that could not be added and wait for another try.", size.failed)


@contextmanager
def served(settings: Settings, gauges: Gauges, bind: Bind) -> Iterator[None]:
    """Serve metrics beside the page, in a thread; raises SettingsError where a package is missing or the port taken."""
    if settings.metrics is None:
        yield
        return
    try:
        from qa.telemetry.metrics import Metrics
    except ImportError as error:
        raise SettingsError(f"{PREFIX}METRICS {MISSING}") from error
    host, port = settings.metrics_at
    listener, metrics = bind(host, port), Metrics()
    metrics.registry.register(gauges)
    config = uvicorn.Config(
        Guard(_app(metrics.registry), host),
        http=PatientProtocol,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="metrics", daemon=True)
    thread.start()
    listen(metrics)
    try:
        yield
    finally:
        leave(metrics)
        server.should_exit = True
        thread.join(2 * LAST_SECONDS)


def _app(registry: "CollectorRegistry") -> Starlette:
    from prometheus_client.exposition import choose_encoder

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(await asyncio.to_thread(encode, registry), headers={"Content-Type": content_type})

    return Starlette(routes=[Route("/metrics", metrics)])
