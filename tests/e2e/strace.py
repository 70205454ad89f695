"""What processes ask of the network, as the kernel sees it: calls of native libraries too."""

import ipaddress
import re
import shutil
import subprocess
from pathlib import Path

CALLS = "connect,sendto,sendmsg,sendmmsg"
DNS = "53"
_RESOLVERS = ("systemd/resolve", "avahi-daemon")  # local sockets through which names are looked up
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
_PORT = re.compile(r"sin6?_port=htons\((\d+)\)")


def command(log: Path) -> list[str]:
    """What to put before a command to have what it and its children ask written to the log."""
    return ["strace", "--follow-forks", "--seccomp-bpf", "--output", str(log), "--trace", CALLS]


def missing() -> str:
    """Why nothing can be watched here; empty where it can."""
    if shutil.which("strace") is None:
        return "no strace here: `apt-get install strace`"
    tried = subprocess.run([*command(Path("/dev/null")), "true"], capture_output=True, text=True)
    return f"strace may not watch processes here: {tried.stderr.strip()}" if tried.returncode else ""


def outside(log: Path) -> list[str]:
    """The calls that look up a name, or reach beyond this machine."""
    return [line for line in log.read_text(errors="replace").splitlines() if _leaves(line)]


def _leaves(line: str) -> bool:
    addresses = [ipaddress.ip_address(a or b) for a, b in _ADDRESS.findall(line)]
    plain = [getattr(address, "ipv4_mapped", None) or address for address in addresses]
    return (
        not all(address.is_loopback for address in plain)
        or DNS in _PORT.findall(line)
        or any(resolver in line for resolver in _RESOLVERS)
    )
