"""Hashes of passwords: Argon2id's, those that an earlier version made by scrypt, and what is no hash at all."""

import time

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles

from qa.accounts import passwords
from qa.accounts.passwords import hashed, is_outdated, matches
from tests.conftest import QUICK

OLD = (  # made by an earlier version from "first password"
    "scrypt$0HyDpERl2N14UdKLRJ3mvg==$"
    "HFcYF95MPo9QSJGuomyC4dY5PKcmt/iRGY3toBYkMZmf+uYfFB95y12xlCEO3Z+Wx6KGsDogDe7KEtwZBbrd+w=="
)


def test_a_password_matches_its_own_hash_only() -> None:
    known = hashed("correct horse")
    assert "correct" not in known
    assert hashed("correct horse") != known
    assert matches("correct horse", known, [known])
    assert not matches("correct house", known, [known])
    assert not is_outdated(known)


def test_it_is_hashed_as_rfc_9106_advises() -> None:
    assert extract_parameters(hashed("correct horse")) == profiles.RFC_9106_LOW_MEMORY


def test_an_old_hash_counts_and_is_outdated() -> None:
    assert matches("first password", OLD, [OLD])
    assert not matches("first passwort", OLD, [OLD])
    assert is_outdated(OLD)
    assert is_outdated(QUICK.hash("first password"))


@pytest.mark.parametrize(
    "known",
    [
        *(None, "", "plain text", "é", "scrypt$", "scrypt$AA==", "scrypt$AA==$AA==$AA==", "md5$AA==$AA=="),
        *("$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AA$AA", f"md5{OLD.removeprefix('scrypt')}"),
    ],
)
def test_what_is_no_hash_matches_nothing(monkeypatch: pytest.MonkeyPatch, known: str | None) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    monkeypatch.setattr(passwords, "ROUNDS", 2)
    for password in ("", "plain text", "first password"):
        assert not matches(password, known, [OLD, known or ""])


def test_any_text_can_be_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    for password in ("", "\0\0", "pass\ud800word", "ж" * 100_000):
        assert matches(password, hashed(password), ())


@pytest.mark.parametrize("kinds", [("argon2",), ("argon2", "scrypt"), ("scrypt",)])
def test_each_name_takes_as_long(monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...]) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=2**14, parallelism=1))
    monkeypatch.setattr(passwords, "ROUNDS", 2**11)
    hashes = {"argon2": hashed("first password"), "scrypt": OLD}
    all_known = [hashes[kind] for kind in kinds]

    def seconds(known: str | None) -> float:
        """Of the processors' time, so that others on this machine do not count."""
        before = time.process_time()
        matches("a wrong password", known, all_known)
        return time.process_time() - before

    taken = [min(seconds(known) for _ in range(5)) for known in (None, "", *all_known)]
    assert max(taken) < 1.4 * min(taken)
