"""Fetches everything that runs without a network afterwards, and mends what is damaged."""

from collections.abc import Callable

from qa.models import embeddings, extractor, kinds, support
from qa.models.conversion import ensure_converted
from qa.models.manifest import MANIFEST, READER_SHA256
from qa.models.reader import MODEL
from qa.models.weights import ensure, require_shipped
from qa.settings import Settings


def pull(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Fetches and prepares the default models, and says what each is; every file is hashed. Raises WeightsError."""
    require_shipped(MODEL, READER_SHA256)
    for weights in MANIFEST:
        folder = ensure(weights, settings.models_dir, thorough=True)
        say(f"{weights.name}  {weights.size / 1e6:,.0f} MB  {weights.licence}  verified in {folder}")
    ensure_converted(settings.models_dir, thorough=True)
    for adapter in (embeddings.ADAPTER, extractor.ADAPTER, support.ADAPTER, kinds.ADAPTER):
        adapter.prepared(settings.models_dir, thorough=True)
