"""How the page greets: with what this library holds, and where something is missing with what to do next."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.errors import ModelError
from qa.library import Library
from qa.settings import Settings
from qa.types import Filters
from tests.conftest import ARTICLES, fill, store
from tests.e2e.room import Enter, Room, asked, entering, no_barriers
from tests.test_web_api import served, wait_until
from tests.web_fake import NO_SOURCE, FakeAnswerer

pytestmark = pytest.mark.e2e
LATER = replace(ARTICLES[0], id="weir", title="The Orrin weir", text="The Orrin weir was closed in 1977.", sha256="4")


def unprepared() -> FakeAnswerer:
    """One that knows no question by heart."""
    answerer = FakeAnswerer()
    answerer.related.newest_ones = ()
    return answerer


@contextmanager
def opened(
    data_dir: Path, browser: Browser, before: Callable[[], None] = lambda: None, answerer: FakeAnswerer | None = None
) -> Iterator[tuple[Enter, Library]]:
    """A server over the library of a folder, which does `before` it has an Answerer."""
    library, fake = Library.open(Settings(data_dir=data_dir).library_path), answerer or unprepared()
    fake.library = library

    def load(_settings: Settings) -> FakeAnswerer:
        before()
        return fake

    with served(load, data_dir) as client:
        room = Room(str(client.base_url), fake, library, data_dir)
        with entering(room, browser, "status of 503") as enter:  # no summary of an article without models
            yield enter, library
    library.close()


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The folder of a library with three articles."""
    fill(Settings(data_dir=tmp_path))
    return tmp_path


def fails() -> None:
    raise ModelError("the language model cannot be started")


def test_it_greets_with_links_to_what_there_is(enter: Enter) -> None:
    page = enter()
    facts = page.locator("#intro .facts")
    expect(facts).to_have_text("4 articles3 sources1 May 2024 – 1 June 2025")
    expect(page.locator("#intro [data-of=topics]")).to_be_hidden()  # too few articles
    page.locator("#intro").get_by_role("link", name="Harbour News").press("Enter")
    rows = page.locator("#shelf tbody tr")
    expect(rows.locator("th")).to_have_text(["The Lomond ferry"])
    page.keyboard.press("1")
    facts.get_by_role("link", name="1 May 2024 – 1 June 2025").press("Enter")
    expect(rows).to_have_count(3)  # one has no date
    page.keyboard.press("1")
    facts.get_by_role("link", name="4 articles").press("Enter")
    expect(rows).to_have_count(3)  # as it was left


