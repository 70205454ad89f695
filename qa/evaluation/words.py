"""What the measures are called and mean, and the other words of a report: one file a language in texts/."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
DEFAULT = "en"
RANKINGS = "rankings"


@dataclass(frozen=True)
class Words:
    """The words in one language: `words("key", name=value)`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        return self.texts[key].format(**values)

    def measure(self, name: str) -> str:
        """The plain name of a measure called `group.name`; one that is not known keeps its own."""
        group, _, rest = name.partition(".")
        if group == RANKINGS:
            ranking, _, measure = rest.rpartition(" ")
            return f"{ranking}: {self.measure(f'retrieval.{measure}')}"
        return self.texts.get(f"measure.{name}", name)

    def about(self, name: str) -> str:
        """What a measure means; empty for one that is not known."""
        group, _, rest = name.partition(".")
        name = f"retrieval.{rest.rpartition(' ')[2]}" if group == RANKINGS else name
        return self.texts.get(f"about.{name}", "")


@cache
def words(language: str = DEFAULT) -> Words:
    """The words in one of LANGUAGES."""
    return Words(language, json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8")))
