"""The kinds model: says of a question what kind of answer it asks for. See its model card."""

from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.encoder import OnnxEncoder
from qa.models.manifest import EMBEDDING_MODEL, KINDS_SHA256
from qa.models.quantised import ensure_quantised, load_quantised
from qa.models.weights import require_shipped
from qa.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ADAPTER = Path(__file__).with_name("kinds.safetensors")
MAX_TOKENS = 64  # of a question; all that were trained on are shorter


class KindsModel:
    """Reads questions; safe to share by threads."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def tell(self, question: str) -> "npt.NDArray[np.float32]":
        """A logit for each kind, then one for each part of the catalogue: `qa.query.kinds` names both."""
        ((logits,),) = self._encoder.run(self._encoder.tokenize([question]))
        return logits


def prepared_kinds(models_dir: Path, *, thorough: bool = False) -> Path:
    """Its int8 ONNX file; fetches and makes what is missing or damaged. Raises WeightsError."""
    require_shipped(ADAPTER, KINDS_SHA256)
    return ensure_quantised(EMBEDDING_MODEL, models_dir, ADAPTER, thorough=thorough)


def load_kinds(settings: Settings) -> KindsModel:
    """The packaged all-MiniLM-L6-v2 with the shipped adapter. Raises WeightsError."""
    require_shipped(ADAPTER, KINDS_SHA256)
    return KindsModel(load_quantised(EMBEDDING_MODEL, settings.models_dir, MAX_TOKENS, ADAPTER))