def test_a_prepared_question_is_one_key_away(enter: Enter, room: Room) -> None:
    page = enter()
    expect(page.get_by_role("heading", name="You can ask, for example")).to_be_visible()
    question = page.locator("#intro .asks button").first
    text = question.inner_text()
    question.press("Enter")
    expect(page.locator("#current .turn h2")).to_have_text(text)
    assert room.answerer.asked[-1][0] == text
    expect(page.locator("#welcome")).to_be_hidden()
    expect(page.locator("#current .acts")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#views .new").press("Enter")
    expect(page.locator("#intro .facts")).to_contain_text("4 articles")
    expect(page.locator("#intro .asks button").first).to_be_visible()


def test_until_questions_are_prepared_the_newest_articles_can_be_asked(filled: Path, browser: Browser) -> None:
    answerer = unprepared()
    with opened(filled, browser, answerer=answerer) as (enter, _):
        page = enter()
        expect(page.locator("#intro .asks h2")).to_have_text("Ask about one of the newest articles")
        expect(page.locator("#intro .asks button")).to_have_text(
            ["The Lomond ferry", "The Varga bridge", "Kestrel Mill"]
        )
        page.get_by_role("button", name="The Lomond ferry").press("Enter")
        expect(page.locator("#narrow .chip")).to_contain_text("Article: The Lomond ferry")
        expect(page.locator("#question textarea")).to_be_focused()
        asked(page)
        assert answerer.asked[-1][2] == Filters(article_id="ferry")


def test_what_is_new_since_the_last_visit_is_counted_for_each_browser(filled: Path, browser: Browser) -> None:
    with opened(filled, browser) as (enter, library):
        page = enter()
        start = page.url
        expect(page.locator("#intro .facts")).to_have_text("3 articles2 sources1 March 2025 – 1 June 2025")
        page.goto(f"{page.url}docs")  # a page of the same site that notes no visit
        page.evaluate("localStorage.setItem('article-qa-visit', '2001-01-01T00:00:00+00:00')")
        again = page.context.new_page()
        again.goto(start)
        news = again.get_by_role("link", name="3 new since your last visit")
        expect(news).to_be_visible()
        again.reload()
        expect(news).to_be_visible()  # it is the same visit
        news.press("Enter")
        expect(again.locator("#shelf .fresh")).to_contain_text("Only what is new since 1 January 2001.")
        expect(again.locator("#shelf tbody tr")).to_have_count(3)
        seen = again.evaluate("localStorage.getItem('article-qa-visit')")
        third = page.context.new_page()
        third.goto(start)
        expect(third.locator("#intro .facts")).to_contain_text("3 articles")
        expect(third.locator("#intro .facts")).not_to_contain_text("new")
        wait_until(lambda: seen < third.evaluate("new Date().toISOString()"), 5)
        third.wait_for_timeout(1100)
        store(library, LATER)
        third.reload()
        expect(third.get_by_role("link", name="1 new since your last visit")).to_be_visible()


def test_while_the_models_load_articles_are_read(filled: Path, browser: Browser) -> None:
    loaded = threading.Event()
    with opened(filled, browser, lambda: bool(loaded.wait(60)) or None) as (enter, _):
        page = enter()
        expect(page.locator("#intro [role=status]")).to_have_text(re.compile("^Starting: loading the models"))
        expect(page.locator("#intro .facts")).to_contain_text("3 articles")
        page.keyboard.press("Tab")
        page.goto(page.url + "#/articles/bridge")
        expect(page.locator(".reader .text")).to_contain_text("opened in 1931")
        page.evaluate("location.hash = '#/'")
        box = page.locator("#question textarea")
        box.fill("When did the Varga bridge open?")
        box.press("Enter")
        expect(page.locator("#current .progress")).to_contain_text("Still loading the models")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#current .note")).to_contain_text("Stopped", timeout=5000)
        box.fill("When did the Varga bridge open?")
        box.press("Enter")
        expect(page.locator("#current .progress")).to_contain_text("Still loading the models")
        loaded.set()
        expect(page.locator("#current .answer")).to_contain_text("The bridge opened in 1931.")


def test_where_the_models_cannot_be_loaded_it_says_what_to_run(filled: Path, browser: Browser) -> None:
    with opened(filled, browser, fails) as (enter, _):
        page = enter()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("Questions cannot be answered: the language model cannot be started")
        for command in ("models pull", "doctor"):
            expect(alert.locator("code", has_text=f".venv/bin/python -m qa {command}")).to_be_visible()
        expect(page.locator("#intro .asks")).to_be_hidden()
        asked(page)
        expect(page.locator("#current .problem")).to_contain_text("the language model cannot be started")
        expect(page.locator("#current .problem code")).to_have_count(2)
        page.locator("#current").get_by_role("link", name="To the articles").press("Enter")
        page.get_by_role("link", name="The Varga bridge").press("Enter")
        expect(page.locator(".reader .text")).to_contain_text("opened in 1931")


def test_an_empty_library_leads_to_what_fills_it(tmp_path: Path, browser: Browser) -> None:
    with opened(tmp_path, browser) as (enter, library):
        page = enter()
        empty = page.locator("#intro .empty")
        expect(empty).to_contain_text(".venv/bin/python -m ingest add PATH")
        expect(empty).to_contain_text(".venv/bin/python -m ingest add corpus")
        expect(page.locator("#intro .asks")).to_be_hidden()
        empty.get_by_role("link", name="Add the address").press("Enter")
        expect(page.locator("#address")).to_be_focused()
        expect(page.locator(".find [role=status]")).to_contain_text("choose files or give an address")
        page.keyboard.press("Escape")
        page.evaluate("location.hash = '#/'")
        empty.get_by_role("link", name="Add files").press("Enter")
        expect(page.locator("#files")).to_be_focused()
        store(library, LATER)
        page.evaluate("document.dispatchEvent(new CustomEvent('page-refresh'))")
        page.evaluate("location.hash = '#/'")
        expect(page.locator("#intro .facts")).to_contain_text("1 article")
        expect(empty).to_be_hidden()


def test_a_source_without_articles_is_no_dead_end(filled: Path, browser: Browser) -> None:
    answerer = unprepared()
    with opened(filled, browser, answerer=answerer) as (enter, library):
        store(library, replace(LATER, source=NO_SOURCE))
        page = enter()
        page.get_by_role("button", name="Narrow").click()
        source = page.locator("#narrow-form").get_by_label("Source")
        source.select_option(NO_SOURCE)
        page.keyboard.press("Escape")
        turn = asked(page)
        expect(turn.locator(".problem")).to_contain_text("no article is by 'Nowhere'; there is Test Gazette")
        turn.get_by_role("button", name="Choose other articles").press("Enter")
        expect(source).to_be_visible()
        expect(page.locator("#question textarea")).to_have_value("When did the Varga bridge open?")
        page.keyboard.press("Escape")
        turn.get_by_role("button", name="Ask all of them").press("Enter")
        expect(page.locator("#current .answer")).to_contain_text("The bridge opened in 1931.")
        assert answerer.asked[-1][2] is None
        expect(page.locator("#narrow .chip")).to_have_count(0)


@pytest.mark.parametrize("state", ["held", "empty", "loading", "failed"])
def test_every_greeting_fits_and_has_no_barrier(
    state: str, tmp_path: Path, browser: Browser, keep_picture: Callable[[Page, str], None]
) -> None:
    waiting = threading.Event()
    before = {"loading": lambda: bool(waiting.wait(120)) or None, "failed": fails}.get(state, lambda: None)
    if state != "empty":
        fill(Settings(data_dir=tmp_path))
    with opened(tmp_path, browser, before) as (enter, _):
        for width in (360, 1280, 2560):
            for scheme in ("light", "dark"):
                page = enter(width, scheme, locale="de-DE" if scheme == "dark" else "en-GB")
                expect(
                    page.locator(f"#intro .{ {'failed': 'failed', 'empty': 'empty'}.get(state, 'facts') }")
                ).to_be_visible()
                keep_picture(page, f"start-{state}-{scheme}-{width}")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                expect(page.locator("#question textarea")).to_be_in_viewport()
                if width < 2560:
                    no_barriers(page)
        waiting.set()
