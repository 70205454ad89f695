"""Numbers of list items as they are shown: 1, a, A, i, I."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN = 3999
_MOST_LETTERS = 780  # thirty times the alphabet


def ordinal(number: int, kind: str, doubled: bool = False) -> str:
    """The number as `kind` ("1", "a", "A", "i" or "I") writes it; after z comes aa, then ab, or bb where `doubled`.

    >>> ordinal(4, "i"), ordinal(28, "a"), ordinal(28, "A", doubled=True)
    ('iv', 'ab', 'BB')
    """
    if kind in "aA" and 0 < number <= _MOST_LETTERS:
        text = _letters(number, doubled)
    elif kind in "iI" and 0 < number <= _MOST_ROMAN:
        text = _roman(number)
    else:
        return str(number)
    return text.upper() if kind in "AI" else text


def _letters(number: int, doubled: bool) -> str:
    times, letter = divmod(number - 1, 26)
    if doubled:
        return chr(97 + letter) * (times + 1)
    return (_letters(times, doubled) if times else "") + chr(97 + letter)


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        times, number = divmod(number, value)
        text += letters * times
    return text
