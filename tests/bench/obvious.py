"""python -m tests.bench.obvious JSONL FOLDER: what a tutorial does with articles; prints its seconds.

LangChain's splitter, sentence-transformers on torch in float32 as HuggingFaceEmbeddings calls it, and Chroma in batches
as Chroma.from_documents fills it. Its time starts once all is imported and the model is loaded.
"""

import json
import sys
import time
import uuid
from itertools import islice
from pathlib import Path

import chromadb
import torch
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

from ingest.split import OVERLAP_CHARACTERS, PASSAGE_CHARACTERS
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.weights import ensure
from qa.settings import Settings

BATCH = 1_000


def main(source: Path, folder: Path) -> float:
    weights = ensure(EMBEDDING_MODEL, Settings.from_env().models_dir)
    model = SentenceTransformer(str(weights), model_kwargs={"dtype": torch.float32})
    client = chromadb.PersistentClient(folder, settings=chromadb.Settings(anonymized_telemetry=False))
    collection = client.create_collection("obvious", embedding_function=None)
    start = time.perf_counter()
    rows = [json.loads(line) for line in source.open(encoding="utf-8")]
    splitter = RecursiveCharacterTextSplitter(chunk_size=PASSAGE_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS)
    documents = iter(splitter.create_documents([row["text"] for row in rows], [{"id": row["id"]} for row in rows]))
    while batch := list(islice(documents, BATCH)):
        texts = [document.page_content for document in batch]
        collection.add(
            ids=[str(uuid.uuid4()) for _ in batch],
            documents=texts,
            embeddings=model.encode(texts, show_progress_bar=False),
            metadatas=[document.metadata for document in batch],
        )
    return time.perf_counter() - start


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2])))
