"""One reader's way through the page, and the steps that docs/walk.md says it takes."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

PICTURES = os.environ.get("WALK_PICTURES")  # a folder to leave them in
ANSWER_MS = 120_000
STEPS = dict[str, Callable[["Walk"], None]]()


class Walk:
    """One reader's way through the page."""

    def __init__(self, page: Page, downloads: Path) -> None:
        self.page = page
        self.downloads = downloads
        self.link = ""

    @property
    def turn(self) -> Locator:
        return self.page.locator("#current .turn")

    def press(self, name: str | re.Pattern[str], within: Page | Locator | None = None) -> None:
        (within or self.page).get_by_role("button", name=name, exact=isinstance(name, str)).last.click()

    def go_to(self, view: str) -> None:
        self.page.get_by_role("navigation", name="Views").get_by_role("link", name=view, exact=True).click()

    def ask(self, question: str) -> None:
        box = self.page.get_by_label("Your question", exact=True)
        box.fill(question)
        box.press("Enter")
        expect(self.turn.locator("h2")).to_have_text(question)
        self.answered()

    def answered(self) -> None:
        expect(self.turn.locator(".acts").first).to_be_visible(timeout=ANSWER_MS)

    def says(self, *words: str) -> None:
        for word in words:
            expect(self.turn.locator(".answer")).to_contain_text(word)

    def saved(self, name: str) -> Path:
        """What a link or button downloads."""
        with self.page.expect_download() as download:
            self.page.get_by_text(name, exact=True).first.click()
        path = self.downloads / download.value.suggested_filename
        download.value.save_as(path)
        return path

    def picture(self, name: str) -> None:
        if PICTURES:
            path = Path(PICTURES) / name
            self.page.screenshot(path=path.with_suffix(".png"))
            with Image.open(path.with_suffix(".png")) as image:
                image.save(path.with_suffix(".webp"), quality=80)
            path.with_suffix(".png").unlink()


def step(begins: str) -> Callable[[Callable[[Walk], None]], None]:
    """What is done in the step of docs/walk.md that begins so."""

    def keep(act: Callable[[Walk], None]) -> None:
        STEPS[begins] = act

    return keep
