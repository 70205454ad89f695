"""Embeddings of a server that speaks OpenAI's protocol, such as those of vLLM, TEI and llama.cpp."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.errors import ProviderError
from qa.models.provider import CONNECT_SECONDS, MAX_RETRIES, TIMEOUT_SECONDS, provider_errors
from qa.settings import variable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

AT_ONCE = 32  # texts in a request; many servers take no more


def served(name: str, url: str) -> "Callable[[list[str]], npt.NDArray[np.float32]]":
    """Texts to unit vectors by what the server at an address calls by that name; raises ProviderError, also later."""
    import numpy as np
    import openai

    client = openai.OpenAI(
        base_url=url,
        api_key=variable("OPENAI_API_KEY") or "none",
        timeout=openai.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
        max_retries=MAX_RETRIES,
    )

    def encode(texts: list[str]) -> "npt.NDArray[np.float32]":
        rows: list[list[float]] = []
        with provider_errors(name):
            for start in range(0, len(texts), AT_ONCE):
                batch = texts[start : start + AT_ONCE]
                answer = client.embeddings.create(model=name, input=batch, encoding_format="float")
                rows += [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
        vectors = np.asarray(rows, np.float32)
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.all(lengths > 0):
            raise ProviderError(f"the model {name} cannot be used: its server gives no vector for each text")
        unit: npt.NDArray[np.float32] = vectors / lengths
        return unit

    return encode
