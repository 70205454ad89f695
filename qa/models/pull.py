"""Fetches everything that runs without a network afterwards."""

from collections.abc import Callable

from qa.models.conversion import ensure_converted
from qa.models.extractor import prepared_extractor
from qa.models.manifest import MANIFEST
from qa.models.weights import ensure
from qa.settings import Settings


def pull(settings: Settings, say: Callable[[str], None] = print) -> None:
    """Fetches, verifies and prepares the default models, saying what each is. Raises WeightsError."""
    for weights in MANIFEST:
        folder = ensure(weights, settings.models_dir)
        say(f"{weights.name}  {weights.size / 1e6:,.0f} MB  {weights.licence}  verified in {folder}")
    ensure_converted(settings.models_dir)
    prepared_extractor(settings.models_dir)
