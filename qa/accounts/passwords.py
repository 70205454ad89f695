"""Passwords are kept as Argon2id hashes; those of earlier versions, by scrypt, count until they are renewed."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher()  # as RFC 9106 advises where memory is scarce: 64 MB
SCRYPT = "scrypt$"  # what a hash by an earlier version begins with; salt and digest follow in Base64
ROUNDS, BLOCK, LANES = 2**15, 8, 3
MEMORY = 64 * 2**20


def hashed(password: str) -> str:
    """A salted hash of a password, in the PHC string format: `$argon2id$v=19$m=65536,t=3,p=4$…`."""
    return HASHER.hash(_secret(password))


def matches(password: str, known: str | None, all_known: Iterable[str]) -> bool:
    """Whether `known` is a hash of the password; None, where there is no such user, matches nothing.

    Takes as long for each of the hashes `all_known` as for None: where some are scrypt's, both are computed.
    """
    secret, is_right = _secret(password), False
    if any(other.startswith(SCRYPT) for other in all_known):
        is_right = _by_scrypt(secret, known or "")
    return _by_argon2(secret, known or "") or is_right


def is_outdated(known: str) -> bool:
    """Whether a hash that matched would be made otherwise today."""
    return known.startswith(SCRYPT) or HASHER.check_needs_rehash(known)


def _by_argon2(secret: bytes, known: str) -> bool:
    try:
        return HASHER.verify(known.encode(), secret)
    except InvalidHashError:
        HASHER.hash(secret)  # takes as long
    except VerificationError:
        pass
    return False


def _by_scrypt(secret: bytes, known: str) -> bool:
    try:
        salt, digest = map(base64.b64decode, known.removeprefix(SCRYPT).split("$"))
    except ValueError:
        salt, digest = bytes(16), b""
    made = hashlib.scrypt(secret, salt=salt, n=ROUNDS, r=BLOCK, p=LANES, maxmem=MEMORY)
    return hmac.compare_digest(made, digest) and known.startswith(SCRYPT)


def _secret(password: str) -> bytes:
    return password.encode("utf-8", "replace")
