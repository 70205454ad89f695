"""The head of a Ray cluster: joined quietly, and missed when it is gone."""

import logging
import os
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from typing import Any

from qa.errors import ClusterError

LOCAL = "local"
INSTALL = ".venv/bin/python -m pip install -c constraints.txt -e '.[ray]'"
CONNECT_SECONDS = 5.0
LOST_SECONDS = 20.0  # Ray gives up after 60

Row = dict[str, Any]


def connect(address: str) -> Any:
    """Ray, once it has joined the cluster or started one. Raises ClusterError."""
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise ClusterError(f"--ray needs {error.name}, which is not installed: run `{INSTALL}`") from error
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters of it is said in a line of ours
    if address != LOCAL:
        _require_answer(address)
    quiet: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    try:
        with _silence():
            if address == LOCAL:
                ray.init(LOCAL, include_dashboard=False, **quiet)
            else:
                ray.init(address, **quiet)
    except (ConnectionError, OSError, RuntimeError, ValueError) as error:
        said = next(filter(None, str(error).splitlines()), type(error).__name__)
        raise ClusterError(f"the Ray cluster at {address} cannot be used: {said}") from error
    return ray


def _require_answer(address: str) -> None:
    """Ray itself would ask for minutes."""
    if not _answers(address):
        raise ClusterError(
            f"no Ray cluster answers at {address!r}; name one as HOST:PORT, such as 10.0.0.1:6379, "
            "on one of its machines, or `local` to start one"
        )


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), CONNECT_SECONDS):
            return True
    except (OSError, ValueError, OverflowError):
        return False


def while_it_answers(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come. Raises ClusterError where the head of the cluster is gone, and leaves Ray alone then.

    Ray would end this process without a word, some time later.
    """
    import ray

    address = ray.get_runtime_context().gcs_address
    came: Queue[Row | Exception | None] = Queue(maxsize=1)

    def take() -> None:
        try:
            for row in rows:
                came.put(row)
            came.put(None)
        except Exception as error:  # is raised where the row is asked for
            came.put(error)

    threading.Thread(target=take, name="rows", daemon=True).start()
    answered = time.monotonic()
    while True:
        try:
            row = came.get(timeout=CONNECT_SECONDS)
        except Empty:
            if _answers(address):
                answered = time.monotonic()
            elif time.monotonic() - answered > LOST_SECONDS:
                raise ClusterError(f"the head of the Ray cluster, {address}, is gone") from None
            continue
        if row is None:
            return
        if isinstance(row, Exception):
            raise row
        answered = time.monotonic()
        yield row


@contextmanager
def _silence() -> Iterator[None]:
    """Ray writes past Python to the terminal while it starts."""
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
