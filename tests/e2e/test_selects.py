"""What is chosen from a list can be seen to be, in a real browser."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.room import Enter

pytestmark = pytest.mark.e2e


def luminance(colour: str) -> float:
    """The relative luminance of a colour as the browser computes it, by WCAG."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def style(select: Locator, name: str) -> str:
    return str(select.evaluate("(element, name) => getComputedStyle(element)[name]", name))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_select_has_an_arrow_and_a_border(scheme: str, enter: Enter) -> None:
    page = enter(scheme=scheme)
    page.get_by_role("button", name="Narrow").click()
    paper = luminance(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    looked_at = 0
    for view in ("#/", "#/articles"):
        page.evaluate("view => (location.hash = view)", view)
        for select in page.locator("select:visible").all():
            assert style(select, "backgroundImage").startswith("url"), select
            assert float(style(select, "paddingRight").removesuffix("px")) > 24, "no words under the arrow"
            border = luminance(style(select, "borderTopColor"))
            light, dark = max(border, paper), min(border, paper)
            assert (light + 0.05) / (dark + 0.05) >= 3
            looked_at += 1
    assert looked_at >= 3
    expect(page.get_by_label("Only this source")).to_be_visible()
