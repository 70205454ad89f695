"""Claims with quotes and labels: judged by people, made from question-passage pairs, from frames, and from edits."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.language.text import sentences
from qa.models.support import Claimed
from training.data import Row, held_out
from training.support.edits import edited
from training.support.frames import Frame, told

UNSUPPORTED = "unsupported"  # contradicted or not stated, which the source does not tell apart
TWO_LABELS = frozenset({"begin", "faithdial_audit", "q2_wow", "wice", "expertqa", "halueval_qa", "med"})
MEASURED_ONLY = frozenset({"q2_wow", "halueval_qa", "wice", "anli_dev", "sick"})  # the last two: not for commercial use
LEFT_OUT = frozenset({"pubmedqa_yesno"})  # the licence of the abstracts is unclear
SHARES = {"begin": 0.5, "boolq_yesno": 0.6, "med": 0.3, "conjnli": 0.5, "expertqa": 0.6, "faithdial_audit": 0.5,
          "qa_derived": 0.4}  # fmt: skip
LONGEST = 700  # characters of a quote; longer ones are left out, the program's are shorter
HELD_OUT = 10  # one quote in so many, and one frame
OUTLETS = ("The Courier", "Harbour Post", "Weekly Review", "City Herald", "Wikipedia", "The Ledger", "Science Today")


@dataclass(frozen=True)
class Pair:
    """A claim with its label and where it comes from; `kind` is a finer word for that."""

    claimed: Claimed
    label: str
    source: str
    kind: str = ""


def judged(folder: Path) -> list[Pair]:
    """The claims of `support_*.jsonl` whose quotes are short enough; of two classes where the source has two."""
    pairs = []
    for path in sorted(folder.glob("support_*.jsonl")):
        source = path.stem.removeprefix("support_")
        for row in map(json.loads, path.read_text("utf-8").splitlines()):
            quote = row["quote"].replace("<br>", " ")
            if len(quote) <= LONGEST and source not in LEFT_OUT:
                supported = row["label"] == "supported"
                label = UNSUPPORTED if source in TWO_LABELS and not supported else row["label"]
                pairs.append(
                    Pair(
                        Claimed(row["claim"], row["question"] or "", quote),
                        label,
                        source,
                        row.get("how") or row.get("part") or "",
                    )
                )
    return pairs


def is_held_out(text: str) -> bool:
    """Whether a quote or a frame serves for measuring."""
    return held_out(text, HELD_OUT)


def for_training(pairs: Sequence[Pair], rng: random.Random) -> list[Pair]:
    """Those of sources that may be learnt from, of each its share."""
    return [
        pair
        for pair in pairs
        if pair.source not in MEASURED_ONLY
        and not is_held_out(pair.claimed.quote)
        and rng.random() < SHARES.get(pair.source, 1.0)
    ]


def framed(frames: Sequence[Frame], times: int, rng: random.Random) -> list[Pair]:
    """Each frame filled so many times, with three of its claims each time, of each label where there are such."""
    pairs, others = [], ["It rained for most of the day.", "No figures were given.", "The matter was widely discussed."]
    for _ in range(times):
        for frame in frames:
            claims = list(told(frame, rng))
            rng.shuffle(claims)
            first = {claim.label: claim for claim in claims}
            for claim in first.values():
                question = claim.question if rng.random() < 0.4 else ""
                before = rng.choice(others) if rng.random() < 0.3 else ""
                claimed = Claimed(claim.claim, question, claim.text, heading("", rng), before)
                pairs.append(Pair(claimed, claim.label, "frames", frame.kind))
            others = [*others[-50:], re.split(r"(?<=\.) ", claims[0].text)[0]]
    return pairs


def from_passages(rows: Sequence[Row], count: int, rng: random.Random) -> list[Pair]:
    """Edits of about so many sentences of the passages, which are taken as they come."""
    passages = list({row.passage: row.title for row in rows if not is_held_out(row.passage)}.items())
    rng.shuffle(passages)
    pairs: list[Pair] = []
    for passage, title in passages * 3:
        spans = sentences(passage)
        at = rng.randrange(len(spans)) if spans else 0
        sentence = " ".join(passage[slice(*spans[at])].split()) if spans else ""
        if not 50 <= len(sentence) <= 320:
            continue
        before = " ".join(passage[slice(*spans[at - 1])].split()) if at and rng.random() < 0.4 else ""
        for claim, label, edit in edited(sentence, rng):
            claimed = Claimed(claim, "", sentence, heading(title, rng), before[-250:])
            pairs.append(Pair(claimed, label, "edits", edit))
        if len(pairs) >= count:
            break
    return pairs


def heading(title: str, rng: random.Random) -> str:
    """As the program gives it: title, source and day, or some of them."""
    title = title.replace("_", " ") if rng.random() < 0.8 else ""
    day = f"{rng.randint(1990, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    told = [rng.choice(OUTLETS) if rng.random() < 0.4 else "", day if rng.random() < 0.4 else ""]
    beside = ", ".join(filter(None, told))
    return f"{title} ({beside})".strip() if beside else title
