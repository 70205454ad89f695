"""Commands in processes of their own, so that each one's time and memory can be told."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.articles import ROOT


@dataclass(frozen=True)
class Run:
    """What a command said on stdout, its seconds from start to end, and its peak memory in MB."""

    out: str
    seconds: float
    megabytes: float


def run(*arguments: str, environment: Mapping[str, str] = os.environ) -> Run:
    """Runs Python with these arguments; a failure ends the benchmark."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(arguments)} ended with status {process.returncode}")
    scale = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return Run(out, time.perf_counter() - start, usage.ru_maxrss * scale / 1_000_000)
