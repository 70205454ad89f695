"""How probably sentences answer a question."""

from collections.abc import Sequence

import numpy as np

from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Evidence

NEAR = 0.6  # cosine of question and sentence, where there is no reader
STEEP = 10.0


def bearing(query: Query, told: Sequence[Evidence], retriever: HybridRetriever) -> list[float]:
    """The log odds by the reader that each answers; without one, how much nearer to the question it is than NEAR."""
    if not told:
        return []
    if reader := retriever.reader:
        return [reading.logit for reading in reader.read(query.text, told)]
    asked = np.asarray(query.vector or retriever.embed(query.text), np.float32)
    said = [" ".join(sentence.text.split()) for sentence in told]
    vectors = np.asarray(retriever.embeddings.embed_documents(said), np.float32)
    return [STEEP * (float(cosine) - NEAR) for cosine in vectors @ asked]
