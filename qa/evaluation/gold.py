"""Gold question sets: one JSON object a line, as DESIGN's contract has it."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa.errors import ArticleNotFound, GoldError, QuestionError
from qa.language.days import FIRST_DAY
from qa.query.question import checked_question
from qa.storage.disk import write_whole
from qa.types import Article

Day = Annotated[date, Field(strict=True, ge=FIRST_DAY)]
Nugget = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
TextOf = Callable[[str], str | None]
Line = TypeVar("Line", bound=BaseModel)


class GoldEvidence(BaseModel):
    """Words of an article that answer a question."""

    article_id: str
    text: str


class Gold(BaseModel):
    """A question, what answers it, and where that stands; none of either where it cannot be answered.

    answers   wordings of which one is enough
    nuggets   the facts of a complete answer, each a list of wordings (Voorhees 2003, TREC's definition questions)
    evidence  the words of articles that answer
    articles  ids of articles that answer, without their words
    as_of     the day on which it is asked; None for today
    """

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    articles: tuple[str, ...] = ()
    as_of: Day | None = None
    type: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """The ids of all articles that answer, each once."""
        return tuple(dict.fromkeys((*(evidence.article_id for evidence in self.evidence), *self.articles)))

    @model_validator(mode="after")
    def _complete(self) -> "Gold":
        if self.answerable and not (self.answers or self.nuggets):
            raise ValueError("an answerable question needs accepted answers or nuggets")
        return self


def read_gold(path: Path) -> list[Gold]:
    """The questions of a file; raises GoldError that names the first line that is wrong."""
    questions = read_lines(path, Gold)
    if not questions:
        raise GoldError(f"{path} holds no questions; each line is a JSON object with id, question, answers, answerable")
    return questions


def write_gold(path: Path, questions: Iterable[Gold]) -> None:
    """Put these questions in the place of a file, in one step; raises OSError."""
    write_whole(path, "".join(f"{gold.model_dump_json()}\n" for gold in questions))


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """Each line of a file as an object of this kind; raises GoldError that names the first line that is wrong."""
    return [_parse(kind, line, f"{path}:{number}") for number, line in _lines(path)]


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of a gold set; with a serious one the set cannot be measured by."""

    line: int
    message: str
    is_serious: bool


def check_gold(path: Path, text_of: TextOf) -> tuple[int, list[str]]:
    """How many questions a file has, and everything that is wrong with it, a line each as `FILE:LINE: what`.

    `text_of` gives an article's text, None where there is no such article. Raises GoldError where the file is no text.
    """
    lines = _lines(path)
    problems = [f"{path}:{problem.line}: {problem.message}" for problem in _check(lines, text_of)[1]]
    return len(lines), problems or ([] if lines else [f"{path}: there are no questions in it"])


def texts_of(article: Callable[[str], Article]) -> TextOf:
    """What gives the text of an article by its id, and None where `article` raises ArticleNotFound."""

    def text_of(article_id: str) -> str | None:
        try:
            return article(article_id).text
        except ArticleNotFound:
            return None

    return text_of


def check_text(text: str, text_of: TextOf) -> tuple[list[Gold], list[Problem]]:
    """The questions of a gold set that can be read, and everything that is wrong with it."""
    return _check(_numbered(text), text_of)


def _check(lines: Sequence[tuple[int, str]], text_of: TextOf) -> tuple[list[Gold], list[Problem]]:
    found: list[Gold] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        try:
            gold = _parse(Gold, line, "")
        except GoldError as error:
            problems.append(Problem(number, str(error), is_serious=True))
            continue
        found.append(gold)
        if gold.id in seen:
            problems.append(Problem(number, f"the id {gold.id!r} was used in line {seen[gold.id]}", is_serious=True))
        seen.setdefault(gold.id, number)
        try:
            checked_question(gold.question)
        except QuestionError as error:
            problems.append(Problem(number, str(error), is_serious=True))
        problems += [Problem(number, doubt, is_serious=False) for doubt in _doubts(gold, text_of)]
    return found, problems


def _doubts(gold: Gold, text_of: TextOf) -> Iterator[str]:
    if gold.answerable and not gold.sources:
        yield "an answerable question without evidence is not counted in retrieval"
    if not gold.answerable and (gold.answers or gold.nuggets or gold.sources):
        yield "a question that cannot be answered has neither answers nor evidence"
    for article_id in gold.articles:
        if text_of(article_id) is None:
            yield f"no article has the id {article_id!r}"
    for evidence in gold.evidence:
        text = text_of(evidence.article_id)
        if text is None:
            yield f"no article has the id {evidence.article_id!r}"
        elif evidence.text not in text:
            yield f"the evidence does not stand in {evidence.article_id!r} word for word"


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"cannot read {path}: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}") from error
    return _numbered(text)


def _numbered(text: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _parse(kind: type[Line], line: str, place: str) -> Line:
    """Raises GoldError that begins with the place, where one is given."""
    place = f"{place}: " if place else ""
    try:
        json.loads(line)
        return kind.model_validate_json(line)
    except RecursionError as error:
        raise GoldError(f"{place}not JSON: too deeply nested") from error
    except json.JSONDecodeError as error:
        raise GoldError(f"{place}not JSON: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise GoldError(f"{place}{field + ': ' if field else ''}{first['msg']}") from error
