"""Facts at the head of a text: YAML, TOML and JSON, as static sites and note books write them."""

import json
import tomllib
from collections.abc import Mapping
from datetime import date, time

import yaml

from ingest.load.plain.markdown import link_words
from ingest.load.records.names import Names
from qa.errors import LoadError

_NOTHING = ("", "~", "null")
_NESTED = ("extra", "params")  # where Zola and Hugo keep facts of one's own
_OPENING = "[{"
Head = dict[str, object]


def split_front_matter(text: str) -> tuple[Head, str, tuple[str, ...]]:
    """Facts under their public names, the body, and notes. Scalars are taken as written: `title: No` is "No"."""
    kind, head, body = _split(text)
    notes: tuple[str, ...] = ()
    if kind == "yaml":
        given, notes = _yaml(head)
    elif kind == "toml":
        given = _toml(head)
    elif kind == "json":
        given = _json(head)
    else:
        return {}, text, ()
    if given is None:  # prose between two rules
        return {}, text, ()
    nested = [part for name in _NESTED if isinstance(part := given.get(name), Mapping)]
    facts: Head = {}
    for part in (*nested, given):
        facts |= Names().facts({str(name): _words(value) for name, value in part.items() if value not in _NOTHING})
    facts.pop("text", None)  # what follows the head
    return facts, body, notes


def _split(text: str) -> tuple[str | None, str, str]:
    """The language of the head, the head and the body; None where there is no head."""
    first, _, rest = text.partition("\n")
    mark = first.rstrip()
    if mark == "{" or mark.startswith('{"'):
        return _split_json(text)
    fence, name = (mark[:3], mark[3:].strip("- ").lower()) if mark[:3] in ("---", "+++") else ("", "")
    kind = {"---": name or "yaml", "+++": name or "toml"}.get(fence)
    if kind not in ("yaml", "toml", "json"):
        return None, "", text
    lines = rest.splitlines(keepends=True)
    for number, line in enumerate(lines):
        end = line.rstrip()
        if (end.startswith(fence) and not end.strip(fence[0])) or (end == "..." and fence == "---"):
            return kind, "".join(lines[:number]), "".join(lines[number + 1 :])
    return None, "", text  # a rule, not front matter: there is no second one


def _split_json(text: str) -> tuple[str | None, str, str]:
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError as error:
        raise LoadError(f"the front matter is not valid JSON: {error}") from error
    except RecursionError as error:
        raise LoadError("the front matter is not valid JSON") from error
    return "json", text[:end], text[end:]


def _yaml(head: str) -> tuple[Head | None, tuple[str, ...]]:
    try:
        given = yaml.load(head, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        last = head.rstrip().count("\n") + 2
        line = min(error.problem_mark.line + 2, last) if error.problem_mark else 1
        wrong = f"the front matter is not valid YAML: line {line}: {error.problem}"
        if lenient := _by_line(head):
            return lenient, (f"{wrong}; it was read line by line",)
        raise LoadError(wrong) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise LoadError("the front matter is not valid YAML") from error
    return (given if isinstance(given, dict) else None), ()


def _by_line(head: str) -> Head | None:
    """What lines `name: value` say, quoted or not, and lists below a name; None where other lines stand between."""
    facts: Head = {}
    name = ""
    for line in head.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if item := line.strip().removeprefix("- ") if line.lstrip().startswith("- ") else "":
            above = facts.get(name) or []
            if not isinstance(above, list):
                return None
            facts[name] = [*above, _bare(item)]
            continue
        key, mark, value = line.partition(":")
        if line[0].isspace() and name:  # goes on with what stands above, or lies within it
            continue
        if not mark or (value.strip()[:1] in _OPENING and value.strip() and "]" not in value and "}" not in value):
            return None
        name = key.strip()
        facts[name] = _bare(value) or None
    return facts or None


def _bare(value: str) -> object:
    value = value.strip()
    if value[:1] == "[" and value[-1:] == "]":
        return [_bare(part) for part in value[1:-1].split(",") if part.strip()]
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _words(value: object) -> object:
    """A value with links between notes as their words."""
    if isinstance(value, list):
        return [_words(part) for part in value]
    return link_words(value) if isinstance(value, str) else value


def _toml(head: str) -> Head:
    try:
        return {name: _written(value) for name, value in tomllib.loads(head).items()}
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise LoadError(f"the front matter is not valid TOML: {error}") from error


def _written(value: object) -> object:
    """TOML's dates as text."""
    if isinstance(value, date | time):
        return value.isoformat()
    return {name: _written(part) for name, part in value.items()} if isinstance(value, dict) else value


def _json(head: str) -> Head | None:
    try:
        given = json.loads(head)
    except ValueError as error:
        raise LoadError(f"the front matter is not valid JSON: {error}") from error
    except RecursionError as error:
        raise LoadError("the front matter is not valid JSON") from error
    return given if isinstance(given, dict) else None
