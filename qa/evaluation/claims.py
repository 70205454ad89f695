"""Gold claims: how well the support model tells those that their quotes state from all others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from scipy import stats

from qa.cli.console import progress
from qa.errors import GoldError
from qa.evaluation.bootstrap import mean_interval
from qa.evaluation.gold import read_lines
from qa.evaluation.metrics import SUPPORTED
from qa.evaluation.summary import number
from qa.models.support import Claimed, Judgement

Judge = Callable[[Sequence[Claimed]], Sequence[Judgement]]
CHUNK = 32  # claims between two steps of the progress bar


class GoldClaim(BaseModel):
    """A claim, the quote that is to back it, and what a reader found that the quote makes of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    claim: str
    quote: str
    label: Literal["supported", "contradicted", "not_supported"]
    question: str | None = None
    kind: str | None = None
    heading: str | None = None
    before: str | None = None

    @property
    def claimed(self) -> Claimed:
        """What the model is asked."""
        return Claimed(self.claim, self.question or "", self.quote, self.heading or "", self.before or "")


def read_claims(path: Path) -> list[GoldClaim]:
    """The claims of a file; raises GoldError that names the first line that is wrong."""
    claims = read_lines(path, GoldClaim)
    if not claims:
        raise GoldError(f"{path} holds no claims; each line is a JSON object with id, claim, question, quote, label")
    return claims


def judged(claims: Sequence[GoldClaim], judge: Judge) -> list[Judgement]:
    """One judgement a claim, in their order."""
    found: list[Judgement] = []
    with progress() as bar:
        task = bar.add_task("judging", total=len(claims))
        for start in range(0, len(claims), CHUNK):
            found += judge([claim.claimed for claim in claims[start : start + CHUNK]])
            bar.update(task, completed=len(found))
    return found


def summarise(claims: Sequence[GoldClaim], judgements: Sequence[Judgement]) -> dict[str, Any]:
    """`evaluate --claims --json`: the measures over all and by kind, and the judgements they come from."""
    pairs = list(zip(claims, judgements, strict=True))
    kinds = dict.fromkeys(claim.kind for claim in claims if claim.kind)
    return {
        "claims": _measures(pairs),
        "by_kind": {kind: _measures([pair for pair in pairs if pair[0].kind == kind]) for kind in kinds},
        "judgements": [{"id": c.id, "kind": c.kind, "label": c.label, **asdict(j)} for c, j in pairs],
    }


def table(report: Mapping[str, Any]) -> str:
    """A line for all claims, and one a kind."""
    lines = [["", "n", "balanced accuracy", "95 % interval", "auroc"]]
    for name, found in {"all claims": report["claims"], **report["by_kind"]}.items():
        bounds = f"[{', '.join(map(number, found['interval']))}]" if found["interval"] else number(None)
        lines.append([name, number(found["n"]), number(found["balanced_accuracy"]), bounds, number(found["auroc"])])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines)


def _measures(pairs: Sequence[tuple[GoldClaim, Judgement]]) -> dict[str, Any]:
    """Supported against the rest; where all are of one class, balanced accuracy is the share of them told rightly.

    AUROC is how often a supported claim is found more probable than another one, ties counting half.
    """
    supported = [j.supported for claim, j in pairs if claim.label == "supported"]
    rest = [j.supported for claim, j in pairs if claim.label != "supported"]
    right = [[float(p >= SUPPORTED) for p in supported], [float(p < SUPPORTED) for p in rest]]
    classes = [outcomes for outcomes in right if outcomes]
    auroc = None
    if supported and rest:
        above = stats.mannwhitneyu(supported, rest, method="asymptotic").statistic
        auroc = float(above) / (len(supported) * len(rest))
    return {
        "n": len(pairs),
        "balanced_accuracy": sum(sum(outcomes) / len(outcomes) for outcomes in classes) / len(classes),
        "interval": mean_interval(classes),
        "auroc": auroc,
    }
