"""The truth: what article-qa knows, in one SQLite file."""

from qa.library.library import Library
from qa.library.records import ArticleInfo, Changes, Failed, LibraryStats, Likeness, StoredPassage, Vectors

__all__ = ["ArticleInfo", "Changes", "Failed", "Library", "LibraryStats", "Likeness", "StoredPassage", "Vectors"]
