"""What Markdown of static sites and note books holds beside the text: shortcodes, tags, links between notes."""

import re
from collections.abc import Iterator

# {{< figure >}} and {{% note %}} of Hugo and Zola, {% include %} of Jekyll and Eleventy.
_TAG = r"(?:\{\{<[^{}]*>\}\}|\{\{%[^{}]*%\}\}|\{%[^{}]*%\})"
_TAG_LINES = re.compile(rf"^[ \t]*(?:{_TAG}[ \t]*)+(?:\n|\Z)|{_TAG}", re.MULTILINE)
_NOTE_LINK = re.compile(r"(!?)\[\[(?=\S)([^\[\]|\n]+?)(?:\\?\|([^\[\]\n]+))?\]\](?!\()")
_FENCES = ("```", "~~~")


def words_of(markdown: str) -> str:
    """The text without them, but for code, which stays as it is."""
    return "".join(part if is_code else _without(part) for is_code, part in _parts(markdown))


def link_words(text: str) -> str:
    """The words of Obsidian's `[[note|words]]`; what is embedded, `![[picture.png]]`, goes."""
    return _NOTE_LINK.sub(lambda link: "" if link[1] else link[3] or link[2].lstrip("#"), text)


def _without(text: str) -> str:
    return link_words(_TAG_LINES.sub("", text)) if "{" in text else link_words(text)


def _parts(markdown: str) -> Iterator[tuple[bool, str]]:
    """Text and fenced code by turns."""
    part: list[str] = []
    fence = ""
    for line in markdown.splitlines(keepends=True):
        start = line.strip()[:3]
        if not fence and start in _FENCES:
            yield False, "".join(part)
            part, fence = [line], start
        elif fence and start == fence:
            yield True, "".join([*part, line])
            part, fence = [], ""
        else:
            part.append(line)
    yield bool(fence), "".join(part)
