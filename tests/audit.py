"""Does each sentence of a run's answers stand in its quotes? `python -m tests.audit RUN.json` names those that do not.

RUN.json is what `python -m qa evaluate GOLD --out DIR` leaves in DIR. Exit code 1 where anything is wrong. It shares no
code with qa/, so that it can find the mistakes there. Of each shown sentence, with its own citations:

number      must stand in a quote, by value: "177,000" = "177 thousand", "two dozen" = 24. "one" alone counts nothing.
            One that the question brought may stand in the title or the day of publication, which are shown beside the
            quote, instead.
date        as a number, by day: "29 January 2026" = "Jan. 29, 2026". A quote's date without a year has the year of
            another date or number of the quote, of the title, or of publication.
name        every capitalised word must stand in a quote, or in the title or source that are shown beside it, but for
            its ending ("Greenlanders", "Greenland"). That it stands elsewhere in the article does not count, though the
            question brought it. The first word of a sentence is a name where the question and the passages never write
            it small.
quotation   what stands in quotation marks must stand in a quote or title to the letter, but for its last punctuation.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MONTHS = "january february march april may june july august september october november december".split()
UNITS = {
    name: value
    for value, name in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
TENS = {name: 10 * n for n, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "k": 10**3,
    "mn": 10**6,
    "bn": 10**9,
    "tn": 10**12,
}
MONEY = {"m": 10**6, "b": 10**9, "t": 10**12}
SMALL_WORDS = set(
    """a about above according across after again against ago all almost along already also although always am among an
    and another any anyone are around as at away back be because been before being below between both but by can
    cannot could despite did do does doing during each either every everyone few first for from had has have having
    he her here hers him his how however i if in inside instead into is it its itself last later many me more
    moreover most much my neither never next no nobody none nor not nothing now of off often on once one only onto
    or other others our out over part per perhaps please second several shall she should since so some someone soon
    still such than that the their them then there these they third this those though through thus to today together
    tomorrow too toward towards two under unlike until up upon very via was we were what when where whether which
    while who whom whose why will with within without would yes yesterday yet you your""".split()
)
ENDINGS = {
    "",
    "s",
    "es",
    "ies",
    "n",
    "an",
    "ans",
    "ian",
    "ians",
    "er",
    "ers",
    "ic",
    "ish",
    "ese",
    "al",
    "ist",
    "ists",
    "ism",
    "ity",
}
MONTH = r"(?P<month>" + "|".join(rf"{month[:3]}(?:{month[3:]})?" for month in MONTHS) + r"|sept)\b\.?"
DAY, YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>[12]\d{3})"
DATES = [
    re.compile(rf"\b{DAY}(?: of)? {MONTH}(?:,? {YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b{MONTH} {DAY}\b(?:,? {YEAR}\b)?", re.IGNORECASE),
    re.compile(rf"\b{MONTH}(?: of)?,? {YEAR}\b(?P<day>)", re.IGNORECASE),
    re.compile(r"\b(?P<year>[12]\d{3})-(?P<month>\d\d)-(?P<day>\d\d)\b"),
]
DIGITS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
MARKED = re.compile(r"[\"“”«„]([^\"“”«»„]{2,}?)[\"“”»]|(?<!\w)['‘]([^'‘’]{2,}?)['’](?!\w)")

Date = tuple[int | None, int, int | None]


def dates(text: str) -> tuple[list[Date], str]:
    """Year, month and day of each date, and the text without them."""
    found: list[Date] = []
    for pattern in DATES:
        for match in pattern.finditer(text):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else 1 + next(i for i, m in enumerate(MONTHS) if m[:3] == month[:3])
            year, day = match["year"], match["day"]
            found.append((int(year) if year else None, number, int(day) if day else None))
        text = pattern.sub(" ; ", text)
    return found, text


def numbers(text: str) -> set[float]:
    """The values of all numbers, in digits and in words."""
    found = set()
    for match in DIGITS.finditer(text):
        value = float(re.sub(r"[,\s]", "", match[0]))
        scale = re.match(r"[\s-]*([a-z]+)", text[match.end() :], re.IGNORECASE)
        scales = SCALES | MONEY if text[: match.start()].endswith(("$", "€", "£", "¥")) else SCALES
        found.add(round(value * scales.get(scale[1].lower() if scale else "", 1), 6))
    run: list[str] = []
    before = ""
    for word in [*re.findall(r"[^\W_]+(?:['’]\w+)?|[^\w\s-]", text.lower()), ""]:
        counts = word in UNITS or word in TENS or (word in SCALES and (run or before in ("a", "an")))
        if counts or (word == "and" and run[-1:] == ["hundred"]):
            run.append(word)
        elif run:
            if run not in (["one"], ["zero"]):
                found.add(float(spoken(run)))
            run = []
        before = word
    return found


def spoken(run: list[str]) -> int:
    """two hundred and five thousand -> 205000."""
    total = group = 0
    for word in run:
        if word in SCALES:
            group = (group or 1) * SCALES[word]
            if SCALES[word] > 100:
                total, group = total + group, 0
        else:
            group += UNITS.get(word, 0) + TENS.get(word, 0)
    return total + group


def words(text: str) -> list[str]:
    """Words in their own case without accents and possessive endings; one spelling for months and the United States."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = re.sub(r"\bUnited States(?: of America)?\b|\bU\.\s?S\.(?:\s?A\.)?|\bUSA?\b", "Unitedstates", text)
    text = re.sub(r"\b(?:[A-Z]\.){2,}", lambda m: m[0].replace(".", ""), text)
    text = re.sub(
        r"\b(Jan|Feb|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?",
        lambda m: next(x for x in MONTHS if x.startswith(m[1][:3].lower())).title(),
        text,
    )
    return [re.sub(r"['’]s$", "", word) for word in WORD.findall(text)]


