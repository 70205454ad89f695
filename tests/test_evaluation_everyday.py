"""The library of the everyday questions, of a few articles."""

import json
from pathlib import Path

import pytest

from qa.library import Library
from qa.settings import Settings
from tests.everyday import ROOT, build, select


@pytest.fixture
def news(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    articles = [{"id": f"n{n}", "title": f"Boat {n}", "text": f"Boat {n} sailed at noon."} for n in range(5)]
    path.write_text("\n".join(map(json.dumps, articles)), "utf-8")
    return path


def test_the_named_articles_are_chosen_as_they_stand(news: Path) -> None:
    assert [json.loads(line)["id"] for line in select(news, ["n3", "n1", "n3"])] == ["n3", "n1"]
    with pytest.raises(ValueError, match=r"articles\.jsonl has no articles with the ids n7, n9"):
        select(news, ["n9", "n1", "n7"])


@pytest.mark.e2e
def test_the_library_holds_the_corpus_and_the_named_articles_under_their_ids(news: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    expected = {path.stem for path in (ROOT / "corpus").glob("*.md")} | {"n1", "n3"}
    for _ in range(2):
        assert build(news, ["n1", "n3"], data) == len(expected)
    library = Library.open(Settings(data_dir=data).library_path)
    assert {info.id for info in library.articles()} == expected
    library.close()
