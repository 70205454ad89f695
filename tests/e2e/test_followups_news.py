"""Follow-ups on news that no rule was written for, rewritten by the embedded model; some of them stand alone.

n21 to n40 were written when the code was finished.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.answer import Answerer
from qa.grounding.steps import Asked
from qa.language.text import contains
from qa.types import Turn
from tests.e2e.conftest import ROOT, Over, every

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (ROOT / "tests/gold/followups_news.jsonl").read_text("utf-8").splitlines()[:: every(2)]
]
NEWS = ROOT.parent / "shared/eval/news_2023_24/articles.jsonl"
FLOOR = 0.75

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def asked(over: Over) -> dict[str, str]:
    """What each question is taken to mean; the library does not matter for that."""
    corpus = over("corpus")
    return {case["id"]: rewritten(case, corpus) for case in CASES}


def rewritten(case: dict[str, Any], answerer: Answerer) -> str:
    turns = [Turn(**turn) for turn in case["turns"]]
    return answerer.understand.invoke(Asked(case["question"], turns)).text


def right(text: str, case: dict[str, Any]) -> bool:
    """Whether it holds one of the alternatives of each thing it must, nothing that it must not, or is unchanged."""
    if case["unchanged"]:
        return text == case["question"]
    holds = (any(contains(text, words) for words in must.split("|")) for must in case["must"])
    return all(holds) and not any(contains(text, words) for words in case["must_not"])


def test_a_follow_up_says_what_it_is_about(asked: dict[str, str]) -> None:
    wrong = {case["id"]: asked[case["id"]] for case in CASES if not right(asked[case["id"]], case)}
    assert 1 - len(wrong) / len(CASES) >= FLOOR, wrong


def test_its_article_comes_first(asked: dict[str, str], over: Over, tmp_path: Path) -> None:
    if not NEWS.exists():
        pytest.skip("the news articles do not lie beside this checkout (../shared/eval/news_2023_24)")
    ids = {case["article_id"] for case in CASES}
    kept = [line for line in NEWS.read_text("utf-8").splitlines() if json.loads(line)["id"] in ids]
    assert len(kept) == len(ids)
    (tmp_path / "news.jsonl").write_text("".join(f"{line}\n" for line in kept), "utf-8")
    news = over(str(tmp_path / "news.jsonl"))

    def found(question: str, case: dict[str, Any]) -> bool:
        return news.search(question, 1)[0].article_id == case["article_id"]

    after = sum(found(asked[case["id"]], case) for case in CASES) / len(CASES)
    bare = sum(found(case["question"], case) for case in CASES) / len(CASES)
    assert after >= FLOOR
    assert after > bare
