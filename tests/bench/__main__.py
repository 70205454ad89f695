"""python -m tests.bench: speed of reading in, memory, a cluster, the vectors, the page, and quality on the corpus."""

import os
import tempfile
from pathlib import Path

from tests.bench.articles import CORPUS_GOLD, ROOT
from tests.bench.browser import browser
from tests.bench.child import run
from tests.bench.cluster import cluster
from tests.bench.filling import filling
from tests.bench.page import PORT, page
from tests.bench.vectors import vectors


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="article-qa-bench-") as folder:
        filling(Path(folder), (100, 1_000, 5_000))
        cluster(Path(folder))
        vectors()
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": f"{folder}/corpus", "ARTICLE_QA_PORT": str(PORT)}
        run("-m", "ingest", "add", "corpus", environment=environment)
        page(environment)
        browser({**environment, "ARTICLE_QA_DATA_DIR": f"{folder}/5000"})
        print(f"\nquality on {CORPUS_GOLD.relative_to(ROOT)}", flush=True)
        print(run("-m", "qa", "evaluate", str(CORPUS_GOLD), environment=environment).out)


if __name__ == "__main__":
    main()
