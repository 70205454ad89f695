"""Characters of the font Symbol, which has Greek and mathematics in the places of Latin letters."""

# From 0x20 to 0x7e, and from 0xa0 to 0xe5.
_FROM_SPACE = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\u203eαβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_FROM_EURO = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"
_PRIVATE = 0xF000


def symbol(code: int) -> str | None:
    """The character in a place of the font, counted from 0 or from where Word puts such fonts; None for no text."""
    place = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    for first, characters in ((0x20, _FROM_SPACE), (0xA0, _FROM_EURO)):
        if 0 <= place - first < len(characters):
            return characters[place - first]
    return None
