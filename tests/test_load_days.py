"""Days as texts of several languages write them."""

import pytest

from ingest.load.days import days_in, is_day_first, only_day
from ingest.load.found import iso_date


@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        ("en", "Published March 5th, 2024 by Ada", "2024-03-05"),
        ("en", "05-Mar-2024", "2024-03-05"),
        ("de", "Berlin, 5. März 2024", "2024-03-05"),
        ("de-AT", "Mi., 5. Sept. 2018", "2018-09-05"),
        ("fr", "Publié le 1er février 2024 à 10h", "2024-02-01"),
        ("fr", "1 fevr. 2024", "2024-02-01"),
        ("es", "5 de marzo de 2024", "2024-03-05"),
        ("pt-BR", "5 de março de 2024", "2024-03-05"),
        ("it", "5 marzo 2024", "2024-03-05"),
        ("nl", "5 mei 2024", "2024-05-05"),
        ("pl", "5 maja 2024", "2024-05-05"),
        ("cs", "5. září 2024", "2024-09-05"),
        ("ru", "5 марта 2024 г.", "2024-03-05"),
        ("hu", "2024. március 5.", "2024-03-05"),
        ("lt", "2024 m. kovo 5 d.", "2024-03-05"),
        ("tr", "5 Mayıs 2024 Pazar", "2024-05-05"),
        ("el", "5 Μαρτίου 2024", "2024-03-05"),
        ("vi", "5 tháng 3, 2024", "2024-03-05"),
        ("zh", "2024年3月5日", "2024-03-05"),
        ("ko", "2024년 3월 5일", "2024-03-05"),
        ("ar", "٥ مارس ٢٠٢٤", "2024-03-05"),
        ("de", "05.03.2024", "2024-03-05"),
        ("en", "/2024/03/05/quay", "2024-03-05"),
        ("en", "31.02.2024", None),
        ("en", "March 2024", None),
        ("en", "5 March", None),
        ("th", "5 มี.ค. 2567", None),
        ("en", "version 1.2.19", None),
        ("nonsense", "5 Mars 2024", None),
    ],
)
def test_days_of_a_text(language: str, text: str, day: str | None) -> None:
    assert [written.day for written in days_in(text, (language,))] == ([day] if day else [])


def test_where_a_day_stands() -> None:
    [first, second] = days_in("From 5 March 2024 to April 6, 2024.")
    assert (first.start, first.end, second.start, second.end) == (5, 17, 21, 34)


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("03/05/2024", None, None),
        ("03/05/2024", True, "2024-05-03"),
        ("03/05/2024", False, "2024-03-05"),
        ("13/05/2024", None, "2024-05-13"),
        ("05/13/2024", True, "2024-05-13"),
        ("05-05-2024", None, "2024-05-05"),
        ("5.3.98", True, "1998-03-05"),
    ],
)
def test_numbers_alone_are_read_by_the_order_of_the_language(
    text: str, day_first: bool | None, day: str | None
) -> None:
    assert only_day(text, ("en",), day_first) == day


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", None), ("en-US", False), ("en-GB", True), ("de", True), ("sv", None), ("en_AU", True), ("nonsense", None)],
)
def test_whether_the_day_comes_first(language: str, expected: bool | None) -> None:
    assert is_day_first((language,)) == expected


@pytest.mark.parametrize(
    ("given", "language", "day"),
    [
        ("Tuesday, 5 March 2024", None, "2024-03-05"),
        ("5th March 2024", None, "2024-03-05"),
        ("Mar 5 2024 10:00AM", None, "2024-03-05"),
        ("05.03.2024", None, "2024-03-05"),
        ("1709596800", None, "2024-03-05"),
        ("1709596800000", None, "2024-03-05"),
        ("20240305", None, "2024-03-05"),
        ("5 mars 2024", "fr", "2024-03-05"),
        ("mardi 5 mars 2024", "fr", "2024-03-05"),
        ("5. März 2024", "de-CH", "2024-03-05"),
        ("03/05/2024", "en-US", "2024-03-05"),
        ("03/05/2024", "fr", "2024-05-03"),
        ("03/05/2024", "en", None),
        ("5 mars 2024", None, None),
        ("from 5 March 2024", None, None),
        ("5 March 2024 to 7 March 2024", None, None),
        ("5 March 2024 and later", None, None),
        ("99999", None, None),
        ("9999999999", None, None),
        ("1e9", None, None),
        ("nan", None, None),
    ],
)
def test_a_day_that_is_all_a_text_says(given: str, language: str | None, day: str | None) -> None:
    assert iso_date(given, language) == day
