"""What the benchmark reads in: SQuAD 2.0 where it lies beside the checkout, else the articles of corpus/."""

import json
import random
import re
from pathlib import Path

from ingest.load.plain.front_matter import split_front_matter
from qa.types import Article

ROOT = Path(__file__).parent.parent.parent
SQUAD = ROOT.parent / "shared/eval/squad2"
CORPUS = ROOT / "corpus"
CORPUS_GOLD = ROOT / "tests/gold/corpus.jsonl"
SENTENCES = 8  # an article, some 1,000 characters

_END = re.compile(r"(?<=[.!?])\s+")


def collection() -> tuple[list[Article], Path]:
    """Whole articles and the gold set over them."""
    if SQUAD.exists():
        rows = map(json.loads, (SQUAD / "articles.jsonl").open(encoding="utf-8"))
        return [Article(row["id"], row["title"], row["text"]) for row in rows], SQUAD / "gold.jsonl"
    heads = ((path.stem, split_front_matter(path.read_text())) for path in sorted(CORPUS.glob("*.md")))
    return [Article(name, str(facts["title"]), text.strip()) for name, (facts, text, _) in heads], CORPUS_GOLD


def write_articles(path: Path, count: int) -> None:
    """So many articles as JSON Lines, each of sentences drawn from the whole collection; the same every time."""
    draw = random.Random(0)
    sentences = [s for article in collection()[0] for s in _END.split(article.text) if 40 < len(s) < 300]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            text = " ".join(draw.sample(sentences, SENTENCES))
            file.write(json.dumps({"id": f"article-{number}", "title": f"Article {number}", "text": text}) + "\n")
