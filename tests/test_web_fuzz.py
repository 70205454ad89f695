"""Requests that nobody foresaw: whatever is sent, the answer is in time, and never that something broke."""

from pathlib import Path

from tests.web_fuzz import attacked, fuzz

REQUESTS = 1_000


def test_nothing_that_is_sent_breaks_the_server(tmp_path: Path) -> None:
    with attacked(tmp_path) as target:
        assert fuzz(target, REQUESTS, derandomize=True) == {}
        assert "Traceback" not in target.logged()
    assert target.statuses[200] > REQUESTS / 5, "most of what is sent should be such that a route looks at it"
