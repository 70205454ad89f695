"""A run as files: run.json for machines, report.md for pull requests, report.html for reading, in one file, offline."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from qa.errors import GoldError
from qa.evaluation import metrics, plots
from qa.evaluation.outcomes import counts, outcome
from qa.evaluation.summary import Row, figures, number
from qa.evaluation.words import DEFAULT, words
from qa.storage.disk import write_whole

UNSAFE_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
SECONDARY = {"answers.f1"}  # measures that stand folded away: what they mean is easily mistaken
_ASKED = ("id", "question", "type", "answerable", "answers", "evidence", "as_of", "rank")
_FACTS = ("title", "source", "published_at", "article_id", "start", "end", "text")
_templates = jinja2.Environment(
    loader=jinja2.PackageLoader("qa.evaluation"),
    autoescape=jinja2.select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)
_templates.globals["number"] = number


def write(report: Mapping[str, Any], folder: Path) -> None:
    """The three files of a run; raises GoldError where the folder cannot be written."""
    files = {
        "run.json": json.dumps(report, ensure_ascii=False),
        "report.md": markdown(report),
        "report.html": page(report),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            write_whole(folder / name, text)
    except OSError as error:
        raise GoldError(f"cannot write to {folder}: {error.strerror}") from error


def markdown(report: Mapping[str, Any]) -> str:
    """The measures as a table, and what changed against the baseline where there is one."""
    return _templates.get_template("report.md").render(
        report=report, figures=figures(report), outcomes=counts(report["questions"]), t=words()
    )


def page(report: Mapping[str, Any], language: str = DEFAULT) -> str:
    """All of it, in one of `words.LANGUAGES`: measures, plots, every question with what was found and quoted."""
    script, t = _source("report.js"), words(language)
    said = {key: text for key, text in t.texts.items() if key.startswith(("outcome.", "shown.", "row."))}
    return _templates.get_template("report.html").render(
        report=report,
        t=t,
        secondary=SECONDARY,
        outcomes=counts(report["questions"]),
        figures=figures(report),
        types=plots.by_type(report["by_type"]),
        charts=plots.charts(report["questions"], t),
        data=json.dumps(_data(report) | {"words": said}, ensure_ascii=False).translate(UNSAFE_IN_SCRIPT),
        style=_source("report.css"),
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _data(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the page's script shows; a passage found for several questions stands there once."""
    passages: dict[tuple[Any, ...], int] = {}
    comparison = report.get("comparison") or {}
    questions = [
        {
            **{name: row[name] for name in _ASKED},
            **{name: row[name] for name in ("status", "text", "confidence", "citations") if name in row},
            "outcome": outcome(row),
            "facts": _facts(row),
            "flags": _flags(row, comparison),
            "milliseconds": row["timings_ms"].get("total", row["timings_ms"]["retrieve"]),
            "passages": [
                [passages.setdefault(tuple(p[name] for name in _FACTS), len(passages)), p["score"]]
                for p in row["passages"]
            ],
        }
        for row in report["questions"]
    ]
    return {"questions": questions, "passages": [dict(zip(_FACTS, facts, strict=True)) for facts in passages]}


def _facts(row: Row) -> list[dict[str, Any]]:
    """The nuggets, each by its first wording, and whether the answer states it."""
    answered = row.get("status") == "answered"
    said = (row["text"], *(sentence["text"] for sentence in row["sentences"])) if answered else ()
    stated = metrics.stated(row["nuggets"], said)
    return [{"text": nugget[0], "stated": told} for nugget, told in zip(row["nuggets"], stated, strict=True)]


def _flags(row: Row, comparison: Mapping[str, Any]) -> list[str]:
    """By what the question can be filtered."""
    answered = row.get("status") == "answered"
    scores = row["scores"]
    flags = {
        "wrong": outcome(row) == "wrong",
        "incomplete": answered and not scores.get("nuggets.complete", (1, 1))[0],
        "refused": outcome(row) == "refused",
        "rejected": outcome(row) == "rejected",
        "uncited": answered and not scores.get("citations.precision", (1, 1))[0],
        "missed": bool(row["answerable"] and (row["evidence"] or row["articles"])) and row["rank"] is None,
        **{name: row["id"] in comparison.get(name, ()) for name in ("better", "worse")},
    }
    return [name for name, holds in flags.items() if holds]


def _source(name: str) -> str:
    return Path(__file__).with_name("templates").joinpath(name).read_text(encoding="utf-8")
