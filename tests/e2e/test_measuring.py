"""The Quality view in a real browser: a run with progress, cut short, gone on with, and compared."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from playwright.sync_api import Browser, Page, expect

from tests.e2e.room import QUESTION, Enter, Room, entering, no_barriers, opened_room

pytestmark = pytest.mark.e2e

EVIDENCE = [{"article_id": "bridge", "text": "It opened in 1931 after a long dispute over its cost."}]
WHEN = {"id": "when", "question": QUESTION, "answers": ["1931"], "answerable": True, "evidence": EVIDENCE}
LONG = WHEN | {"id": "long", "question": "How long is the Varga bridge?", "answers": ["500 metres"]}
CHEESE = WHEN | {"id": "cheese", "question": "Is cheese sold on the Varga bridge?", "answers": ["yes"]}
NONE = {"id": "none", "question": "Which cheese do quarks eat?", "answers": [], "answerable": False}
FOUR = [WHEN, LONG, CHEESE, NONE]
Picture = Callable[[Page, str], None]


@pytest.fixture
def own_room(tmp_path: Path) -> Iterator[Room]:
    with opened_room(tmp_path / "room") as room:
        yield room


@pytest.fixture
def enter(own_room: Room, browser: Browser) -> Iterator[Enter]:
    with entering(own_room, browser) as enter:
        yield enter


def gold(folder: Path, lines: list[dict[str, Any]], name: str = "four.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def choose(page: Page, file: Path) -> None:
    page.locator("#gold-file").set_input_files(file)
    expect(page.locator(".checked")).not_to_be_empty()


def measure(page: Page) -> None:
    """Begin, and wait for the end."""
    runs = page.locator(".runs tbody tr")
    before = runs.count()
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(runs).to_have_count(before + 1)
    expect(page.locator(".working")).to_be_hidden()
    expect(runs.first).not_to_contain_text("Running")


def test_a_file_is_checked_measured_and_explained(enter: Enter, tmp_path: Path, keep_picture: Picture) -> None:
    page = enter(path="#/report")
    expect(page.locator(".found")).to_contain_text("Nothing has been measured yet")
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_disabled()
    keep_picture(page, "quality-empty")
    choose(page, gold(tmp_path, [WHEN, WHEN | {"question": " "}], "wrong.jsonl"))
    expect(page.locator(".checked li")).to_have_text(
        [re.compile("^Line 2: the id 'when' was used in line 1"), re.compile("^Line 2: the question is empty")]
    )
    expect(page.locator("#gold option")).to_have_text(["None yet; make some below"])
    choose(page, gold(tmp_path, FOUR))
    expect(page.locator(".checked")).to_contain_text("four is kept: 4 questions.")
    measure(page)
    found = page.locator(".found")
    expect(found.locator(".outcomes")).to_have_text(re.compile("1 right.*1 wrong.*1 refused.*1 rightly refused"))
    accuracy = found.locator("tr", has_text=re.compile("^answered right"))
    expect(accuracy.locator(".number").first).to_have_text("0.33")
    term = accuracy.locator(".term")
    term.hover()
    expect(term.get_by_role("tooltip")).to_contain_text("Share of the answerable questions")
    page.keyboard.press("Escape")
    expect(term.get_by_role("tooltip", include_hidden=True)).to_be_hidden()
    page.mouse.move(0, 0)
    term.focus()
    expect(term).to_have_accessible_description(re.compile("Share of the answerable questions"))
    expect(found.get_by_text("words in common (F1)")).to_be_hidden()
    found.locator("summary").click()
    expect(found.get_by_text("lower than the share answered right").last).to_be_visible()
    keep_picture(page, "quality-measured")
    with page.expect_popup() as popup:
        found.get_by_role("link", name="Open the whole report").click()
    expect(popup.value.locator("#count")).to_have_text("4 of 4")


def test_a_run_is_followed_cut_short_left_and_gone_on_with(
    enter: Enter, own_room: Room, tmp_path: Path, keep_picture: Picture
) -> None:
    own_room.answerer.delay = 0.1
    page = enter(path="#/report")
    choose(page, gold(tmp_path, [WHEN | {"id": f"q{n}"} for n in range(60)]))
    button = page.get_by_role("button", name="Measure", exact=True)
    expect(button).to_be_enabled()
    button.press("Enter")
    working = page.locator(".working")
    expect(working.get_by_role("button", name="Cancel")).to_be_focused()
    expect(working.locator(".so-far")).to_have_text(
        re.compile(r"[2-9] of 60 · .*left.*answered right.*so far: 1\.00.*[1-9] right")
    )
    keep_picture(page, "quality-running")
    page.keyboard.press("1")
    expect(page.locator("#shelf")).to_be_hidden()
    page.keyboard.press("4")
    expect(working).to_be_visible()
    page.reload()
    expect(working.locator(".so-far")).to_contain_text("of 60")
    working.get_by_role("button", name="Cancel").press("Enter")
    expect(working).to_be_hidden(timeout=3000)
    row = page.locator(".runs tbody tr")
    expect(row).to_contain_text(re.compile(r"Cut short: \d+ of 60 questions were asked\."))
    own_room.answerer.delay = 0
    row.get_by_role("button", name="Go on").press("Enter")
    expect(row).to_contain_text("60 right")
    expect(row).not_to_contain_text("Cut short")
    expect(working).to_be_hidden()


def test_two_runs_are_compared_question_by_question(
    enter: Enter, own_room: Room, tmp_path: Path, keep_picture: Picture
) -> None:
    page = enter(path="#/report")
    choose(page, gold(tmp_path, FOUR))
    measure(page)
    choose(page, gold(tmp_path, [WHEN | {"question": CHEESE["question"]}, LONG | {"answers": ["412 metres"]}, NONE]))
    measure(page)
    button = page.get_by_role("button", name="Compare the two")
    expect(button).to_be_disabled()
    for box in page.locator(".runs tbody input").all():
        box.press("Space")
    button.press("Enter")
    comparison = page.locator(".comparison")
    expect(comparison.get_by_role("heading", name="Comparison")).to_be_focused()
    expect(comparison.locator(".note").first).to_contain_text("3 questions in both")
    changed = comparison.locator(".changes li")
    expect(changed).to_have_text(
        [re.compile("− worse.*cheese.*right → refused"), re.compile(r"\+ better.*How long.*wrong → right")]
    )
    changed.last.locator("summary").press("Enter")
    expect(changed.last.locator("dd").first).to_have_text("412 metres")
    keep_picture(page, "quality-compared")
    changed.last.get_by_role("link", name="Ask it again").press("Enter")
    expect(page.get_by_label("Your question", exact=True)).to_have_value("How long is the Varga bridge?")
    expect(page.locator("html")).to_have_attribute("data-view", "ask")


def test_questions_are_drafted_from_the_articles(enter: Enter, own_room: Room) -> None:
    replies = ["Question: When was the Varga bridge widened?\nAnswer: 1950"]
    own_room.answerer.model = FakeListChatModel(responses=replies)  # type: ignore[attr-defined]
    page = enter(path="#/report")
    page.get_by_role("button", name="Draft from your articles").click()
    expect(page.locator("#gold option")).to_have_text(re.compile(r"^drafts-.* · 1 question$"))
    page.locator(".begin").get_by_role("button", name="Remove").click()
    expect(page.locator("#gold option")).to_have_text("None yet; make some below")


def test_a_removed_run_can_be_brought_back(enter: Enter, tmp_path: Path) -> None:
    page = enter(path="#/report")
    choose(page, gold(tmp_path, [WHEN]))
    measure(page)
    row = page.locator(".runs tbody tr")
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    page.locator("#undo button").click()
    expect(row).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_every_screen_and_everybody(
    enter: Enter, tmp_path: Path, width: int, scheme: str, keep_picture: Picture
) -> None:
    page = enter(width, scheme, "#/report" if scheme == "light" else "?lang=de#/report")
    choose(page, gold(tmp_path, FOUR))
    runs = page.locator(".runs tbody tr")
    for count in (1, 2):
        page.locator(".begin .go").click()
        expect(runs).to_have_count(count)
        expect(page.locator(".working")).to_be_hidden()
        expect(page.locator(".begin .go")).to_be_enabled()
    for box in page.locator(".runs tbody input").all():
        box.check()
    page.locator(".compare").click()
    expect(page.locator(".comparison")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    no_barriers(page)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=tmp_path / "whole.png", full_page=True)
    keep_picture(page, f"quality-{scheme}-{width}")
