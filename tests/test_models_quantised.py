"""The int8 file is made once, whole or not at all."""

import subprocess
from pathlib import Path

import pytest

from qa.errors import WeightsError
from qa.models import quantised
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.quantised import ensure_quantised, quantised_file


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / EMBEDDING_MODEL.name).mkdir()
    monkeypatch.setattr(quantised, "ensure", lambda weights, folder: folder / weights.name)
    return tmp_path


def test_it_is_made_once(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[list[str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        runs.append(command)
        Path(command[-1]).write_bytes(b"onnx")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("qa.models.quantised.subprocess.run", run)
    assert ensure_quantised(models_dir) == ensure_quantised(models_dir) == quantised_file(models_dir)
    assert len(runs) == 1
    assert quantised_file(models_dir).read_bytes() == b"onnx"


def test_a_failure_is_said_in_one_line_and_leaves_nothing(models_dir: Path) -> None:
    with pytest.raises(WeightsError, match=r"could not be prepared .*models pull") as failure:
        ensure_quantised(models_dir)  # the folder holds no weights
    assert "\n" not in str(failure.value)
    assert [path.name for path in (models_dir / EMBEDDING_MODEL.name).iterdir()] == [".lock"]
