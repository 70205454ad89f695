"""Packaged transformers in int8: made once from their verified weights and kept beside them."""

import hashlib
import subprocess
import sys
from pathlib import Path

from qa.errors import WeightsError
from qa.models.derived import how_often, is_intact, put_in_place
from qa.models.digests import sha256
from qa.models.encoder import OnnxEncoder, load_encoder
from qa.models.manifest import Weights
from qa.models.progress import say
from qa.models.weights import ensure, require_space, storing

_ROOT = Path(__file__).parents[2]
SPACE_FACTOR = 2.0  # of the weights: the float32 graph on the way to the int8 file, and that file


def load_quantised(weights: Weights, models_dir: Path, max_tokens: int, adapter: Path | None = None) -> OnnxEncoder:
    """The encoder of a model, which is fetched and made where it is missing or damaged. Raises WeightsError."""
    quantised = ensure_quantised(weights, models_dir, adapter)

    def mend() -> None:
        ensure(weights, models_dir, thorough=True)
        ensure_quantised(weights, models_dir, adapter, thorough=True)

    return load_encoder(quantised, quantised.with_name("tokenizer.json"), max_tokens, mend)


def ensure_quantised(
    weights: Weights, models_dir: Path, adapter: Path | None = None, *, thorough: bool = False
) -> Path:
    """The int8 ONNX file of a model, with an adapter's updates in it; fetches and makes what is missing or damaged.

    It is made from weights that are hashed again. Hashes the file only if it has changed since, unless `thorough`.
    Raises WeightsError.
    """
    quantised = quantised_file(weights, models_dir, adapter)
    folder = ensure(weights, models_dir)
    source = _source(weights, adapter)
    if not is_intact(quantised, source, thorough=thorough):
        ensure(weights, models_dir, thorough=True)
        with storing(folder, f"{weights.name} is being prepared"):
            if not is_intact(quantised, source, thorough=thorough):
                require_space(folder, int(SPACE_FACTOR * weights.size))
                say(f"{weights.name}: preparing it for this machine{how_often(quantised)}; some seconds")
                put_in_place(_quantise(folder, quantised, adapter), quantised, source)
    return quantised


def quantised_file(weights: Weights, models_dir: Path, adapter: Path | None = None) -> Path:
    """Named by the adapter's digest, so that another adapter is another file."""
    mark = f"-{sha256(adapter)[:12]}" if adapter else ""
    return models_dir / weights.name / f"int8{mark}.onnx"


def is_quantised(weights: Weights, models_dir: Path, adapter: Path | None = None) -> bool:
    """Whether the int8 file is there and whole; hashes it."""
    return is_intact(quantised_file(weights, models_dir, adapter), _source(weights, adapter), thorough=True)


def _source(weights: Weights, adapter: Path | None) -> str:
    """What the int8 file is made from, in one digest."""
    digests = [file.sha256 for file in weights.files] + ([sha256(adapter)] if adapter else [])
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()


def _quantise(folder: Path, quantised: Path, adapter: Path | None) -> Path:
    """In a process of its own, which gives its memory back; where the file is that it made."""
    unfinished = quantised.with_name(".quantising")
    paths = [path.resolve() for path in (folder, unfinished, adapter) if path]
    command = [sys.executable, "-m", "qa.models.quantise", *map(str, paths)]
    run = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    if run.returncode:
        unfinished.unlink(missing_ok=True)
        said = run.stderr.strip().splitlines()
        raise WeightsError(
            f"{folder.name} could not be prepared ({said[-1] if said else f'status {run.returncode}'}); it "
            "needs 2 GB of memory: free some and run `python -m qa models pull` again"
        )
    return unfinished
