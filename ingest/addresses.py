"""Which addresses may be fetched: http and https, on hosts of the public internet.

However an address is spelled, what counts is the IP that would be connected to. So a host is resolved here, every IP
of it is checked, and `ingest.fetch` connects to those that were checked without asking again.
"""

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

from qa.errors import LoadError
from qa.settings import PREFIX

Resolver = Callable[[str], list[str]]

_USUAL_PORTS = (80, 443)
_FIRST_FREE_PORT = 1024  # below it are mail, remote shells and the like, never pages
_LONGEST_HOST = 253
_HOST = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")

# Beyond what `ipaddress` knows to be private: its lists differ from one Python to the next.
_NOT_PUBLIC = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3"
        " 168.63.129.16/32"  # the platform behind machines at Azure, though the number is a public one
    ).split()
)
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(IPv6Network(network) for network in "2001::/23 2001:db8::/32 3fff::/20".split())
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x5EFE
_ISATAP_MASK = 0xFDFFFFFF  # one bit of it only says whether the IPv4 address is unique


def parse(url: str) -> httpx.URL:
    """The address in its one normal form, without fragment; raises LoadError for what may not be fetched."""
    try:
        address = httpx.URL(url.strip())
        host = host_of(address).removesuffix(".")
    except (httpx.InvalidURL, ValueError) as error:
        raise LoadError("is not a valid web address; copy it again from the browser") from error
    if address.scheme not in ("http", "https"):
        raise LoadError(f"only http and https addresses are fetched, not {address.scheme or 'relative ones'}")
    if address.userinfo:
        raise LoadError("addresses with a user name are not fetched; save the page and add the file")
    port = address.port
    if port is not None and port not in _USUAL_PORTS and not _FIRST_FREE_PORT <= port < 65536:
        raise LoadError(f"port {port} is none where pages are served: use 80, 443 or one from {_FIRST_FREE_PORT} up")
    return address.copy_with(host=_normal_host(host), fragment=None)


def _normal_host(host: str) -> str:
    """The host as it will be looked up; an IP is taken only in its usual form, which every program reads alike."""
    try:
        if ":" in host and "%" not in host:
            return str(IPv6Address(host))
        if _ENDS_IN_NUMBER.fullmatch(host):
            return str(IPv4Address(host))
    except ValueError as error:
        raise LoadError(
            f"the host {host[:_LONGEST_HOST]} is an IP in an unusual form; write it as 192.0.2.1"
        ) from error
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(host):
        raise LoadError("its host is not a name that can be looked up; copy the address again from the browser")
    return host


def reach(address: httpx.URL, resolve: Resolver, allow_private: bool) -> list[str]:
    """Every IP of the host, all of them checked; raises LoadError where one may not be connected to."""
    host = host_of(address)
    ips = [host] if _is_ip(host) else resolve(host)
    if not allow_private and not all(is_public(ip) for ip in ips):
        raise LoadError(
            f"{host} is an address on this machine or a private network;"
            f" set {PREFIX}ALLOW_PRIVATE_ADDRESSES=yes if you mean it"
        )
    return ips


def host_of(address: httpx.URL) -> str:
    """As it is looked up: in ASCII, so that no letter looks like another."""
    return address.raw_host.decode("ascii")


def look_up(host: str) -> list[str]:
    """The IPs of a host, as the system resolves them."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(f"there is no host {host}; check the address and the network") from error
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def is_public(ip: str) -> bool:
    """Whether an IP belongs to the public internet, as does the IPv4 address that an IPv6 one may carry."""
    return _is_public(ip_address(ip))


def is_loopback(ip: str) -> bool:
    return ip_address(ip).is_loopback


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in _NOT_PUBLIC)
    carried = ip.ipv4_mapped or ip.sixtofour or (_last_32_bits(ip) if ip in _NAT64 else None)
    if carried is not None:
        return _is_public(carried)
    if (int(ip) >> 32) & _ISATAP_MASK == _ISATAP and not _is_public(_last_32_bits(ip)):
        return False
    return ip in _PUBLIC_6 and ip.is_global and not any(ip in network for network in _NOT_PUBLIC_6)


def _last_32_bits(ip: IPv6Address) -> IPv4Address:
    return IPv4Address(int(ip) & 0xFFFFFFFF)


def _is_ip(host: str) -> bool:
    return ":" in host or _ENDS_IN_NUMBER.fullmatch(host) is not None
