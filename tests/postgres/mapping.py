"""Every path of a library or of conversations as a schema on the tests' server, in place of a file.

So the tests of what stands in the database run on PostgreSQL as they are: `ARTICLE_QA_TEST_DATABASE=postgresql`.
"""

import hashlib
import os
from pathlib import Path

from qa.storage import opening, places
from tests.postgres.server import Cluster

FOLDER = "ARTICLE_QA_TEST_SERVER"  # where the server of the tests is, for the processes that they start
TOGETHER = ("library.sqlite3", "conversations.sqlite3")

_real = opening.opened


def install() -> None:
    """From here on; to be called before anything imports `opened`."""
    opening.opened = _opened
    places.is_made = lambda place: True


def _opened(place: places.Place, contents: opening.Contents) -> opening.Database:
    if isinstance(place, places.Server):
        return _real(place, contents)
    kept = place.absolute().parent if place.name in TOGETHER else place.absolute()
    schema = f"t{hashlib.sha256(str(kept).encode()).hexdigest()[:20]}"
    cluster = Cluster(Path(os.environ[FOLDER]), Path())
    cluster.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    database = _real(places.Server(cluster.url(schema), place.parent), contents)
    database.place = place
    return database
