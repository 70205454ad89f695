"""What was left out or guessed when an article was read: in the list, above its text, and beside its quotes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import web_fake
from tests.e2e.room import Enter, asked, no_barriers
from tests.e2e.test_articles_page import open_articles

__all__ = ["open_articles"]  # a fixture
pytestmark = pytest.mark.e2e

ATTACK = "<img src=x onerror=document.title='owned'>"
NOTES = ("pages 3 and 4 were read by text recognition", f"{ATTACK}.pdf has 2 pictures with text")
SAID = f"Read with notes: {NOTES[0]} · {NOTES[1]}"


def test_notes_of_an_article_are_read_in_the_list_and_above_its_text(
    open_articles: Callable[[str, int], Page], tmp_path: Path, keep_picture: Callable[[Page, str], None]
) -> None:
    for scheme, width in (("light", 360), ("dark", 1280)):
        page = open_articles(scheme, width)
        page.get_by_role("link", name="Articles", exact=True).click()
        file = tmp_path / "pier.md"
        file.write_text("---\npublished_at: <b>soon</b>\nurl: nowhere\n---\nThe pier of Harrow burnt down.\n")
        page.set_input_files("#files", file)
        expect(page.locator(".jobs [role=status]")).to_have_text("Done.")
        page.get_by_role("button", name="Clear").click()
        row = page.locator("#shelf tbody tr").filter(has_text="Pier")
        expect(row.locator(".noted")).to_have_text("Read with 2 notes")
        expect(page.locator("#shelf tbody .noted")).to_have_count(1)
        no_barriers(page)
        keep_picture(page, f"{scheme}-{width}-noted-list")
        row.locator("a").click()
        expect(page.locator("#shelf .reader .noted")).to_have_text(
            "Read with notes: published_at '<b>soon</b>' is not a date such as 2025-03-01; left out ·"
            " url 'nowhere' is not a web address; left out"
        )
        no_barriers(page)
        keep_picture(page, f"{scheme}-{width}-noted-reader")
        page.go_back()
        page.get_by_role("link", name="The Lomond ferry").click()
        expect(page.locator("#shelf .reader h1")).to_have_text("The Lomond ferry")
        expect(page.locator("#shelf .reader .noted")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_notes_of_an_article_stand_beside_its_quotes(
    scheme: str,
    width: int,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
    keep_picture: Callable[[Page, str], None],
) -> None:
    monkeypatch.setattr(web_fake, "CITATION", replace(web_fake.CITATION, notes=NOTES))
    page = enter(width, scheme)
    page.set_viewport_size({"width": width, "height": 1000})  # so that nothing lies half below the question box
    turn = asked(page)
    expect(turn.locator(".cited .noted")).to_have_text(SAID)
    expect(turn.locator(".sources .noted")).to_have_count(1)
    turn.locator("a.mark").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    mark = turn.locator("a.mark")
    expect(mark).to_have_attribute("aria-describedby", "peek")
    expect(page.locator("#peek .noted")).to_have_text(SAID)
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("#peek img, .sources img").count() == 0
    keep_picture(page, f"{scheme}-{width}-noted-quote")
