"""Signing in as a reader meets it: a real browser on a real server; the Answerer's words are known by hand."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from qa.accounts.users import UserFile
from tests.test_web_api import served, wait_until
from tests.web_fake import FakeAnswerer

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
PAPER = "getComputedStyle(document.body).backgroundColor"
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_a_reader_signs_in_asks_and_signs_out(
    tmp_path: Path, browser: Browser, keep_picture: Callable[[Page, str], None], scheme: str, width: int
) -> None:
    users = tmp_path / "users"
    UserFile(users).add("ada", PASSWORD)
    with served(lambda _: FakeAnswerer(), tmp_path / "data", auth_file=users) as client:
        page = browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)
        wait_until(lambda: httpx.get(client.base_url.join("/healthz")).status_code == 200)
        page.goto(str(client.base_url))
        assert page.url.endswith("/signin")
        assert page.evaluate(FITS)
        keep_picture(page, f"signin-{scheme}")
        for password in ("wrong", PASSWORD):
            page.get_by_label("Name").fill("ada")
            page.get_by_label("Password").fill(password)
            page.get_by_role("button", name="Sign in").click()
            if password == "wrong":
                expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
        box = page.get_by_label("Your question", exact=True)
        box.fill("When did the Varga bridge open?")
        box.press("Enter")
        expect(page.locator("#current .answer")).to_contain_text("The bridge opened in 1931.")
        assert page.goto(f"{client.base_url}/docs").status == 200  # type: ignore[union-attr]
        assert page.evaluate(FITS)
        keep_picture(page, f"docs-{scheme}")
        page.goto(str(client.base_url))
        page.get_by_role("link", name="Sign out").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        other = "light" if scheme == "dark" else "dark"
        paper = page.evaluate(PAPER)
        visitor = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)
        visitor.add_init_script(f"localStorage.setItem('article-qa-theme', '{other}')")  # nothing of the page is cached
        page.close()
        page = visitor.new_page()
        page.goto(str(client.base_url))
        assert page.url.endswith("/signin")
        assert page.evaluate(PAPER) != paper
        keep_picture(page, f"signin-{other}-chosen")
        visitor.close()
