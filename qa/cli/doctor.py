"""What is there, what is missing and what to do about it, whatever is broken."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import httpx

from qa.choice import addresses_of
from qa.errors import ArticleQAError, ExtensionError, IndexLocked, IndexUnwritable, LibraryError
from qa.extensions import KINDS, installed
from qa.models import embeddings, extractor, kinds, support
from qa.models.chat import is_embedded, load_chat_model, model_name
from qa.models.conversion import converted_folder, is_converted
from qa.models.manifest import (
    LANGUAGE_MODEL,
    READER_SHA256,
    Weights,
)
from qa.models.overview import overview
from qa.models.quantised import is_quantised, quantised_file
from qa.models.reader import MODEL
from qa.models.weights import free_bytes, require_shipped, wrong_files
from qa.settings import EMBEDDED, Settings
from qa.storage import disk
from qa.storage.database import BROUGHT_BACK
from qa.storage.places import is_made

GIGABYTE = 1_000_000_000
MEMORY_NEEDED = 5 * GIGABYTE
DISK_NEEDED = 3 * GIGABYTE
SAMPLE = 200  # articles whose first passage is looked for in the index
ITSELF = 0.99  # cosine of a vector to itself, rounding included
MOST_LOST = 0.02  # the graph is approximate
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
        "settings": _settings,
        "extensions": _extensions,
        "data": _data_dir,
        "library": _library,
        "full text": _full_text,
        "conversations": _conversations,
        "index": _index,
        "models": _models,
        "language model": _provider,
        "scans": _scans,
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


def _settings(settings: Settings) -> Iterator[Finding]:
    """What is no default, and where it comes from."""
    for fact in overview(settings):
        if fact.origin != "default":
            yield Finding("setting", None, f"{fact.name}: {fact.line}")


def _extensions(settings: Settings) -> Iterator[Finding]:
    """Loads each, to see whether it can be."""
    for each in (each for group in KINDS for each in installed(group)):
        try:
            each.load()
        except ExtensionError as error:
            yield Finding("extension", False, str(error))
        else:
            yield Finding("extension", True, str(each))


def _data_dir(settings: Settings) -> Iterator[Finding]:
    refusal = disk.obstacle(_existing(settings.data_dir))
    if refusal is None:
        yield Finding("data", True, f"{settings.data_dir} can be written")
        return
    advice = f"what is there can be read; to add to it: {disk.advice(refusal, settings.data_dir)}"
    yield Finding("data", False, f"{settings.data_dir} cannot be written ({refusal.strerror})", advice)


def _library(settings: Settings) -> Iterator[Finding]:
    from qa.library import Library

    if not is_made(settings.library):
        yield Finding("library", False, "no articles yet", "run `python -m ingest add corpus`")
        return
    library = Library.open(settings.library)
    faults, stats = library.faults(), library.stats()
    library.close()
    if faults:
        yield Finding("library", False, f"damaged: {faults[0]}", BROUGHT_BACK)
        return
    advice = "" if stats.articles else "run `python -m ingest add corpus`"
    yield Finding("library", stats.articles > 0, f"{stats.articles} articles, {stats.passages} passages", advice)


def _full_text(settings: Settings) -> Iterator[Finding]:
    from qa.library import Library

    if not is_made(settings.library):
        return
    library = Library.open(settings.library)
    try:
        sound = library.full_text_is_sound()
    except LibraryError as error:
        yield Finding("full text", None, f"not looked into: {error}")
    else:
        said = "in step with the passages" if sound else "damaged, or not in step with the passages"
        yield Finding("full text", sound, said, "" if sound else REBUILD)
    library.close()


def _conversations(settings: Settings) -> Iterator[Finding]:
    from qa.accounts.conversations import Conversations

    if not is_made(settings.conversations):
        return
    kept = Conversations.open(settings.conversations)
    faults, count = kept.faults(), kept.count()
    kept.close()
    if faults:
        yield Finding("conversations", False, f"damaged: {faults[0]}", BROUGHT_BACK)
    else:
        yield Finding("conversations", True, f"{count} conversation{'' if count == 1 else 's'}")


def _index(settings: Settings) -> Iterator[Finding]:
    """In a process of its own, because opening a damaged index can kill the process."""
    if not settings.chroma_url and not settings.index_dir.exists():
        yield Finding("index", None, "not built yet; the next question builds it")
        return
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            entries, passages, lost = pool.submit(_index_size, settings).result()
        except IndexLocked as locked:
            yield Finding("index", None, str(locked))
        except IndexUnwritable as error:
            yield Finding("index", None, f"not looked into: {error}")
        except BrokenProcessPool:
            yield Finding("index", False, "damaged: opening it kills the process", REBUILD)
        else:
            sound = entries == passages and lost <= MOST_LOST
            said = f"{entries} of {passages} passages" + (f", {lost:.0%} of a sample not found" if lost else "")
            yield Finding("index", sound, said, "" if sound else REBUILD)


def _index_size(settings: Settings) -> tuple[int, int, float]:
    """Entries of the index, passages of the library, and the share of a sample whose vectors do not find themselves.

    Opening an index brings it into step.
    """
    from qa.index import VectorIndex
    from qa.library import Library

    packaged = settings.embeddings == EMBEDDED
    library = Library.open(settings.library)
    index = VectorIndex.open(
        settings, library, embeddings.PACKAGED_IDENTITY if packaged else embeddings.load_embeddings(settings).identity
    )
    articles = library.articles()
    sample = [p for article in articles[:: len(articles) // SAMPLE + 1] for p in library.vectors(article.id)[:1]]
    found = [max(index.search(passage.vector.tolist(), 1).values(), default=0.0) for passage in sample]
    lost = sum(similarity < ITSELF for similarity in found) / (len(found) or 1)
    return index.count(), library.stats().passages, lost


def _models(settings: Settings) -> Iterator[Finding]:
    if is_embedded(settings):
        yield _weights(LANGUAGE_MODEL, settings)
        made = is_converted(settings.models_dir, thorough=True)
        yield _prepared(LANGUAGE_MODEL, converted_folder(settings.models_dir), made)
    if settings.reranker == EMBEDDED:
        require_shipped(MODEL, READER_SHA256)
    packaged = [embeddings.ADAPTER] if settings.embeddings == EMBEDDED else []
    seen = set[str]()
    for adapter in (*packaged, kinds.ADAPTER, extractor.ADAPTER, support.ADAPTER):
        adapter.require()
        if adapter.base.name not in seen:
            yield _weights(adapter.base, settings)
        seen.add(adapter.base.name)
        made = is_quantised(adapter.base, settings.models_dir, adapter.file)
        yield _prepared(adapter.base, quantised_file(adapter.base, settings.models_dir, adapter.file), made)


def _prepared(weights: Weights, made: Path, intact: bool) -> Finding:
    state = "is" if intact else "is damaged" if made.exists() else "is not"
    return Finding("prepared", intact, f"{weights.name} {state}", "" if intact else PULL)


def _weights(weights: Weights, settings: Settings) -> Finding:
    folder = settings.models_dir / weights.name
    if not all((folder / file.path).exists() for file in weights.files):
        return Finding("weights", False, f"{weights.name} is not there", PULL)
    if wrong := wrong_files(weights, folder):
        return Finding("weights", False, f"{wrong[0].path} of {weights.name} has the wrong SHA-256", PULL)
    return Finding("weights", True, f"{weights.name}, SHA-256 right")


def _provider(settings: Settings) -> Iterator[Finding]:
    name = model_name(settings)
    if is_embedded(settings):
        yield Finding("language model", True, name)
        return
    load_chat_model(settings)
    silent = False
    for address in addresses_of(settings.model_url or ""):
        try:
            httpx.get(address, timeout=5.0)
        except httpx.HTTPError as error:
            silent, reason = True, f"{address} does not answer ({type(error).__name__})"
            yield Finding("language model", False, reason, "start the server, or correct its address")
    if not silent:
        yield Finding("language model", True, f"{name} is set up; it is asked only when a question is")


def _scans(settings: Settings) -> Iterator[Finding]:
    if shutil.which("tesseract"):
        yield Finding("scans", True, "tesseract reads them")
        return
    advice = "to read them, install tesseract (Debian, Ubuntu: `apt install tesseract-ocr`)"
    yield Finding("scans", None, "PDF files that hold only pictures are not read", advice)


def _page(settings: Settings) -> Iterator[Finding]:
    from qa.cli.remote import RemoteAnswerer

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
