"""Sentence embeddings: the packaged all-MiniLM-L6-v2, fine-tuned, in int8, or another model, here or on a server.

How it was fine-tuned says its card, embedder.md.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.embeddings import Embeddings

from qa.language.text import stem
from qa.models.adapter import Adapter
from qa.models.hub import load_named
from qa.models.manifest import EMBEDDER_SHA256, EMBEDDING_MODEL
from qa.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SLICE = 128  # texts between two calls of `progress`
MAX_TOKENS = 256  # what all-MiniLM-L6-v2 was trained to read
ADAPTER = Adapter(Path(__file__).with_name("embedder.safetensors"), EMBEDDER_SHA256, EMBEDDING_MODEL, MAX_TOKENS)
PACKAGED_IDENTITY = f"{EMBEDDING_MODEL.name}@{EMBEDDER_SHA256[:12]}"
# By what earlier versions embedded: such a library is embedded again when articles are added.
FORMER_IDENTITIES = (f"{EMBEDDING_MODEL.name}@{EMBEDDING_MODEL.file('model.safetensors').sha256[:12]}",)

Pieces = Callable[[str], list[str]]
Encode = Callable[[list[str]], "npt.NDArray[np.float32]"]


class SentenceEmbeddings(Embeddings):
    """Unit vectors of passages and questions; `identity` says which model made them. Safe to share by threads."""

    def __init__(self, identity: str, dimension: int, passages: Encode, questions: Encode, pieces: Pieces) -> None:
        self.identity = identity
        self._dimension = dimension
        self._passages = passages
        self._questions = questions
        self._pieces = pieces

    def encode_documents(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> "npt.NDArray[np.float32]":
        """One row a text; `progress` is told how many are done so far."""
        import numpy as np

        rows = [np.empty((0, self._dimension), np.float32)]
        for start in range(0, len(texts), SLICE):
            batch = list(texts[start : start + SLICE])
            rows.append(self._passages(batch))
            if progress:
                progress(start + len(batch))
        return np.concatenate(rows)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.encode_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        vector: list[float] = self._questions([text])[0].tolist()
        return vector

    def is_word(self, word: str) -> bool:
        """Whether its tokenizer has a piece of its own for a word, or for what an ending was added to."""
        first, *others = self._pieces(word) or [word]
        return not others or stem(first.lstrip("▁")) == stem(word)


def load_embeddings(settings: Settings) -> SentenceEmbeddings:
    """The chosen embedding model; the default one touches no network once fetched. Raises ModelError."""
    if settings.embeddings == EMBEDDED:
        return _packaged(settings)
    name, at, address = settings.embeddings.partition("@http")
    if at:
        return _served(name, f"http{address}")
    return _named(settings.embeddings)


def _packaged(settings: Settings) -> SentenceEmbeddings:
    """Pools and normalises within its ONNX file; neither torch nor transformers is imported."""
    import numpy as np

    encoder = ADAPTER.load(settings.models_dir)

    def encode(texts: list[str]) -> "npt.NDArray[np.float32]":
        return np.stack([vector for (vector,) in encoder.run(encoder.tokenize(texts))])

    dimension = encode([""]).shape[1]
    return SentenceEmbeddings(PACKAGED_IDENTITY, dimension, encode, encode, encoder.pieces)


def _served(name: str, url: str) -> SentenceEmbeddings:
    """Questions are embedded like passages; which words its tokenizer knows, a server does not say."""
    from qa.models.embeddings_server import served

    encode = served(name, url)
    dimension = encode(["dimension"]).shape[1]
    return SentenceEmbeddings(f"{name}@{dimension}", dimension, encode, encode, lambda word: [word])


def _named(name: str) -> SentenceEmbeddings:
    model = load_named(partial(_load, name), f"embedding model {name}", "ARTICLE_QA_EMBEDDINGS")
    lock = threading.Lock()  # its tokenizer refuses a second thread

    def unit(encode: Callable[..., Any], texts: list[str]) -> "npt.NDArray[np.float32]":
        """Normalised here, in float32, because the model may compute in less."""
        import numpy as np

        with lock:
            vectors = np.asarray(encode(texts, show_progress_bar=False), np.float32)
        normalised: npt.NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised

    def pieces(word: str) -> list[str]:
        with lock:
            return list(model.tokenizer.tokenize(word))

    return SentenceEmbeddings(
        f"{Path(name).name}@{_digest(model)}",
        model.get_embedding_dimension(),
        partial(unit, model.encode_document),
        partial(unit, model.encode_query),
        pieces,
    )


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
