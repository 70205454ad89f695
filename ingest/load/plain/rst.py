"""reStructuredText by docutils, which may neither open files nor pass raw markup on.

What only Sphinx or a plug-in knows is read for its words; what is broken stays as it is written.
"""

from collections.abc import Callable, Iterator
from email.utils import parseaddr
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import docutils.languages
from docutils import nodes
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles

from ingest.load.decode import decode
from ingest.load.parsed import Parsed
from ingest.load.plain.doctree import blocks, words
from ingest.load.raw import LARGEST, Raw
from qa.errors import LoadError

_SETTINGS = {
    "_disable_config": True,  # no settings of this machine
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "line_length_limit": LARGEST,
    "halt_level": 5,  # never
    "warning_stream": False,
    "syntax_highlight": "none",
}
_FACTS = {
    "author": "author",
    "authors": "author",
    "date": "published_at",
    "lang": "language",
    "language": "language",
    "modified": "updated_at",
    "published": "published_at",
    "source": "source",
    "title": "title",
    "updated": "updated_at",
    "url": "url",
}
_EMPTY = ("toctree", "date", "index", "highlight", "currentmodule", "tabularcolumns")  # directives that hold no words


def parse(raw: Raw) -> Parsed:
    """The text with its facts; raises LoadError where there is no text."""
    document = _document(decode(raw.data(), raw.charset))
    facts = _facts(document)
    text = "\n\n".join(blocks(document))
    if not text:
        raise LoadError("holds no text")
    left_out = [node["left_out"] for node in document.findall(nodes.comment) if "left_out" in node]
    return Parsed(text, facts, tuple(f"{what} was left out" for what in left_out))


def _document(text: str) -> nodes.document:
    """The tree; what docutils does not know is looked up as Sphinx does, by functions in place of its own."""
    directive, role = directives.directive, roles.role
    directives.directive, roles.role = _lenient(directive), _plain(role)
    try:
        return publish_doctree(text, settings_overrides=_SETTINGS)
    finally:
        directives.directive, roles.role = directive, role


class _AnyOption(dict[str, Any]):
    """Options that are not known are taken as text."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class _Words(Directive):  # type: ignore[misc]
    """A directive that is not known: what it says in its line and below."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        block = nodes.container()
        for argument in self.arguments:
            inline, _ = self.state.inline_text(argument, self.lineno)
            block += nodes.paragraph("", "", *inline)
        self.state.nested_parse(self.content, self.content_offset, block)
        return list(block.children)


class _LeftOut(_Words):
    """Files, and what is written for one kind of output."""

    def run(self) -> list[nodes.Node]:
        return [nodes.comment(left_out=" ".join([self.name, *self.arguments]))]


class _Empty(_Words):
    def run(self) -> list[nodes.Node]:
        return []


def _lenient(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def find(name: str, *context: Any) -> tuple[type[Directive], list[nodes.system_message]]:
        if name.lower() in _EMPTY:
            return _Empty, []
        if name.lower() in ("include", "literalinclude", "raw"):
            return _LeftOut, []
        known, messages = lookup(name, *context)
        if known is None:
            return _Words, []
        return type(known.__name__, (known,), {"option_spec": _AnyOption(known.option_spec or {})}), messages

    return find


def _plain(lookup: Callable[..., Any]) -> Callable[..., Any]:
    def find(name: str, *context: Any) -> tuple[Any, list[nodes.system_message]]:
        known, messages = lookup(name, *context)
        return (known, messages) if known else (_role, [])

    return find


def _facts(document: nodes.document) -> dict[str, str | None]:
    """What the fields at the head say, or comments as Nikola writes them; other fields there stay as text."""
    facts: dict[str, str] = {}
    for heading in document.findall(nodes.title):
        if isinstance(heading.parent, nodes.document | nodes.section):
            facts["title"] = words(heading)
            break
    head = _head(document)
    said = [node.astext().partition(":")[::2] for node in document if isinstance(node, nodes.comment)]
    said = [(name, value) for name, value in said if _english(name) in _FACTS]
    other = []
    for name, value in [*said, *(_fields(head) if head else [])]:
        fact, value = _FACTS.get(_english(name)), value.strip()
        if fact == "author":
            value = parseaddr(value)[0] if "@" in value else value
        if fact == "author" and "author" in facts:
            facts["author"] += f", {value}"
        elif fact and value:
            facts[fact] = value
        elif value:
            other.append(nodes.paragraph(text=f"{name}: {value}"))
    if head:
        head.parent.replace(head, other)
    return dict(facts)


def _english(name: str) -> str:
    name = name.strip().lower()
    return name if name in _FACTS else _translations().get(name, name)


@cache
def _translations() -> dict[str, str]:
    """The names of bibliographic fields in the languages that docutils knows."""
    languages = [
        import_module(f"docutils.languages.{module.name}") for module in iter_modules(docutils.languages.__path__)
    ]
    return {local: english for language in languages for local, english in language.bibliographic_fields.items()}


def _head(document: nodes.document) -> nodes.Element | None:
    """The fields that follow the title."""
    for node in document:
        if isinstance(node, nodes.section):
            return _head(node)
        if not isinstance(node, nodes.PreBibliographic):
            return node if isinstance(node, nodes.docinfo | nodes.field_list) else None
    return None


def _fields(head: nodes.Element) -> Iterator[tuple[str, str]]:
    for field in head:
        if isinstance(field, nodes.field):
            is_list = isinstance(next(iter(field[1]), None), nodes.bullet_list)
            yield words(field[0]), ", ".join(blocks(field[1][0].children)) if is_list else " ".join(blocks(field[1]))
        elif isinstance(field, nodes.authors):
            yield "Authors", ", ".join(map(words, field))
        else:
            yield field.tagname.capitalize(), words(field)


def _role(name: str, source: str, text: str, *_: Any) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Its words: those before a target in <>."""
    words, opened, _target = nodes.unescape(text).rpartition(" <")
    return [nodes.inline(source, words if opened and text.endswith(">") else nodes.unescape(text).lstrip("~!"))], []
