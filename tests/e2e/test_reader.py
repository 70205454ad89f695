"""An article in the reader: Markdown laid out, quotes marked to the letter."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from qa.types import Article
from tests.conftest import store
from tests.e2e.room import Enter, Room, asked, no_barriers
from tests.web_fake import LENGTH, QUOTE

pytestmark = pytest.mark.e2e
MARKDOWN = """# The Quill harbour

The **Quill harbour** 🌉 was dug *by hand* in [1788](https://example.org/dug?a=1&b=2) by
Orla Penhallow. It holds `forty` boats &amp; a ferry.<br>See [below](#ferry) or <https://example.org/quill>.

## Who berths there {#ferry}

1. The Alma
   - built 1931
   - of **oak**
2. The *Ilse*

- [x] dredged
- [ ] lit

> The mole must never
> be raised, she said.

| Ship | Built | Master | Of which port it is, as the register of 1931 has it, with all later changes |
|------|------:|--------|----|
| Alma | 1931 | **Ines** Aldana | Quill |
| Ilse | – | | Sarn |

---

```py
depth = tide - 2 < 4  # metres, and a line that is far too long to fit on any narrow screen of a telephone
```

<img src=x onerror="document.title='owned'"> ![A crane](https://example.org/crane.png)
[Run](javascript:document.title='owned') it.[^1]

[^1]: By the harbour master.

[register]: https://example.org/register
"""
QUILL = Article("quill/harbour", "The Quill harbour", MARKDOWN, source="Harbour News", sha256="q", markup="markdown")
SIGNS = """snake_case and __init__
2 * 3 * 4

Ship: Alma; Built: –
Ship: Ilse; Built: 1931

1931. A year.

- one"""
PLAIN = Article("plain", "Signs", SIGNS, sha256="p")


@pytest.fixture(autouse=True)
def articles(room: Room) -> Iterator[None]:
    for article in (QUILL, PLAIN):
        store(room.library, article)
    yield
    for article in (QUILL, PLAIN):
        room.library.remove(article.id)


def place(quote: str) -> str:
    start = MARKDOWN.index(quote)
    return f"#/articles/quill%2Fharbour/{start}-{start + len(quote)}"


def opened(page: Page, room: Room, address: str, title: str) -> Locator:
    page.goto(f"{room.url}{address}")
    expect(page.locator(".reader h1")).to_have_text(title)
    text = page.locator(".reader .text")
    expect(text.locator("> *").first).to_be_visible()
    return text


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_markdown_is_laid_out(
    width: int, scheme: str, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    text = opened(page, room, place("by hand* in [1788]"), QUILL.title)
    expect(text.locator("h2")).to_have_text(["Who berths there"])
    expect(text.locator("p").first).to_have_text(
        "The Quill harbour 🌉 was dug by hand in 1788 (https://example.org/dug?a=1&b=2) by Orla Penhallow. "
        "It holds forty boats & a ferry.See below or https://example.org/quill."
    )
    expect(text.locator("strong").first).to_have_text("Quill harbour")
    expect(text.locator("ol > li ul > li")).to_have_text(["built 1931", "of oak"])
    expect(text.locator("blockquote p")).to_have_text("The mole must never be raised, she said.")
    expect(text.locator("th")).to_have_count(4)
    expect(text.locator("tbody tr").first.locator("td").nth(2)).to_have_text("Ines Aldana")
    expect(text.locator("pre")).to_contain_text("tide - 2 < 4")
    expect(text.locator("hr")).to_have_count(1)
    expect(text.locator("mark.chosen")).to_have_text(["by hand", " in ", "1788"])
    expect(text.locator("mark.chosen").first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    no_barriers(page)
    keep_picture(page, f"markdown-{scheme}-{width}-top")
    text.locator("hr").scroll_into_view_if_needed()
    keep_picture(page, f"markdown-{scheme}-{width}-middle")


def test_nothing_of_an_article_becomes_markup(enter: Enter, room: Room) -> None:
    text = opened(enter(), room, "#/articles/quill%2Fharbour", QUILL.title)
    assert text.locator("img, script, a, [onerror], [href], [src]").count() == 0
    expect(text).to_contain_text("<img src=x onerror=\"document.title='owned'\">")
    expect(text).to_contain_text("Run (javascript:document.title='owned') it.")
    expect(text).to_contain_text("A crane (https://example.org/crane.png)")
    assert text.page.title() != "owned"


def test_a_quote_of_what_a_layout_leaves_out_is_shown_in_the_text_as_it_is(enter: Enter, room: Room) -> None:
    text = opened(enter(), room, place("https://example.org/register"), QUILL.title)
    expect(text.locator("mark.chosen")).to_have_text(["https://example.org/register"])
    expect(text.locator("table")).to_have_count(0)


def test_plain_text_stays_as_it_is(enter: Enter, room: Room) -> None:
    text = opened(enter(), room, "#/articles/plain", PLAIN.title)
    assert text.inner_text().replace("\n\n\n", "\n\n").split("\n\n") == PLAIN.text.split("\n\n")
    expect(text.locator("em, strong, ul, ol, table")).to_have_count(0)


def folded(page: Page) -> Locator:
    summary = page.locator(".reader .summary")
    expect(summary.locator("summary")).to_be_visible()
    expect(summary.locator("ul")).to_be_hidden()
    summary.locator("summary").press("Enter")
    expect(summary.locator("ul")).to_be_visible()
    return summary


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_summary_comes_folded_and_leads_to_its_quotes(
    width: int, scheme: str, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    opened(page, room, "#/articles/bridge", "The Varga bridge")
    keep_picture(page, f"summary-{scheme}-{width}-folded")
    summary = folded(page)
    expect(summary.locator("bdi")).to_have_text([QUOTE, LENGTH])
    expect(page.locator(".reader .cited")).to_be_hidden()
    no_barriers(page)
    keep_picture(page, f"summary-{scheme}-{width}")
    spot = summary.get_by_role("link", name="To sentence 2 in the text")
    spot.press("Enter")
    chosen = page.locator(".reader .text mark.chosen")
    expect(chosen).to_have_text(LENGTH)
    expect(chosen).to_be_focused()
    expect(chosen).to_be_in_viewport()
    expect(page.locator(".reader .cited")).to_be_hidden()
    expect(summary.locator("ul")).to_be_visible()
    page.go_back()
    expect(chosen).to_have_count(0)


def test_beside_the_conversation_a_summary_stays_there(enter: Enter) -> None:
    page = enter()
    mark = asked(page).locator("a.mark")
    mark.click()
    summary = folded(page)
    summary.locator(".spot").last.click()
    expect(page.locator(".reader .text mark.chosen")).to_have_text(LENGTH)
    expect(page.locator(".turn h2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()
    expect(mark).to_be_focused()


def test_what_is_short_or_refused_shows_no_summary(enter: Enter, room: Room) -> None:
    page = enter()
    with page.expect_response("**/summary") as answered:
        opened(page, room, "#/articles/plain", PLAIN.title)
    assert answered.value.json()["status"] == "refused"
    expect(page.locator(".reader .summary")).to_be_hidden()
    opened(page, room, "#/articles/bridge", "The Varga bridge")
    expect(page.locator(".reader .summary")).to_be_visible()
    opened(page, room, "#/articles/plain", PLAIN.title)
    expect(page.locator(".reader .summary")).to_be_hidden()
