"""A server in its data directory: found by the command line, with files of its own beside those of others."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import SettingsError
from qa.settings import Settings
from qa.storage.disk import advice, refused
from qa.storage.privacy import private_folder

LOCK_SECONDS = 2.0  # a server that is just ending gives way
MOST = 64  # servers of one data directory


@dataclass(frozen=True)
class Seat:
    """The files of one server: `lock` is held as long as it runs, `address` tells where it is."""

    lock: Path
    address: Path
    temporary: Path


def seats(settings: Settings) -> Iterator[Seat]:
    """Those of a data directory. An index in it can be used by one process; one on a server by all."""
    yield Seat(settings.server_lock, settings.server_file, settings.temporary_dir)
    if settings.chroma_url:
        for number in range(2, MOST + 1):
            folder = settings.servers_dir
            yield Seat(folder / f"{number}.lock", folder / f"{number}.json", folder / f"{number}.temporary")


@contextmanager
def seated(settings: Settings) -> Iterator[Seat]:
    """Hold a seat; raises SettingsError where other servers have them all, or where the directory cannot be used.

    The lock is the kernel's and ends with the process, however that ends. Nothing of the other servers is touched.
    A library on a disk that takes nothing can be read by any number of servers.
    """
    lock, seat = None, next(seats(settings))
    try:
        lock, seat = _free(settings)
    except OSError as error:
        if not (refused(error) and settings.library_path.exists()):
            raise SettingsError(advice(error, settings.data_dir)) from error
        print(f"nothing can be added: {advice(error, settings.data_dir)}", file=sys.stderr)
    try:
        yield seat
    finally:
        if lock:
            lock.release()


def _free(settings: Settings) -> tuple[FileLock, Seat]:
    for seat in seats(settings):
        private_folder(seat.lock.parent)
        lock = FileLock(seat.lock)
        with suppress(Timeout):
            lock.acquire(timeout=0 if settings.chroma_url else LOCK_SECONDS)
            return lock, seat
    raise SettingsError(
        f"another server{_where(settings)} uses {settings.data_dir}; stop it, or name another folder in"
        " ARTICLE_QA_DATA_DIR"
    )


@contextmanager
def temporary_files(seat: Seat) -> Iterator[None]:
    """Keep the temporary files of this process, uploads among them, in a folder that is emptied before and after.

    What a killed server leaves is gone when the next one takes its seat. Where the disk takes nothing they lie where
    the system has its own.
    """
    folder = seat.temporary.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    try:
        private_folder(folder)
    except OSError as error:
        if not refused(error):
            raise
        yield
        return
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def announced(seat: Seat, url: str, token: str | None) -> Iterator[None]:
    """Leave the address where the command line finds it, and what lets it in where others must sign in.

    Where the disk takes nothing, the page is served all the same, and commands start models of their own.
    """
    secret = {"token": token} if token else {}
    try:
        seat.address.unlink(missing_ok=True)
        with open(os.open(seat.address, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"url": url, "pid": os.getpid(), **secret}, file)
    except OSError as error:
        print(f"commands will not find this page: {advice(error, seat.address.parent)}", file=sys.stderr)
    try:
        yield
    finally:
        with suppress(OSError):
            seat.address.unlink(missing_ok=True)


def _where(settings: Settings) -> str:
    try:
        return f" at {json.loads(settings.server_file.read_text())['url']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
