"""Who runs the server is told by the socket of a request, and by nothing that a request says."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.web.owner import _as_listed, _user_of
from tests.test_web_followed import Serve, data, serve

__all__ = ["data", "serve"]  # fixtures
NOBODY = 65534


@contextmanager
def connected(host: str) -> Iterator[tuple[str, int]]:
    """The near end of a connection on this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, 0), family=family)
    with listener, socket.create_connection(listener.getsockname()[:2]) as near:
        yield near.getsockname()[:2]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_user_of_a_connection_is_found(host: str) -> None:
    try:
        with connected(host) as (address, port):
            assert _user_of(address, port) == os.getuid()
        with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as unused:
            free = unused.getsockname()[1]
    except OSError:
        pytest.skip(f"there is no {host} here")
    assert _user_of(host, free) is None


def test_an_end_is_written_as_linux_lists_it() -> None:
    assert _as_listed("127.0.0.1", 8080) == "0100007F:1F90"
    assert _as_listed("::1", 80) == "00000000000000000000000001000000:0050"


@pytest.mark.parametrize(("host", "port"), [("testclient", 50000), ("", 0), ("127.0.0.1", 0), ("203.0.113.9", 0)])
def test_what_is_no_end_of_this_machine_has_no_user(host: str, port: int) -> None:
    assert _user_of(host, port) is None


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("curl"), reason="only root can ask as somebody else, by curl")
def test_another_user_of_this_machine_is_told_apart_for_real(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    url = f"{str(client.base_url).rstrip('/')}/api/followed"
    asked = ["curl", "-s", "-H", "Content-Type: application/json"]
    for user, folders, status in ((0, True, "201"), (NOBODY, False, "403")):
        got = subprocess.run([*asked, url], user=user, capture_output=True, text=True, check=True, cwd="/")
        assert json.loads(got.stdout)["folders"] is folders
        body = json.dumps({"folder": str(tmp_path)})
        post = [*asked, "-d", body, "-o", os.devnull, "-w", "%{http_code}", url]
        assert subprocess.run(post, user=user, capture_output=True, text=True, cwd="/").stdout == status
