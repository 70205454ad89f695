"""Numbers written as words: what each is worth, and what several of them are together."""

import re

UNITS = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
GREATEST = 10**100  # what is said to be more counts as this: nobody means it, and it would grow without end
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12}
_SMALL = "|".join([*UNITS, *TENS])
_SCALE = "|".join(SCALES)
SPELLED = re.compile(
    rf"\b(?:{_SMALL}|an?(?=\s(?:{_SCALE})\b))(?:(?:[\s-]|(?<=hundred) and )(?:{_SMALL}|{_SCALE}))*\b", re.IGNORECASE
)


def spelled(run: str) -> int:
    """two hundred and five thousand: 205000."""
    total = group = 0
    for word in re.split(r"[\s-]+", run.lower()):
        scale = SCALES.get(word)
        if scale is None:
            group += UNITS.get(word, 0) + TENS.get(word, 0)
        else:
            group = min((group or 1) * scale, GREATEST)
            if scale > 100:
                total, group = min(total + group, GREATEST), 0
    return total + group
