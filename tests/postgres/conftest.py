"""A PostgreSQL server for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.postgres.server import Cluster, cluster, programs


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    found = programs()
    assert found
    with cluster(found) as running:
        yield running
