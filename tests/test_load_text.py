"""Text and Markdown files: encodings, front matter, titles."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Failure, Found, iso_date


def read(path: Path, content: str | bytes) -> Found:
    [found] = load_bytes(path, content)
    assert isinstance(found, Found), found
    return found


def refuse(path: Path, content: str | bytes) -> str:
    [failure] = load_bytes(path, content)
    assert isinstance(failure, Failure), failure
    assert failure.item == str(path)
    return failure.error


def load_bytes(path: Path, content: str | bytes) -> list[Found | Failure]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(load(path))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Café Riga ouvre à midi.\n", "utf-8"),
        ("Café Riga ouvre à midi.\n", "utf-8-sig"),
        ("Café Riga ouvre à midi.\n", "latin-1"),
        ("naïve\n", "latin-1"),
        ("Die Brücke wurde 1931 eröffnet und ist größer als die alte.\n", "cp1252"),
        ("“Quoted” words — and it’s fine, the officials said.\n", "cp1252"),
        ("Паром перевозит девять тысяч человек в день.\n", "cp1251"),
        ("Zażółć gęślą jaźń, powiedział rzecznik rządu w Warszawie.\n", "cp1250"),
        ("今日は天気がいいですね。東京の新聞が報じた。\n", "shift_jis"),
        ("Café Riga ouvre à midi.\n", "utf-16"),
        ("Café Riga ouvre à midi.\n", "utf-32"),
    ],
)
def test_any_encoding_comes_out_right(tmp_path: Path, text: str, encoding: str) -> None:
    assert read(tmp_path / "a.txt", text.encode(encoding)).text == text


@pytest.mark.parametrize("content", [b"", b"  \n\t\n"])
def test_an_empty_file_is_a_failure(tmp_path: Path, content: bytes) -> None:
    assert refuse(tmp_path / "a.txt", content) == "is empty"


def test_binary_noise_is_a_failure(tmp_path: Path) -> None:
    noise = bytes(range(256)) * 16
    assert "binary" in refuse(tmp_path / "a.txt", noise)
    assert "binary" in refuse(tmp_path / "b.md", b"\0text\0 of \0 zeros\0 in\0 all\0 places")


SHORT = [
    ("El otoño llegó a Logroño, señaló la alcaldesa.", "cp1252"),
    ("A reparação do cais começará amanhã, disse a câmara.", "latin-1"),
    ("Das Frühjahr ist für die Fähre eine ruhige Zeit.", "latin-1"),
    ("Ærø and Århus: the ferry “Ilse” costs £5.", "cp1252"),
    ("Příští týden začne oprava mostu přes řeku.", "iso8859-2"),
    ("A kikötő felújítása őszig eltart, közölte a város.", "cp1250"),
    ("Набережную отремонтировали весной.", "koi8-r"),
    ("Η προκυμαία επισκευάστηκε την άνοιξη.", "cp1253"),
    ("Rıhtımın onarımı güz başında bitecek, dedi başkan.", "cp1254"),
    ("岸壁の修理は秋に始まる。", "euc-jp"),
]


@pytest.mark.parametrize(("text", "encoding"), SHORT)
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.json"])
def test_short_texts_come_out_right(tmp_path: Path, text: str, encoding: str, name: str) -> None:
    content = {"a.txt": text, "a.csv": f'title,text\nA,"{text}"\n', "a.json": f'{{"text": "{text}"}}'}[name]
    assert read(tmp_path / name, content.encode(encoding)).text == text


def test_a_guess_is_noted_only_where_it_is_one(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", "The café was opened in 1931.".encode("cp1252"))
    assert (found.text, found.notes) == (
        "The café was opened in 1931.",
        ("the encoding was guessed: windows-1252",),
    )
    long = "Die Fähre fährt über die Förde. Früher gab es dort Brücken für Fußgänger, die der Sturm zerstörte. "
    long += "Die Bürgermeisterin erklärte, die Gemeinde könne sich künftig höchstens zwei Überfahrten täglich leisten."
    for encoding in ("utf-8", "utf-16", "cp1252"):
        assert read(tmp_path / "b.txt", long.encode(encoding)).notes == ()


def test_what_is_beyond_the_beginning_tells_too(tmp_path: Path) -> None:
    plain = "A plain line of the harbour log.\n" * 4000
    end = "Le café de la jetée a été fermé par l’équipe.\n"
    assert read(tmp_path / "a.txt", (plain + end).encode("cp1252")).text == plain + end
    rows = load_bytes(tmp_path / "a.csv", ("text\n" + plain + end).encode("cp1252"))
    assert isinstance(rows[-1], Found)
    assert rows[-1].text == end.strip()


def test_a_few_bytes_that_are_not_utf_8_cost_nothing_else(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", "Café, crème, thé, naïve, Zoë – ".encode() + b"caf\xe9\n")
    assert found.text == "Café, crème, thé, naïve, Zoë – café\n"
    assert found.notes == ("not all is UTF-8: 1 byte read as windows-1252",)


def test_a_few_nuls_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", b"The log \0ends here." + bytes(512))
    assert (found.text, found.notes) == ("The log ends here.", ("513 NUL characters left out",))
    for encoding in ("utf-16-le", "utf-16-be"):
        assert read(tmp_path / "b.txt", "It sails at ten.\n".encode(encoding)).text == "It sails at ten.\n"
    [row] = load_bytes(tmp_path / "a.csv", b"title,text\nA,It \0sails.\n")
    assert isinstance(row, Found)
    assert row.text == "It sails."


def test_front_matter_holds_the_facts(tmp_path: Path) -> None:
    found = read(
        tmp_path / "a.md",
        "---\nid: bridge-1\ntitle: Bridge\nsource: Test Gazette\nauthor: [Ada Thorne, Bo Lind]\n"
        "published_at: 2025-03-01\nurl: https://gazette.example/bridge\nlanguage: en\nmood: sunny\n---\nIt opened.\n",
    )
    facts = found.facts
    assert (facts.id, facts.title, facts.source) == ("bridge-1", "Bridge", "Test Gazette")
    assert (facts.author, facts.published_at) == ("Ada Thorne, Bo Lind", "2025-03-01")
    assert (facts.url, facts.language) == ("https://gazette.example/bridge", "en")
    assert found.text.strip() == "It opened."
    assert found.notes == ()


def test_text_files_have_front_matter_too(tmp_path: Path) -> None:
    found = read(tmp_path / "a.txt", "---\r\nsource: Gazette\r\n---\r\nIt opened.\r\n")
    assert found.facts.source == "Gazette"
    assert found.text.strip() == "It opened."


def test_facts_are_taken_as_written(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\ntitle: No\nsource: 1843\nauthor:\nlanguage: null\n---\nText.\n")
    assert (found.facts.title, found.facts.source) == ("No", "1843")
    assert (found.facts.author, found.facts.language) == (None, None)


def test_broken_front_matter_is_a_failure_that_names_the_line(tmp_path: Path) -> None:
    error = refuse(tmp_path / "a.md", "---\ntitle: [unclosed\n---\nBody.\n")
    assert error.startswith("the front matter is not valid YAML: line 2: ")
    assert "\n" not in error
    assert "line 3" in refuse(tmp_path / "b.md", "---\ntitle: a\nsource: b: c\nprose\n---\nBody.\n")


def test_front_matter_nested_without_end_is_a_failure(tmp_path: Path) -> None:
    assert "not valid YAML" in refuse(tmp_path / "a.md", "---\ntitle: " + "[" * 100_000 + "\n---\nBody.\n")


def test_a_fact_that_is_no_text_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\ntitle: {a: b}\nsource: Gazette\n---\nBody.\n")
    assert (found.facts.title, found.facts.source, found.notes) == (None, "Gazette", ("title is not text; left out",))
    assert "id is longer" in refuse(tmp_path / "b.md", f"---\nid: {'x' * 201}\n---\nBody.\n")


@pytest.mark.parametrize("text", ["---\nOnly a rule above.\n", "---\nProse between rules.\n---\nMore prose.\n"])
def test_a_rule_is_not_front_matter(tmp_path: Path, text: str) -> None:
    found = read(tmp_path / "a.md", text)
    assert found.text == text


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2025-03-01", "2025-03-01"),
        ("2025-03-01T23:30:00+02:00", "2025-03-01"),
        ("2025-03-01 10:00:00 UTC", "2025-03-01"),
        ("Sat, 01 Mar 2025 10:00:00 GMT", "2025-03-01"),
        ("1 March 2025", "2025-03-01"),
        ("Mar 1, 2025", "2025-03-01"),
        ("2025/03/01", "2025-03-01"),
        ("2025-13-45", None),
        ("03/04/2025", None),
        ("last spring", None),
        ("2025", None),
        ("99999999999999999999 Mar 2025 10:00", None),
    ],
)
def test_dates_become_days(tmp_path: Path, given: str, day: str | None) -> None:
    assert iso_date(given) == day
    found = read(tmp_path / "a.md", f"---\npublished_at: {given}\n---\nText.\n")
    assert found.facts.published_at == day
    assert bool(found.notes) == (day is None)


def test_an_address_that_could_harm_a_reader_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path / "a.md", "---\nurl: javascript:alert(1)\n---\nText.\n")
    assert found.facts.url is None
    assert "javascript" in found.notes[0]


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Lead.\n\n## The *first* heading ##\n\n# Later\n", "The *first* heading"),
        ("a.md", "The bridge\n==========\n\nIt opened.\n", "The bridge"),
        ("a.md", "---\ntitle: Fact\n---\n# Heading\n\nText.\n", "Fact"),
        ("a.md", "#hashtag is no heading\nText.\n", "#hashtag is no heading"),
        ("a.txt", "The bridge opens\nIt opened on Monday.\n", "The bridge opens"),
        ("a.txt", "\n\nThe bridge opens\n\nIt opened on Monday.\n", "The bridge opens"),
        ("a.txt", "A sentence is no title.\nMore text.\n", None),
        ("a.txt", "A single line is the text\n", None),
        ("a.txt", "word " * 50 + "\nMore text.\n", None),
    ],
)
def test_titles_are_found_in_the_text(tmp_path: Path, name: str, text: str, title: str | None) -> None:
    assert read(tmp_path / name, text).facts.title == title


def test_where_it_lies_and_what_it_is_called(tmp_path: Path) -> None:
    found = read(tmp_path / "some-name.txt", "Text.")
    assert (found.origin, found.name) == (str(tmp_path.resolve() / "some-name.txt"), "some-name")
