"""What a reader waits for in a real browser, over the library of 5,000 articles that was just filled."""

import json
import statistics

from playwright.sync_api import Browser, Page, sync_playwright

from qa.library import Library
from qa.settings import Settings
from tests.bench.articles import collection
from tests.bench.page import URL, serving
from tests.e2e.conftest import FLAGS, chromium

ASKED = 20
LOADED = 15
# When the first source of the question is drawn, in milliseconds since it was sent.
WATCH = """question => {
  window.sent = performance.now();
  window.seen = null;
  const look = () => {
    const asked = document.querySelector("#current h2")?.textContent === question;
    if (asked && window.seen === null && document.querySelector("#current .sources .card"))
      window.seen = performance.now() - window.sent;
  };
  window.watching?.disconnect();
  window.watching = new MutationObserver(look);
  window.watching.observe(document.body, { childList: true, subtree: true });
}"""

# When one can ask and sees what the library holds, in milliseconds since the page was asked for. The page tells it
# itself, since Playwright looks for an element at growing intervals of up to half a second.
USABLE = """() => {
  const look = () => {
    const box = document.querySelector("#question textarea");
    if (box && !box.disabled && document.querySelector("#intro .facts")) {
      window.usable = performance.now();
      watching.disconnect();
    }
  };
  const watching = new MutationObserver(look);
  watching.observe(document, { attributes: true, childList: true, subtree: true });
}"""


def browser(environment: dict[str, str]) -> None:
    """Prints how long the page takes until one can ask, and until a question's first source is seen."""
    path = chromium()
    if path is None:
        print("\nno Chromium here, so nothing is measured in a browser")
        return
    library = Library.open(Settings.from_env(environment).library_path)
    print(f"\nthe page in a browser, over {library.stats().passages:,} passages", flush=True)
    library.close()
    questions = [json.loads(line)["question"] for line in collection()[1].open(encoding="utf-8")]
    asked = [" ".join(question.split()) for question in questions[:: len(questions) // ASKED][:ASKED]]
    with serving(environment), sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        loads = [_load(running) for _ in range(LOADED + 1)][1:]
        page = running.new_page()
        _open(page)
        seen = [_ask(page, question) for question in asked]
        running.close()
    for name, times in (("the page can be used, warm", loads), ("the first source is seen", seen)):
        print(
            f"  seconds until {name}: median {statistics.median(times):.2f}, slowest {max(times):.2f}, n {len(times)}"
        )


def _open(page: Page) -> None:
    page.goto(URL, wait_until="commit")
    page.locator("#question textarea").fill("?")
    page.locator("#intro .facts").wait_for()


def _load(running: Browser) -> float:
    page = running.new_page()
    page.add_init_script(f"({USABLE})()")
    _open(page)
    took = float(page.evaluate("window.usable")) / 1000
    page.close()
    return took


def _ask(page: Page, question: str) -> float:
    page.locator("#question textarea").fill(question)
    page.evaluate(WATCH, question)
    page.locator("#question textarea").press("Enter")
    page.wait_for_function("window.seen !== null")
    page.locator("#current .acts").wait_for(timeout=120_000)
    return float(page.evaluate("window.seen")) / 1000