def same(one: str, other: str) -> bool:
    """Whether two words, in small letters, differ by an ending only."""
    short, long = sorted((one, other), key=len)
    if short == long:
        return True
    roots = {
        short,
        short.removesuffix("s"),
        re.sub(r"[aeiouy]$", "", short),
        re.sub(r"(?:[aeiouy]?n|ic|ism|ist)s?$", "", short),
    }
    return any(len(root) > 2 and long.startswith(root) and long[len(root) :] in ENDINGS for root in roots)


def plain(text: str) -> str:
    """For comparing to the letter: one kind of quotation mark and of space."""
    return " ".join(re.sub("[‘’]", "'", re.sub("[“”„«»]", '"', text)).split())


def complaints(sentence: str, question: str, cited: list[dict[str, Any]], passages: list[str]) -> Iterator[str]:
    """What the sentence says and its quotes do not."""
    quotes = " ; ".join(c["quote"] for c in cited)
    beside = " ; ".join(f"{c['title']} ; {c['published_at'] or ''}" for c in cited)
    said, rest = dates(sentence)
    told, _ = dates(quotes)
    shown, _ = dates(beside)
    asked, _ = dates(question)
    values = numbers(quotes)
    years = values | numbers(beside) | {float(year) for year, _, _ in shown if year}
    for date in said:
        if not any(same_day(date, other, years) for other in (told + shown if date in asked else told)):
            yield f"date {date}"
    for value in numbers(rest) - values - (numbers(question) & numbers(beside)):
        yield f"number {value:g}"
    held = [word.lower() for c in cited for word in words(f"{c['quote']} ; {c['title']} ; {c['source'] or ''}")]
    for name in names(sentence, rest, [question, *passages]):
        if not any(same(name, word) for word in held):
            yield f"name {name}"
    for double, single in MARKED.findall(sentence):
        run = plain(double or single).rstrip(".,;:!?… ")
        if run.casefold() not in plain(f"{quotes} ; {beside}").casefold():
            yield f"quotation {run!r}"


def same_day(one: Date, other: Date, years: set[float]) -> bool:
    """The first is said, the second stands in a quote, whose years are given."""
    return (
        one[1] == other[1]
        and one[2] in (other[2], None)
        and (one[0] in (other[0], None) or (other[0] is None and one[0] in years))
    )


def names(sentence: str, undated: str, texts: list[str]) -> set[str]:
    """The capitalised words in small letters; the first word only where the texts never write it small."""
    found = {word for word in words(undated)[bool(words(undated)[:1] == words(sentence)[:1]) :] if word[0].isupper()}
    small = {word for text in texts for word in words(text) if word[0].islower()}
    first = words(sentence)[:1]
    found |= {word for word in first if word[0].isupper() and not any(same(word.lower(), s) for s in small)}
    return {word.lower() for word in found} - SMALL_WORDS


def audit(rows: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many sentences were shown, and a line for each thing said that does not stand in its quotes."""
    count, wrong = 0, []
    for row in rows:
        by_number = {c["number"]: c for c in row.get("citations", ())}
        for sentence in row.get("sentences", ()) if row.get("status") == "answered" else ():
            count += 1
            cited = [by_number[n] for n in sentence["citations"]]
            found = complaints(sentence["text"], row["question"], cited, [p["text"] for p in row["passages"]])
            wrong += [f"{row['id']}: {complaint}: {sentence['text']}" for complaint in found]
    return count, wrong


def main(path: str) -> int:
    count, wrong = audit(json.loads(Path(path).read_text())["questions"])
    print(*wrong, f"{count} sentences, {len(wrong)} complaints", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
