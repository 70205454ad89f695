"""python -m training.export: what was trained as the file that the project ships.

The reader becomes an int8 ONNX file; of the extractor only the adapter is shipped, as training kept it.
"""

import argparse
import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from onnxruntime.quantization import QuantType, quantize_dynamic

from qa.models.manifest import EMBEDDING_MODEL
from qa.models.transformer import Transformer
from qa.models.weights import ensure
from qa.settings import Settings
from training.model import Reader

TARGETS = {"reader": Path("qa/models/reader.onnx"), "extractor": Path("qa/models/extractor.safetensors")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=TARGETS, nargs="*", default=list(TARGETS), help="else both")
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder that training wrote")
    parser.add_argument("--to", type=Path, default=Path(), help="a folder in whose qa/models they go; else this one")
    options = parser.parse_args()
    for name in options.model:
        last, target = checkpoints(options.run, name)[-1], options.to / TARGETS[name]
        target.parent.mkdir(parents=True, exist_ok=True)
        if name == "reader":
            write(last, target)
        else:
            shutil.copyfile(last, target)
        print(f"{target}: {target.stat().st_size:,} bytes, sha256 {hashlib.sha256(target.read_bytes()).hexdigest()}")


def checkpoints(run: Path, model: str = "reader") -> list[Path]:
    """What training kept on its way, in order; ends the program with a message where it kept nothing."""
    found = sorted(run.glob(f"{model}-*"))
    if not found:
        raise SystemExit(f"no {model}-* in {run}; train first: python -m training.train --model {model} --data FOLDER")
    return found


def write(checkpoint: Path, to: Path) -> None:
    """A checkpoint as an int8 ONNX file."""
    model = Reader(ensure(EMBEDDING_MODEL, Settings.from_env().models_dir))
    model.take_up(checkpoint)
    with TemporaryDirectory() as scratch:
        export(model, Path(scratch) / "float32.onnx")
        quantise(Path(scratch) / "float32.onnx", to)


def export(model: Reader, target: Path) -> None:
    """The float32 graph: `answers` (batch), `start` and `end` (batch, tokens)."""
    weights = {name.removeprefix("encoder."): part.float().numpy() for name, part in model.state_dict().items()}
    graph = Transformer(model.encoder.config.to_dict(), weights)
    graph.save(target, graph.span())


def quantise(source: Path, target: Path) -> None:
    """Weights to seven bits of int8, by channel; the word embeddings too, which are half of the file."""
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


if __name__ == "__main__":
    main()
