"""`python -m tests.postgres.looking_runner ...` is `tests.quick_runner`, but it looks into the library first."""

from collections.abc import Iterator

from qa.cli.console import run_app
from qa.types import Answer, Evidence
from tests import quick_runner
from tests.web_fake import FakeAnswerer

SECONDS_A_WORD = 0.5  # of an answer, amid which a server can be stopped


class Looking(FakeAnswerer):
    """Its words are known by hand, its passages are what retrieval finds."""

    def stream(self, question: str, *rest: object) -> Iterator[Answer]:  # type: ignore[override]
        self.search(question)
        yield from super().stream(question, *rest)  # type: ignore[arg-type]

    def search(self, question: str, k: int = 10, *rest: object) -> tuple[Evidence, ...]:  # type: ignore[override]
        return self.retriever.search(question, k)


if __name__ == "__main__":
    quick_runner.FakeAnswerer, quick_runner.SECONDS_A_WORD = Looking, SECONDS_A_WORD  # type: ignore[misc]
    quick_runner.app.command()(quick_runner.serve)
    run_app(quick_runner.app)
