"""The forty steps of docs/walk.md, by the names that stand on the page: none needs a guess."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ROOT, Log, running
from tests.e2e.walk import ANSWER_MS, STEPS, Walk, step

pytestmark = pytest.mark.e2e

WALK = ROOT / "docs/walk.md"
ARTICLES = sorted((ROOT / "examples/articles").iterdir())


@step("Open the page")
def _(w: Walk) -> None:
    expect(w.page.locator("#intro .facts")).to_contain_text("15 articles")
    expect(w.page.get_by_role("heading", name="You can ask, for example")).to_be_visible()


@step("Press one of these questions")
def _(w: Walk) -> None:
    w.page.locator("#intro .asks button").first.click()
    expect(w.turn.locator(".sources .card").first).to_be_visible()
    w.answered()
    expect(w.turn.locator("a.mark").first).to_be_visible()


@step("Put the pointer on the mark")
def _(w: Walk) -> None:
    w.turn.locator("a.mark").first.hover()
    expect(w.page.get_by_role("tooltip")).to_be_visible()


@step("Press the mark")
def _(w: Walk) -> None:
    w.turn.locator("a.mark").first.click()
    expect(w.page.locator(".reader mark.chosen").first).to_be_in_viewport()


@step("Press Esc")
def _(w: Walk) -> None:
    w.page.keyboard.press("Escape")
    expect(w.page.locator(".reader")).to_be_hidden()
    expect(w.turn.locator("a.mark").first).to_be_focused()


@step("Write “who met")
def _(w: Walk) -> None:
    w.ask("who met the Alberta Prosperity Project?")
    w.says("official")
    w.picture("walk-answer")


@step("Ask on:")
def _(w: Walk) -> None:
    w.ask("When did they meet?")
    expect(w.turn.get_by_text("Understood as:")).to_be_visible()


@step("Press *Tell me more*")
def _(w: Walk) -> None:
    w.ask("who met the Alberta Prosperity Project?")
    before = w.turn.locator(".answer").inner_text()
    w.press("Tell me more")
    expect(w.page.locator(".turn")).to_have_count(5)
    w.answered()
    assert w.turn.locator(".answer").inner_text() != before


@step("Press a related question")
def _(w: Walk) -> None:
    related = w.turn.locator(".suggested button").first
    expect(related).to_be_visible(timeout=ANSWER_MS)
    question = related.inner_text()
    related.click()
    expect(w.turn.locator("h2")).to_have_text(question)
    w.answered()
    expect(w.turn.locator("a.mark").first).to_be_visible()


@step("Ask what no article says")
def _(w: Walk) -> None:
    w.ask("Who won the 2022 FIFA World Cup?")
    expect(w.turn.locator(".refusal")).to_be_visible()
    expect(w.turn.locator(".sources .card").first).to_be_visible()


@step("Press *Edit the question*")
def _(w: Walk) -> None:
    w.press("Edit the question")
    expect(w.turn.get_by_label("Edit the question: Who won the 2022 FIFA World Cup?")).to_be_focused()
    w.press("Cancel")
    expect(w.turn.locator("h2")).to_have_text("Who won the 2022 FIFA World Cup?")


@step("Press *Copy link*")
def _(w: Walk) -> None:
    w.press("Copy link")
    w.link = w.page.evaluate("navigator.clipboard.readText()")
    assert w.link.startswith(w.page.url)


@step("Open that address")
def _(w: Walk) -> None:
    other = w.page.context.new_page()
    other.goto(w.link)
    expect(other.locator(".turn")).to_have_count(7)
    expect(other.locator(".turn h2").last).to_be_in_viewport()
    other.close()


@step("Reload the page")
def _(w: Walk) -> None:
    w.page.reload()
    expect(w.page.locator(".turn")).to_have_count(7)


@step("Press *Good answer*")
def _(w: Walk) -> None:
    w.press("Good answer")
    expect(w.turn.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")


@step("Press *New* and ask")
def _(w: Walk) -> None:
    w.press(re.compile("New$"))
    expect(w.page.locator(".turn")).to_have_count(0)
    w.ask("What share voted No in Quebec's 1995 referendum?")
    w.says("50.58")


@step("Open *History*")
def _(w: Walk) -> None:
    w.go_to("History")
    expect(w.page.locator(".history li")).to_have_count(2)


@step("Search it for")
def _(w: Walk) -> None:
    w.page.get_by_label("Search the conversations").fill("Prosperity")
    expect(w.page.locator(".history li")).to_have_count(1)


@step("Press *Rename*")
def _(w: Walk) -> None:
    w.press(re.compile("^Rename"))
    w.page.keyboard.type("Alberta")
    w.page.keyboard.press("Enter")
    expect(w.page.locator(".history li h2")).to_have_text("Alberta")


@step("Press *Save as Markdown*")
def _(w: Walk) -> None:
    assert "FIFA World Cup" in w.saved("Save as Markdown").read_text()


@step("Open *Articles*")
def _(w: Walk) -> None:
    w.go_to("Articles")
    expect(w.page.get_by_role("heading", name="Articles", exact=True)).to_be_visible()


@step("Choose five files")
def _(w: Walk) -> None:
    w.page.get_by_label(re.compile("Choose files")).set_input_files(ARTICLES)
    expect(w.page.get_by_text(re.compile("5 added"))).to_be_visible(timeout=ANSWER_MS)


@step("Search for “oak”")
def _(w: Walk) -> None:
    w.page.get_by_label("Search the articles").fill("oak")
    expect(w.page.locator("#shelf tbody tr")).to_have_count(1)
    expect(w.page.locator("#shelf tbody mark")).to_have_text("oak")


@step("Open that article")
def _(w: Walk) -> None:
    w.page.get_by_role("rowheader").get_by_role("link", name="The tide mill grinds again").click()
    expect(w.page.locator(".reader .facts")).to_contain_text("Quayside Courier")


@step("Press *Ask about this article*")
def _(w: Walk) -> None:
    w.press("Ask about this article")
    expect(w.page.get_by_text("Article: The tide mill grinds again")).to_be_visible()


@step("Ask “How much flour")
def _(w: Walk) -> None:
    w.ask("How much flour does it grind in an hour?")
    w.says("60")


@step("Take the restriction away")
def _(w: Walk) -> None:
    w.press("Remove: Article: The tide mill grinds again")


@step("Ask “What does a berth")
def _(w: Walk) -> None:
    w.ask("What does a berth in the night train cost?")
    w.says("49 euros")


@step("In *Articles*, select two")
def _(w: Walk) -> None:
    w.go_to("Articles")
    w.page.get_by_label("Search the articles").fill("")
    for title in ("The tide mill grinds again", "Night trains return to the coast line"):
        w.page.get_by_label(f"Select “{title}”").check()
    expect(w.page.get_by_text("2 articles selected")).to_be_visible()
    w.picture("walk-articles")


@step("Give them the tag")
def _(w: Walk) -> None:
    w.page.get_by_label("A tag for them").fill("coast")
    w.press("Add tag")
    expect(w.page.locator("#shelf tbody").get_by_text("coast", exact=True)).to_have_count(2)


@step("Show only that tag")
def _(w: Walk) -> None:
    w.page.get_by_label("Only this tag").select_option("coast")
    expect(w.page.locator("#shelf tbody tr")).to_have_count(2)


@step("Ask only these")
def _(w: Walk) -> None:
    w.go_to("Ask")
    w.press("Narrow")
    w.page.get_by_role("form", name="Ask only some articles").get_by_label("Tag").select_option("coast")
    w.press("Done")
    expect(w.page.get_by_text("Tag: coast").first).to_be_visible()


@step("Ask “How long is the salt road?”")
def _(w: Walk) -> None:
    w.ask("How long is the salt road?")
    expect(w.turn.locator(".refusal")).to_be_visible()


@step("Press *Ask all of them*")
def _(w: Walk) -> None:
    w.press("Ask all of them")
    w.answered()
    w.says("74 kilometres")


@step("Remove an article")
def _(w: Walk) -> None:
    w.go_to("Articles")
    w.page.get_by_role("rowheader").get_by_role("link", name="The tide mill grinds again").click()
    w.press("Remove this article")
    expect(w.page.get_by_text("“The tide mill grinds again” is about to be removed.")).to_be_visible()
    w.press("Undo")
    expect(w.page.get_by_role("rowheader").get_by_role("link", name="The tide mill grinds again")).to_be_visible()


@step("Open *Quality*")
def _(w: Walk) -> None:
    w.go_to("Quality")
    expect(w.page.get_by_text("Nothing has been measured yet")).to_be_visible()


@step("Under *Make questions*")
def _(w: Walk) -> None:
    sample = w.saved("A sample")
    w.page.get_by_label(re.compile("Choose a file")).set_input_files(sample)
    expect(w.page.get_by_text(re.compile("is kept: "))).to_be_visible()


@step("Press *Measure*")
def _(w: Walk) -> None:
    w.press("Measure")
    expect(w.page.get_by_role("heading", name="Measuring …")).to_be_visible()
    expect(w.page.get_by_role("heading", name="Measuring …")).to_be_hidden(timeout=ANSWER_MS)
    expect(w.page.get_by_role("heading", name="Earlier runs")).to_be_visible()
    w.picture("walk-quality")


@step("Open *Settings*")
def _(w: Walk) -> None:
    w.go_to("Settings")
    w.page.get_by_label("Colours").select_option("Dark")
    assert w.page.evaluate("getComputedStyle(document.documentElement).colorScheme").startswith("dark")


@step("Press *?*")
def _(w: Walk) -> None:
    w.page.get_by_role("heading", name="Settings", exact=True).click()
    w.page.keyboard.press("?")
    expect(w.page.get_by_role("dialog", name="Keys of this page")).to_be_visible()


@pytest.fixture
def walk(tmp_path: Path, browser: Browser) -> Iterator[Walk]:
    log = Log()
    with running(tmp_path / "data", "corpus") as site:
        context = browser.new_context(
            viewport={"width": 1280, "height": 860}, permissions=["clipboard-read", "clipboard-write"]
        )
        page = context.new_page()
        page.on("console", lambda m: log.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: log.errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(site.url) else log.foreign.append(r.url))
        page.goto(site.url)
        yield Walk(page, tmp_path)
        context.close()
    assert log == Log()


def test_a_newcomer_takes_forty_steps_and_none_needs_a_guess(walk: Walk) -> None:
    written = re.findall(r"^(\d+)\. (.+)", WALK.read_text(), re.MULTILINE)
    assert [int(number) for number, _ in written] == list(range(1, 41))
    acts = list(STEPS.items())
    assert len(acts) == len(written)
    for (_, text), (begins, act) in zip(written, acts, strict=True):
        assert text.startswith(begins)
        act(walk)
