"""Who may sign in: a file of lines `name:hash` that only its owner can read."""

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from qa.errors import UserError, UserFileError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
SHORTEST = 10  # characters of a password
LONGEST = 1_000
# scrypt as OWASP advises it: 32 MB and about a third of a second.
ROUNDS, BLOCK, LANES = 2**15, 8, 3
MEMORY = 64 * 2**20


class UserFile:
    """The users; every change of the file is seen at once, so that whoever was removed is out, and read once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._users: Mapping[str, str] = {}
        self._read_as: tuple[int, ...] = ()

    def users(self) -> Mapping[str, str]:
        """Name -> hash, nobody where there is no file; raises UserFileError where it cannot be read."""
        try:
            facts = self._path.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise UserFileError(f"{self._path} is no file; see ARTICLE_QA_AUTH_FILE")
            now = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
            if now != self._read_as:
                self._users, self._read_as = self._read(), now
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise UserFileError(f"cannot read {self._path}: {reason}; see ARTICLE_QA_AUTH_FILE") from error
        return self._users

    def _read(self) -> dict[str, str]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return {name: hashed for name, _, hashed in (line.partition(":") for line in lines) if hashed}

    def add(self, name: str, password: str) -> bool:
        """Add a user or give one a new password; whether the user is new."""
        if not NAME.fullmatch(name):
            raise UserError(f"{name!r} cannot be a name; use letters, digits and . _ @ -")
        if not SHORTEST <= len(password) <= LONGEST:
            raise UserError(f"a password has {SHORTEST} to {LONGEST:,} characters; try a few words in a row")
        users = self.users()
        self._write({**users, name: hashed(password)})
        return name not in users

    def remove(self, name: str) -> None:
        """Remove a user, whose sessions end with it."""
        users = self.users()
        if name not in users:
            raise UserError(f"there is no user {name!r}; see `python -m qa users list`")
        self._write({other: known for other, known in users.items() if other != name})

    def _write(self, users: Mapping[str, str]) -> None:
        """In one step, readable by nobody else at any time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=self._path.parent)  # with mode 0600
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{name}:{value}\n" for name, value in users.items())
            os.replace(draft, self._path)
        except OSError as error:
            raise UserError(f"cannot write {self._path}: {error.strerror}; see ARTICLE_QA_AUTH_FILE") from error


def hashed(password: str) -> str:
    """A salted hash of a password."""
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", *map(_text, (salt, _scrypt(password, salt)))))


def matches(password: str, known: str | None) -> bool:
    """Whether it is the password; takes as long where there is no such user."""
    kind, _, rest = (known or UNKNOWN).partition("$")
    try:
        salt, digest = map(base64.b64decode, rest.split("$"))
    except ValueError:
        return False
    return hmac.compare_digest(_scrypt(password, salt), digest) and kind == "scrypt" and known is not None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=ROUNDS, r=BLOCK, p=LANES, maxmem=MEMORY)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


UNKNOWN = f"scrypt${_text(bytes(16))}${_text(bytes(64))}"
