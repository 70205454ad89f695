"""What a question on articles is about: its words without those that such questions have in common."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from qa.language.text import spelt, stem, stems, telling, words
from qa.query.dates import undated, within
from qa.query.kinds import fitted
from qa.query.query import Query
from qa.query.question import named_sources, without_source
from qa.types import Filters


@dataclass(frozen=True)
class Topic:
    """The words that articles should hold, as the question writes them, and where these are looked for: where the query
    is, in the source that the question names.
    """

    words: tuple[str, ...]
    filters: Filters

    @classmethod
    def of(cls, query: Query, sources: Iterable[str]) -> "Topic":
        filters = query.filters or Filters()
        text = undated(query.text)
        for source in () if filters.source else named_sources(text, sources)[:1]:
            filters, text = replace(filters, source=source), without_source(text, source)
        return cls(_told(text), filters)

    @classmethod
    def or_period(cls, query: Query, sources: Iterable[str]) -> "Topic":
        """The same, but where nothing is named beside a period it is what appeared then: "May 2021"."""
        topic = cls.of(query, sources)
        filters, text = within(query.text, topic.filters, query.as_of)
        rest = without_source(text, filters.source) if filters.source else text
        return topic if _told(rest) else cls((), filters)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stems(str(self))) if self.words else frozenset()

    def __str__(self) -> str:
        """As it is said: "tax", "tax and housing", "tax, housing and rent"."""
        *first, last = self.words
        return f"{', '.join(first)} and {last}" if first else last

    @property
    def where(self) -> str:
        """What restricts the articles, to be put behind them; empty where nothing does."""
        f = self.filters
        parts = (
            f"by {f.source}" if f.source else "",
            f"tagged {f.tag}" if f.tag else "",
            f"since {f.since}" if f.since else "",
            f"until {f.until}" if f.until else "",
        )
        return "".join(f" {part}" for part in parts if part)


def _told(text: str) -> tuple[str, ...]:
    """Its telling words, as it writes them, but for those of the frame."""
    written, frame = spelt(text), fitted().frame
    return tuple(written[w] for w in dict.fromkeys(telling(words(text))) if stem(w) not in frame)
