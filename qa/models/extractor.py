"""The extractor: a larger reader of the first few passages, which points at the answer's words. See its model card."""

from pathlib import Path

from qa.models.adapter import Adapter
from qa.models.manifest import EXTRACTOR_BASE, EXTRACTOR_SHA256
from qa.models.reader import MAX_TOKENS, Reader
from qa.settings import Settings

ADAPTER = Adapter(Path(__file__).with_name("extractor.safetensors"), EXTRACTOR_SHA256, EXTRACTOR_BASE, MAX_TOKENS)


def load_extractor(settings: Settings) -> Reader:
    """The packaged all-mpnet-base-v2 with the shipped adapter. Raises WeightsError."""
    return Reader(ADAPTER.load(settings.models_dir))
