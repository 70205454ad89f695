"""The language model as OpenVINO loads it fastest: converted once from its GGUF file and kept beside it."""

import shutil
import subprocess
from pathlib import Path

from qa.errors import WeightsError
from qa.models.manifest import LANGUAGE_MODEL
from qa.models.process import engine_command
from qa.models.progress import say
from qa.models.weights import ensure, require_space, storing

CONVERTED_BYTES = 1_300_000_000


def ensure_converted(models_dir: Path) -> Path:
    """The folder of the converted language model; fetches and converts what is missing. Raises WeightsError."""
    converted = converted_folder(models_dir)
    if not converted.exists():
        folder = ensure(LANGUAGE_MODEL, models_dir)
        with storing(folder, f"{LANGUAGE_MODEL.name} is being prepared"):
            if not converted.exists():
                require_space(folder, CONVERTED_BYTES)
                say(f"{LANGUAGE_MODEL.name}: preparing it for this machine, once; about half a minute")
                _convert(folder / LANGUAGE_MODEL.files[0].path, converted)
    return converted


def converted_folder(models_dir: Path) -> Path:
    return models_dir / LANGUAGE_MODEL.name / "openvino"


def _convert(gguf: Path, converted: Path) -> None:
    """In a process of its own, which gives its memory back; renamed at the end, so that half a model is never used."""
    unfinished = converted.with_name(".converting")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    run = subprocess.run(engine_command(gguf, unfinished), capture_output=True, text=True, check=False)
    if run.returncode:
        shutil.rmtree(unfinished)
        said = run.stderr.strip().splitlines()
        raise WeightsError(
            f"{gguf.name} could not be prepared ({said[-1] if said else f'status {run.returncode}'}); it needs 4 GB of "
            "memory: free some and run `python -m qa models pull` again"
        )
    unfinished.rename(converted)
