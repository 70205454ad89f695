"""The Articles view in a real browser: batches of files, several articles at once, tags, and words found in texts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa.library import Tags
from qa.types import Article, Filters
from tests.conftest import store
from tests.e2e.room import Enter, Room, entering, no_barriers, opened_room
from tests.e2e.test_articles_page import DROP, FILES, drop
from tests.test_web_api import wait_until

pytestmark = pytest.mark.e2e

MANY = 230


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room of its own: its articles are tagged and removed."""
    with opened_room(tmp_path_factory.mktemp("shelf")) as room:
        yield room


@pytest.fixture
def enter(room: Room, browser: Browser) -> Iterator[Enter]:
    before = [room.library.article(info.id) for info in room.library.articles()]
    try:
        with entering(room, browser) as enter:
            yield enter
    finally:
        for info in room.library.articles():
            if info.id not in {article.id for article in before}:
                room.library.remove(info.id)
        for article in before:
            store(room.library, article)
        tags = Tags.beside(room.library)
        tags.change([article.id for article in before], drop=list(tags.counted()))


def rows(page: Page) -> Locator:
    return page.locator("#shelf tbody tr")


def box(page: Page, title: str) -> Locator:
    return page.get_by_role("checkbox", name=f"Select “{title}”")


def there(room: Room) -> set[str]:
    return {info.id for info in room.library.articles()}


def test_a_batch_has_a_heading_and_counts_that_add_up(enter: Enter) -> None:
    page = enter(path="#/articles")
    drop(page, FILES)
    first = page.locator(".batch")
    expect(first.locator("h2")).to_have_text(re.compile(r"^3 files, \d\d:\d\d$"))
    expect(first.locator(".sum")).to_have_text("3 articles: 2 added, 1 failed", timeout=30_000)
    rows_csv = "title,text\nOne,The first row.\nTwo,The second row.\nThree,\n"
    drop(page, {"quay.md": FILES["quay.md"], "copy.md": FILES["quay.md"], "rows.csv": rows_csv})
    batch = page.locator(".batch").first
    expect(page.locator(".batch h2")).to_contain_text(["3 files", "3 files"])
    expect(batch.locator(".sum")).to_have_text(
        "5 articles: 2 added, 1 unchanged, 1 known already, 1 failed", timeout=30_000
    )
    several = batch.locator("li[data-verdict]").filter(has=page.locator(".items")).last
    expect(several.locator(".items li[data-verdict]")).to_have_count(3)
    expect(page.locator(".jobs > header [role=status]")).to_have_text("Done; 2 could not be added.")
    no_barriers(page)


def test_what_failed_says_why_and_is_tried_again(enter: Enter) -> None:
    page = enter(path="#/articles")
    refused = []

    def refuse(route: object) -> None:
        if len(refused) < 2:
            refused.append(route)
            route.fulfill(body='data: {"error": "the disk is full"}\n\n', content_type="text/event-stream")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/articles", lambda route: refuse(route) if route.request.method == "POST" else route.continue_())
    drop(page, {"a.txt": "The Orme tower has 212 steps.", "b.txt": "The quay is of basalt."})
    batch = page.locator(".batch")
    expect(batch.locator(".state")).to_have_text(["Failed: the disk is full"] * 2)
    expect(batch.locator(".sum")).to_have_text("2 articles: 2 failed")
    batch.get_by_role("button", name="Try again: a.txt").press("Enter")
    expect(batch.locator(".sum")).to_have_text("2 articles: 1 added, 1 failed", timeout=30_000)
    batch.get_by_role("button", name="Try again: b.txt").click()
    expect(batch.locator(".sum")).to_have_text("2 articles: 2 added", timeout=30_000)
    expect(batch.get_by_role("button", name="Try")).to_have_count(0)
    expect(batch).to_have_count(1)


def test_all_that_failed_is_tried_again_at_once(enter: Enter) -> None:
    page = enter(path="#/articles")
    drop(page, {"a.pdf": "%PDF-1.7 no PDF", "b.pdf": "%PDF-1.7 no PDF either", "c.txt": "The quay is of basalt."})
    batch = page.locator(".batch")
    expect(batch.locator(".sum")).to_have_text("3 articles: 1 added, 2 failed", timeout=30_000)
    batch.get_by_role("button", name="Try all that failed again").click()
    expect(batch.locator(".sum")).to_have_text("3 articles: 1 added, 2 failed", timeout=30_000)


