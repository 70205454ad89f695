"""Right and wrong drafts of a stand-in model over small articles: `python -m tests.drafts [FILE [ROWS]]`.

The wrong drafts use the article's own words in another relation. Told by kind: how many right ones were answered, and
how many wrong ones were shown as checked. Only HTTP is between the program and the model, as with any provider. With
ROWS the signals of the answers are written for `training.confidence`, everything shown.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langchain_core.language_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from pydantic import PrivateAttr

from qa.answer import Answerer
from qa.settings import Settings
from qa.types import Answer
from tests.provider_server import serving
from training.confidence import row, supported

DRAFTS = Path(__file__).with_name("gold") / "drafts.jsonl"
_ASKED = re.compile(r"Question: (.+?)(?: Begin with Yes or No\.)?(?:\n|$)")


class Drafting(SimpleChatModel):
    """Writes the draft that was set for a question, whatever the passages say, and when it is to divide it as well."""

    _drafts: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def _llm_type(self) -> str:
        return "drafts"

    def set(self, question: str, draft: str) -> None:
        self._drafts[question] = draft

    def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
        text = messages[-1].text
        return self._drafts.get([text, *_ASKED.findall(text)][-1], "?")


def read(path: Path = DRAFTS) -> list[dict[str, str]]:
    """Articles, each with a question, a right draft and a wrong one."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@contextmanager
def over(cases: list[dict[str, str]], folder: Path) -> Iterator[tuple[Drafting, Answerer]]:
    """The program over the articles of all cases, with a model whose drafts can be set."""
    names = ("id", "title", "source", "published_at", "text")
    articles = folder / "articles.jsonl"
    articles.write_text("\n".join(json.dumps({name: case[name] for name in names}) for case in cases), "utf-8")
    model = Drafting()
    with serving(model) as server:
        settings = Settings(data_dir=folder / "data", model="drafts", model_url=server.url)
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(settings.data_dir)}
        subprocess.run([sys.executable, "-m", "ingest", "add", str(articles), "--json"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        answerer = Answerer.open(settings)
        yield model, answerer
        answerer.close()


def judged(cases: list[dict[str, str]]) -> Iterator[tuple[str, bool, bool]]:
    """Of each case its kind, whether the right draft was answered, and whether the wrong one was shown."""
    with tempfile.TemporaryDirectory() as folder, over(cases, Path(folder)) as (model, answerer):
        for case in cases:
            answers = {}
            for name in ("right", "wrong"):
                model.set(case["question"], case[name])
                answers[name] = answerer.answer(case["question"])
            yield case["kind"], answers["right"].status == "answered", shows(answers["wrong"], case["wrong"])


def outcomes(cases: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """What `training.confidence` learns from: the drafts that pass the check, right and wrong."""
    with tempfile.TemporaryDirectory() as folder, over(cases, Path(folder)) as (model, answerer):
        for case in cases:
            for name in ("right", "wrong"):
                model.set(case["question"], case[name])
                own = [a for a in supported(answerer, case["question"]) if shows(a, case[name])]
                if own or name == "right":
                    yield row(True, ((name == "right", answer) for answer in own))


def shows(answer: Answer, draft: str) -> bool:
    """Whether the draft's words stand in the answer side by side."""
    said, drafted = (" ".join(re.findall(r"\w+", text.lower())) for text in (answer.text, draft))
    return answer.status == "answered" and drafted in said


def main() -> None:
    cases = read(Path(sys.argv[1]) if len(sys.argv) > 1 else DRAFTS)
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text("".join(json.dumps(row) + "\n" for row in outcomes(cases)), "utf-8")
        return
    found: Mapping[str, list[tuple[bool, bool]]] = defaultdict(list)
    for kind, answered, shown in judged(cases):
        found[kind].append((answered, shown))
        found["all"].append((answered, shown))
    print(f"{'kind':24} {'n':>4} {'right answered':>15} {'wrong shown':>12}")
    for kind, results in found.items():
        answered, shown = (sum(column) / len(results) for column in zip(*results, strict=True))
        print(f"{kind:24} {len(results):4} {answered:15.2f} {shown:12.2f}")


if __name__ == "__main__":
    main()
