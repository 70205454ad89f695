"""What other installed packages add, found by entry points of these groups, and asked for only where it is used.

article_qa.formats    a suffix without its dot -> `read(raw)`, which yields what it finds in a file
article_qa.rerankers  a value of ARTICLE_QA_RERANKER -> `make(settings)`, which gives a `qa.models.reranker.Reranker`
article_qa.models     NAME in ARTICLE_QA_MODEL=NAME:REST -> `make(rest, settings)`, which gives a LangChain chat model
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from qa.errors import ArticleQAError, ExtensionError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

FORMATS = "article_qa.formats"
RERANKERS = "article_qa.rerankers"
MODELS = "article_qa.models"
KINDS = {FORMATS: "format", RERANKERS: "reranker", MODELS: "model"}


@dataclass(frozen=True)
class Extension:
    """One entry point of an installed package."""

    group: str
    point: "EntryPoint"

    @property
    def name(self) -> str:
        return self.point.name

    @property
    def package(self) -> str:
        """Name and version of the package that brought it."""
        return f"{self.point.dist.name} {self.point.dist.version}" if self.point.dist else "an unknown package"

    def __str__(self) -> str:
        return f"{KINDS[self.group]} {self.name} of {self.package}"

    def load(self) -> Any:
        """What the entry point names. Raises ExtensionError."""
        with self.at_work("cannot be loaded"):
            return self.point.load()

    @contextmanager
    def at_work(self, trouble: str = "failed") -> Iterator[None]:
        """Whatever it raises, but for an error written for the user, leaves as a one-line ExtensionError."""
        try:
            yield
        except ArticleQAError:
            raise
        except Exception as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise ExtensionError(f"the {self} {trouble} ({said}); update or uninstall that package") from error


@cache
def installed(group: str) -> tuple[Extension, ...]:
    """Every extension of a group; loads none."""
    from importlib.metadata import entry_points

    return tuple(Extension(group, point) for point in entry_points(group=group))


def extension(group: str, name: str) -> Extension | None:
    """The one of that name, if any; raises ExtensionError where two packages add it."""
    found = [each for each in installed(group) if each.name == name]
    if len(found) > 1:
        packages = " and ".join(each.package for each in found)
        raise ExtensionError(f"the {KINDS[group]} {name} is added by {packages}; uninstall one of them")
    return found[0] if found else None
