"""A backup keeps gold sets, evaluations and the chosen model, and versions that know of none of these can read it."""

import io
import json
import os
import tarfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.backup import EVALUATIONS, MANIFEST, make
from ingest.restore import restore
from qa.choice import Choice, read_choice, write_choice
from qa.errors import BackupError
from qa.evaluation.gold_sets import GoldSets
from qa.evaluation.runs import Runs
from qa.models.digests import sha256
from qa.settings import Settings
from tests.conftest import fill
from tests.test_evaluation_runs import MEASUREMENT, QUESTIONS, row

pytestmark = pytest.mark.sqlite

CHOSEN = Choice("openai:gpt-5")
YESTERDAY = 1_700_000_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Three articles, a gold set of an earlier day, a run that was measured with it, and a model of choice."""
    fill(settings)
    path = sets(settings).free("mine")
    sets(settings).write(path, QUESTIONS)
    os.utime(path, (YESTERDAY, YESTERDAY))
    kept = runs(settings)
    run = kept.begin(MEASUREMENT)
    kept.end(run, MEASUREMENT, [row(gold) for gold in QUESTIONS], "done")
    write_choice(settings.choice_path, CHOSEN)
    return settings


def sets(settings: Settings) -> GoldSets:
    return GoldSets(settings.evaluations_dir / "all" / "gold")


def runs(settings: Settings) -> Runs:
    return Runs(settings.evaluations_dir / "all" / "runs", settings.report_dir)


def held(settings: Settings) -> tuple[object, ...]:
    kept = runs(settings)
    reports = [(kept.report(run.id), kept.questions(run.id)) for run in kept.all()]
    questions = [sets(settings).read(gold.id) for gold in sets(settings).all()]
    return sets(settings).all(), questions, kept.all(), reports, read_choice(settings.choice_path)


def without(backup: Path, *names: str) -> None:
    """What a version that knew nothing of these files would have written."""
    manifest = json.loads((backup / MANIFEST).read_text())
    for name in names:
        del manifest["digests"][name]
        (backup / name).unlink()
    (backup / MANIFEST).write_text(json.dumps(manifest))


def pretend(backup: Path, member: tarfile.TarInfo) -> None:
    """Put another archive of evaluations in place, with its own digest."""
    with tarfile.open(backup / EVALUATIONS, "w") as packed:
        packed.addfile(member, io.BytesIO(bytes(member.size)))
    manifest = json.loads((backup / MANIFEST).read_text())
    manifest["digests"][EVALUATIONS] = sha256(backup / EVALUATIONS)
    (backup / MANIFEST).write_text(json.dumps(manifest))


def test_what_is_the_users_own_comes_back_to_an_empty_machine(settings: Settings, tmp_path: Path) -> None:
    before = held(settings)
    make(settings, tmp_path / "backups")
    elsewhere = replace(settings, data_dir=tmp_path / "elsewhere")
    assert restore(elsewhere, tmp_path / "backups").aside is None
    assert held(elsewhere) == before
    assert sets(elsewhere).all()[0].kept_at.startswith("2023-11-14T")
    assert elsewhere.choice_path.stat().st_mode & 0o777 == 0o600


def test_what_was_there_is_kept_aside(settings: Settings, tmp_path: Path) -> None:
    before = held(settings)
    make(settings, tmp_path / "backups")
    sets(settings).remove("mine")
    sets(settings).keep("later", QUESTIONS[:1])
    write_choice(settings.choice_path, Choice("ollama:qwen3"))
    changed = held(settings)
    aside = restore(settings, tmp_path / "backups").aside
    assert held(settings) == before
    assert aside
    assert held(replace(settings, data_dir=aside)) == changed


def test_a_backup_of_a_version_before_leaves_them_as_they_are(settings: Settings, tmp_path: Path) -> None:
    backup = make(settings, tmp_path / "backups").path
    without(backup, EVALUATIONS, settings.choice_path.name)
    sets(settings).keep("later", QUESTIONS[:1])
    before = held(settings)
    restore(settings, backup)
    assert held(settings) == before


def test_a_version_before_finds_the_manifest_and_the_files_that_it_expects(settings: Settings, tmp_path: Path) -> None:
    """It takes the facts that it knows, no other, and copies each file by its name into one folder."""
    backup = make(settings, tmp_path / "backups").path
    manifest = json.loads((backup / MANIFEST).read_text())
    assert set(manifest) == {"made_at", "articles", "conversations", "bytes", "digests"}
    assert {path.name for path in backup.iterdir()} == {*manifest["digests"], MANIFEST}
    assert all(path.is_file() and path.stat().st_mode & 0o777 == 0o600 for path in backup.iterdir())


def test_nothing_is_kept_where_there_is_nothing(settings: Settings, tmp_path: Path) -> None:
    write_choice(settings.choice_path, Choice())
    settings.evaluations_dir.rename(tmp_path / "gone")
    assert set(make(settings, tmp_path / "backups").digests) == {"library.sqlite3"}


def test_a_backup_is_whole_while_evaluations_come_and_go(settings: Settings, tmp_path: Path) -> None:
    """Files are replaced by longer and shorter ones, folders removed: no file is half of one and half of another."""
    stop = threading.Event()
    kept = runs(settings)

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            sets(settings).write(
                settings.evaluations_dir / "all" / "gold" / "mine.jsonl", QUESTIONS * (number % 40 + 1)
            )
            kept.remove(kept.begin(MEASUREMENT).id)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [make(settings, tmp_path / str(number)) for number in range(15)]
    finally:
        stop.set()
        worker.join()
    for number, backup in enumerate(made):
        elsewhere = replace(settings, data_dir=tmp_path / f"data{number}")
        restore(elsewhere, backup.path)
        assert len(sets(elsewhere).read("mine")) % len(QUESTIONS) == 0
        assert "done" in [run.state for run in runs(elsewhere).all()]
        assert not list(elsewhere.evaluations_dir.rglob(".*")), "what was only being written is left out"


def linked(name: str, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


@pytest.mark.parametrize(
    "member",
    [tarfile.TarInfo("../../planted"), tarfile.TarInfo("/tmp/planted"), linked("all", "/etc")],
    ids=["above", "absolute", "link"],
)
def test_an_archive_that_reaches_elsewhere_is_refused(
    member: tarfile.TarInfo, settings: Settings, tmp_path: Path
) -> None:
    backup = make(settings, tmp_path / "backups").path
    pretend(backup, member)
    before = held(settings)
    with pytest.raises(BackupError, match=r"evaluations\.tar cannot be read .*; name another backup"):
        restore(settings, backup)
    assert held(settings) == before
    assert not (settings.data_dir / "planted").exists()
    assert not (settings.data_dir / ".restoring").exists()


def test_a_damaged_archive_is_refused_before_anything_is_touched(settings: Settings, tmp_path: Path) -> None:
    backup = make(settings, tmp_path / "backups").path
    os.truncate(backup / EVALUATIONS, 100)
    before = held(settings)
    with pytest.raises(BackupError, match=r"evaluations\.tar is damaged"):
        restore(settings, backup)
    assert held(settings) == before
