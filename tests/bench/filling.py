"""How fast articles are read in, beside the obvious pipeline, and what it costs in memory."""

import os
from collections.abc import Sequence
from pathlib import Path

from tests.bench.articles import write_articles
from tests.bench.child import run

COMPARED = 1_000


def filling(folder: Path, counts: Sequence[int]) -> None:
    """Ours from the start of the command to the finished index; the other without its imports and model loading."""
    print("reading articles in")
    for count in counts:
        source = folder / f"{count}.jsonl"
        write_articles(source, count)
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(folder / str(count))}
        ours = run("-m", "ingest", "add", str(source), environment=environment)
        _say("article-qa", count, ours.seconds, ours.megabytes)
        if count == COMPARED:
            other = run("-m", "tests.bench.obvious", str(source), str(folder / "obvious"))
            _say("the obvious pipeline", count, float(other.out), other.megabytes)
            print(f"  article-qa is {float(other.out) / ours.seconds:.1f} times as fast", flush=True)


def _say(name: str, count: int, seconds: float, megabytes: float) -> None:
    print(
        f"  {count:5,} articles by {name}: {seconds:.1f} s, {count / seconds:.1f} a second, {megabytes:,.0f} MB",
        flush=True,
    )
