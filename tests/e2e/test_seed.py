"""An article as it is copied from a web page, page furniture and all, with the real models."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.answer import Answerer, build_answerer
from qa.settings import Settings
from qa.types import Answer

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT.parent / "shared/seed").glob("*.txt"))
FURNITURE = ("Bookmark popover", "Removed from bookmarks", "Join our commenting forum", "thought-provoking")

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(not SEEDS, reason="the article is not ours to keep beside the tests")]


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    data = tmp_path_factory.mktemp("seed")
    command = [sys.executable, "-m", "ingest", "add", str(SEEDS[0]), "--json"]
    environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(data)}
    added = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert len(json.loads(added.stdout)["added"]) == 1
    answerer = build_answerer(Settings(data_dir=data))
    yield answerer
    answerer.close()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who met the Alberta Prosperity Project?", r"officials"),
        ("How many signatures does the petition need?", r"177,000"),
        ("How many signatures did the counter-petition get?", r"438,568"),
        ("Who is the legal counsel of the group?", r"Jeff Rath"),
        ("What would the 500 billion dollars be for?", r"fund|province|independen|referendum"),
        ("What did Hoekstra warn of?", r"gaps|fighter jets|airspace"),
    ],
)
def test_it_is_answered_from_the_article_itself(answerer: Answerer, question: str, expected: str) -> None:
    answer = answerer.answer(question)
    assert answer.status == "answered", answer
    assert re.search(expected, answer.text), answer.text
    assert quotes_are_verbatim(answerer, answer)
    assert not any(words in citation.quote for citation in answer.citations for words in FURNITURE)


def quotes_are_verbatim(answerer: Answerer, answer: Answer) -> bool:
    texts: dict[str, Any] = {c.article_id: answerer.library.article(c.article_id).text for c in answer.citations}
    return all(texts[c.article_id][c.start : c.end] == c.quote for c in answer.citations)
