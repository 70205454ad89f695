"""Raised and lowered characters as plain text: what a power or an index says must not become digits of the number."""

_RAISED = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
)
_LOWERED = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def superscript(text: str) -> str:
    """Raised characters: 6 is ⁶, 0.5 is ^(0.5); the letters of 5th and Mme, and signs such as ® or *, stay as they are.

    >>> "10" + superscript("-6"), "x" + superscript("2/3"), "5" + superscript("th")
    ('10⁻⁶', 'x^(2/3)', '5th')
    """
    inner = text.strip()
    if _is_word(inner) or (not any(map(str.isalnum, inner)) and not _has_each(inner, _RAISED)):
        return text
    return text.replace(inner, inner.translate(_RAISED) if _has_each(inner, _RAISED) else "^" + _enclosed(inner))


def subscript(text: str) -> str:
    """Lowered characters: the 2 of H₂O, and with a line what has no such character or is a word, as in v_max.

    >>> "H" + subscript("2") + "O", "v" + subscript("max"), "x" + subscript("i,j")
    ('H₂O', 'v_max', 'x_(i,j)')
    """
    inner = text.strip()
    if not any(map(str.isalnum, inner)) and not _has_each(inner, _LOWERED):
        return text
    is_plain = _has_each(inner, _LOWERED) and not _is_word(inner)
    return text.replace(inner, inner.translate(_LOWERED) if is_plain else "_" + _enclosed(inner))


def _is_word(text: str) -> bool:
    return len(text) > 1 and text.isalpha()


def _has_each(text: str, table: dict[int, int]) -> bool:
    return all(ord(character) in table for character in text)


def _enclosed(text: str) -> str:
    """In brackets, where it would not be clear how far it goes."""
    return text if len(text) == 1 or text.isalpha() else f"({text})"
