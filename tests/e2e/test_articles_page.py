"""The Articles view in a real browser, with a real library and an Answerer that is not asked."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

pytestmark = pytest.mark.e2e

ATTACK = "<img src=x onerror=document.title='owned'>"
FILES = {
    "quay.md": "---\ntitle: The Selby quay\nauthor: Ines Aldana\npublished_at: 2019-05-04\n"
    "url: https://example.org/quay\n---\nThe Selby quay was built of basalt.\n\n## Later\n\nIt was widened in 1950.\n",
    f"{ATTACK}.md": f"---\ntitle: \"{ATTACK}\"\nurl: javascript:document.title='owned'\n---\n{ATTACK} {{{{7*7}}}}\n",
    "broken.pdf": "%PDF-1.7 this is no PDF",
}
DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
  return transfer;
}"""


@pytest.fixture
def open_articles(browser: Browser, retriever: HybridRetriever, tmp_path: Path) -> Iterator[Callable[[str, int], Page]]:
    """Opens the page; afterwards it may have logged no error and asked no other host."""
    wrong: list[str] = []
    pages: list[Page] = []
    with served(lambda _settings: FakeAnswerer().over(retriever), tmp_path / "served") as client:
        wait_until(lambda: ready(client))

        def opened(scheme: str, width: int) -> Page:
            page = browser.new_page(viewport={"width": width, "height": 780}, color_scheme=scheme)
            page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("request", lambda r: None if r.url.startswith(str(client.base_url)) else wrong.append(r.url))
            page.goto(str(client.base_url))
            expect(page.locator("html[data-view]")).to_have_count(1)  # its scripts listen
            pages.append(page)
            return page

        yield opened
        for page in pages:
            page.close()
    assert wrong == []


def drop(page: Page, files: dict[str, str]) -> None:
    page.dispatch_event("body", "drop", {"dataTransfer": page.evaluate_handle(DROP, files)})


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_files_are_dropped_read_and_removed(
    scheme: str,
    width: int,
    open_articles: Callable[[str, int], Page],
    library: Library,
    keep_picture: Callable[[Page, str], None],
) -> None:
    page = open_articles(scheme, width)
    page.get_by_label("Your question", exact=True).fill("half a question")
    drop(page, FILES)
    page.locator("#adding a").click()
    said = page.locator(".jobs [role=status]")
    expect(said).to_have_text("Done; 1 could not be added.", timeout=30_000)
    jobs = page.locator(".batch > ol > li")
    expect(jobs.nth(0).locator(".state")).to_have_text("Added: The Selby quay")
    expect(jobs.nth(1)).to_contain_text(f"Added: {ATTACK}")
    expect(jobs.nth(2).locator(".state")).to_contain_text("Failed: ")
    rows = page.locator("#shelf tbody tr")
    expect(rows).to_have_count(5)
    keep_picture(page, f"{scheme}-{width}-added")

    page.get_by_role("button", name="Title").click()
    expect(rows.nth(0).locator("th")).to_have_text(f"{ATTACK}Read with 1 note")
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Title")
    page.get_by_role("button", name="Title").click()
    expect(rows.nth(0).locator("th")).to_have_text("The Varga bridge")
    page.get_by_label("Search the articles").fill("aldana 2019-05 quay")
    expect(rows).to_have_count(1)
    expect(page.locator(".find [role=status]")).to_have_text("1 of 5 articles")

    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.closest('tbody th') === null"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reader = page.locator("#shelf .reader")
    expect(reader.locator("h1")).to_be_focused()
    expect(reader.locator("h1")).to_have_text("The Selby quay")
    expect(reader.locator(".facts")).to_contain_text("Ines Aldana")
    expect(reader.locator(".facts")).to_contain_text("4 May 2019")
    expect(reader.locator(".text")).to_have_text("The Selby quay was built of basalt.LaterIt was widened in 1950.")
    original = reader.get_by_role("link", name="Original")
    assert original.get_attribute("href") == "https://example.org/quay"
    assert original.get_attribute("rel") == "noopener noreferrer nofollow"
    keep_picture(page, f"{scheme}-{width}-reader")

    page.go_back()
    expect(rows.nth(0).locator("th > a").first).to_be_focused()
    rows.nth(0).locator("th > a").first.click()
    reader.get_by_role("button", name="Remove this article").press("Enter")
    expect(page.locator("#undo")).to_have_text("“The Selby quay” is about to be removed. Undo")
    page.get_by_label("Search the articles").fill("")
    expect(rows).to_have_count(4)
    assert "quay" in {info.id for info in library.articles()}
    page.get_by_role("button", name="Undo").press("Enter")
    expect(rows).to_have_count(5)
    page.get_by_role("link", name="The Selby quay").last.click()
    page.clock.install()
    reader.get_by_role("button", name="Remove this article").click()
    page.clock.run_for(10_000)
    expect(page.locator(".find [role=status]")).to_contain_text("“The Selby quay” was removed.")
    assert "quay" not in {info.id for info in library.articles()}
    expect(rows).to_have_count(4)
    page.get_by_role("link", name=ATTACK).last.click()
    expect(reader.locator(".text")).to_have_text(f"{ATTACK} {{{{7*7}}}}")
    expect(reader.get_by_role("link", name="Original")).to_have_count(0)
    assert page.locator("#shelf :is(img, script)").count() == 0
    assert page.title() == "Ask your articles"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Ask", exact=True).click()
    expect(page.get_by_label("Your question", exact=True)).to_have_value("half a question")


def test_a_chosen_file_and_an_address_are_told_about(open_articles: Callable[[str, int], Page], tmp_path: Path) -> None:
    page = open_articles("light", 1280)
    page.get_by_role("link", name="Articles", exact=True).press("Enter")
    rows = page.locator("#shelf tbody tr")
    expect(rows).to_have_count(3)
    tower = tmp_path / "tower.txt"
    state = page.locator(".batch > ol > li .state")
    for text, told in (("212 steps.", "Added: Tower"), ("212 steps.", "Unchanged"), ("213 steps.", "Updated: Tower")):
        tower.write_text(f"The Orme tower has {text}")
        page.set_input_files("#files", tower)
        expect(state.first).to_contain_text(told)
    expect(rows).to_have_count(4)
    page.get_by_label("Address of a page or a feed").fill("localhost/secret")
    page.keyboard.press("Enter")
    expect(page.locator(".batch > ol > li .name").first).to_have_text("https://localhost/secret")
    expect(state.first).to_contain_text("Failed: ")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".jobs")).to_be_hidden()
