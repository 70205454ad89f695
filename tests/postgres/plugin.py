"""Runs other tests on PostgreSQL: `python -m pytest -p tests.postgres.plugin tests/test_library.py`."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres.mapping import FOLDER, install
from tests.postgres.server import MISSING, cluster, programs

_left = ExitStack()
install()  # before the fixtures import what opens libraries


def pytest_configure() -> None:
    """Start the server."""
    found = programs()
    if found is None:
        raise pytest.UsageError(MISSING)
    os.environ[FOLDER] = str(_left.enter_context(cluster(found)).folder)
    start = str(Path(__file__).with_name("start"))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (start, os.environ.get("PYTHONPATH"))))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if about := item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip(reason=about.kwargs.get("reason", "about SQLite files")))


def pytest_unconfigure() -> None:
    _left.close()
