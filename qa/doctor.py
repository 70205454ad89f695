"""What is there, what is missing and what to do about it, whatever is broken."""

import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import httpx

from qa.errors import ArticleQAError, IndexLocked
from qa.models.chat import is_embedded, load_chat_model, model_name
from qa.models.conversion import converted_folder
from qa.models.manifest import EMBEDDING_MODEL, EXTRACTOR_BASE, LANGUAGE_MODEL, Weights
from qa.models.weights import free_bytes, verify
from qa.settings import EMBEDDED, Settings

GIGABYTE = 1_000_000_000
MEMORY_NEEDED = 5 * GIGABYTE
DISK_NEEDED = 3 * GIGABYTE
PYTHON_NEEDED = (3, 11)
PULL = "run `python -m qa models pull`"
REBUILD = "run `python -m ingest rebuild`"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok` is None where it is neither right nor wrong; `advice` is what to do, if anything."""

    name: str
    ok: bool | None
    message: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Looks at everything an answer needs; raises nothing."""
    checks: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "machine": _machine,
        "data": _data_dir,
        "library": _library,
        "index": _index,
        "models": _models,
        "language model": _provider,
        "page": _page,
    }
    findings: list[Finding] = []
    for name, check in checks.items():
        try:
            findings.extend(check(settings))
        except Exception as error:  # whatever is broken must not hide the rest
            advice = "" if isinstance(error, ArticleQAError) else "please report this"
            findings.append(Finding(name, False, f"{error}" or type(error).__name__, advice))
    return findings


def _machine(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    new_enough = sys.version_info >= PYTHON_NEEDED
    yield Finding("python", new_enough, version, "" if new_enough else "install Python 3.11 or newer")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    enough = memory >= MEMORY_NEEDED or not is_embedded(settings)
    advice = "" if enough else "the embedded language model may be killed: set ARTICLE_QA_MODEL to another one"
    yield Finding("memory", enough, f"{memory / GIGABYTE:.1f} GB", advice)
    for place in dict.fromkeys((settings.models_dir, settings.data_dir)):
        free = free_bytes(_existing(place))
        enough = free >= DISK_NEEDED or converted_folder(settings.models_dir).exists()
        yield Finding("disk", enough, f"{free / GIGABYTE:.1f} GB free at {place}", "" if enough else "free 3 GB")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=_existing(settings.data_dir)):
            yield Finding("data", True, f"{settings.data_dir} can be written")
    except OSError as error:
        advice = "set ARTICLE_QA_DATA_DIR to a folder you can write"
        yield Finding("data", False, f"{settings.data_dir} cannot be written ({error.strerror})", advice)


def _library(settings: Settings) -> Iterator[Finding]:
    from qa.library import Library

    if not settings.library_path.exists():
        yield Finding("library", False, "no articles yet", "run `python -m ingest add corpus`")
        return
    library = Library.open(settings.library_path)
    stats = library.stats()
    library.close()
    advice = "" if stats.articles else "run `python -m ingest add corpus`"
    yield Finding("library", stats.articles > 0, f"{stats.articles} articles, {stats.passages} passages", advice)


def _index(settings: Settings) -> Iterator[Finding]:
    """In a process of its own, because opening a damaged index can kill the process."""
    if not settings.chroma_url and not settings.index_dir.exists():
        yield Finding("index", None, "not built yet; the next question builds it")
        return
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            entries, passages = pool.submit(_index_size, settings).result()
        except IndexLocked as locked:
            yield Finding("index", None, str(locked))
        except BrokenProcessPool:
            yield Finding("index", False, "damaged: opening it kills the process", REBUILD)
        else:
            in_step = entries == passages
            yield Finding("index", in_step, f"{entries} of {passages} passages", "" if in_step else REBUILD)


def _index_size(settings: Settings) -> tuple[int, int]:
    """Entries of the index and passages of the library; opening an index brings it into step."""
    from qa.index import VectorIndex
    from qa.library import Library
    from qa.models.embeddings import PACKAGED_IDENTITY, load_embeddings

    packaged = settings.embeddings == EMBEDDED
    library = Library.open(settings.library_path)
    index = VectorIndex.open(settings, library, PACKAGED_IDENTITY if packaged else load_embeddings(settings).identity)
    return index.count(), library.stats().passages


def _models(settings: Settings) -> Iterator[Finding]:
    if is_embedded(settings):
        yield _weights(LANGUAGE_MODEL, settings)
        ready = converted_folder(settings.models_dir).exists()
        yield Finding("prepared", ready, f"{LANGUAGE_MODEL.name} {'is' if ready else 'is not'}", "" if ready else PULL)
    if settings.embeddings == EMBEDDED:
        yield _weights(EMBEDDING_MODEL, settings)
    yield _weights(EXTRACTOR_BASE, settings)


def _weights(weights: Weights, settings: Settings) -> Finding:
    folder = settings.models_dir / weights.name
    if not all((folder / file.path).exists() for file in weights.files):
        return Finding("weights", False, f"{weights.name} is not there", PULL)
    verify(weights, folder)
    return Finding("weights", True, f"{weights.name}, SHA-256 right")


def _provider(settings: Settings) -> Iterator[Finding]:
    name = model_name(settings)
    if is_embedded(settings):
        yield Finding("language model", True, name)
        return
    load_chat_model(settings)
    if settings.model_url:
        try:
            httpx.get(settings.model_url, timeout=5.0)
        except httpx.HTTPError as error:
            reason = f"{settings.model_url} does not answer ({type(error).__name__})"
            yield Finding("language model", False, reason, "start the server or correct ARTICLE_QA_MODEL_URL")
            return
    yield Finding("language model", True, f"{name} is set up; it is asked only when a question is")


def _page(settings: Settings) -> Iterator[Finding]:
    from qa.remote import RemoteAnswerer

    if RemoteAnswerer.find(settings):
        yield Finding("page", True, f"running on port {settings.port}")
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            reason = f"port {settings.port} cannot be used ({error.strerror})"
            yield Finding("page", False, reason, "set ARTICLE_QA_PORT to another port")
        else:
            yield Finding("page", None, f"not running; port {settings.port} is free")


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.absolute().parents) if folder.exists())
