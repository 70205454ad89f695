"""Whether a request comes from whoever runs the server: who may name folders for it to read, and choose its model."""

import ipaddress
import os
from pathlib import Path

from starlette.requests import Request

from qa.settings import Settings
from qa.web.guard import is_loopback

FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")  # by a proxy, for somebody else
SOCKETS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))  # of this machine, each with its user


class Owner:
    """Who runs the server, as far as a request tells.

    It must come over the loopback of a server that nobody else can reach and nobody signs in to, from a socket of the
    same user. So neither a proxy that passes on what others ask, which runs as another user, nor other users of this
    machine have files read that only this one may read. Where sockets do not tell their users, nobody is the owner.
    """

    def __init__(self, settings: Settings, has_sign_in: bool) -> None:
        self._is_alone = is_loopback(settings.host) and not has_sign_in and not settings.trusted_proxies

    def may_have_sent(self, request: Request) -> bool:
        """Whether it reached a server of this machine alone, through no proxy that tells of itself.

        That much is asked of whoever chooses the model; folders need more.
        """
        return self._is_alone and not any(name in request.headers for name in FORWARDED)

    def sent(self, request: Request) -> bool:
        """Whether the owner sent it; reads a file of the system."""
        if not self.may_have_sent(request) or request.client is None:
            return False
        return _user_of(request.client.host, request.client.port) == os.getuid()


def _user_of(host: str, port: int) -> int | None:
    """The user of the socket with this end; None where the system does not say."""
    try:
        end = _as_listed(host, port)
        rows = (line.split() for table in SOCKETS if table.exists() for line in table.read_text().splitlines()[1:])
        return next((int(row[7]) for row in rows if row[1] == end), None)
    except (OSError, ValueError, IndexError):
        return None


def _as_listed(host: str, port: int) -> str:
    """As Linux writes an end: the address in hexadecimal, word by word in the order of the machine."""
    packed = ipaddress.ip_address(host).packed
    words = (int.from_bytes(packed[start : start + 4], "little") for start in range(0, len(packed), 4))
    return f"{''.join(f'{word:08X}' for word in words)}:{port:04X}"
