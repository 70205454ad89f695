"""python -m tests.bench [--large]: all of it; with --large 5,000 articles are read in too."""

import argparse
import os
import tempfile
from pathlib import Path

from tests.bench.articles import CORPUS_GOLD, ROOT
from tests.bench.child import run
from tests.bench.filling import filling
from tests.bench.page import PORT, page
from tests.bench.vectors import vectors


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--large", action="store_true", help="read in 5,000 articles too; takes minutes")
    large = parser.parse_args().large
    with tempfile.TemporaryDirectory(prefix="article-qa-bench-") as folder:
        filling(Path(folder), (100, 1_000, 5_000) if large else (100, 1_000))
        vectors()
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": f"{folder}/corpus", "ARTICLE_QA_PORT": str(PORT)}
        run("-m", "ingest", "add", "corpus", environment=environment)
        page(environment)
        print(f"\nquality on {CORPUS_GOLD.relative_to(ROOT)}", flush=True)
        print(run("-m", "qa", "evaluate", str(CORPUS_GOLD), environment=environment).out)


if __name__ == "__main__":
    main()
