"""Opens what is kept at a place, by the engine that keeps it."""

from qa.storage.database import Contents, Database
from qa.storage.places import Place, Server


def opened(place: Place, contents: Contents) -> Database:
    """What is kept at a place; raises its `contents.error` where what it needs is not installed."""
    if isinstance(place, Server):
        from qa.storage.postgresql import PostgreSQL

        return PostgreSQL(place, contents)
    from qa.storage.sqlite import SQLiteFile

    return SQLiteFile(place, contents)
