"""A report as a table for the terminal."""

from collections.abc import Mapping
from typing import Any


def table(report: Mapping[str, Any]) -> str:
    """One line a measure, grouped; the questions are left out."""
    lines = []
    for group, values in report.items():
        if isinstance(values, Mapping):
            lines += [f"{group:10} {name:20} {_figure(value)}" for name, value in values.items()]
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
