"""The Chroma collection: a cache of the library's vectors that can always be rebuilt from it."""

from qa.index.index import VectorIndex
from qa.index.memory import MemoryIndex

__all__ = ["MemoryIndex", "VectorIndex"]
