"""Traces for a collector of OpenTelemetry, made of what is told in `stages`; sent only where a setting says where."""

import threading
from typing import TYPE_CHECKING, Any

from qa.errors import SettingsError
from qa.settings import PREFIX, speaking, variable
from qa.telemetry.stages import Listener, Stage, leave, listen

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

LAST_SECONDS = 2.0  # in which what is left is sent at the end
MISSING = "needs packages: run `.venv/bin/python -m pip install -c constraints.txt -e '.[telemetry]'`"
_begun: list["Traces"] = []


class Traces(Listener):
    """Each stage is a span; of texts nothing is sent unless `texts` says so.

    The provider is its own: what other libraries would tell of requests and their addresses is not sent.
    """

    def __init__(self, exporter: "SpanExporter", texts: bool = False) -> None:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        service = variable("OTEL_SERVICE_NAME") or "article-qa"
        self._api = trace
        self._texts = texts
        with speaking():
            resource = Resource.create({SERVICE_NAME: service})
            self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("article-qa")

    def begun(self, stage: Stage) -> None:
        above: Any = stage.within and stage.within.span
        context = self._api.set_span_in_context(above or self._api.INVALID_SPAN)
        stage.span = self._tracer.start_span(stage.name, context)

    def ended(self, stage: Stage) -> None:
        span: Any = stage.span
        if span is None:  # it began before it was listened to
            return
        told = {**stage.facts, **stage.texts} if self._texts else stage.facts
        span.set_attributes({f"article_qa.{name}": value for name, value in told.items()})
        if stage.error:
            span.set_attribute("error.type", stage.error)
            span.set_status(self._api.StatusCode.ERROR)
        span.end()

    def finish(self) -> None:
        """Send what is left, for a moment at most: a collector that does not answer holds nothing up."""
        leave(self)
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(LAST_SECONDS)


def begin(collector: str, texts: bool) -> None:
    """Send traces of what this process does from now on to the collector at an address.

    Raises SettingsError where the packages for it are missing.
    """
    try:
        traces = Traces(_exporter(collector), texts)
    except ImportError as error:
        raise SettingsError(f"{PREFIX}TRACES {MISSING}") from error
    listen(traces)
    _begun.append(traces)


def finish() -> None:
    """Send what is left, before the process ends."""
    while _begun:
        _begun.pop().finish()


def _exporter(collector: str) -> "SpanExporter":
    """How is said by OpenTelemetry's own variables, such as OTEL_EXPORTER_OTLP_HEADERS."""
    if variable("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as OverGrpc

        return OverGrpc(collector)
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(f"{collector.rstrip('/')}/v1/traces")
