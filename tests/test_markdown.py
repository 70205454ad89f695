"""Words of others within Markdown: rendered, they are what they were and nothing more."""

import pytest
from markdown_it import MarkdownIt

from qa.language.markdown import escaped, linked, one_line

MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


@pytest.mark.parametrize(
    "text",
    [
        "It cost 4 * 3 * 2 pounds, snake_case and _all_, __b__ of **it**.",
        "1. first",
        "1931) second",
        "2026-01-29",
        "1.5 million",
        "# no heading",
        "- no list",
        "+ no list",
        "> no quote",
        "---",
        "===",
        "<b>bold</b> <!-- hidden --> <?php ?> a < b > c",
        "&lt;script&gt; AT&T &#106;",
        "![picture](https://tracker.example/x.png)",
        "[link](javascript:alert(1)) [1]: https://evil.example",
        "`code` ```fence``` ~~gone~~ C:\\new",
        "| a | b |",
    ],
)
def test_it_reads_as_it_was_written(text: str) -> None:
    (_, inline, _) = tokens = MARKDOWN.parse(escaped(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == text


def test_plain_words_stay_as_they_are() -> None:
    text = "It opened on 2026-01-29 for 1.5 million: “a snake_case” & more (412 m) – $5!"
    assert escaped(text) == text


def test_what_cannot_be_seen_is_left_out_and_lines_are_joined() -> None:
    assert one_line(" a\u202eb\u2066c\u200bd\x00e\ufeff\n\n# f\u2028g\th ") == "abcde # f g h"
    assert escaped("\u200b# a") == "\\# a"


@pytest.mark.parametrize("url", ["https://a.example/b c?d=<e>&f=`g`", "https://a.example/>\n# h", "http://[::1]/~x_y_"])
def test_an_address_ends_where_it_ends(url: str) -> None:
    (_, inline, _) = MARKDOWN.parse(f"See {linked(url)}")
    assert [child.type for child in inline.children or []] == ["text", "link_open", "text", "link_close"]
