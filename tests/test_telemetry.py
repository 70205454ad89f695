"""What is told of a question and of adding: over real HTTP to a collector of ours, and in Prometheus's own form."""

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from ingest import pipeline
from qa.answer import Answerer
from qa.errors import ProviderError, SettingsError
from qa.index import VectorIndex
from qa.library import Library
from qa.models.cores import Urgency, urgency
from qa.models.reader import Reading
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.telemetry import traces
from qa.telemetry.metrics import COUNTED, MEASURED, Metrics
from qa.telemetry.stages import Stage, happened, leave, listen, measured, stage
from tests.conftest import HashedWords
from tests.judges import WordJudge
from tests.test_ingest_pipeline import Recorder

ROOT = Path(__file__).parent.parent
QUESTION = "When did the Varga bridge open?"
ANSWER = "The Varga bridge opened in 1931."


class Collector(ThreadingHTTPServer):
    """Keeps the spans that are sent to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.spans: list[Span] = []
        self.services: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in sent.resource_spans:
            named = {fact.key: fact.value.string_value for fact in resource.resource.attributes}
            self.server.services.add(named["service.name"])
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def traced(collector: Collector, texts: bool = False) -> Iterator[None]:
    traces.begin(collector.url, texts)
    try:
        yield
    finally:
        traces.finish()


class EveryPassage:
    """Reads passages without an opinion."""

    def read(self, question: str, passages: list[Any]) -> list[Reading]:
        return [Reading(0.0, 0, 0, 0.0) for _ in passages]


@pytest.fixture
def answerer(retriever: HybridRetriever) -> Answerer:
    retriever.reader = EveryPassage()
    return Answerer(retriever, FakeListChatModel(responses=[ANSWER]), "fake:list", WordJudge())


@pytest.fixture
def metrics() -> Iterator[Metrics]:
    metrics = Metrics()
    listen(metrics)
    yield metrics
    leave(metrics)


def facts(span: Span) -> dict[str, str]:
    return {fact.key: fact.value.string_value or str(fact.value.int_value) for fact in span.attributes}


def value(metrics: Metrics, name: str, **labels: str) -> float:
    return metrics.registry.get_sample_value(f"article_qa_{name}", labels) or 0.0


def test_a_question_is_a_trace_of_its_steps(answerer: Answerer, collector: Collector) -> None:
    with traced(collector):
        assert answerer.answer(QUESTION).status == "answered"
    spans = {span.name: span for span in collector.spans}
    whole = spans["question"]
    above = {name: span.parent_span_id for name, span in spans.items()}
    assert not whole.parent_span_id
    assert spans.keys() == {"question", "understand", "retrieve", "rerank", "draft", "verify"}
    assert above["rerank"] == spans["retrieve"].span_id
    assert {above[name] for name in ("understand", "retrieve", "draft", "verify")} == {whole.span_id}
    assert len({span.trace_id for span in collector.spans}) == 1
    order = ["understand", "retrieve", "draft", "verify"]
    ends = [(spans[name].start_time_unix_nano, spans[name].end_time_unix_nano) for name in order]
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(ends)), "one after the other"
    assert facts(whole) == {"article_qa.status": "answered", "article_qa.kind": "fact", "article_qa.language": "en"}
    assert collector.services == {"article-qa"}


def test_no_word_of_question_or_articles_is_sent_unasked(answerer: Answerer, collector: Collector) -> None:
    with traced(collector):
        answerer.answer(QUESTION)
        answerer.search("Lomond ferry")
    sent = b"".join(span.SerializeToString() for span in collector.spans).lower()
    assert b"search" in sent
    for word in (b"varga", b"1931", b"bridge", b"lomond", b"ferry"):
        assert word not in sent
    with traced(collector, texts=True):
        answerer.answer(QUESTION)
    *_, last = (span for span in collector.spans if span.name == "question")
    assert facts(last)["article_qa.question"] == QUESTION
    assert facts(last)["article_qa.answer"] == f"{ANSWER} [1]"


def test_a_failure_is_told_by_its_type_alone(collector: Collector) -> None:
    with traced(collector), pytest.raises(ProviderError), stage("question"), stage("draft"):
        raise ProviderError("the secret was refused")
    assert [facts(span) for span in collector.spans] == [{"error.type": "ProviderError"}] * 2
    assert b"secret" not in b"".join(span.SerializeToString() for span in collector.spans)
    assert {span.status.code for span in collector.spans} == {2}


def test_a_question_that_is_left_ends_its_stages_without_an_error(answerer: Answerer, collector: Collector) -> None:
    with traced(collector):
        growing = answerer.stream(QUESTION)
        while not next(growing).draft:
            pass
        growing.close()
        with stage("search"):
            pass
    spans = {span.name: span for span in collector.spans}
    assert {span.status.code for span in collector.spans} == {0}
    assert "draft" in spans
    assert not spans["search"].parent_span_id, "what comes afterwards is no part of it"


def test_adding_is_told_step_by_step(library: Library, tmp_path: Path, collector: Collector, metrics: Metrics) -> None:
    (tmp_path / "new.txt").write_text("The harbour was dredged in 1950. It took two years.")
    (tmp_path / "page.html").write_text("<title>Piers</title><p>" + "The pier was closed for the winter. " * 30)
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 nothing else")
    items = [str(tmp_path / name) for name in ("new.txt", "page.html", "bad.pdf", "none.txt")]
    with traced(collector):
        pipeline.add(items, library, HashedWords, Recorder(), fetcher=lambda: pytest.fail("nothing is fetched"))
    names = [span.name for span in collector.spans]
    assert sorted(names) == ["embed", "parse", "parse", "store"]
    embed = next(span for span in collector.spans if span.name == "embed")
    assert facts(embed)["article_qa.articles"] == "2"
    assert value(metrics, "articles_settled_total", verdict="added") == 2
    assert value(metrics, "articles_settled_total", verdict="failed") == 2
    assert value(metrics, "stage_seconds_count", of="embed", stage="embed") == 1


def test_bringing_the_index_in_step_is_told_where_there_is_something_to_do(
    library: Library, index: VectorIndex, metrics: Metrics
) -> None:
    index.sync()
    assert value(metrics, "stage_seconds_count", of="index", stage="index") == 0
    library.remove("mill")
    index.sync()
    assert value(metrics, "stage_seconds_count", of="index", stage="index") == 1


def test_each_stage_is_counted_by_what_it_is_a_part_of(answerer: Answerer, metrics: Metrics) -> None:
    answerer.answer(QUESTION)
    answerer.search(QUESTION)
    usual = urgency.set(Urgency.AHEAD)
    answerer.answer(QUESTION)
    urgency.reset(usual)
    counts = {
        (sample.labels["of"], sample.labels["stage"]): sample.value
        for family in metrics.registry.collect()
        for sample in family.samples
        if sample.name == "article_qa_stage_seconds_count"
    }
    steps = ("understand", "retrieve", "rerank", "draft", "verify")
    wanted = {(of, name): 1 for of in ("question", "background") for name in (of, *steps)}
    assert counts == wanted | {("search", "search"): 1, ("search", "rerank"): 1}
    parts = sum(value(metrics, "stage_seconds_sum", of="question", stage=name) for name in steps if name != "rerank")
    assert 0 < parts <= value(metrics, "stage_seconds_sum", of="question", stage="question")


def test_everything_that_is_told_has_a_metric(metrics: Metrics) -> None:
    for name, (metric, _, labels) in COUNTED.items():
        happened(name, *["word"] * len(labels), number=2)
        assert value(metrics, f"{metric}_total", **dict.fromkeys(labels, "word")) == 2
    for name, (metric, _) in MEASURED.items():
        measured(name, 0.3)
        assert value(metrics, f"{metric}_bucket", le="0.5") == 1
        assert value(metrics, f"{metric}_bucket", le="0.25") == 0


def test_a_generator_may_hold_a_stage_while_each_step_has_a_context_of_its_own() -> None:
    def work() -> Iterator[Stage]:
        with stage("whole") as whole:
            yield whole
            with stage("part") as part:
                yield part

    steps = work()
    whole = copy_context().run(next, steps)
    part = copy_context().run(next, steps)
    assert copy_context().run(next, steps, None) is None
    assert whole.seconds >= part.seconds > 0


def test_only_a_setting_of_ours_has_traces_sent(collector: Collector, tmp_path: Path) -> None:
    """The standard variable, which may stand in any shell, does not."""
    command = [sys.executable, "-m", "tests.quick_runner", "add", str(ROOT / "LICENSE")]
    for name, sent in (("OTEL_EXPORTER_OTLP_ENDPOINT", False), ("ARTICLE_QA_TRACES", True)):
        names = {"ARTICLE_QA_DATA_DIR": str(tmp_path / name), name: collector.url, "OTEL_SERVICE_NAME": "library"}
        subprocess.run(command, cwd=ROOT, env=os.environ | names, capture_output=True, check=True)
        assert bool(collector.spans) is sent
    assert collector.services == {"library"}


def test_a_collector_that_is_gone_holds_nothing_up(collector: Collector) -> None:
    url = collector.url
    collector.server_close()
    traces.begin(url, texts=False)
    with stage("question"):
        pass
    started = time.monotonic()
    traces.finish()
    assert time.monotonic() - started < traces.LAST_SECONDS + 1


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match=r"ARTICLE_QA_TRACES needs packages: run .*\[telemetry\]"):
        traces.begin("http://127.0.0.1:1", texts=False)


def test_only_addresses_with_a_port_serve_metrics() -> None:
    for good, at in {"127.0.0.1:9464": ("127.0.0.1", 9464), "[::1]:80": ("::1", 80)}.items():
        assert Settings.from_env({"ARTICLE_QA_METRICS": good}).metrics_at == at
    for bad in ("9464", "localhost:9464", "127.0.0.1", "127.0.0.1:70000", "::1:9464x", "127.0.0.1:", "[127.0.0.1]:80"):
        with pytest.raises(SettingsError, match=r"ARTICLE_QA_METRICS must be an address and a port"):
            Settings.from_env({"ARTICLE_QA_METRICS": bad})
    with pytest.raises(SettingsError, match=r"ARTICLE_QA_TRACES must be the address of a collector"):
        Settings.from_env({"ARTICLE_QA_TRACES": "collector:4317"})
