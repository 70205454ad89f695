"""What is said on stderr while a run goes on."""

import pytest

from ingest.progress import ConsoleReporter


def test_where_stderr_is_no_terminal_lines_are_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 1.0, 3.0, 9.0, 10.0])
    monkeypatch.setattr("ingest.progress.time.monotonic", lambda: next(clock))
    with ConsoleReporter("adding") as reporter:
        reporter.progress(1, 40, 0)
        reporter.progress(2, 40, 10)
        reporter.progress(20.4, 40, 70)
        reporter.warn("a.md: published_at [soon] is not a date")
        reporter.progress(40, 40, 80)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "adding, 10 passages/s: 20 of 40",
        "warning: a.md: published_at [soon] is not a date",
    ]
