"""What is set, to which value and by whom, without anything that is secret."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from qa.models.keys import Holder
from qa.settings import Settings

SECRET = "set, and not shown"
KEY = "key"


@dataclass(frozen=True)
class Fact:
    """One setting, its value as JSON has it, its origin, and the variable that would set it."""

    name: str
    value: str | int | bool | None
    origin: str
    variable: str | None

    @property
    def line(self) -> str:
        """Value and origin, to be read."""
        if isinstance(self.value, bool):
            said = "yes" if self.value else "no"
        else:
            said = "none" if self.value is None else str(self.value)
        return f"{said} ({self.variable if self.origin == 'environment' else self.origin})"


def overview(settings: Settings) -> list[Fact]:
    """Every setting, and the key of the language model where it takes one."""
    facts = [
        Fact(name, _plain(name, getattr(settings, name)), settings.origins.get(name, "default"), variable)
        for name, variable in settings.variables().items()
    ]
    if holder := Holder.of(settings):
        origin = holder.origin()
        facts.append(Fact(KEY, SECRET if origin else None, origin or "not set", holder.variable or None))
    return facts


def _plain(name: str, value: Any) -> str | int | bool | None:
    if value is None or isinstance(value, bool | int):
        return value
    if name == "api_keys":
        return SECRET
    if name == "database_url":
        return _without_user(value).partition("?")[0]
    if name.endswith("_url"):
        return _without_user(value)
    return (", ".join(value) or None) if isinstance(value, tuple) else str(value)


def _without_user(address: str) -> str:
    """An address without the name and password that it may hold."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
