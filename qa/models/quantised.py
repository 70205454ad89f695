"""The packaged encoder in int8: made once from its verified weights and kept beside them."""

import subprocess
import sys
from pathlib import Path

from qa.errors import WeightsError
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.progress import say
from qa.models.weights import ensure, require_space, storing

QUANTISED_BYTES = 200_000_000  # the float32 graph on the way to it included


def ensure_quantised(models_dir: Path) -> Path:
    """The int8 ONNX file of the packaged encoder; fetches and makes what is missing. Raises WeightsError."""
    quantised = quantised_file(models_dir)
    folder = ensure(EMBEDDING_MODEL, models_dir)
    if not quantised.exists():
        with storing(folder, f"{EMBEDDING_MODEL.name} is being prepared"):
            if not quantised.exists():
                require_space(folder, QUANTISED_BYTES)
                say(f"{EMBEDDING_MODEL.name}: preparing it for this machine, once; some seconds")
                _quantise(folder, quantised)
    return quantised


def quantised_file(models_dir: Path) -> Path:
    return models_dir / EMBEDDING_MODEL.name / "int8.onnx"


def _quantise(folder: Path, quantised: Path) -> None:
    """In a process of its own, which gives its memory back; renamed at the end, so that half a file is never used."""
    unfinished = quantised.with_name(".quantising")
    script = Path(__file__).with_name("quantise.py")
    command = [sys.executable, "-P", str(script), str(folder), str(unfinished)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        unfinished.unlink(missing_ok=True)
        said = run.stderr.strip().splitlines()
        raise WeightsError(
            f"{EMBEDDING_MODEL.name} could not be prepared ({said[-1] if said else f'status {run.returncode}'}); it "
            "needs 1 GB of memory: free some and run `python -m qa models pull` again"
        )
    unfinished.rename(quantised)
