"""Metrics for Prometheus, made of what is told in `stages`. Labels are words that code knows, never a user's."""

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector

from qa.telemetry.stages import Listener, Stage

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60)
COUNTED = {
    "question": ("questions", "Questions of readers, by what came of them and kind of answer.", ("outcome", "kind")),
    "article": ("articles_settled", "Articles that were to be added, by what became of them.", ("verdict",)),
    "restart": ("model_restarts", "Starts of the language model's process after one that died or hung.", ()),
}
MEASURED = {
    "first_source": ("first_source_seconds", "Until a reader's question had its first source, waiting included."),
    "first_sentence": ("first_sentence_seconds", "Until the first words of its answer, or its end, waiting included."),
}


class Metrics(Listener):
    """Counts and histograms in a registry of their own, beside the process's memory, time and open files."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=True)
        for collector in (GCCollector, PlatformCollector, ProcessCollector):
            collector(registry=self.registry)
        self._stages = self._histogram("stage_seconds", "What each stage of a piece of work took.", ("of", "stage"))
        self._measured = {name: self._histogram(*described) for name, described in MEASURED.items()}
        self._counted = {
            name: Counter(f"article_qa_{metric}", said, labels, registry=self.registry)
            for name, (metric, said, labels) in COUNTED.items()
        }

    def ended(self, stage: Stage) -> None:
        self._stages.labels(stage.of, stage.name).observe(stage.seconds)

    def measured(self, name: str, seconds: float) -> None:
        self._measured[name].observe(seconds)

    def happened(self, name: str, labels: tuple[str, ...], number: int) -> None:
        counter = self._counted[name]
        (counter.labels(*labels) if labels else counter).inc(number)

    def _histogram(self, name: str, said: str, labels: tuple[str, ...] = ()) -> Histogram:
        return Histogram(f"article_qa_{name}", said, labels, buckets=SECONDS, registry=self.registry)
