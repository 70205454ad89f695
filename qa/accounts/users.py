"""Who may sign in: a file of lines `name:hash` that only its owner can read."""

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from qa.accounts.passwords import hashed
from qa.errors import UserError, UserFileError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
SHORTEST = 10  # characters of a password
LONGEST = 1_000


class UserFile:
    """The users; every change of the file is seen at once, so that whoever was removed is out, and read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: tuple[tuple[int, ...], Mapping[str, str]] = (), {}

    def users(self) -> Mapping[str, str]:
        """Name -> hash, nobody where there is no file; raises UserFileError where it cannot be read."""
        try:
            facts = self._path.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise UserFileError(f"{self._path} is no file; see ARTICLE_QA_AUTH_FILE")
            now = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
            if now != self._last[0]:
                self._last = now, self._read()
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise UserFileError(f"cannot read {self._path}: {reason}; see ARTICLE_QA_AUTH_FILE") from error
        return self._last[1]

    def _read(self) -> dict[str, str]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return {name: hashed for name, _, hashed in (line.partition(":") for line in lines) if hashed}

    def add(self, name: str, password: str) -> bool:
        """Add a user or give one a new password; whether the user is new."""
        if not NAME.fullmatch(name):
            raise UserError(f"{name!r} cannot be a name; use letters, digits and . _ @ -")
        if not SHORTEST <= len(password) <= LONGEST:
            raise UserError(f"a password has {SHORTEST} to {LONGEST:,} characters; try a few words in a row")
        made = hashed(password)
        with self._changing() as users:
            is_new = name not in users
            users[name] = made
        return is_new

    def renew(self, name: str, password: str, known: str) -> str:
        """A hash of today's kind in place of `known`, which matched; `known` where the user was changed meanwhile."""
        made = hashed(password)
        with self._changing() as users:
            is_same = users.get(name) == known
            if is_same:
                users[name] = made
        return made if is_same else known

    def remove(self, name: str) -> None:
        """Remove a user, whose sessions end with it."""
        with self._changing() as users:
            if users.pop(name, None) is None:
                raise UserError(f"there is no user {name!r}; see `python -m qa users list`")

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """The users as they are, to be changed by one process at a time; raises UserError."""
        self.users()  # what cannot be read is told as such, before anything is made
        try:
            with FileLock(self._path.with_name(f"{self._path.name}.lock"), mode=0o600):
                users = dict(self.users())
                yield users
                self._write(users)
        except OSError as error:
            raise UserError(f"cannot write {self._path}: {error.strerror}; see ARTICLE_QA_AUTH_FILE") from error

    def _write(self, users: Mapping[str, str]) -> None:
        """In one step, readable by nobody else at any time."""
        handle, draft = tempfile.mkstemp(dir=self._path.parent)  # with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{name}:{value}\n" for name, value in users.items())
        os.replace(draft, self._path)
