"""The truth: what article-qa knows, in one SQLite file."""

from qa.errors import EMPTY, LibraryError
from qa.library.entries import Entries
from qa.library.existing import check
from qa.library.leases import Leases
from qa.library.library import Library
from qa.library.questions import Questions
from qa.library.records import (
    ArticleInfo,
    ArticlePage,
    Changes,
    Digests,
    Entry,
    Failed,
    LibraryStats,
    Likeness,
    Named,
    Noted,
    PreparedQuestion,
    QuestionTable,
    StoredPassage,
    Vectors,
    VectorTable,
)
from qa.library.shelf import Order, Shelf, Wanted
from qa.library.sizes import Sizes
from qa.library.summaries import Summaries
from qa.library.tags import Tags
from qa.settings import Settings

__all__ = [
    "ArticleInfo",
    "ArticlePage",
    "Changes",
    "Digests",
    "Entries",
    "Entry",
    "Failed",
    "Leases",
    "Library",
    "LibraryStats",
    "Likeness",
    "Named",
    "Noted",
    "Order",
    "PreparedQuestion",
    "QuestionTable",
    "Questions",
    "Shelf",
    "Sizes",
    "StoredPassage",
    "Summaries",
    "Tags",
    "VectorTable",
    "Vectors",
    "Wanted",
    "check",
    "require_articles",
]


def require_articles(settings: Settings) -> None:
    """Tell that there is nothing to search before seconds go into loading models; raises LibraryError."""
    if Library.open(settings.library).count() == 0:
        raise LibraryError(EMPTY)
