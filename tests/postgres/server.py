"""A PostgreSQL cluster in a temporary folder, on a Unix socket there; it can be stopped and started again."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

SUPERUSER, PASSWORD = "postgres", "right & wrong"
MISSING = "needs psycopg and PostgreSQL with initdb and pg_ctl, and as root a user postgres to run it"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, as Debian and others have it; None where there is none that can be used."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if find_spec("psycopg") is None:
        return None
    can_be_used = os.geteuid() != 0 or (_is_user("postgres") and shutil.which("runuser"))
    return next((folder for folder in folders if (folder / "initdb").exists()), None) if can_be_used else None


class Cluster:
    """A running server; each schema of its one database is a library of its own."""

    def __init__(self, folder: Path, bin: Path) -> None:
        self.folder = folder
        self._bin = bin

    def url(self, schema: str, password: str = PASSWORD) -> str:
        options = f"host={quote(str(self.folder), safe='')}&options=-csearch_path%3D{schema}"
        return f"postgresql+psycopg://{SUPERUSER}:{quote(password, safe='')}@/postgres?{options}"

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(
            host=str(self.folder), user=SUPERUSER, password=PASSWORD, dbname="postgres", autocommit=True
        ) as db:
            db.execute(statement)

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=400 -c fsync=off -c shared_buffers=64MB"
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """By `immediate` as if it had been killed: it recovers when it is started again."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-m", mode, "stop")

    def make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            for path in (self.folder, secret):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        access = ("-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}")
        self._run("initdb", "-D", f"{self.folder}/data", "--no-sync", "-E", "UTF8", "--locale=C", *access)

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self._bin / program), *arguments]
        subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)


@contextmanager
def cluster(bin: Path) -> Iterator[Cluster]:
    """A server that runs as long as this is entered."""
    folder = Path(tempfile.mkdtemp(prefix="article-qa-postgres-"))
    folder.chmod(0o711)
    made = Cluster(folder, bin)
    try:
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False
