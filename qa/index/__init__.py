"""The Chroma collection: a cache of the library's vectors that can always be rebuilt from it."""

from qa.index.index import VectorIndex

__all__ = ["VectorIndex"]
