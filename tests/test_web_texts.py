"""The words of the interface: one file a language, all complete, none unused."""

import re
from pathlib import Path

import pytest
from babel import Locale

from qa.web import texts as module
from qa.web.texts import LANGUAGES, chosen, texts

WEB = Path(module.__file__).parent
HOLES = re.compile(r"\{(\w+)\}")
USED = "\n".join(
    path.read_text(encoding="utf-8") for kind in ("*.py", "static/*.js", "templates/*.html") for path in WEB.glob(kind)
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    """A text with a number has one key for each form that the language knows."""
    english, other = texts().words, texts(language).words
    counted = {key.removesuffix(".other") for key in english if key.endswith(".other")}
    forms = {*Locale(language).plural_form.tags, "other"}
    expected = {key for key in english if key.rpartition(".")[0] not in counted}
    assert set(other) == expected | {f"{key}.{form}" for key in counted for form in forms}
    for key, text in other.items():
        assert text.strip()
        assert set(HOLES.findall(text)) == set(HOLES.findall(english.get(key, "{n}")))


@pytest.mark.parametrize("key", texts().words)
def test_no_text_is_left_over(key: str) -> None:
    """A key is named whole, or put together from what stands before its last dots."""
    parts = key.split(".")
    beginnings = [".".join(parts[:n]) for n in range(1, len(parts))]
    whole = f'"{key}"' in USED
    assert (
        whole or any(f'"{b}"' in USED or f'"{b}.' in USED or f"`{b}." in USED for b in beginnings) or key == "language"
    )


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r'\bt\("([\w.@]+)"[,)]', USED))
    assert asked <= set(texts().words)
    assert len(asked) > 50


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, "de-AT,de;q=0.9,en;q=0.8", "de"),
        (None, "fr-FR,en;q=0.5,de;q=0.4", "en"),
        (None, "fr", "en"),
        (None, None, "en"),
        ("de", "en", "de"),
        ("xx-!!", "de", "de"),
        ("../../etc", "*", "en"),
    ],
)
def test_the_language_is_the_addresss_or_the_browsers(asked: str | None, accepted: str | None, language: str) -> None:
    assert chosen(asked, accepted).language == language


def test_numbers_take_the_right_form() -> None:
    assert texts().count("articles", 1) == "1 article"
    assert texts().count("articles", 1200) == "1,200 articles"
    assert texts("de").count("sources", 2) == "2 Quellen"


@pytest.mark.parametrize(
    ("iso", "shown"),
    [("2026-01-29", "29 January 2026"), ("2026-01-29T10:00:00Z", "29 January 2026"), ("2026", "2026"), (None, "")],
)
def test_a_date_is_written_out(iso: str | None, shown: str) -> None:
    assert texts().date(iso) == shown


def test_an_unknown_step_is_told_as_it_is() -> None:
    assert texts("de").step("reading tea leaves") == "reading tea leaves"
