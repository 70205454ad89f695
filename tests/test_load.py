"""A few seconds of many clients at once; `python -m tests.load --seconds 300` is the long way."""

from pathlib import Path

import pytest

from qa.web import engine
from tests.load import run


def test_many_clients_get_their_own_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "WAITING", 6)
    done, problems, _ = run(tmp_path, seconds=5)
    assert problems == []
    assert min(done[what] for what in ("ask", "stream", "leave", "search", "upload")) > 0
    assert done["turned away"] > 0
