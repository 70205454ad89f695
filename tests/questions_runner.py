"""`python -m tests.questions_runner DATA LOG` prepares what `tests.test_related` does, and halts at the second fact."""

import sys
import time
from collections.abc import Generator
from pathlib import Path

from qa.generation.suggestions import Fact
from qa.index import VectorIndex
from qa.library import Library
from qa.related import Related
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import IDENTITY, HashedWords
from tests.test_related import Models

if __name__ == "__main__":
    settings, log = Settings(data_dir=Path(sys.argv[1])), Path(sys.argv[2])
    library = Library.open(settings.library_path)
    models, index = Models(library), VectorIndex.open(settings, library, IDENTITY)

    def write(fact: Fact) -> Generator[str]:
        with log.open("a") as file:
            file.write(f"{fact.words}\n")
        if len(log.read_text().splitlines()) == 2:
            time.sleep(60)
        yield from models.write(fact)

    retriever = HybridRetriever(library=library, index=index, embeddings=HashedWords())
    for _ in Related(retriever, write, models.ask).prepare("quarry"):
        pass
