"""report.html in a real browser, with as many questions as SQuAD's set has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from playwright.sync_api import Browser, Page, expect

from qa.answer import Answerer
from qa.evaluation import report
from qa.evaluation.run import asking, run
from qa.evaluation.summary import summarise
from qa.retrieval.retriever import HybridRetriever
from tests.e2e.room import no_barriers
from tests.judges import WordJudge
from tests.test_evaluation_run import DRAFTS, QUESTIONS

COPIES = 240

pytestmark = pytest.mark.e2e


@pytest.fixture
def folder(retriever: HybridRetriever, tmp_path: Path) -> Path:
    answerer = Answerer(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge())
    rows = run(asking(answerer), [gold.model_copy(update={"type": gold.id[0]}) for gold in QUESTIONS])
    rows = [row | {"id": f"{row['id']}-{n}"} for n in range(COPIES) for row in rows]
    head = {"made_at": "2026-01-02T03:04:05+00:00", "gold": "five.jsonl", "model": "fake:list", "retrieval_only": False}
    report.write(head | summarise(rows), tmp_path / "report")
    return tmp_path / "report"


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    said: list[str] = []
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith("file:") else said.append(request.url))
    page.goto((folder / "report.html").as_uri())
    yield page
    assert said == []
    page.close()


def test_questions_are_filtered_and_opened(page: Page) -> None:
    shown, count = page.locator("#list details:visible"), page.locator("#count")
    expect(count).to_have_text("1200 of 1200")
    page.get_by_label("wrong 480").check()
    expect(count).to_have_text("480 of 1200")
    page.get_by_role("searchbox").fill("mill grind")
    expect(count).to_have_text("240 of 1200")
    shown.first.locator("summary").click()
    expect(shown.first.locator("mark.quote").last).to_contain_text("It grinds wheat for the valley.")
    page.get_by_label("all 1200").check()
    page.get_by_role("searchbox").fill("")
    page.get_by_label("Type").select_option("r")
    expect(count).to_have_text("720 of 1200")


def test_a_quote_and_the_evidence_are_marked_where_they_meet(page: Page) -> None:
    row = page.locator("#list details").first
    row.locator("summary").click()
    expect(row.locator("mark.gold.quote")).to_have_text("The Varga bridge opened in 1931.")
    expect(row.locator("dd").first).to_have_text("1931")


def test_a_name_says_what_it_means_where_it_is_pointed_at_or_focused(page: Page) -> None:
    name = page.locator(".term", has_text=re.compile("^answerable questions refused"))
    about = name.get_by_role("tooltip", include_hidden=True)
    expect(about).to_be_hidden()
    name.hover()
    expect(about).to_contain_text("Lower is better.")
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    name.focus()
    expect(name).to_have_accessible_description(re.compile("Lower is better"))
    expect(page.get_by_text("words in common (F1)")).to_be_hidden()


def test_the_page_fits_a_phone(page: Page) -> None:
    page.locator("#list summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(browser: Browser, folder: Path, scheme: Any, keep_picture: Any) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto((folder / "report.html").as_uri())
    page.locator(".term").nth(5).focus()
    keep_picture(page, f"report-{scheme}")
    page.locator("form, #list").evaluate_all("all => all.forEach((one) => one.remove())")  # twelve hundred questions
    no_barriers(page)
    page.close()
