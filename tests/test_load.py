"""A few seconds of many clients at once; `python -m tests.load --seconds 300` is the long way."""

from pathlib import Path

from tests.load import MIX, run


def test_many_clients_get_their_own_answers(tmp_path: Path) -> None:
    load = run(tmp_path, seconds=5, waiting=6)
    assert load.problems == []
    assert all(load.done[what] for what in MIX)
    assert load.done["turned away"] > 0
