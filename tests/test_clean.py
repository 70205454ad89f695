"""What is taken out of a text, and what must never be."""

import pytest

from ingest.clean import clean, clean_line

COPIED_PAGE = """Harbour ferries to run on wind power, council says
Advertisement
The council of Varga has ordered four ferries that run on wind power.
“We read more about storms than about sails,” its chair said.

Read more: Ferry fares to rise in spring
Share this article
The first of them sails in May.
Sign up for our newsletter to stay informed
Join our commenting forum
Join thought-provoking conversations, follow other Gazette readers and see their replies
Comments
Bookmark popover
Removed from bookmarks"""


def test_a_copied_page_keeps_its_article_and_loses_its_furniture() -> None:
    assert clean(COPIED_PAGE) == (
        "Harbour ferries to run on wind power, council says\n"
        "The council of Varga has ordered four ferries that run on wind power.\n"
        "“We read more about storms than about sails,” its chair said.\n"
        "\n"
        "The first of them sails in May."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Bookmark popover",
        "Removed from bookmarks",
        "Join our commenting forum",
        "Join thought-provoking conversations, follow other Independent readers and see their replies",
        "Comments",
        "12 comments",
        "Comments (3)",
        "View all 48 comments",
        "## Comments",
        "Leave a comment",
        "We use cookies to improve your experience on our site.",
        "This website uses cookies to personalise content and ads",
        "By continuing to use this site, you agree to our use of cookies.",
        "Accept all cookies",
        "Sign up for our newsletter",
        "SUBSCRIBE TO OUR FREE DAILY NEWSLETTER",
        "Sign up for our free weekly newsletter and never miss a story!",
        "Get the best stories delivered to your inbox",
        "Enter your email address",
        "Read more",
        "Read more »",
        "- [Read more](https://gazette.example/more)",
        "Read more: What the council is hiding",
        "Related: Ferry fares to rise",
        "Share this article",
        "Share on Facebook",
        "Follow us on Facebook, X and Instagram",
        "Follow us on",
        "Most popular",
        "Recommended",
        "**Recommended for you**",
        "Advertisement",
        "ADVERTISEMENT - STORY CONTINUES BELOW",
        "Skip to main content",
        "Copy link",
    ],
)
def test_furniture_goes(line: str) -> None:
    assert clean(f"Before.\n{line}\nAfter.") == "Before.\nAfter."


@pytest.mark.parametrize(
    "line",
    [
        "Those who read more live longer, a study of 9,000 pensioners found.",
        "Read more slowly, the teacher told the class.",
        "Comments by the minister angered the fishermen.",
        "No comment.",
        "“Comments are closed,” the sign on the forum said.",
        "The 12 comments were all from one man.",
        "Most popular of all was the ferry to Lomond.",
        "Recommended by three doctors, the diet was banned in 1974.",
        "Advertisement revenue fell by a third in 2024.",
        "Sponsored walks raised £4,000.",
        "The site uses cookies to follow its readers, the court heard.",
        "We use cookies to lure the children in, the witch admits.",
        "Follow us on the long road to Varga.",
        "Share this bread, the baker said.",
        "Sign up for the army and see the world, the posters said.",
        "She asked readers to sign up for our newsletter before the vote.",
        "Related: the two firms also share an owner.",
        "Bookmark sales doubled.",
        "You may like the new ferry or hate it.",
        "Story continues to divide the town.",
        "Subscribe to the newsletter or lose your seat, members were told.",
        "[1] See the full report.",
    ],
)
def test_a_sentence_that_only_sounds_like_furniture_stays(line: str) -> None:
    assert clean(f"Before.\n{line}\nAfter.") == f"Before.\n{line}\nAfter."


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("9\u202f400\xa0people\u2003a day", "9 400 people a day"),
        ("Cafe\u0301", "Café"),
        ("zero\u200bwidth\ufeff and soft\xadhyphen", "zerowidth and softhyphen"),
        ("left\u202eright\u2066to\u2069left", "leftrighttoleft"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("a lone \ud800 surrogate", "a lone  surrogate"),
        ("trailing  \t\nspaces ", "trailing\nspaces"),
        ("one\n\n\n\n \ntwo", "one\n\ntwo"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # spelling in Persian
        ("👩\u200d🌾 farms", "👩\u200d🌾 farms"),
        ("farm\u200cland", "farmland"),
    ],
)
def test_text_is_normalised(raw: str, normal: str) -> None:
    assert clean(raw) == normal


def test_paragraphs_of_one_line_stay_as_they_are() -> None:
    text = "First paragraph.\nSecond paragraph.\n\nThird, after a blank line.\n  Indented."
    assert clean(text) == text


def test_cleaning_twice_changes_nothing_more() -> None:
    once = clean(COPIED_PAGE)
    assert clean(once) == once


def test_furniture_alone_leaves_nothing() -> None:
    assert clean("Advertisement\n\nShare\n") == ""


def test_a_fact_is_one_line() -> None:
    assert clean_line("  A title\n over\u00a0two \t lines ") == "A title over two lines"
