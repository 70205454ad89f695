"""Which of several programs brings an index in step."""

import os
import socket
from uuid import uuid4

from qa.library import Leases

SECONDS = 60.0  # what is written between two looks takes a small part of it


class Turn:
    """One program's claim to an index that others use too; a claim that is not renewed ends by itself."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._owner = f"{socket.gethostname()} {os.getpid()} {uuid4().hex[:8]}"
        self._held = ""

    def take(self, index: object) -> bool:
        """Claim it, or go on doing so; False where another program does."""
        name = f"index {index}"
        taken = self._leases.take(name, self._owner, SECONDS)
        self._held = name if taken else ""
        return taken

    def leave(self) -> None:
        """Let others have it."""
        if self._held:
            self._leases.leave(self._held, self._owner)
        self._held = ""
