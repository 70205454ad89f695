"""What this project trained and ships, to be added to the weights of a packaged model."""

from dataclasses import dataclass
from pathlib import Path

from qa.models.encoder import OnnxEncoder
from qa.models.manifest import Weights
from qa.models.quantised import ensure_quantised, load_quantised
from qa.models.weights import require_shipped


@dataclass(frozen=True)
class Adapter:
    """Updates and heads of a model: their file and its SHA-256, the weights that they go with, and how much is read."""

    file: Path
    sha256: str
    base: Weights
    max_tokens: int

    def require(self) -> None:
        """Raises WeightsError where the file is not as it came with article-qa."""
        require_shipped(self.file, self.sha256)

    def prepared(self, models_dir: Path, *, thorough: bool = False) -> Path:
        """The int8 ONNX file; fetches and makes what is missing or damaged. Raises WeightsError."""
        self.require()
        return ensure_quantised(self.base, models_dir, self.file, thorough=thorough)

    def load(self, models_dir: Path) -> OnnxEncoder:
        """The encoder; fetches and makes what is missing or damaged. Raises WeightsError."""
        self.require()
        return load_quantised(self.base, models_dir, self.max_tokens, self.file)
