"""A backup in the place of what is there, which is kept aside."""

import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.backup import EVALUATIONS, USERS, Backup, check, latest
from ingest.lock import lock_file
from qa.accounts import conversations
from qa.accounts.conversations import Conversations
from qa.errors import BackupError, IndexLocked
from qa.index import VectorIndex
from qa.index.directory import IndexDirectory
from qa.library import Library, full_text, schema
from qa.models.digests import sha256
from qa.models.progress import say
from qa.settings import Settings
from qa.storage.disk import advice
from qa.storage.moving import copy_rows
from qa.storage.opening import opened
from qa.storage.sqlite import SQLiteFile

LOCK_SECONDS = 2.0  # a command that is just ending gives way
ASIDE = "before-restore"
BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """What was brought back; `aside` is where the files are that were there before, None where there were none."""

    backup: Backup
    aside: Path | None
    articles: int
    conversations: int
    passages: int


def restore(settings: Settings, folder: Path) -> Restored:
    """Put the backup in `folder`, or the newest of those in it, in place, and rebuild the index.

    It is copied beside the present files and checked before one of these is touched; what it does not hold is left.
    On a PostgreSQL server articles and conversations are brought into empty tables alone.
    Raises BackupError, and IndexLocked where another process uses the data directory.
    """
    backup = latest(folder)
    if settings.database_url:
        _require_empty(settings)
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        with _alone(settings) as index:
            staged = replace(settings, data_dir=settings.data_dir / ".restoring")
            try:
                _stage(backup, staged.data_dir)
                _unpack(staged.data_dir / EVALUATIONS, staged.evaluations_dir)
                counted = check(staged)
                if settings.database_url:
                    _bring_in(staged, settings)
                if index.path.exists():
                    shutil.rmtree(index.path)  # it would be taken for the index of what is brought back
                aside = _swap(staged, settings)
            finally:
                shutil.rmtree(staged.data_dir, ignore_errors=True)
            _bring_users(backup, settings)
            index.release()
            passages = _indexed(settings)
    except OSError as error:
        raise BackupError(advice(error, settings.data_dir)) from error
    return Restored(backup, aside, *counted, passages)


@contextmanager
def _alone(settings: Settings) -> Iterator[IndexDirectory]:
    """Hold the data directory; raises IndexLocked where a page or another command uses it."""
    in_use = IndexLocked(f"another article-qa process uses {settings.data_dir}; stop the page and other commands first")
    with ExitStack() as held:
        servers = settings.server_lock, *settings.servers_dir.glob("*.lock")
        for path in (*servers, lock_file(settings.data_dir)):
            lock = FileLock(path)
            try:
                lock.acquire(timeout=LOCK_SECONDS)
            except Timeout:
                raise in_use from None
            held.callback(lock.release)
        index = IndexDirectory.hold(settings)
        held.callback(index.release)
        for path in (settings.library_path, settings.conversations_path):
            if path.exists() and _is_open_elsewhere(path):
                raise in_use
        yield index


def _is_open_elsewhere(path: Path) -> bool:
    """Whether another process has the file open: SQLite lets nobody have it for itself then."""
    try:
        with closing(sqlite3.connect(path, LOCK_SECONDS)) as db:
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        return (getattr(error, "sqlite_errorcode", 0) & 0xFF) == sqlite3.SQLITE_BUSY
    return False


def _stage(backup: Backup, folder: Path) -> None:
    """Copy the files of a backup, and see that they are those that were written."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, digest in backup.digests.items():
        say(f"copying {name}")
        copy = folder / name
        copy.touch(mode=0o600)
        try:
            shutil.copyfile(backup.path / name, copy)
        except FileNotFoundError:
            raise BackupError(f"{backup.path / name} is missing; name another backup") from None
        if sha256(copy) != digest:
            raise BackupError(f"{backup.path / name} is damaged (wrong SHA-256); name another backup")


def _unpack(archive: Path, folder: Path) -> None:
    """Nothing where there is no archive: a backup of an earlier version leaves what is there."""
    if not archive.exists():
        return
    try:
        with tarfile.open(archive) as packed:
            packed.extraction_filter = getattr(tarfile, "data_filter", None)  # Python has none before 3.11.4
            for member in packed:
                if not member.isfile() or not (folder / member.name).resolve().is_relative_to(folder.resolve()):
                    raise tarfile.ExtractError(f"{member.name!r} is no file of an evaluation")
            packed.extractall(folder)
    except tarfile.TarError as error:
        raise BackupError(f"{archive.name} cannot be read ({error}); name another backup") from error


def _require_empty(settings: Settings) -> None:
    kept = Library.open(settings.library), Conversations.open(settings.conversations)
    if any(one.count() for one in kept):
        raise BackupError(
            "the PostgreSQL server holds articles or conversations, which stay: `pg_restore` brings back what `pg_dump`"
            " copied there; to move this backup there name an empty database or schema in ARTICLE_QA_DATABASE_URL"
        )
    for one in kept:
        one.close()


def _bring_in(staged: Settings, settings: Settings) -> None:
    """Articles and conversations into the tables of a server, all of them or none, in place of files."""
    say("copying to the server")
    target = opened(settings.library, schema.LIBRARY)
    with target.writing() as db:
        for path, contents, tables in (
            (staged.library_path, schema.LIBRARY, schema.metadata),
            (staged.conversations_path, conversations.CONTENTS, conversations.TABLES),
        ):
            if path.exists():
                source = SQLiteFile(path, contents)
                copy_rows(source, db, tables)
                source.close()
                path.unlink()
        full_text.index(db).rebuild()
    target.close()


def _swap(staged: Settings, settings: Settings) -> Path | None:
    """Move the present files aside and the staged ones to their places; where the former are now."""
    aside = settings.data_dir / ASIDE / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}"
    for new in (staged.library_path, staged.conversations_path, staged.choice_path, staged.evaluations_dir):
        if not new.exists():
            continue
        place = settings.data_dir / new.name
        for present in (place.with_name(place.name + end) for end in BESIDE):
            if present.exists():
                aside.parent.mkdir(mode=0o700, exist_ok=True)
                aside.mkdir(mode=0o700, exist_ok=True)
                present.rename(aside / present.name)
        new.rename(place)
    return aside if aside.exists() else None


def _bring_users(backup: Backup, settings: Settings) -> None:
    """The users only where there are none: one who was removed since must not come back unseen."""
    if USERS not in backup.digests or settings.auth_file is None:
        return
    if settings.auth_file.exists():
        say(f"the users in {settings.auth_file} are left as they are; those of the backup are in {backup.path / USERS}")
        return
    handle = os.open(settings.auth_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write((backup.path / USERS).read_bytes())


def _indexed(settings: Settings) -> int:
    """Rebuild the index from the vectors that the library keeps; the number of its passages."""
    library = Library.open(settings.library)
    models = library.models()
    passages = 0
    if models:
        index = VectorIndex.rebuild(settings, library, models[0])
        passages = index.count()
        index.close()
    library.close()
    return passages
