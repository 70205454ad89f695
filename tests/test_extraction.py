"""The benchmark of web pages, on pages whose figures can be worked out by hand."""

import gzip
import json
from pathlib import Path

import pytest

from tests.extraction import Page, compare, judge, ours, read_pages, shares, tally

STORY = "The ferry of Varga sails at noon from the northern quay, and comes back before the lamps are lit."  # 19 words


@pytest.mark.parametrize(
    ("expected", "read", "figures"),
    [
        ("a b c d e", "a b c d e", (1, 0, 0)),
        ("a b c d e", "a b c d f", (1 / 3, 1 / 3, 1 / 3)),  # abcd is in both, bcdf only read, bcde only expected
        ("a b c d e", "", (0, 0, 1)),
        ("", "a b c d e f", (0, 1, 0)),
        ("", "", (0, 0, 0)),
        ("a b", "a b", (1, 0, 0)),  # too short for a run of four, compared whole
        ("a b c d a b c d", "a b c d", (1 / 5, 0, 4 / 5)),  # abcd once of twice, and bcda, cdab, dabc not
    ],
)
def test_shares_of_runs_of_four_words(expected: str, read: str, figures: tuple[float, float, float]) -> None:
    assert shares(expected, read) == pytest.approx(figures)


def test_each_page_weighs_the_same() -> None:
    pages = [Page("a", b"", "a b c d e", {}), Page("b", b"", "k l m n o p q", {})]
    read = {"a": "a b c d f", "b": "k l m n o p q"}
    found = tally(pages, lambda page: (read[page.name], {}))
    assert (found.precision, found.recall, found.f1) == pytest.approx((0.8, 0.8, 0.8))  # (1/3 + 1) / (1/3 + 1 + 1/3)


@pytest.mark.parametrize(
    ("name", "expected", "given", "verdict"),
    [
        ("title", "The Quay", "the quay", "right"),
        ("title", "The Quay", "The Quay | News", "wrong"),
        ("author", "By Ada Thorne, harbour office", "Ada Thorne", "right"),
        ("author", "Ada Thorne", "Admin", "wrong"),
        ("author", "Ada Thorne", None, "missing"),
        ("published", "2024-03-05T08:00:00Z", "2024-03-05", "right"),
        ("published", "2024-03-05", "2024-05-03", "wrong"),
    ],
)
def test_verdicts_on_facts(name: str, expected: str, given: str | None, verdict: str) -> None:
    assert judge(name, expected, given) == verdict


def test_both_forms_of_folder_are_read(tmp_path: Path) -> None:
    html = f"<html><head><title>Ferry</title></head><body><article><p>{STORY}</p></article></body></html>"
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "1.html.gz").write_bytes(gzip.compress(html.encode()))
    truth = {
        "1": {"articleBody": STORY, "headline": "Ferry", "datePublished": "2024-03-05", "url": "https://x.example"}
    }
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "source.html").write_text(html)
    (tmp_path / "2" / "expected.html").write_text(f"<div><p>{STORY}</p><p>It is blue.</p></div>")
    (tmp_path / "2" / "expected-metadata.json").write_text('{"title": "Ferry", "byline": null, "lang": "en"}')
    first, second = read_pages(tmp_path)
    assert (first.text, dict(first.facts)) == (STORY, {"title": "Ferry", "published": "2024-03-05"})
    assert second.text.split() == [*STORY.split(), "It", "is", "blue."]
    assert dict(second.facts) == {"title": "Ferry"}
    found = tally([first, second], ours)
    # All 16 runs of the first page, 16 of 19 of the second.
    assert found.pages == [(1, 0, 0), pytest.approx((16 / 19, 0, 3 / 19))]
    assert found.facts == {("title", "right"): 2, ("published", "missing"): 1}
    report = "\n".join(compare([first, second]))
    assert "article-qa           1.000      0.921   0.959" in report  # (1 + 16/19) / 2, and twice that by 2 + 35/19
    assert "published  article-qa           0 right, 0 wrong, 1 missing" in report


def test_what_is_refused_is_no_text() -> None:
    page = Page("a", b"<title>404</title><h1>404</h1><p>Page not found</p>", STORY, {})
    assert ours(page) == ("", {})
