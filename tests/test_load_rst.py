"""reStructuredText: what docutils reads, what only Sphinx knows, and what may not be done."""

import pytest

from ingest.load.parsed import Parsed
from ingest.load.plain.rst import parse
from ingest.load.raw import Raw
from ingest.load.sandbox import Sandbox
from qa.errors import LoadError


def read(text: str) -> Parsed:
    return parse(Raw("", "", "a.rst", text.encode()))


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Quay\n====\n\n:Author: Ada\n:Date: 2024-03-05\n\nIt sails.", ("Quay", "Ada", "2024-03-05")),
        ("Quay\n====\n\n:Authors: - Ada\n          - Arne\n\nIt.\n\nEnd\n===\n\nIt.", ("Quay", "Ada, Arne", None)),
        ("Kai\n===\n\n:Autor: Ada\n:Datum: 2024-03-05\n\nIt.", ("Kai", "Ada", "2024-03-05")),
        (".. title: Quay\n.. author: Ada\n\nIt sails.", ("Quay", "Ada", None)),
        (".. _quay:\n\nQuay\n####\n\n:author: Ada <ada@example.org>\n\nIt.", ("Quay", "Ada", None)),
        ("It sails.", (None, None, None)),
    ],
)
def test_the_head_says_the_facts(text: str, facts: tuple[str | None, ...]) -> None:
    given = read(text).given
    assert (given.get("title"), given.get("author"), given.get("published_at")) == facts


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("a. One\n#. Two", "a. One\nb. Two"),
        ("(iv) One\n(v) Two", "(iv) One\n(v) Two"),
        ("- One\n\n  - Two", "- One\n- Two"),
        (
            "+---+-----+\n| A | B   |\n+===+=====+\n| 1 | x   |\n+---+     |\n| 2 |     |\n+---+-----+",
            "A: 1; B: x\nA: 2; B: x",
        ),
        ('.. csv-table::\n   :header: A, B\n\n   1, "x, y"', "A: 1; B: x, y"),
        (".. list-table::\n   :header-rows: 1\n\n   * - A\n   * - 1", "A: 1"),
        ("-v, --verbose  Say more.\n--out=FILE  Write.", "-v, --verbose: Say more.\n--out=FILE: Write."),
        ("| Roses\n| violets", "Roses\nviolets"),
        ("See |x|.\n\n.. |x| replace:: the quay", "See the quay."),
        ("See :doc:`the quay </quay>` and :odd:`x`.", "See the quay and x."),
        (".. odd:: It *sails*\n\n   at nine.", "It sails\n\nat nine."),
        (".. figure:: a.png\n   :odd: 1\n\n   The quay.", "The quay."),
        (".. math:: E = mc^2", "E = mc^2"),
        ("=====  =====\nbroken table\n=====  ====", "=====  =====\nbroken table\n=====  ===="),
    ],
)
def test_markup_is_read_for_its_words(text: str, read_as: str) -> None:
    assert read(text).text == read_as


def test_no_file_is_opened_and_no_day_invented() -> None:
    text = ".. include:: /etc/passwd\n\n.. csv-table::\n   :file: /etc/passwd\n\n.. |now| date::\n\nIt is |now|."
    parsed = read(text)
    assert "root:" not in parsed.text
    assert parsed.text.endswith("It is |now|.")
    assert parsed.notes == ("include /etc/passwd was left out",)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("\n".join("  " * depth + "* x\n" for depth in range(600)), "is nested too deeply to be read"),
        (
            "".join(f".. |{n}| replace:: |{n + 1}| |{n + 1}|\n" for n in range(30)) + ".. |30| replace:: x\n\n|0|",
            "takes too",
        ),
        ("*a " * 100_000, "takes too long"),
    ],
    ids=["depth", "substitutions", "emphasis"],
)
def test_a_hostile_text_costs_only_itself(text: str, error: str) -> None:
    sandbox = Sandbox(cpu_seconds=3)
    try:
        with pytest.raises(LoadError, match=error):
            sandbox.parse("rst", Raw("", "", "a.rst", text.encode()))
    finally:
        sandbox.close()
