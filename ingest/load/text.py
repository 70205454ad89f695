"""Plain text and Markdown, with facts in YAML front matter."""

import re
from collections.abc import Iterator
from dataclasses import replace

import yaml
from frontmatter.default_handlers import YAMLHandler

from ingest.clean import clean_line
from ingest.load.decode import decode
from ingest.load.found import Found
from ingest.load.raw import Raw
from qa.errors import LoadError

LONGEST_TITLE = 200
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$|^(\S.*)\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_NOTHING = ("", "~", "null")


def read_text(raw: Raw) -> Iterator[Found]:
    """A text file: the title may be the first line."""
    given, text = split_front_matter(decode(raw.data(), raw.charset))
    yield _titled(raw.found(text, given), first_line_title(text))


def read_markdown(raw: Raw) -> Iterator[Found]:
    """A Markdown file: the title may be the first heading."""
    given, text = split_front_matter(decode(raw.data(), raw.charset))
    heading = _HEADING.search(text)
    title = (heading[1] or heading[2]).strip("#*_` \t") if heading else first_line_title(text)
    yield _titled(raw.found(text, given), title)


def split_front_matter(text: str) -> tuple[dict[str, object], str]:
    """Facts and body. Scalars are taken as written: `title: No` is "No", and no date is lost to its form."""
    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        head, body = handler.split(text)
    except ValueError:  # a rule, not front matter: there is no second `---`
        return {}, text
    try:
        given = handler.load(head, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        last = head.rstrip().count("\n") + 1
        line = min(error.problem_mark.line + 1, last) if error.problem_mark else 1
        raise LoadError(f"the front matter is not valid YAML: line {line}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise LoadError("the front matter is not valid YAML") from error
    if not isinstance(given, dict):  # prose between two rules
        return {}, text
    return {str(name): None if value in _NOTHING else value for name, value in given.items()}, body


def first_line_title(text: str) -> str | None:
    """The first line, where it looks like a title: short, not a sentence, with more text after it."""
    first, _, rest = text.strip().partition("\n")
    if len(first) > LONGEST_TITLE or not rest.strip():
        return None
    first = clean_line(first)
    return None if first.endswith(".") else first


def _titled(found: Found, title: str | None) -> Found:
    """The title found in the text stands in where the facts name none."""
    if found.facts.title or not title:
        return found
    return replace(found, facts=replace(found.facts, title=clean_line(title)))
