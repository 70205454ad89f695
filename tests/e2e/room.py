"""The reading room: the page over three articles, answered by words that are known by hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from qa.index import VectorIndex
from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article
from tests.conftest import ARTICLES, IDENTITY, HashedWords, store
from tests.e2e.conftest import Log
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import CITATION, TEXT, FakeAnswerer

QUESTION = "When did the Varga bridge open?"
# The signs beyond 16 bits stand before the quote: a browser counts each as two.
LEAD = "## The river 🌉🌉\n\nOf all bridges over the Sarn it is the oldest."
BRIDGE = replace(
    ARTICLES[0],
    url=CITATION.url,
    author="Ines Aldana",
    text=f"{LEAD}{' ' * (98 - len(LEAD))}\n\n{TEXT}\n\n## Later\n\n" + "It was widened in 1950. " * 80,
)
RIGHT_TO_LEFT = Article("geser", "הגשר הישן", "הגשר נפתח בשנת 1931.", source="עיתון", published_at="2024-05-01")
RUN = {
    "made_at": "2026-01-02T03:04:05+00:00",
    "gold": "five.jsonl",
    "answers": {"accuracy": 0.75},
    "intervals": {"answers": {"accuracy": [0.5, 1.0]}},
}


@dataclass(frozen=True)
class Room:
    """The served page and what is behind it."""

    url: str
    answerer: FakeAnswerer
    library: Library
    data_dir: Path


@contextmanager
def opened_room(data_dir: Path, **rest: object) -> Iterator[Room]:
    settings = Settings(data_dir=data_dir)
    library = Library.open(settings.library_path)
    for article in (BRIDGE, *ARTICLES[1:], RIGHT_TO_LEFT):
        store(library, article)
    index = VectorIndex.open(settings, library, IDENTITY)
    answerer = FakeAnswerer().over(HybridRetriever(library=library, index=index, embeddings=HashedWords()))
    with served(lambda _settings: answerer, data_dir, **rest) as client:
        wait_until(lambda: ready(client))
        yield Room(str(client.base_url), answerer, library, data_dir)
    index.close()
    library.close()


Enter = Callable[..., Page]


@contextmanager
def entering(room: Room, browser: Browser, expected: str = "no error") -> Iterator[Enter]:
    """Opens the page in contexts of their own.

    None may have logged an error, but for those with `expected` in them, or asked another host for anything.
    """
    log, contexts = Log(), []

    def enter(width: int = 1280, scheme: str = "light", path: str = "", **options: object) -> Page:
        size = {"width": width, "height": 740 if width < 600 else 860}
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: log.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: log.errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(room.url) else log.foreign.append(r.url))
        page.goto(f"{room.url}{path}")
        expect(page.locator("html[data-view]")).to_have_count(1)
        expect(page.locator("#intro .holds[data-drawn], .turn").first).to_be_attached()
        return page

    yield enter
    for context in contexts:
        context.close()
    log.errors = [error for error in log.errors if expected not in error]
    assert log == Log(), log


def asked(page: Page, question: str = QUESTION) -> Locator:
    """Ask by keyboard; the turn once it is over."""
    before = page.locator(".turn").count()
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")
    expect(page.locator(".turn")).to_have_count(before + 1)
    turn = page.locator("#current .turn")
    expect(turn.locator("h2")).to_have_text(question)
    expect(turn.locator(".acts")).to_be_visible()
    return turn


def press(page: Page, key: str) -> None:
    """A key outside of the question box."""
    page.locator("#question textarea").blur()
    page.keyboard.press(key)


def no_barriers(page: Page) -> None:
    """axe-core finds nothing serious."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    serious = [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
    assert serious == [], serious


def leave_report(data_dir: Path) -> None:
    """An evaluation as `evaluate --out` leaves it, with a page that says that its script ran."""
    folder = data_dir / "report"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(RUN))
    (folder / "report.html").write_text(
        "<!doctype html><title>x</title><h1>?</h1><script>document.querySelector('h1').textContent = 'drawn'</script>"
    )
