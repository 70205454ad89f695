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


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that were run in place of quantising, each of which left its file."""
    commands: list[list[str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        commands.append(command[3:])
        Path(command[4]).write_bytes(b"onnx")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("qa.models.quantised.subprocess.run", run)
    return commands


def test_it_is_made_once(models_dir: Path, runs: list[list[str]]) -> None:
    made = ensure_quantised(EMBEDDING_MODEL, models_dir)
    assert made == ensure_quantised(EMBEDDING_MODEL, models_dir) == quantised_file(EMBEDDING_MODEL, models_dir)
    assert len(runs) == 1
    assert made.read_bytes() == b"onnx"


def test_another_adapter_makes_another_file(models_dir: Path, runs: list[list[str]], tmp_path: Path) -> None:
    adapter = tmp_path / "adapter"
    made = []
    for content in (b"one", b"two", b"one"):
        adapter.write_bytes(content)
        made.append(ensure_quantised(EMBEDDING_MODEL, models_dir, adapter))
    assert made[0] == made[2] != made[1]
    assert [command[2:] for command in runs] == [[str(adapter)]] * 2


def test_a_failure_is_said_in_one_line_and_leaves_nothing(models_dir: Path) -> None:
    with pytest.raises(WeightsError, match=r"could not be prepared .*models pull") as failure:
        ensure_quantised(EMBEDDING_MODEL, models_dir)  # the folder holds no weights
    assert "\n" not in str(failure.value)
    assert [path.name for path in (models_dir / EMBEDDING_MODEL.name).iterdir()] == [".lock"]
