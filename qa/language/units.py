"""Units of measure and of money: what each is of, and how many of the smallest unit it is."""

import re
from dataclasses import dataclass

from qa.language.numerals import MONEY

# Name, what it measures, how many base units of that it is, other spellings. Where a name has several sizes (ton,
# gallon), where no factor leads from one to the other (degrees) or it is not constant (days to months), what it
# measures is its own.
_TABLE = """
percent        share        1               % pct
kilometre      length       1000            km kilometres kilometer kilometers
metre          length       1               m metres meter meters
centimetre     length       0.01            cm centimetres centimeter centimeters
millimetre     length       0.001           mm millimetres millimeter millimeters
mile           length       1609.344        miles
yard           length       0.9144          yd yards
foot           length       0.3048          ft feet
inch           length       0.0254          inches
tonne          mass         1000            t tonnes
kilogram       mass         1               kg kilo kilos kilograms
gram           mass         0.001           g grams gramme grammes
ounce          mass         0.028349523125  oz ounces
lb             mass         0.45359237      lbs
ton            ton          1               tons
hectare        length2      10000           ha hectares
acre           length2      4046.8564224    acres
litre          length3      0.001           litres liter liters
gallon         gallon       1               gallons
barrel         barrel       1               barrels
second         time         1               sec secs seconds
minute         time         60              min mins minutes
hour           time         3600            h hr hrs hours
day            time         86400           days
week           time         604800          weeks
month          calendar     1               months
year           calendar     12              yr yrs years
decade         calendar     120             decades
century        calendar     1200            centuries
kilowatt       power        1               kw kilowatts
megawatt       power        1000            mw megawatts
gigawatt       power        1000000         gw gigawatts
celsius        celsius      1               c
fahrenheit     fahrenheit   1               f
degree         degree       1               ° degrees
mph            length/time  0.44704
kph            length/time  0.2777777777777778  kmh
"""
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee"}
_CODES = {"US$": "us dollar", "C$": "canadian dollar", "CA$": "canadian dollar", "A$": "australian dollar",
          "AU$": "australian dollar", "NZ$": "new zealand dollar", "USD": "us dollar", "EUR": "euro", "GBP": "pound",
          "JPY": "yen", "INR": "rupee", "CNY": "yuan", "CAD": "canadian dollar", "AUD": "australian dollar",
          "NZD": "new zealand dollar", "CHF": "swiss franc", "SEK": "swedish krona", "NOK": "norwegian krone",
          "DKK": "danish krone"}  # fmt: skip
_MONEY = re.compile(
    rf"\s?(?P<sign>[{''.join(_SIGNS)}])|[\s-]+(?:(?P<whose>[A-Z][\w.]*(?: [A-Z]\w+)?)\s)?"
    rf"(?P<noun>{'|'.join(MONEY.split())})s?\b"
)
_MEASURE = re.compile(
    r"\s*-?(?:(?:degrees?\s|°\s?)(?=(?:c|celsius|f|fahrenheit)\b))?(?:(?P<power>square|sq\.?|cubic|cu\.?)[\s-])?"
    r"(?P<word>%|°|per cent\b|[^\W\d_²³]+)(?P<exponent>[²³]|[23]\b)?",
    re.IGNORECASE,
)
_RATE = re.compile(r"(?:\s?/\s?|\s(?:per|an?|each|every)\s)(?P<word>[^\W\d_]+)", re.IGNORECASE)
_POWERS = {"sq": 2, "cu": 3, "²": 2, "2": 2, "³": 3, "3": 3}


@dataclass(frozen=True)
class Unit:
    """What a number counts: units of one `measure` can be converted into one another by their sizes."""

    name: str
    measure: str
    size: float = 1.0

    def per(self, other: "Unit") -> "Unit":
        """kilometres an hour"""
        return Unit(f"{self.name}/{other.name}", f"{self.measure}/{other.measure}", self.size / other.size)

    def to_the(self, power: int) -> "Unit":
        """square and cubic metres"""
        return Unit(f"{self.name}{power}", f"{self.measure}{power}", self.size**power)


def _table() -> dict[str, Unit]:
    known = {"per cent": Unit("percent", "share")}
    for line in _TABLE.strip().splitlines():
        name, measure, size, *others = line.split()
        known |= dict.fromkeys([name, *others], Unit(name, measure, float(size)))
    return known


_UNITS = _table()
PERCENT = _UNITS["percent"]


def unit_at(text: str, at: int, currency: str | None = None) -> Unit | None:
    """The unit of a number that ends at a place of a text, with the sign or code of a currency that stands before it.

    None where it counts something else, such as people.
    """
    money = _MONEY.match(text, at)
    measure = _MEASURE.match(text, at)
    if currency or money:
        unit, end = _money(currency, money), money.end() if money else at
    elif measure and (known := _UNITS.get(measure["word"].lower())):
        power = _POWERS.get((measure["power"] or measure["exponent"] or "")[:2].lower())
        unit, end = known.to_the(power) if power and known.measure == "length" else known, measure.end()
    else:
        return None
    rate = _RATE.match(text, end)
    of = _UNITS.get(rate["word"].lower()) if rate else None
    return unit.per(of) if of else unit


def _money(currency: str | None, found: re.Match[str] | None) -> Unit:
    """Dollars of two countries are two currencies; "$" and "dollars" leave open whose they are."""
    sign = currency or (found["sign"] if found else None)
    if sign:
        name = _SIGNS.get(sign) or _CODES.get(sign, sign)
    else:
        whose, noun = found.group("whose", "noun") if found else (None, "")
        whose = (whose or "").replace(".", "").lower()
        name = f"{'us' if whose == 'american' else whose} {noun}".strip()
    return Unit(name, name)
