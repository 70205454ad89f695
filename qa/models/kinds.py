"""The kinds model: says of a question what kind of answer it asks for. See its model card."""

from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.adapter import Adapter
from qa.models.encoder import OnnxEncoder
from qa.models.manifest import EMBEDDING_MODEL, KINDS_SHA256
from qa.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_TOKENS = 64  # of a question; of those that were trained on one is longer
ADAPTER = Adapter(Path(__file__).with_name("kinds.safetensors"), KINDS_SHA256, EMBEDDING_MODEL, MAX_TOKENS)


class KindsModel:
    """Reads questions; safe to share by threads."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def tell(self, question: str) -> "npt.NDArray[np.float32]":
        """A logit for each kind, then one for each part of the catalogue: `qa.query.kinds` names both."""
        ((logits,),) = self._encoder.run(self._encoder.tokenize([question]))
        return logits


def load_kinds(settings: Settings) -> KindsModel:
    """The packaged all-MiniLM-L6-v2 with the shipped adapter. Raises WeightsError."""
    return KindsModel(ADAPTER.load(settings.models_dir))
