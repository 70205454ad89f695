"""Embeddings and index brought in step with the library, as commands do it, with what there is to say on stderr."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from typing import TYPE_CHECKING

from qa.errors import IndexLocked, IndexUnavailable, IndexUnwritable
from qa.settings import EMBEDDED, Settings

if TYPE_CHECKING:
    from ingest.fetch import Fetcher
    from ingest.pipeline import Encoder
    from ingest.workplace import Workplace
    from qa.library import Library


def opened() -> "tuple[Settings, Library]":
    """The settings, and the library that they name."""
    from qa.library import Library

    settings = Settings.from_env()
    return settings, Library.open(settings.library)


def fetcher(settings: Settings) -> "Callable[[], Fetcher]":
    """Makes what fetches, for one run."""

    def make() -> "Fetcher":
        from ingest.fetch import Fetcher

        return Fetcher(settings.allow_private_addresses)

    return make


def embed_anew(settings: Settings, library: "Library") -> None:
    """Embed again what an earlier version of the packaged model did."""
    from qa.models.embeddings import FORMER_IDENTITIES

    if settings.embeddings == EMBEDDED and set(library.models()) & set(FORMER_IDENTITIES):
        say("the embedding model is a newer one: the articles are embedded again; this happens once")
        reembed(library, encoder(settings)())


def reembed(library: "Library", model: "Encoder") -> int:
    """How many articles another model had embedded."""
    from ingest import pipeline
    from ingest.progress import ConsoleReporter

    with ConsoleReporter("embedding") as reporter:
        return pipeline.reembed(library, model, reporter)


def encoder(settings: Settings) -> "Callable[[], Encoder]":
    """Loads the embedding model, once."""

    @cache
    def load() -> "Encoder":
        from qa.models.embeddings import load_embeddings

        return load_embeddings(settings)

    return load


def workplace(settings: Settings, library: "Library", ray: str | None) -> "AbstractContextManager[Workplace]":
    """Where files are read: here, or on the Ray cluster of that address. Raises ClusterError."""
    if ray is None:
        from ingest.workplace import HERE

        return nullcontext(HERE)
    from ingest.cluster import Cluster, worker_encoder

    return Cluster(ray, library, partial(worker_encoder, settings.embeddings))


def sync(settings: Settings, library: "Library") -> None:
    """Bring the index up to date now, so that the next question need not; the articles are safe either way."""
    from qa.index import VectorIndex

    models = library.models()
    if not models:
        return
    try:
        VectorIndex.open(settings, library, models[0]).close()
    except IndexLocked:
        say("the page is running; it picks the change up by itself")
    except IndexUnwritable as error:
        say(f"{error}; the index is brought up to date when there is room")
    except IndexUnavailable as error:
        if not settings.chroma_url:
            raise
        say(str(error))


def index_state(settings: Settings, library: "Library") -> str:
    from qa.index import VectorIndex

    models = library.models()
    if not models:
        return "empty"
    try:
        index = VectorIndex.open(settings, library, models[0])
    except IndexLocked:
        return "in use by another process"
    except IndexUnavailable as error:
        return str(error)
    passages = index.count()
    index.close()
    return f"up to date, {passages} passages"


def say(message: str) -> None:
    print(message, file=sys.stderr)
