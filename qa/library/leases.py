"""Who of several programs over one library does what only one of them may."""

import time

import sqlalchemy as sa

from qa.library.schema import leases
from qa.storage.database import Store


class Leases(Store):
    """What is held for a while, and longer only if it is taken again: whoever dies holds nothing for long.

    The clocks of machines that share a library may be seconds apart, no more.
    """

    def take(self, name: str, owner: str, seconds: float) -> bool:
        """Hold it from now on for so long; False where another one does."""
        now = time.time()
        with self._writing() as db:
            held = db.execute(sa.select(leases).where(leases.c.name == name)).one_or_none()
            if held and held.owner != owner and held.until > now:
                return False
            db.execute(sa.delete(leases).where(leases.c.name == name))
            db.execute(sa.insert(leases).values(name=name, owner=owner, until=now + seconds))
            return True

    def leave(self, name: str, owner: str) -> None:
        """Let others have it."""
        with self._writing() as db:
            db.execute(sa.delete(leases).where(leases.c.name == name, leases.c.owner == owner))
