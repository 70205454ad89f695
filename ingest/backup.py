"""A copy of what cannot be made again: library, conversations, users, the chosen model, gold sets and evaluations.

The index can, from the library. Everything in a backup is a file of its own, so that programs of every version read it.
"""

import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.accounts.conversations import CONTENTS, Conversations
from qa.errors import BackupError
from qa.library import Library
from qa.library.schema import LIBRARY
from qa.models.digests import sha256
from qa.models.progress import progress, say
from qa.settings import Settings
from qa.storage.disk import advice, write_whole
from qa.storage.sqlite import SQLiteFile

PREFIX = "article-qa-"
MANIFEST = "backup.json"
USERS = "users"
EVALUATIONS = "evaluations.tar"


@dataclass(frozen=True)
class Backup:
    """A folder with a copy of everything; `digests` has the SHA-256 of each file, `made_at` is ISO 8601, UTC."""

    path: Path
    made_at: str
    articles: int
    conversations: int
    bytes: int
    digests: Mapping[str, str]


def make(settings: Settings, folder: Path) -> Backup:
    """Copy everything into a new folder, dated, inside `folder`, while others read and write.

    Each file is copied as it stands at one moment and checked; the folder gets its name when all is well, and others
    in it are left alone. Raises BackupError, LibraryError and ConversationError.
    """
    _require_files(settings)
    if not settings.library_path.exists():
        raise BackupError(f"there is no library in {settings.data_dir}; is ARTICLE_QA_DATA_DIR the right folder?")
    now = datetime.now(UTC)
    target = folder / f"{PREFIX}{now:%Y-%m-%d-%H%M%S}"
    unfinished = folder / f".{target.name}.{os.getpid()}"
    with _refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        try:
            _copy(SQLiteFile(settings.library_path, LIBRARY), unfinished)
            if settings.conversations_path.exists():
                _copy(SQLiteFile(settings.conversations_path, CONTENTS), unfinished)
            for file, name in ((settings.auth_file, USERS), (settings.choice_path, settings.choice_path.name)):
                if file and file.exists():
                    shutil.copyfile(file, _private(unfinished / name))
            if settings.evaluations_dir.exists():
                _pack(settings.evaluations_dir, _private(unfinished / EVALUATIONS))
            backup = _described(unfinished, now, settings)
            unfinished.rename(target)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return Backup(target, *backup)


def _require_files(settings: Settings) -> None:
    """Raises BackupError where the articles are in no files of ours."""
    if settings.database_url:
        raise BackupError(
            "articles and conversations are on a PostgreSQL server, which has its own tools: `pg_dump --format=custom`"
            " copies them, `pg_restore` brings them back, and then `python -m ingest rebuild` makes the index"
        )


def latest(folder: Path) -> Backup:
    """The backup that a folder is, or the newest of those in it; raises BackupError where there is none."""
    found = [folder, *sorted(folder.glob(f"{PREFIX}*"), reverse=True)]
    path = next((path for path in found if (path / MANIFEST).is_file()), None)
    if path is None:
        raise BackupError(f"there is no whole backup in {folder}; `python -m ingest backup DIR` makes one")
    try:
        facts = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        return Backup(path, **facts)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{path / MANIFEST} cannot be read ({error}); name another backup") from error


def check(settings: Settings) -> tuple[int, int]:
    """How many articles and conversations the files of these settings hold; raises BackupError where one is damaged."""
    library = Library.open(settings.library_path)
    faults, articles, conversations = library.faults(), library.count(), 0
    library.close()
    if settings.conversations_path.exists():
        kept = Conversations.open(settings.conversations_path)
        faults, conversations = faults + kept.faults(), kept.count()
        kept.close()
    if faults:
        raise BackupError(f"what was copied is damaged ({faults[0]}) and not used; `python -m qa doctor` says more")
    return articles, conversations


def _copy(database: SQLiteFile, folder: Path) -> None:
    copy = _private(folder / database.path.name)
    with progress(f"copying {copy.name}", database.path.stat().st_size) as advance:
        database.copy(copy, advance)
    database.close()


def _pack(folder: Path, archive: Path) -> None:
    """Each file as it stands when it is opened; what is only being written, or has just gone, is left out."""
    say(f"copying {folder.name}")
    with tarfile.open(archive, "w") as packed:
        for inner, _, names in os.walk(folder):
            for path in (Path(inner, name) for name in names if not name.startswith(".")):
                with suppress(FileNotFoundError), path.open("rb") as file:
                    member = packed.gettarinfo(arcname=str(path.relative_to(folder)), fileobj=file)
                    packed.addfile(member, file)


def _described(folder: Path, now: datetime, settings: Settings) -> tuple[str, int, int, int, Mapping[str, str]]:
    """The facts of a checked copy, which its manifest keeps: the fields of a Backup beside its path."""
    copied = Settings(data_dir=folder)
    articles, conversations = check(copied)
    for path, contents in ((copied.library_path, LIBRARY), (copied.conversations_path, CONTENTS)):
        if path.exists():
            SQLiteFile(path, contents).seal()
    files = sorted(path for path in folder.iterdir())
    digests = {path.name: sha256(path) for path in files}
    size = sum(path.stat().st_size for path in files)
    facts = (now.isoformat(timespec="seconds"), articles, conversations, size, digests)
    names = ("made_at", "articles", "conversations", "bytes", "digests")
    write_whole(folder / MANIFEST, json.dumps(dict(zip(names, facts, strict=True)), indent=1))
    (folder / MANIFEST).chmod(0o600)
    return facts


def _private(path: Path) -> Path:
    """An empty file that only its owner can read."""
    path.touch(mode=0o600)
    return path


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(f"{advice(error, folder, 'DIR')}; earlier backups are as they were") from error
