"""Rows of cells as lines that can be read and quoted one by one."""

import pytest

from ingest.load.grid import Cell, table_lines


def row(*texts: str) -> list[Cell]:
    return [(text, 1, 1) for text in texts]


def test_each_row_names_its_values_and_empty_cells_keep_their_place() -> None:
    rows = [row("Ship", "Built", "Sold"), row("Alma", "", "1951"), row("Berit", "1920", ""), row("", "1940", "1970")]
    assert table_lines(rows, headers=1) == [
        "Ship: Alma; Built: –; Sold: 1951",
        "Ship: Berit; Built: 1920; Sold: –",
        "Ship: –; Built: 1940; Sold: 1970",
    ]
    assert table_lines(rows, headers=0) == [
        "Ship | Built | Sold",
        "Alma | | 1951",
        "Berit | 1920 |",
        "| 1940 | 1970",
    ]


def test_a_cell_over_several_rows_is_said_in_each() -> None:
    rows = [row("Ship", "Built"), [("Cora", 1, 2), ("1930", 1, 1)], row("1931"), row("Dora", "1932")]
    assert table_lines(rows, 1) == ["Ship: Cora; Built: 1930", "Ship: Cora; Built: 1931", "Ship: Dora; Built: 1932"]


def test_a_cell_over_several_columns_is_said_in_each() -> None:
    rows = [row("Ship", "Built", "Sold"), [("Alma", 1, 1), ("unknown", 2, 1)]]
    assert table_lines(rows, 1) == ["Ship: Alma; Built: unknown; Sold: unknown"]


def test_a_block_of_cells() -> None:
    rows = [[("x", 2, 2), ("a", 1, 1)], row("b"), row("c", "d", "e")]
    assert table_lines(rows, 0) == ["x | x | a", "x | x | b", "c | d | e"]


def test_two_rows_of_headers_name_a_column_together() -> None:
    rows: list[list[Cell]] = [[("Ship", 1, 2), ("Passengers", 2, 1)], row("1930", "1931"), row("Alma", "400", "410")]
    assert table_lines(rows, 2) == ["Ship: Alma; Passengers 1930: 400; Passengers 1931: 410"]


def test_the_corner_needs_no_name() -> None:
    assert table_lines([row("", "1930"), row("Alma", "400"), row("Berit", "")], 1) == [
        "Alma; 1930: 400",
        "Berit; 1930: –",
    ]


def test_what_spans_the_table_is_a_line_of_its_own() -> None:
    rows: list[list[Cell]] = [
        [("Ships of the quay", 2, 1)],
        row("Ship", "Built"),
        [("Steamers", 2, 1)],
        row("Alma", "1920"),
    ]
    assert table_lines(rows, 2) == ["Ships of the quay", "Steamers", "Ship: Alma; Built: 1920"]


def test_names_that_are_repeated_within_the_table_are_no_values() -> None:
    assert table_lines([row("Ship", "Built"), row("Alma", "1920"), row("Ship", "Built"), row("Cora", "1930")], 1) == [
        "Ship: Alma; Built: 1920",
        "Ship: Cora; Built: 1930",
    ]


@pytest.mark.parametrize(
    ("rows", "headers", "lines"),
    [
        ([], 0, []),
        ([[]], 1, []),
        ([row("", "")], 0, []),
        ([row("Ship", "Built")], 1, ["Ship | Built"]),
        ([row("Ship:", "Built:"), row("Alma", "1920")], 1, ["Ship: Alma; Built: 1920"]),
        ([row("Ship", "Built"), row("Alma")], 1, ["Ship: Alma; Built: –"]),
        ([row("Ship"), row("Alma", "1920")], 1, ["Ship: Alma; 1920"]),
        ([row("Alma", "", "1920"), row("Berit", "", "1921")], 0, ["Alma | 1920", "Berit | 1921"]),
        ([[("Wide", 1000, 1)], row("a", "b")], 0, ["Wide", "a | b"]),
        ([[("Long", 1, 0), ("a", 1, 1)], row("b"), row("c")], 0, ["Long | a", "Long | b", "Long | c"]),
        ([row("a", "", "", "", "b"), row("c", "d", "e", "f", "g")], 0, ["a | | | | b", "c | d | e | f | g"]),
    ],
)
def test_odd_tables(rows: list[list[Cell]], headers: int, lines: list[str]) -> None:
    assert table_lines(rows, headers) == lines