@pytest.mark.parametrize("view", ["#/", "#/history", "#/report"])
def test_files_are_dropped_on_every_view(view: str, enter: Enter, keep_picture: Callable[[Page, str], None]) -> None:
    page = enter(path=view)
    over = page.locator("#dropping")
    expect(over).to_be_hidden()
    page.dispatch_event("body", "dragover", {"dataTransfer": page.evaluate_handle(DROP, FILES)})
    expect(over).to_be_visible()
    expect(over).to_have_text("Drop the files to add them to your articles")
    keep_picture(page, f"dropping-{view[2:] or 'ask'}")
    drop(page, {"quay.md": FILES["quay.md"]})
    expect(over).to_be_hidden()
    told = page.locator("#adding")
    expect(told).to_contain_text("Done.", timeout=30_000)
    assert page.evaluate("location.hash") in (view, "")
    keep_picture(page, f"told-{view[2:] or 'ask'}")
    no_barriers(page)
    told.get_by_role("link", name="Show").press("Enter")
    expect(page.locator(".batch .sum")).to_have_text(re.compile("^1 article: 1 (added|unchanged)$"))
    expect(told).to_be_hidden()


def test_what_is_dragged_and_is_no_file_is_left_alone(enter: Enter) -> None:
    page = enter()
    text = page.evaluate_handle("() => { const t = new DataTransfer(); t.setData('text/plain', 'x'); return t; }")
    page.dispatch_event("body", "dragover", {"dataTransfer": text})
    expect(page.locator("#dropping")).to_be_hidden()


def test_several_are_selected_by_keyboard_and_tagged(enter: Enter, room: Room) -> None:
    page = enter(path="#/articles")
    expect(rows(page)).to_have_count(4)
    bar = page.locator(".picked")
    expect(bar).to_be_hidden()
    box(page, "The Lomond ferry").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(bar.locator("[role=status]")).to_have_text("3 articles selected")
    expect(page.locator("thead .pick input")).to_have_js_property("indeterminate", True)
    bar.get_by_label("A tag for them").fill("to read")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("The tag “to read” was added.")
    expect(page.locator("tbody .tag")).to_have_text(["to read"] * 3)
    assert Tags.beside(room.library).articles("to read") == ("bridge", "ferry", "geser")
    expect(bar.locator("[role=status]")).to_have_text("3 articles selected")
    box(page, "The Lomond ferry").focus()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.get_by_label("Only this tag").select_option("to read")
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("Control+Home")
    page.locator("thead .pick input").check()
    bar.get_by_role("button", name="Take the tag off: to read").click()
    expect(page.locator("tbody .tag")).to_have_count(0)
    assert Tags.beside(room.library).counted() == {}


def test_a_range_is_selected_by_pointer_and_deleted_with_one_undo(enter: Enter, room: Room) -> None:
    page = enter(path="#/articles")
    box(page, "The Varga bridge").check()
    box(page, "Kestrel Mill").click(modifiers=["Shift"])
    expect(page.locator(".picked [role=status]")).to_have_text("3 articles selected")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#undo [role=status]")).to_have_text("3 articles are about to be removed.")
    expect(rows(page)).to_have_count(1)
    expect(page.locator(".find [role=status]")).to_have_text("1 article")
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(4)
    expect(page.locator(".told")).to_have_text("3 articles stay.")
    assert len(there(room)) == 4
    box(page, "The Varga bridge").check()
    box(page, "The Lomond ferry").check()
    box(page, "The Lomond ferry").press("Delete")
    page.goto("about:blank")
    wait_until(lambda: there(room) == {"geser", "mill"}, 10)


def test_words_are_found_in_texts_and_lead_to_their_place(enter: Enter) -> None:
    page = enter(path="#/articles")
    find = page.get_by_label("Search the articles")
    find.fill("opened 1931")
    hit = page.locator("a.hit")
    expect(hit).to_have_text(["It opened in 1931 after a long dispute over its cost."])
    expect(hit.locator("mark")).to_have_text(["opened", "1931"])
    hit.press("Enter")
    chosen = page.locator(".reader mark.chosen")
    expect(chosen).to_have_text("It opened in 1931 after a long dispute over its cost.")
    page.go_back()
    expect(find).to_have_value("opened 1931")
    expect(rows(page)).to_have_count(1)


