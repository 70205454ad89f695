"""/docs in a real browser: Swagger UI shows the routes, their fields and examples, and sends a request."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

pytestmark = pytest.mark.e2e


def test_a_route_is_read_and_tried(tmp_path: Path, browser: Browser, keep_picture: Callable[[Page, str], None]) -> None:
    with served(lambda _: FakeAnswerer(), tmp_path / "data") as client:
        wait_until(lambda: ready(client))
        page = browser.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{client.base_url}/docs")
        for path in client.get("/openapi.json").json()["paths"]:
            expect(page.locator(f".opblock-summary-path[data-path='{path}']").first).to_be_visible()
        ask = page.locator(".opblock", has=page.locator("[data-path='/api/ask']"))
        ask.locator(".opblock-summary-control").click()
        expect(ask.locator(".opblock-section-request-body")).to_contain_text("When did the bridge open?")
        keep_picture(page, "docs-ask")
        ask.get_by_role("button", name="Try it out").click()
        ask.get_by_role("button", name="Execute").click()
        expect(ask.locator(".live-responses-table")).to_contain_text("The bridge opened in 1931.")
        schemas = page.locator("section.models")
        expect(schemas).to_contain_text("AskBody")
        assert complaints == []
        assert all(url.startswith((str(client.base_url), "data:")) for url in asked)
        page.close()
