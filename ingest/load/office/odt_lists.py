"""The numbers of an OpenDocument's lists and headings, which are nowhere in its text."""

from lxml.etree import _Element

from ingest.load.office.odt_styles import OUTLINE, TEXT, XML_ID, Styles, whole

_BULLET = "•"


class Lists:
    """Counts the items in the order in which they are asked for."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._open: list[dict[int, int]] = []
        """The last numbers by level of each list around the reader; a list within an item shares its own."""
        self._style: list[str | None] = []
        self._ended: dict[str | None, dict[int, int]] = {}
        self._headings: dict[int, int] = {}

    def begin(self, element: _Element, depth: int) -> None:
        """Go into a list, which may go on from an earlier one."""
        style = element.get(f"{TEXT}style-name") or (self._style[-1] if self._style else None)
        if depth > 1:
            counts = self._open[-1]
        elif continued := element.get(f"{TEXT}continue-list"):
            counts = dict(self._ended.get(f"#{continued}", {}))
        elif element.get(f"{TEXT}continue-numbering") == "true":
            counts = dict(self._ended.get(style, {}))
        else:
            counts = {}
        self._open.append(counts)
        self._style.append(style)

    def end(self, element: _Element) -> None:
        counts, style = self._open.pop(), self._style.pop()
        if not self._open:
            self._ended[style] = counts
            self._ended[f"#{element.get(XML_ID)}"] = counts

    def label(self, item: _Element, depth: int, paragraph_style: str | None) -> str:
        """The number or the bullet of an item with a space behind it."""
        style = self._style[-1] or self._styles.list_of(paragraph_style)
        start = whole(item, f"{TEXT}start-value", -1)
        return self._counted(style, self._open[-1], depth, start)

    def heading(self, element: _Element) -> str:
        """The number of a heading, where the outline has numbers."""
        style = self._styles.list_of(element.get(f"{TEXT}style-name")) or OUTLINE
        if element.get(f"{TEXT}is-list-header") == "true":
            return ""
        start = whole(element, f"{TEXT}start-value", -1)
        return self._counted(style, self._headings, whole(element, f"{TEXT}outline-level", 1), start)

    def _counted(self, style: str | None, counts: dict[int, int], depth: int, start: int) -> str:
        levels = self._styles.levels(style)
        level = levels.get(depth)
        if level is None:
            return "" if style == OUTLINE else f"{_BULLET} "
        counts[depth] = start if start >= 0 else counts.get(depth, level.start - 1) + 1
        for below in [below for below in counts if below > depth]:
            del counts[below]
        if level.kind == _BULLET:
            return f"{_BULLET} "
        if not level.number(1):
            return ""
        above = range(max(1, depth - level.shown + 1), depth + 1)
        numbers = [levels[at].number(counts.get(at, levels[at].start)) for at in above if at in levels]
        return f"{level.before}{'.'.join(filter(None, numbers))}{level.after}".strip() + " "
