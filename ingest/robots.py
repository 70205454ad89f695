"""What the owner of a site lets programs read: its robots.txt, asked for once a run."""

import re
from collections.abc import Callable

import httpx
from protego import Protego

from ingest.addresses import host_of
from ingest.response import Response
from qa.errors import LoadError

TOKEN = "article-qa"
LONGEST_DELAY = 10.0
_LONGEST = 512_000  # bytes that are heeded; RFC 9309 asks for 500 KiB at least
_AGENT = re.compile(r"\s*user[- ]?agent\b[ \t]*:?([^#]*)", re.IGNORECASE)


class Robots:
    """The rules of the sites met so far; a site without robots.txt allows everything."""

    def __init__(self, fetch: Callable[[str], Response]) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | LoadError] = {}

    def check(self, address: httpx.URL) -> None:
        """Raises LoadError where the page is not to be read by programs, or the site does not say."""
        rules = self._rules_of(address)
        if isinstance(rules, LoadError):
            raise LoadError(str(rules))
        if not rules.can_fetch(str(address), TOKEN):
            raise LoadError(
                f"{host_of(address)} asks programs not to read it (robots.txt);"
                " open it in a browser, save the page and add the file"
            )

    def delay(self, address: httpx.URL) -> float:
        """Seconds between two requests that the site asks for, within reason."""
        rules = self._rules.get(_site(address))
        asked = rules.crawl_delay(TOKEN) if isinstance(rules, Protego) else None
        return min(asked or 0.0, LONGEST_DELAY)

    def _rules_of(self, address: httpx.URL) -> Protego | LoadError:
        site = _site(address)
        if site not in self._rules:
            try:
                self._rules[site] = self._ask(site)
            except LoadError as error:  # a site that cannot be reached is asked once, not for each of its pages
                self._rules[site] = error
        return self._rules[site]

    def _ask(self, site: str) -> Protego:
        response = self._fetch(f"{site}/robots.txt")
        if response.status >= 500:
            raise LoadError(f"the server failed to say in robots.txt what may be read ({response.status}); try later")
        text = response.data[:_LONGEST].decode("utf-8-sig", "replace") if response.status == 200 else ""
        return Protego.parse("\n".join(map(_for_us, text.splitlines())))


def _for_us(line: str) -> str:
    """All other programs are one: else a file could name so many that their rules fill the memory."""
    agent = _AGENT.match(line)
    if not agent:
        return line
    name = agent[1].strip(" \t*").lower()
    return f"User-agent: {(name or '*') if TOKEN.startswith(name) else 'another'}"


def _site(address: httpx.URL) -> str:
    return f"{address.scheme}://{address.netloc.decode('ascii')}"
