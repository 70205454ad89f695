"""python -m training.support.export: the last checkpoint as the adapter that the project ships, calibrated.

The logits are divided by the one number that makes the held-out claims likeliest ("temperature", Guo et al. 2017, "On
calibration of modern neural networks"), found on every other claim; the head carries it.
"""

import argparse
import hashlib
import random
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from scipy.optimize import minimize_scalar

from qa.models.extractor import ADAPTER as BEGUN
from qa.models.manifest import EXTRACTOR_BASE
from qa.models.support import ADAPTER
from qa.models.weights import ensure
from qa.settings import Settings
from training.export import checkpoints
from training.support.model import Support, loss, read
from training.support.pairs import MEASURED_ONLY
from training.support.train import AT_ONCE, material
from training.support.written import WRITTEN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder that training read")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="the file of written passages that it read")
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder that training wrote")
    parser.add_argument("--to", type=Path, default=ADAPTER.file)
    options = parser.parse_args()
    checkpoint = checkpoints(options.run, "support")[-1]
    model = Support(ensure(EXTRACTOR_BASE, Settings.from_env().models_dir), BEGUN.file)
    model.take_up(checkpoint)
    temperature = calibrated(model.eval(), options.data, options.written)
    parts = load_file(checkpoint)
    for name in ("support.2.weight", "support.2.bias"):
        parts[name] = (parts[name].float() / temperature).half()
    save_file(parts, options.to)
    digest = hashlib.sha256(options.to.read_bytes()).hexdigest()
    print(f"{options.to}: {options.to.stat().st_size:,} bytes, temperature {temperature:.3f}, sha256 {digest}")


@torch.no_grad()
def calibrated(model: Support, data: Path, file: Path) -> float:
    """The temperature at which every other held-out claim is likeliest, of the sources that were learnt from."""
    _, test = material(data, file, random.Random(7))
    test = [pair for pair in test if pair.source not in MEASURED_ONLY]
    test = sorted(test[::2], key=lambda pair: sum(map(len, pair.claimed.pair)))
    parts = [test[n : n + AT_ONCE] for n in range(0, len(test), AT_ONCE)]
    said = torch.cat([read(model, [pair.claimed for pair in part], "cpu") for part in parts])
    labels = [pair.label for pair in test]

    def surprise(temperature: float) -> float:
        return float(loss(torch.log_softmax(said / temperature, 1), labels))

    return float(minimize_scalar(surprise, bounds=(0.3, 4.0), method="bounded").x)


if __name__ == "__main__":
    main()
