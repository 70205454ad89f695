"""Org: words without marks, and nothing lost to a block or drawer that never ends."""

import pytest

from ingest.load.parsed import Parsed
from ingest.load.plain.org import parse
from ingest.load.raw import Raw


def read(text: str) -> Parsed:
    return parse(Raw("", "", "a.org", text.encode()))


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (
            "The *bold* and /both *of* it/, =code=, but 3*4*5 and a/b/c.",
            "The bold and both of it, code, but 3*4*5 and a/b/c.",
        ),
        ("[[https://x.example/][the\nquay]] and [[https://x.example/]].", "the quay and https://x.example/."),
        ("One\ntwo\\\\\nthree\n- a\n  b\n1) c", "One two\nthree\n- a b\n1) c"),
        ("* A :x:y:\n** TODO B\nc", "A\n\nTODO B\n\nc"),
        ("|A|B|\n|-+-|\n|1| |\n#+TBLFM: x", "A: 1; B: –"),
        ("|A|B|\n|1|2|", "A | B\n1 | 2"),
        ("|---|\n|A|B|\n|<l>| |\n|---|\n||2|", "A: –; B: 2"),
        ("#+begin_src\n,* a\n  b\n#+end_src\n#+RESULTS:\n: c", "* a\n  b\n\nc"),
        ("#+begin_quote\na\nb\n#+end_quote\nc", "a b\n\nc"),
        ("#+begin_comment\na\n#+end_comment\n:LOGBOOK:\nb\n:END:\nc", "c"),
        ("#+begin_comment\na\n:PROPERTIES:\nb", "a\n\nb"),
        ("# a\n#+odd: b\nc\n-----\nd[fn:1]", "c\n\nd[1]"),
        ("DEADLINE: <2024-03-05 Tue>\na\nCLOCK: [2024-03-05]", "DEADLINE: <2024-03-05 Tue>\n\na"),
    ],
)
def test_marks_are_left_out_and_words_kept(text: str, read_as: str) -> None:
    assert read(text).text == read_as


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "#+TITLE: The\n#+title: quay\n#+date: [2024-03-05 Tue 10:00]\na",
            {"title": "The quay", "published_at": "2024-03-05 Tue 10:00"},
        ),
        ("#+author: Ada\n#+AUTHOR: Arne\n* A *quay*\na", {"title": "A quay", "author": "Ada, Arne"}),
        ("a", {"title": None}),
    ],
)
def test_keywords_are_facts(text: str, facts: dict[str, str]) -> None:
    assert read(text).given == facts


@pytest.mark.parametrize("text", ["#+begin_src\n" * 100_000, ":logbook:\n" * 100_000, "[[a" * 100_000, "a\n" * 300_000])
def test_a_long_text_takes_no_longer_than_it_must(text: str) -> None:
    assert len(read(text + "\nIt sails.").text) > 8
