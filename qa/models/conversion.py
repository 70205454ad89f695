"""The language model as OpenVINO loads it fastest: converted once from its GGUF file and kept beside it."""

import shutil
import subprocess
from pathlib import Path

from qa.errors import WeightsError
from qa.models.derived import how_often, is_intact, put_in_place
from qa.models.manifest import LANGUAGE_MODEL
from qa.models.process import engine_command
from qa.models.progress import say
from qa.models.weights import ensure, require_space, storing

CONVERTED_BYTES = 1_300_000_000
GGUF = LANGUAGE_MODEL.files[0]


def ensure_converted(models_dir: Path, *, thorough: bool = False) -> Path:
    """The folder of the converted language model; fetches and converts what is missing or damaged.

    Hashes only what has changed since it was made, unless `thorough`. Raises WeightsError.
    """
    converted = converted_folder(models_dir)
    if not is_converted(models_dir, thorough=thorough):
        folder = ensure(LANGUAGE_MODEL, models_dir, thorough=True)
        with storing(folder, f"{LANGUAGE_MODEL.name} is being prepared"):
            if not is_converted(models_dir, thorough=thorough):
                require_space(folder, CONVERTED_BYTES)
                say(f"{LANGUAGE_MODEL.name}: preparing it for this machine{how_often(converted)}; about half a minute")
                put_in_place(_convert(folder / GGUF.path, converted), converted, GGUF.sha256)
    return converted


def is_converted(models_dir: Path, *, thorough: bool = False) -> bool:
    """Whether the converted model is there and whole, as far as its files' sizes and times tell, unless `thorough`."""
    return is_intact(converted_folder(models_dir), GGUF.sha256, thorough=thorough)


def converted_folder(models_dir: Path) -> Path:
    return models_dir / LANGUAGE_MODEL.name / "openvino"


def _convert(gguf: Path, converted: Path) -> Path:
    """In a process of its own, which gives its memory back; the folder that it made."""
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
    return unfinished