@pytest.mark.parametrize("by", ["Enter", "click"])
def test_what_is_not_found_is_asked_as_a_question(enter: Enter, room: Room, by: str) -> None:
    page = enter(path="#/articles")
    find = page.get_by_label("Search the articles")
    find.fill("When did the Varga bridge open at all?")
    button = page.get_by_role("button", name="Ask as a question: “When did the Varga bridge open at all?”")
    expect(button).to_be_visible()
    find.press("Enter") if by == "Enter" else button.click()
    expect(page.locator("#current .turn h2")).to_have_text("When did the Varga bridge open at all?")
    expect(page.locator("#current .acts")).to_be_visible()
    assert room.answerer.asked[-1][0] == "When did the Varga bridge open at all?"


def test_a_question_is_kept_to_a_tag(enter: Enter, room: Room) -> None:
    Tags.beside(room.library).change(["bridge"], add=["Harbour works"])
    page = enter()
    page.locator("h1").first.click()
    page.keyboard.press("f")
    page.locator("#narrow-form").get_by_label("Tag").select_option("Harbour works")
    page.keyboard.press("Escape")
    expect(page.locator("#narrow .chip bdi")).to_have_text("Tag: Harbour works")
    question = page.get_by_label("Your question", exact=True)
    question.fill("When did the Varga bridge open?")
    question.press("Enter")
    expect(page.locator("#current .only")).to_contain_text("Tag: Harbour works")
    expect(page.locator("#current .acts")).to_be_visible()
    assert room.answerer.asked[-1][2] == Filters(tag="Harbour works")


def test_many_articles_come_page_by_page_and_all_are_selected(enter: Enter, room: Room) -> None:
    for number in range(MANY):
        store(room.library, Article(f"n{number}", f"Number {number}", f"Row {number}.", sha256=str(number)))
    page = enter(path="#/articles")
    expect(page.locator(".find [role=status]")).to_have_text("234 articles")
    expect(rows(page)).to_have_count(100)
    page.get_by_role("button", name="Show more").press("Enter")
    expect(rows(page)).to_have_count(200)
    expect(rows(page).nth(100).locator("th a")).to_be_focused()
    page.get_by_label("Search the articles").fill("number")
    expect(page.locator(".find [role=status]")).to_have_text("230 of 234 articles")
    page.get_by_role("checkbox", name="Select all that are found").check()
    expect(page.locator(".picked [role=status]")).to_have_text("230 articles selected")
    page.get_by_label("A tag for them").fill("numbered")
    page.keyboard.press("Enter")
    expect(page.locator(".told")).to_have_text("The tag “numbered” was added.")
    assert Tags.beside(room.library).counted() == {"numbered": 230}


def test_tags_stand_in_the_reader_and_lead_to_the_list(enter: Enter, room: Room) -> None:
    Tags.beside(room.library).change(["bridge", "mill"], add=["<b>old</b>"])
    page = enter(path="#/articles/bridge")
    tag = page.locator(".reader .tags a")
    expect(tag).to_have_text("<b>old</b>")
    tag.press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_label("Only this tag")).to_have_value("<b>old</b>")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280), ("light", 2560)])
def test_it_has_no_barrier_and_fits(
    scheme: str, width: int, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    Tags.beside(room.library).change(["bridge", "mill"], add=["a tag of several words", "x" * 60])
    bridge = room.library.article("bridge")
    store(room.library, replace(bridge, title="A title that is long enough to be broken " * 3, sha256="t"))
    page = enter(width, scheme, path="#/articles")
    drop(page, FILES)
    expect(page.locator(".batch .sum")).to_have_text("3 articles: 2 added, 1 failed", timeout=30_000)
    page.get_by_label("Search the articles").fill("opened")
    expect(page.locator("a.hit")).to_have_count(1)
    page.locator("tbody .pick input").first.check()
    keep_picture(page, f"shelf-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    no_barriers(page)
