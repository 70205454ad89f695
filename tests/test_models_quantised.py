"""The int8 file is made once, whole or not at all."""

import os
import subprocess
from pathlib import Path

import pytest

from qa.errors import WeightsError
from qa.models import quantised
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.quantised import ensure_quantised, is_quantised, load_quantised, quantised_file


@pytest.fixture
def models_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / EMBEDDING_MODEL.name).mkdir()
    monkeypatch.setattr(quantised, "ensure", lambda weights, folder, **_: folder / weights.name)
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


def changed(path: Path, change: str) -> None:
    """Damage a file in one of many ways; its time stays as it was where `change` says so."""
    content, facts = path.read_bytes(), path.stat()
    if change == "missing":
        path.unlink()
        return
    path.write_bytes({"emptied": b"", "cut": content[:-1]}.get(change, b"ONNX"))
    if change == "flipped in secret":
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@pytest.mark.parametrize("change", ["missing", "emptied", "cut", "flipped"])
def test_a_damaged_file_is_made_again_at_the_next_start(models_dir: Path, runs: list[list[str]], change: str) -> None:
    changed(ensure_quantised(EMBEDDING_MODEL, models_dir), change)
    assert ensure_quantised(EMBEDDING_MODEL, models_dir).read_bytes() == b"onnx"
    assert len(runs) == 2


def test_what_size_and_time_do_not_tell_a_thorough_look_does(models_dir: Path, runs: list[list[str]]) -> None:
    changed(ensure_quantised(EMBEDDING_MODEL, models_dir), "flipped in secret")
    assert not is_quantised(EMBEDDING_MODEL, models_dir)
    assert ensure_quantised(EMBEDDING_MODEL, models_dir, thorough=True).read_bytes() == b"onnx"
    assert is_quantised(EMBEDDING_MODEL, models_dir)
    assert len(runs) == 2


def test_a_file_copied_to_another_place_is_known_by_its_content(models_dir: Path, runs: list[list[str]]) -> None:
    made = ensure_quantised(EMBEDDING_MODEL, models_dir)
    os.utime(made, (1, 1))
    ensure_quantised(EMBEDDING_MODEL, models_dir)
    assert len(runs) == 1


def test_a_file_that_cannot_be_read_is_looked_into_and_made_again(
    models_dir: Path, runs: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Encoder:
        def __init__(self, model: Path, tokenizer: Path, max_tokens: int) -> None:
            if model.read_bytes() != b"onnx":
                raise ValueError("not a protobuf")

    monkeypatch.setattr("qa.models.encoder.OnnxEncoder", Encoder)
    changed(ensure_quantised(EMBEDDING_MODEL, models_dir), "flipped in secret")
    load_quantised(EMBEDDING_MODEL, models_dir, 8)
    assert len(runs) == 2


def test_one_that_is_right_and_cannot_be_read_says_so_in_one_line(models_dir: Path, runs: list[list[str]]) -> None:
    with pytest.raises(WeightsError, match=r"int8\.onnx is as it should be and cannot be loaded") as failure:
        load_quantised(EMBEDDING_MODEL, models_dir, 8)  # there is no tokenizer
    assert "\n" not in str(failure.value)
    assert len(runs) == 1


def test_a_failure_is_said_in_one_line_and_leaves_nothing(models_dir: Path) -> None:
    with pytest.raises(WeightsError, match=r"could not be prepared .*models pull") as failure:
        ensure_quantised(EMBEDDING_MODEL, models_dir)  # the folder holds no weights
    assert "\n" not in str(failure.value)
    assert [path.name for path in (models_dir / EMBEDDING_MODEL.name).iterdir()] == [".lock"]
