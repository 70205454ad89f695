"""The extractor: a larger reader of the first few passages, which points at the answer's words. See its model card."""

from pathlib import Path

from qa.models.encoder import OnnxEncoder
from qa.models.manifest import EXTRACTOR_BASE
from qa.models.quantised import ensure_quantised
from qa.models.reader import MAX_TOKENS, Reader
from qa.settings import Settings

ADAPTER = Path(__file__).with_name("extractor.safetensors")


def prepared_extractor(models_dir: Path) -> Path:
    """Its int8 ONNX file; fetches and makes what is missing. Raises WeightsError."""
    return ensure_quantised(EXTRACTOR_BASE, models_dir, ADAPTER)


def load_extractor(settings: Settings) -> Reader:
    """The packaged all-mpnet-base-v2 with the shipped adapter. Raises WeightsError."""
    model = prepared_extractor(settings.models_dir)
    return Reader(OnnxEncoder(model, model.with_name("tokenizer.json"), MAX_TOKENS))
