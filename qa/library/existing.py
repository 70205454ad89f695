"""Whether what a question is restricted to exists at all."""

from rapidfuzz import fuzz, process, utils

from qa.errors import ArticleNotFound, FilterError
from qa.library.library import Library
from qa.library.tags import Tags
from qa.types import Filters

NAMED = 5  # sources or tags in an error


def check(filters: Filters, library: Library) -> None:
    """Raises FilterError where the days are the wrong way round, or no article has the source, tag or id.

    Days in which nothing was published are no error: nothing is found then.
    """
    if filters.since and filters.until and filters.since > filters.until:
        raise FilterError(f"since {filters.since} is after until {filters.until}; give the earlier day as since")
    if filters.article_id and not library.holds_any(Filters(article_id=filters.article_id)):
        raise FilterError(str(ArticleNotFound(filters.article_id)))
    if filters.source and not library.holds_any(Filters(source=filters.source)):
        there = _there_are(filters.source, library.sources()) or "no article names its source"
        raise FilterError(f"no article is by {filters.source!r}; {there}")
    if filters.tag and not library.holds_any(Filters(tag=filters.tag)):
        there = _there_are(filters.tag, tuple(Tags.beside(library).counted())) or "no article has a tag"
        raise FilterError(f"no article has the tag {filters.tag!r}; {there}")


def _there_are(asked: str, names: tuple[str, ...]) -> str:
    """The names, those that are spelt most like the one asked for first; empty where there are none."""
    if not names:
        return ""
    alike = process.extract(asked, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=NAMED)
    more = len(names) - len(alike)
    return f"there is {', '.join(name for name, _, _ in alike)}" + (f" and {more} more" if more else "")
