"""What follows from two or more checked values: which is more or earlier, how far apart, how much together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qa.grounding.values import Number, Value, numbers_in
from qa.language.days import Day, days_in
from qa.language.text import numbers
from qa.plans.plan import number_of
from qa.query.parts import Relation

PLURALS = {"foot": "feet", "inch": "inches", "century": "centuries"}
ALIKE = ("percent", "celsius", "fahrenheit", "mph", "kph", "")  # in singular and plural
ILLIONS = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
ORDERED: dict[Relation, bool] = {"larger": True, "later": True, "smaller": False, "earlier": False}
A_MONTH, A_YEAR = 31, 366  # days, at most


@dataclass(frozen=True)
class Measured:
    """What sets one of several values apart, and the value."""

    label: str
    value: Value


def value_in(answer: str, question: str, relation: Relation, pointed_at: str = "") -> Value | None:
    """The one date or number that an answer adds to its question; None where that is not clear.

    Of several it is the one in the words of the articles that were pointed at as the answer.

    >>> spoken(value_in("Of the 80 boats 63 percent came back.", "How many boats came back?", "larger", "63 percent"))
    '63 percent'
    """
    days = list(dict.fromkeys(day for day in days_in(answer) if day.year and str(day.year) not in numbers(question)))
    sizes = [n for n in numbers_in(answer, 0, len(answer)) if f"{n.size:.10g}" not in numbers(question)]
    if relation in ("earlier", "later") or question.lower().startswith("when") or "which year" in question.lower():
        return _only(days, days_in(pointed_at))
    counted = list(dict.fromkeys(n for n in sizes if not any(day.year == n.size or day.day == n.size for day in days)))
    return _only(counted, numbers_in(pointed_at, 0, len(pointed_at))) if counted else _only(days, days_in(pointed_at))


def _only(found: Sequence[Value], pointed_at: Sequence[Value]) -> Value | None:
    """The one that is found; of several the one that is pointed at."""
    if len(found) > 1:
        meant = set(map(spoken, pointed_at))
        found = [value for value in found if spoken(value) in meant]
    return found[0] if len(found) == 1 else None


def concluded(relation: Relation, values: Sequence[Measured], yes_or_no: bool) -> str | None:
    """What follows, with the working; None where nothing does. `yes_or_no` asks whether it holds of the first.

    >>> concluded("difference", [Measured("", Number(17.0)), Measured("", Number(41.0))], False)
    '41 − 17 = 24.'
    """
    sized = [m.value for m in values if isinstance(m.value, Number)]
    dated = [m.value for m in values if isinstance(m.value, Day)]
    if relation in ORDERED and len({len(sized), len(dated)} & {len(values)}):
        return _ordered(relation, values, yes_or_no)
    if relation == "difference" and len(dated) == len(values) == 2:
        return _between(*dated)
    if len(sized) != len(values) or len({number.measure for number in sized}) != 1:
        return None
    unit = sized[0].unit
    sizes = [number.within(unit) for number in sized]
    if relation == "difference" and len(sizes) == 2:
        more, less = max(sizes), min(sizes)
        points = " percentage points" if unit and unit.name == "percent" else ""
        result = f"{_plain(more - less)}{points}" if points else spoken(Number(more - less, unit))
        return f"{spoken(Number(more, unit))} − {spoken(Number(less, unit))} = {result}."
    if relation == "total":
        return f"{' + '.join(spoken(Number(size, unit)) for size in sizes)} = {spoken(Number(sum(sizes), unit))}."
    if relation == "share" and len(sizes) == 2 and max(sizes):
        part, whole = sorted(sizes)
        return (
            f"{spoken(Number(part, unit))} of {spoken(Number(whole, unit))} are {_plain(100 * part / whole)} percent."
        )
    return None


def spoken(value: Value) -> str:
    """41, 3.5 million dollars, 8 feet, 6 May 1994."""
    if isinstance(value, Day):
        return str(value)
    if not isinstance(value, Number):
        return ""
    name = value.unit.name if value.unit else ""
    plural = name if name in ALIKE or value.size == 1 else PLURALS.get(name, f"{name}s")
    return f"{_plain(value.size)} {plural}".rstrip()


def _ordered(relation: Relation, values: Sequence[Measured], yes_or_no: bool) -> str | None:
    """Which comes first by the relation, and by what."""

    def place(measured: Measured) -> tuple[float, ...]:
        value, unit = measured.value, values[0].value
        if isinstance(value, Day):
            return value.year or 0, value.month or 0, value.day or 0
        return (value.within(unit.unit),) if isinstance(value, Number) and isinstance(unit, Number) else (0.0,)

    if any(not one.value.contradicts(values[0].value) for one in values[1:]) or len({_measure(m) for m in values}) != 1:
        return None
    first, *others = sorted(values, key=place, reverse=ORDERED[relation])
    told = f"{first.label} ({spoken(first.value)}"
    told += "".join(f"; {other.label}: {spoken(other.value)}" for other in others) + ")."
    if yes_or_no:
        return f"{'Yes' if first is values[0] else 'No'}. {relation.capitalize()}: {told}"
    return f"{relation.capitalize()}: {told}"


def _measure(measured: Measured) -> str | None:
    return measured.value.measure if isinstance(measured.value, Number) else "day"


def _between(one: Day, other: Day) -> str | None:
    """How long it is between two dates: in years, where both are known to the day also in months or days."""
    first, last = sorted((one, other), key=lambda day: (day.year or 0, day.month or 0, day.day or 0))
    told = f"From {first} to {last}"
    years = (last.year or 0) - (first.year or 0)
    if not (first.month and first.day and last.month and last.day):
        return f"{told}: {number_of(years, 'year')}." if years else None
    days = (date(last.year or 1, last.month, last.day) - date(first.year or 1, first.month, first.day)).days
    if days <= A_MONTH:
        return f"{told}: {number_of(days, 'day')}." if days else None
    months = 12 * years + last.month - first.month - (last.day < first.day)
    if days <= A_YEAR:
        return f"{told}: {days} days."
    rest = f" and {number_of(months % 12, 'month')}" if months % 12 else ""
    return f"{told}: {number_of(months // 12, 'year')}{rest}."


def _plain(size: float) -> str:
    for step, name in ILLIONS:
        if abs(size) >= step:
            return f"{size / step:.4g} {name}"
    return f"{size:,.2f}".rstrip("0").rstrip(".") if size % 1 else f"{size:,.0f}"
