"""Fetches everything that runs without a network afterwards, and mends what is damaged."""

from collections.abc import Callable

from qa.models.conversion import ensure_converted
from qa.models.embeddings import prepared_embedder
from qa.models.extractor import prepared_extractor
from qa.models.kinds import prepared_kinds
from qa.models.manifest import MANIFEST, READER_SHA256
from qa.models.reader import MODEL
from qa.models.support import prepared_support
from qa.models.weights import ensure, require_shipped
from qa.settings import Settings


def pull(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Fetches and prepares the default models, and says what each is; every file is hashed. Raises WeightsError."""
    require_shipped(MODEL, READER_SHA256)
    for weights in MANIFEST:
        folder = ensure(weights, settings.models_dir, thorough=True)
        say(f"{weights.name}  {weights.size / 1e6:,.0f} MB  {weights.licence}  verified in {folder}")
    ensure_converted(settings.models_dir, thorough=True)
    prepared_embedder(settings.models_dir, thorough=True)
    prepared_extractor(settings.models_dir, thorough=True)
    prepared_support(settings.models_dir, thorough=True)
    prepared_kinds(settings.models_dir, thorough=True)
