"""Packaged transformers in int8: made once from their verified weights and kept beside them."""

import hashlib
import subprocess
import sys
from pathlib import Path

from qa.errors import WeightsError
from qa.models.manifest import Weights
from qa.models.progress import say
from qa.models.weights import ensure, require_space, storing

SPACE_FACTOR = 2.0  # of the weights: the float32 graph on the way to the int8 file, and that file


def ensure_quantised(weights: Weights, models_dir: Path, adapter: Path | None = None) -> Path:
    """The int8 ONNX file of a model, with an adapter's updates in it; fetches and makes what is missing.

    Raises WeightsError.
    """
    quantised = quantised_file(weights, models_dir, adapter)
    folder = ensure(weights, models_dir)
    if not quantised.exists():
        with storing(folder, f"{weights.name} is being prepared"):
            if not quantised.exists():
                require_space(folder, int(SPACE_FACTOR * weights.size))
                say(f"{weights.name}: preparing it for this machine, once; some seconds")
                _quantise(folder, quantised, adapter)
    return quantised


def quantised_file(weights: Weights, models_dir: Path, adapter: Path | None = None) -> Path:
    """Named by the adapter's digest, so that another adapter is another file."""
    mark = f"-{hashlib.sha256(adapter.read_bytes()).hexdigest()[:12]}" if adapter else ""
    return models_dir / weights.name / f"int8{mark}.onnx"


def _quantise(folder: Path, quantised: Path, adapter: Path | None) -> None:
    """In a process of its own, which gives its memory back; renamed at the end, so that half a file is never used."""
    unfinished = quantised.with_name(".quantising")
    script = Path(__file__).with_name("quantise.py")
    command = [sys.executable, "-P", str(script), str(folder), str(unfinished), *([str(adapter)] if adapter else [])]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        unfinished.unlink(missing_ok=True)
        said = run.stderr.strip().splitlines()
        raise WeightsError(
            f"{folder.name} could not be prepared ({said[-1] if said else f'status {run.returncode}'}); it "
            "needs 2 GB of memory: free some and run `python -m qa models pull` again"
        )
    unfinished.rename(quantised)
