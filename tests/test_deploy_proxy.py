"""The proxy of deploy/ for real, where Caddy is installed: TLS, a stream that is not held back, a process that ends."""

import json
import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from qa.settings import PREFIX
from tests.quick_runner import start
from tests.test_deploy import PROXY_KEY
from tests.test_docs import ROOT
from tests.test_web_api import wait_until
from tests.webserver import free_port

CADDY = shutil.which("caddy", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
KEY = {"Authorization": f"Bearer {PROXY_KEY}"}
PATIENCE = 120.0
pytestmark = pytest.mark.skipif(CADDY is None, reason="caddy is not installed")


class Proxied:
    """Two web processes, and a client of the proxy before them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = free_port(), free_port()
        self.port = free_port()
        self.processes: list[subprocess.Popen[str]] = []

    def begin(self, stack: ExitStack) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(f"{PREFIX}API_KEYS", PROXY_KEY)
            patch.setenv(f"{PREFIX}AUTH_FILE", str(self.folder / "users"))
            patch.setenv(f"{PREFIX}TRUSTED_PROXIES", "127.0.0.1")
            for port in self.ports:
                self.processes.append(start(self.folder / str(port), "serve", str(port)))
                stack.callback(self._end, self.processes[-1])
        text = (ROOT / "deploy/Caddyfile").read_text()
        here = text.replace("admin off", "admin off\n\tauto_https disable_redirects\n\tdefault_bind 127.0.0.1")
        (self.folder / "Caddyfile").write_text(here)
        names = {
            "SITE": f"localhost:{self.port}",
            "WEB": " ".join(f"127.0.0.1:{port}" for port in self.ports),
            "PROXY_KEY": PROXY_KEY,
            "XDG_DATA_HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder),
        }
        command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(self.folder / "Caddyfile")]
        caddy = subprocess.Popen(
            command, env=os.environ | names, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        stack.callback(self._end, caddy)
        root = self.folder / "caddy/pki/authorities/local/root.crt"
        wait_until(root.exists, PATIENCE)
        context = ssl.create_default_context(cafile=str(root))
        url = f"https://localhost:{self.port}"
        self.client = stack.enter_context(httpx.Client(base_url=url, verify=context, timeout=60, trust_env=False))
        wait_until(self._ready, PATIENCE)

    def _ready(self) -> bool:
        try:
            return (
                all(
                    httpx.get(f"http://127.0.0.1:{port}/readyz", headers=KEY, trust_env=False).status_code == 200
                    for port in self.ports
                )
                and self.client.get("/readyz", headers=KEY).status_code == 200
            )
        except httpx.TransportError:
            return False

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.communicate()


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Proxied]:
    with ExitStack() as stack:
        proxied = Proxied(tmp_path)
        proxied.begin(stack)
        yield proxied


def test_what_is_asked_through_the_proxy_streams_and_outlives_a_process(proxied: Proxied) -> None:
    client = proxied.client
    page = client.get("/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/signin")
    times = []
    body = {"question": "When did the bridge open?", "stream": True}
    with client.stream("POST", "/api/ask", json=body, headers=KEY) as growing:
        for line in growing.iter_lines():
            if line.startswith("data: "):
                times.append(time.monotonic())
                last = json.loads(line[6:])
    assert last["status"] == "answered"
    assert times[-1] - times[0] > 0.1, "each part came when it was there"
    proxied.processes[0].kill()
    proxied.processes[0].wait()
    assert {client.get("/api/articles", headers=KEY).status_code for _ in range(8)} == {200}
    assert client.get("/signin").headers["strict-transport-security"] == "max-age=31536000"
    environment = os.environ | {f"{PREFIX}AUTH_FILE": str(proxied.folder / "users")}
    add = [sys.executable, "-m", "qa", "users", "add", "ada"]
    subprocess.run(add, input="a long password\n" * 2, text=True, env=environment, cwd=ROOT, check=True)
    signed_in = client.post("/signin", data={"name": "ada", "password": "a long password"})
    assert signed_in.status_code == 303
    assert all("secure" in cookie.lower() for cookie in signed_in.headers.get_list("set-cookie")), "TLS is told"
