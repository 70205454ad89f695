"""The page as a reader meets it: real server, real models, real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from qa.library import Library
from tests.e2e.conftest import OpenPage, Site

pytestmark = pytest.mark.e2e

QUESTION = "who met the Alberta Prosperity Project?"
UNANSWERABLE = "Who won the 2022 FIFA World Cup?"
ANSWER_MS = 120_000
EVIDENCE_MS = 10_000  # promised within 1,000; the machine may be busy

WATCH_DRAFTS = """
window.drafts = [];
new MutationObserver(() => {
  const draft = document.querySelector("#current .draft")?.innerText.trim();
  if (draft && draft !== window.drafts.at(-1)) window.drafts.push(draft);
}).observe(document.body, {childList: true, subtree: true, characterData: true});
"""


def ask(page: Page, question: str) -> Locator:
    """Ask by keyboard; the turn that appears."""
    box = page.get_by_label("Your question", exact=True)
    box.fill(question)
    box.press("Enter")
    turn = page.locator("#current .turn")
    expect(turn.locator("h2")).to_have_text(question)
    return turn


def test_an_answer_is_shown_with_evidence_words_and_source(open_page: OpenPage, site: Site) -> None:
    page = open_page()
    page.evaluate(WATCH_DRAFTS)
    turn = ask(page, QUESTION)
    expect(turn.locator(".sources .card h4").first).to_be_visible(timeout=EVIDENCE_MS)
    assert turn.locator("a.mark").count() == 0
    expect(turn.get_by_role("status")).to_contain_text("Being checked", timeout=ANSWER_MS)

    mark = turn.locator("a.mark").first
    expect(mark).to_be_visible(timeout=ANSWER_MS)
    drafts = page.evaluate("window.drafts")
    assert len(drafts) > 1
    assert len(drafts[-1]) > len(drafts[0])
    assert turn.locator(".draft").count() == 0
    assert "official" in turn.locator(".answer").inner_text().lower() or "Trump" in turn.locator(".answer").inner_text()

    mark.click()
    reader = page.locator("#shelf .reader")
    expect(reader.locator("mark.chosen").first).to_be_in_viewport()
    title = reader.locator("h1").inner_text()
    label = mark.get_attribute("aria-label") or ""
    assert re.fullmatch(rf"Source 1: {re.escape(title or '')}\. (strong|good|weak) support, 0\.\d\d", label)
    library = Library.open(site.data_dir / "library.sqlite3")
    (info,) = [info for info in library.articles() if info.title == title]
    assert mark.get_attribute("data-quote") in library.article(info.id).text
    library.close()


def test_marks_work_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, QUESTION)
    mark = turn.locator("a.mark").first
    expect(mark).to_be_visible(timeout=ANSWER_MS)
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#shelf .reader mark.chosen").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


def test_an_example_is_one_click_and_they_leave_with_the_first_question(open_page: OpenPage) -> None:
    page = open_page()
    example = page.locator("#intro .asks button").first
    question = example.inner_text()
    example.click()
    turn = page.locator("#current .turn")
    expect(turn.locator("h2")).to_have_text(question)
    expect(page.locator("#intro .asks")).to_have_count(0)
    expect(turn.locator("a.mark").first).to_be_visible(timeout=ANSWER_MS)


def test_a_refusal_offers_the_closest_passages_and_keeps_the_conversation(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, QUESTION)
    expect(page.locator("a.mark").first).to_be_visible(timeout=ANSWER_MS)
    turn = ask(page, UNANSWERABLE)
    expect(turn.locator(".refusal")).to_be_visible(timeout=ANSWER_MS)
    expect(turn.locator(".sources h3")).to_have_text("Closest passages")
    assert turn.locator("a.mark").count() == 0
    expect(page.locator("#past .turn h2")).to_have_text(QUESTION)
    page.locator("#past a.mark").first.click()
    expect(page.locator("#shelf .reader mark.chosen").first).to_be_in_viewport()


def test_stop_ends_the_answer_at_once(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, "What did the Alberta Prosperity Project say about its meetings in Washington?")
    page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".note")).to_contain_text("Stopped", timeout=5000)
    assert turn.locator(".draft").count() == 0
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_enabled()


def test_nothing_of_an_article_becomes_markup(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, "Who dug the Quill harbour in 1788?")
    expect(turn.locator(".answer p").first).to_be_visible(timeout=ANSWER_MS)
    shown = turn.locator(".sources").inner_text()
    assert "<img src=x onerror=" in shown
    assert "{{7*7}} ${7*7}" in shown
    assert turn.locator("img, script").count() == 0
    assert turn.locator("a[href^=javascript]").count() == 0
    assert page.title() == "Ask your articles"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits(scheme: str, width: int, open_page: OpenPage, keep_picture: Callable[[Page, str], None]) -> None:
    page = open_page(scheme, width, 740 if width < 600 else 860)
    keep_picture(page, f"{scheme}-{width}-welcome")
    turn = ask(page, QUESTION)
    expect(turn.locator("a.mark").first).to_be_visible(timeout=ANSWER_MS)
    keep_picture(page, f"{scheme}-{width}-answer")
    turn.locator("a.mark").first.click()
    expect(page.locator("#shelf .reader mark.chosen").first).to_be_in_viewport()
    keep_picture(page, f"{scheme}-{width}-reader")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    dark = page.evaluate("getComputedStyle(document.querySelector('gradio-app')).backgroundColor") == "rgb(22, 22, 21)"
    assert dark is (scheme == "dark")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Your question", exact=True)).to_be_in_viewport()
