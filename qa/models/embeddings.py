"""Sentence embeddings: the packaged all-MiniLM-L6-v2 by path, or any sentence-transformers model by name."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from qa.errors import ModelError
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.weights import ensure
from qa.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SLICE = 128  # texts between two calls of `progress`
PACKAGED_IDENTITY = f"{EMBEDDING_MODEL.name}@{EMBEDDING_MODEL.file('model.safetensors').sha256[:12]}"


class SentenceEmbeddings(Embeddings):
    """Unit vectors of passages and questions; `identity` says which model made them. Safe to share by threads."""

    def __init__(self, model: Any, identity: str) -> None:
        self.identity = identity
        self._model = model
        self._lock = threading.Lock()  # tokenizers refuse a second thread

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> "npt.NDArray[np.float32]":
        """One row a text; `progress` is told how many are done so far."""
        import numpy as np

        rows = [np.empty((0, self._model.get_embedding_dimension()), np.float32)]
        for start in range(0, len(texts), SLICE):
            batch = list(texts[start : start + SLICE])
            rows.append(self._encode(self._model.encode_document, batch))
            if progress:
                progress(start + len(batch))
        return np.concatenate(rows)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._encode(self._model.encode_query, [text])[0].tolist()
        return vector

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> "npt.NDArray[np.float32]":
        """Normalised here, in float32, because the model may compute in less."""
        import numpy as np

        with self._lock:
            vectors = np.asarray(encode(texts, show_progress_bar=False), np.float32)
        unit: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def load_embeddings(settings: Settings) -> SentenceEmbeddings:
    """The chosen embedding model; the default one touches no network once fetched. Raises ModelError."""
    if settings.embeddings == EMBEDDED:
        folder = ensure(EMBEDDING_MODEL, settings.models_dir)
        model = _load(str(folder), local_files_only=True)
        return SentenceEmbeddings(model, PACKAGED_IDENTITY)
    name = settings.embeddings
    try:
        model = _load_kept_or_fetched(name)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the embedding model {name} could not be loaded ({str(error).splitlines()[0]}); check its name and the "
            "network, or unset ARTICLE_QA_EMBEDDINGS to use the packaged one"
        ) from error
    return SentenceEmbeddings(model, f"{Path(name).name}@{_digest(model)}")


def _load_kept_or_fetched(name: str) -> Any:
    """Asks the hub only for what an earlier start did not keep."""
    try:
        return _load(name, local_files_only=True)
    except (OSError, ValueError):
        return _load(name, local_files_only=False)


def _load(name: str, local_files_only: bool) -> Any:
    """bfloat16 doubles the speed where the processor computes in it and changes vectors by less than 0.0002."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    fast = torch.cpu.get_capabilities().get("avx512_bf16", False)
    dtype = torch.bfloat16 if fast else torch.float32
    return SentenceTransformer(name, local_files_only=local_files_only, model_kwargs={"dtype": dtype})


def _digest(model: Any) -> str:
    """Of the shapes and rounded values of the weights, so that it is the same on processors of different precision."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name}{tuple(tensor.shape)}{tensor.flatten()[:64].bfloat16().tolist()}".encode())
    return digest.hexdigest()[:12]
