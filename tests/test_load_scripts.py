"""Raised and lowered characters keep their value."""

import pytest

from ingest.load.scripts import subscript, superscript


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ("2", "²"),
        ("-12", "⁻¹²"),
        ("−3", "⁻³"),
        ("2+", "²⁺"),
        ("n", "ⁿ"),
        ("n+1", "ⁿ⁺¹"),
        ("0.5", "^(0.5)"),
        ("1/2", "^(1/2)"),
        ("q", "^q"),
        ("λ", "^λ"),
        ("th", "th"),
        ("me", "me"),
        ("®", "®"),
        ("*", "*"),
        ("", ""),
        (" 2 ", " ² "),
        ("(2)", "⁽²⁾"),
    ],
)
def test_superscripts(raised: str, text: str) -> None:
    assert superscript(raised) == text


@pytest.mark.parametrize(
    ("lowered", "text"),
    [
        ("2", "₂"),
        ("10", "₁₀"),
        ("i", "ᵢ"),
        ("i+1", "ᵢ₊₁"),
        ("max", "_max"),
        ("z", "_z"),
        ("i,j", "_(i,j)"),
        ("2.5", "_(2.5)"),
        ("*", "*"),
        ("", ""),
        (" 2", " ₂"),
    ],
)
def test_subscripts(lowered: str, text: str) -> None:
    assert subscript(lowered) == text
