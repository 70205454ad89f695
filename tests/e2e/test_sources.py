"""The sources beside an answer: cards begin at the quote, one for a passage; one for an article while searching."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.room import Enter, asked, no_barriers
from tests.web_fake import LENGTH, QUOTE

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_citations_of_one_passage_share_a_card(
    width: int, scheme: str, enter: Enter, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    turn = asked(page, "Compare its year and length")
    card = turn.locator(".cited")
    expect(card).to_have_count(1)
    expect(card.locator(".number")).to_have_text(["1", "2"])
    expect(card.locator("mark")).to_have_text([QUOTE, LENGTH])
    expect(card.locator("sup")).to_have_text(["1", "2"])
    boxes = [box for box in (number.bounding_box() for number in card.locator(".number").all()) if box]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"], "one below the other"
    card.scroll_into_view_if_needed()
    keep_picture(page, f"shared-card-{scheme}-{width}")
    no_barriers(page)
    card.get_by_role("link", name="The Varga bridge").click()
    expect(page.locator("#shelf .reader h1")).to_have_text("The Varga bridge")
    expect(page.locator("#shelf .reader mark").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_refusal_shows_each_article_once(
    width: int, scheme: str, enter: Enter, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    turn = asked(page, "Who makes cheese?")
    expect(turn.locator(".sources h4")).to_have_text(["The Varga bridge", "The Lomond ferry"])
    further = turn.locator(".card details")
    expect(further.locator("summary")).to_have_text("1 further passage of this article")
    expect(further.locator(".passage")).not_to_be_visible()
    further.locator("summary").press("Enter")
    expect(further.locator(".passage")).to_be_visible()
    further.evaluate("element => element.scrollIntoView({ block: 'center' })")  # not below the composer
    keep_picture(page, f"further-passages-{scheme}-{width}")
    no_barriers(page)
