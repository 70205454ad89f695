"""Gold question sets: one JSON object a line, as DESIGN's contract has it."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from qa.errors import GoldError


class GoldEvidence(BaseModel):
    """Words of an article that answer a question."""

    article_id: str
    text: str


class Gold(BaseModel):
    """A question, its accepted answers, and where they stand; none of either where it cannot be answered."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    type: str = ""

    @model_validator(mode="after")
    def _complete(self) -> "Gold":
        if self.answerable and not self.answers:
            raise ValueError("an answerable question needs accepted answers")
        return self


def read_gold(path: Path) -> list[Gold]:
    """The questions of a file; raises GoldError that names the first line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}") from error
    questions = [_parse(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise GoldError(f"{path} holds no questions; each line is a JSON object with id, question, answers, answerable")
    return questions


def _parse(line: str, place: str) -> Gold:
    try:
        value: Any = json.loads(line)
        return Gold.model_validate(value)
    except json.JSONDecodeError as error:
        raise GoldError(f"{place}: not JSON: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise GoldError(f"{place}: {field + ': ' if field else ''}{first['msg']}") from error
