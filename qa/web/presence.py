"""A server in its data directory: the only one, found by the command line, with temporary files of its own."""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from qa.errors import SettingsError
from qa.settings import Settings
from qa.storage.disk import advice, refused
from qa.storage.privacy import private_folder

LOCK_SECONDS = 2.0  # a server that is just ending gives way


@contextmanager
def only_server(settings: Settings) -> Iterator[None]:
    """Hold the data directory; raises SettingsError where another server does, or where it cannot be used.

    The lock is the kernel's and ends with the process, however that ends. Nothing of the other server is touched.
    A library on a disk that takes nothing can be read by any number of servers.
    """
    lock = FileLock(settings.server_lock)
    try:
        private_folder(settings.data_dir)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        raise SettingsError(
            f"another server{_where(settings)} uses {settings.data_dir}; stop it, or name another folder in"
            " ARTICLE_QA_DATA_DIR"
        ) from None
    except OSError as error:
        if not (refused(error) and settings.library_path.exists()):
            raise SettingsError(advice(error, settings.data_dir)) from error
        print(f"nothing can be added: {advice(error, settings.data_dir)}", file=sys.stderr)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def temporary_files(settings: Settings) -> Iterator[None]:
    """Keep the temporary files of this process, uploads among them, in a folder that is emptied before and after.

    What a killed server leaves is gone at the next start. To be entered by the only server. Where the disk takes
    nothing they lie where the system has its own.
    """
    folder = settings.temporary_dir.absolute()
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
def announced(settings: Settings, url: str, token: str | None) -> Iterator[None]:
    """Leave the address where the command line finds it, and what lets it in where others must sign in.

    Where the disk takes nothing, the page is served all the same, and commands start models of their own.
    """
    secret = {"token": token} if token else {}
    try:
        settings.server_file.unlink(missing_ok=True)
        with open(os.open(settings.server_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"url": url, "pid": os.getpid(), **secret}, file)
    except OSError as error:
        print(f"commands will not find this page: {advice(error, settings.data_dir)}", file=sys.stderr)
    try:
        yield
    finally:
        with suppress(OSError):
            settings.server_file.unlink(missing_ok=True)


def _where(settings: Settings) -> str:
    try:
        return f" at {json.loads(settings.server_file.read_text())['url']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
