"""How articles are laid out: what becomes of Markdown, and that every word keeps its place in the text."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Article, Markup
from qa.web.layout import DEEPEST, Element, Stretch, layout

ROOT = Path(__file__).parent.parent


def laid(text: str, markup: Markup | None = "markdown") -> list[Element]:
    return layout(Article("a", "A", text, markup=markup)).elements


def brief(text: str, parts: Sequence[Element | Stretch]) -> str:
    """Elements as kind(parts), with their address or number behind a colon; words as they are read."""

    def one(part: Element | Stretch) -> str:
        if isinstance(part, Stretch):
            return text[part.start : part.end] if part.text is None else part.text
        about = part.address or part.number
        return f"{part.kind}{f':{about}' if about else ''}({brief(text, part.parts)})"

    return "".join(map(one, parts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The **old** _quay_ is ~~new~~.", "paragraph(The strong(old) emphasis(quay) is struck(new).)"),
        ('See [the map](https://e.org/a_b "t").', "paragraph(See link:https://e.org/a_b(the map).)"),
        ("![A crane](crane.png)", "paragraph(image:crane.png(A crane))"),
        ("- a\n  1. b\n  2. c\n- d", "list(item(anumbered:1(item(b)item(c)))item(d))"),
        ("3. c\n4. d", "numbered:3(item(c)item(d))"),
        (
            "| Ship | Built |\n|--|--|\n| *Alma* | 1931 |",
            "table(head(cell(Ship)cell(Built))row(cell(emphasis(Alma))cell(1931)))",
        ),
        ("> He said\n> so.", "quote(paragraph(He said so.))"),
        ("a\n\n---\n\nb", "paragraph(a)rule()paragraph(b)"),
        ("Run `make run` now", "paragraph(Run literal(make run) now)"),
        ("```py\nx = 1 < 2\n```", "code(x = 1 < 2\n)"),
        ("Port & quay &amp; \\*mole\\*", "paragraph(Port & quay & *mole*)"),
        ("snake_case and 2 * 3 * 4", "paragraph(snake_case and 2 * 3 * 4)"),
        ("The\nquay  \nends<br>here", "paragraph(The quaybreak()endsbreak()here)"),
        ("A <img src=x onerror=alert(1)> b", "paragraph(A <img src=x onerror=alert(1)> b)"),
        ("<script>alert(1)</script>\n", "lines(<script>alert(1)</script>\n)"),
        ("Title\n=====\n\n### Sub {#sub}", "heading:1(Title)heading:3(Sub)"),
        ("Dug in 1788.[^1]\n\n[^1]: By hand.", "paragraph(Dug in 1788.raised(1))note:1(paragraph(By hand.))"),
        ("- [x] done\n- [ ] open", "list(item(☑ done)item(☐ open))"),
    ],
)
def test_markdown_becomes_elements(text: str, expected: str) -> None:
    assert brief(text, laid(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "snake_case __init__ 2 * 3 * 4",
        "1931. It opened.\n3. Third",
        "> said\n- one\n  - two",
        "Ship: Alma; Built: –\nShip: B",
    ],
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert brief(text, laid(text, None)) == f"lines({text})"


def test_plain_text_has_the_headings_that_readers_write() -> None:
    text = "## The river\nIt is long.\n\n\nIt is deep."
    assert brief(text, laid(text, None)) == "heading:2(The river)lines(It is long.)lines(It is deep.)"


def words(parts: Sequence[Element | Stretch]) -> Iterator[Stretch]:
    for part in parts:
        if isinstance(part, Stretch):
            yield part
        else:
            yield from words(part.parts)


def test_places_count_characters_beyond_16_bits_and_accents() -> None:
    text = "Die 🌉 **Brücke** über `é🌉` den Fluß"
    assert [text[w.start : w.end] for w in words(laid(text))] == ["Die 🌉 ", "Brücke", " über ", "é🌉", " den Fluß"]


@given(st.text(alphabet="ab🌉é *_`[]()<>#-+|:\n>1.!&;~\\", max_size=80))
def test_words_stand_in_order_and_within_the_text(text: str) -> None:
    for markup in ("markdown", None):
        places = [(w.start, w.end) for w in words(laid(text, markup))]  # type: ignore[arg-type]
        assert all(0 <= start <= end <= len(text) for start, end in places)
        if markup is None:
            assert places == sorted(places)


def depth(element: Element) -> int:
    return 1 + max((depth(part) for part in element.parts if isinstance(part, Element)), default=0)


def test_what_lies_too_deep_is_shown_all_the_same() -> None:
    text = f"{'> ' * 5000}deep"
    (element,) = laid(text)
    assert depth(element) <= DEEPEST
    assert [text[w.start : w.end] for w in words([element])] == ["deep"]


def test_words_that_go_on_are_one_stretch() -> None:
    text = "[" * 1000 + " a [ b ] c"
    assert [(w.start, w.end) for w in words(laid(text))] == [(0, len(text))]


def read(text: str, parts: Sequence[Element | Stretch]) -> str:
    """All that is read, the addresses too."""
    return " ".join(
        (text[part.start : part.end] if part.text is None else part.text)
        if isinstance(part, Stretch)
        else f"{part.address or ''} {read(text, part.parts)}"
        for part in parts
    )


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "qa/models/reader.md"])
def test_no_word_of_a_real_text_is_lost(name: str) -> None:
    text = (ROOT / name).read_text()
    said = Counter(re.findall(r"\w+", read(text, laid(text))))
    lost = Counter(re.findall(r"\w+", text)) - said
    marks = {word for word in lost if word.isdecimal()}  # of items, which the page counts itself
    assert set(lost) - marks <= {"sh", "text", "json", "python", "toml", "markdown"}, "but for what code is written in"


# Looked at only after the rules were written.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> 1. a\n>    > b\n> 2. c", "quote(numbered:1(item(aquote(paragraph(b)))item(c)))"),
        ("Ein *[Link](https://e.org)*!", "paragraph(Ein emphasis(link:https://e.org(Link))!)"),
        ("See [it][1].\n\n[1]: https://e.org 'T'", "paragraph(See link:https://e.org(it).)"),
        ("[![Alt](a.png)](https://e.org)", "paragraph(link:https://e.org(image:a.png(Alt)))"),
        ("| a \\| b | c |\n|:-:|---|\n| `x|y` | |", "table(head(cell(a | b)cell(c))row(cell(`x)cell(y`)))"),
        ("Ship: Alma; Built: –", "paragraph(Ship: Alma; Built: –)"),
        ("1) one\n\n   more\n\n2) two", "numbered:1(item(paragraph(one)paragraph(more))item(paragraph(two)))"),
        ("    code\n    more", "code(code\nmore)"),
        ("***both*** and __bold__", "paragraph(emphasis(strong(both)) and strong(bold))"),
        ("שלום **עולם**", "paragraph(שלום strong(עולם))"),
        ("5 < 6 & 7 > 2 &copy; &unknown;", "paragraph(5 < 6 & 7 > 2 © &unknown;)"),
        ("<!-- note -->\n\nText", "lines(<!-- note -->\n)paragraph(Text)"),
        ("# Not\\* it #", "heading:1(Not* it)"),
        ("#hashtag and $5 ~ 3", "paragraph(#hashtag and $5 ~ 3)"),
        (
            "a[^Sea] b[^2] c[^sea]\n\n[^2]: B\n\n[^sea]: A\n\n[^no]: C",
            "paragraph(araised(1) braised(2) craised(1))note:2(paragraph(B))note:1(paragraph(A))note:3(paragraph(C))",
        ),
        ("[^k]: Known\n\n- x[^k]\n- y[^unknown]", "note:1(paragraph(Known))list(item(xraised(1))item(y[^unknown]))"),
        ("* * *\n+ a\n\n+ b", "rule()list(item(paragraph(a))item(paragraph(b)))"),
    ],
)
def test_other_markdown_becomes_elements(text: str, expected: str) -> None:
    assert brief(text, laid(text)) == expected
