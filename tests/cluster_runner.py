"""Started by tests of a Ray cluster, in processes of their own: two nodes on this machine, and runs on them.

`nodes 2` starts them, prints the address, kills the head at a line of input, and ends with it. `add ADDRESS DATA PIDS
ITEM...` adds what the items name, embedded by hashed words, and prints the report as JSON. Each worker leaves a file in
PIDS, named by its process, that holds its node.
"""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np

from ingest.cluster import Cluster
from ingest.fetch import Fetcher
from ingest.pipeline import CutOff, add
from qa.errors import WeightsError
from qa.library import Library
from tests.conftest import HashedWords

ROOT = Path(__file__).parent.parent
BROKEN = "cannot be embedded"


class Seen(HashedWords):
    """Leaves a trace of where it works, and takes a moment for each text."""

    def __init__(self, pids: Path) -> None:
        import ray

        node = ray.get_runtime_context().get_node_id()
        (pids / str(os.getpid())).write_text(node)

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        if any(BROKEN in text for text in texts):
            raise WeightsError("the weights are damaged; run `python -m qa models pull`")
        time.sleep(0.005 * len(texts))
        return super().encode_documents(texts)


class Silent:
    def warn(self, message: str) -> None: ...

    def progress(self, done: float, total: int, passages: int) -> None: ...

    def settled(self, item: str, verdict: str, detail: str) -> None: ...


@contextmanager
def started(count: int) -> Iterator[tuple[str, dict[str, str], TextIO]]:
    """The address of so many nodes, each of one core, the environment of who may use them, and what kills the head."""
    environment = {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    command = [sys.executable, "-m", "tests.cluster_runner", "nodes", str(count)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:
        assert process.stdin
        assert process.stdout
        yield process.stdout.readline().strip(), environment, process.stdin
        process.stdin.close()


def nodes(count: str) -> None:
    from ray.cluster_utils import Cluster as Nodes

    cluster = Nodes(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    for _ in range(int(count) - 1):
        cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.head_node.kill_gcs_server()
    cluster.shutdown()


def run(address: str, data: str, pids: str, *items: str) -> None:
    library = Library.open(Path(data) / "library.sqlite3")
    load_encoder = partial(Seen, Path(pids))
    with Cluster(address, library, load_encoder) as workplace:
        try:
            report = add(items, library, HashedWords, Silent(), fetcher=Fetcher, workplace=workplace)
        except CutOff as cut:
            sys.exit(str(cut))
    print(json.dumps(report.to_json()))


if __name__ == "__main__":
    {"nodes": nodes, "add": run}[sys.argv[1]](*sys.argv[2:])
