"""Frames of claims (`frames.toml`) -> texts with claims that they state, contradict, or leave open.

A frame has slots such as `{A}`, filled at random and alike in all of its lines, and alternatives such as `[sold|gave]`.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FRAMES = Path(__file__).with_name("frames.toml")
LABELS = {"yes": "supported", "no": "contradicted", "open": "not_supported"}
_SLOT = re.compile(r"\{(\w+?)(\d?)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_FIRST = """Ada Ines Milo Greta Ravi Leila Otto Priya Sven Nadia Kofi Elena Bruno Mei Amara Jonas Carmen Idris Freya
 Hugo Yara Pavel Noor Silas Wanda Teodor Lucia Emeka Astrid Marcus Hana Felix Rosa Viktor Zadie Anton Miriam Caleb
 Ingrid Samuel Dalia Owen Thandi Lars Beatrice Farid Joan Peter Susan David Anna""".split()
_ONSETS = "B Br C Cal D Dr F Fl G Gr H Hal J K Kr L M Mar N P Pr R S St T Tr V W Wil Z".split()
_CORES = "a e i o u ar en or al in on an el ur ost and ing ill ett arn old ebb".split()
_ENDS = "son berg man ski er ton ley field wood ova ard ens ini dez well rick by ling mer".split()
_TOWNS = "ville burg ford ham port stad mouth ton bury dale holm haven ia istan wick minster pool".split()
_FIRMS = """Industries Council Bank University Holdings Motors Foundation Airlines Ministry Institute Energy Union
 Hospital Group Association Museum Club Committee Agency Trust Records Foods Partners""".split()
_THINGS = """observatory vineyard museum tramway library dam stadium orchard lighthouse brewery archive cathedral quarry
 reservoir laboratory theatre bakery canal greenhouse refinery monastery airfield shipyard clinic satellite manuscript
 tapestry locomotive aquarium pipeline newspaper garden warehouse foundry telescope hospital school tower market tunnel
 vessel painting estate farm hotel cinema pier mine harbour statue road fountain""".split()
_GROUPS = """teachers fishermen nurses students drivers miners farmers residents shareholders pilots patients soldiers
 members pensioners workers tenants scientists voters visitors doctors""".split()
_JOBS = """architect surgeon judge novelist pilot biologist conductor carpenter mayor goalkeeper chemist editor banker
 sculptor engineer bishop general trainer historian lawyer""".split()
_JUDGED = [("lenient", "harsh"), ("brilliant", "dull"), ("reckless", "cautious"), ("fair", "unjust"),
           ("cheap", "costly"), ("safe", "dangerous"), ("overdue", "premature"), ("honest", "misleading")]  # fmt: skip
_EVENTS = """strike flood election fire festival inquiry merger earthquake trial concert drought reform landslide
 outbreak championship blackout""".split()
_MONTHS = "January February March April May June July August September October November December".split()
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True)
class Frame:
    """One frame of the file."""

    kind: str
    text: str
    ask: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """A text with a claim about it, and a question that the claim answers, rightly or not."""

    kind: str
    text: str
    question: str
    claim: str
    label: str


def frames(path: Path = FRAMES) -> list[Frame]:
    """All frames, in the order of the file; raises ValueError where one is not of the form."""
    read = tomllib.loads(path.read_text("utf-8"))["frame"]
    return [
        Frame(f["kind"], f["text"], *(tuple(f.get(name, ())) for name in ("ask", "yes", "no", "open"))) for f in read
    ]


def told(frame: Frame, rng: random.Random) -> Iterator[Told]:
    """A frame with its slots filled once: every claim that stands in it."""
    fill = Fill(rng)
    text = fill(frame.text)
    for name, label in LABELS.items():
        for claim in getattr(frame, name):
            question = fill(rng.choice(frame.ask)) if frame.ask else ""
            yield Told(frame.kind, text, question, fill(claim), label)


class Fill:
    """Fills slots, the same name always alike, and picks among alternatives."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._chosen: dict[str, str] = {}
        self._sorted: dict[str, list[str]] = {}

    def __call__(self, line: str) -> str:
        line = _CHOICE.sub(lambda found: self._rng.choice(found[1].split("|")), line)
        line = _SLOT.sub(lambda found: self._value(found[1], found[2]), line)
        line = re.sub(r"\s+([.,;:?!])", r"\1", re.sub(r"\s+", " ", line)).strip()
        return line[:1].upper() + line[1:]

    def _value(self, name: str, number: str) -> str:
        if name in "Y D N B F PC MO W ADJ".split():
            if name not in self._sorted:
                self._sorted[name] = getattr(self, f"_{name.lower()}")()
            return self._sorted[name][int(number or 1) - 1]
        slot = name + number
        while slot not in self._chosen:
            made = self._made(name)
            if made not in self._chosen.values():
                self._chosen[slot] = made
        return self._chosen[slot]

    def _made(self, name: str) -> str:
        pick = self._rng.choice
        if name in "ABCD":
            return self._person() if self._rng.random() < 0.5 else self._firm()
        if name in "PQRS":
            return self._person()
        if name == "O":
            return self._firm()
        if name in "LMK":
            return self._stem() + pick(_TOWNS)
        if name == "G":
            return pick(_GROUPS)
        if name == "EV":
            return f"the {pick(_EVENTS)}"
        if name == "JOB":
            return pick(_JOBS)
        if name in "TUV":
            return f"the {pick(_THINGS)}"
        raise ValueError(f"no slot is called {name!r}")

    def _stem(self) -> str:
        return self._rng.choice(_ONSETS) + self._rng.choice(_CORES)

    def _person(self) -> str:
        return f"{self._rng.choice(_FIRST)} {self._stem()}{self._rng.choice(_ENDS)}"

    def _firm(self) -> str:
        name = self._stem() + self._rng.choice(_ENDS + _TOWNS)
        firm = self._rng.choice(_FIRMS)
        the = "the " if firm in ("Council", "Ministry", "Union", "Agency", "Committee", "Association") else ""
        return f"{the}{name} {firm}"

    def _y(self) -> list[str]:
        first = self._rng.choice((1480, 1750, 1880, 1950, 1990, 2005))
        return [str(year) for year in sorted(self._rng.sample(range(first, first + 30), 4))]

    def _d(self) -> list[str]:
        year = self._rng.randint(1900, 2025)
        days = sorted((self._rng.randint(0, 11), self._rng.randint(1, 28), n) for n in range(4))
        same = self._rng.random() < 0.5
        form = self._rng.choice(("{d} {m} {y}", "{m} {d}, {y}"))
        return [form.format(d=d, m=_MONTHS[m], y=year if same else year + n) for n, (m, d, _) in enumerate(days)]

    def _n(self) -> list[str]:
        return list(map(str, self._rng.sample(range(3, 91), 4)))

    def _b(self) -> list[str]:
        size = self._rng.choice((9_000, 90_000, 900_000))
        return [f"{n:,}" for n in sorted(self._rng.sample(range(size // 10 + 200, size), 4))]

    def _f(self) -> list[str]:
        return [f"{n / 10:.1f}" for n in self._rng.sample(range(11, 99), 4)]

    def _pc(self) -> list[str]:
        sign = self._rng.choice((" percent", " per cent", "%"))
        return [f"{n}{sign}" for n in self._rng.sample(range(3, 97), 4)]

    def _mo(self) -> list[str]:
        form = self._rng.choice(("{} million dollars", "£{} million", "${}bn", "{} million euros", "€{},000"))
        return [form.format(n) for n in self._rng.sample(range(2, 900), 4)]

    def _w(self) -> list[str]:
        return self._rng.sample(_WEEKDAYS, 4)

    def _adj(self) -> list[str]:
        pair = self._rng.choice(_JUDGED)
        return list(pair if self._rng.random() < 0.5 else pair[::-1])
