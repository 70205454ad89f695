"""Which language model was chosen on the page or by `python -m qa settings`: a private file that never holds a key."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from qa.errors import SettingsError
from qa.storage import disk
from qa.storage.privacy import private_folder

EMBEDDED = "embedded"
LONGEST = 300  # characters of a name, or of all addresses
GIVE_ADDRESS = "model_url: give the server's address, as http://127.0.0.1:11434/v1; several between commas"
_NAME = re.compile(r"[^\s\x00-\x1f\x7f]+")
_OF_PROVIDER = re.compile(r"[A-Za-z][\w-]*:.+")


@dataclass(frozen=True)
class Choice:
    """The embedded model, a provider's as `provider:name`, or what the servers at `model_url` call their own.

    Raises SettingsError, which begins with the name of the part that cannot be used.
    """

    model: str = EMBEDDED
    model_url: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.model) or len(self.model) > LONGEST:
            raise SettingsError(f"model: a name is one word of at most {LONGEST} characters")
        if self.model_url is not None:
            _check_addresses(self.model_url)
        elif self.model != EMBEDDED and not _OF_PROVIDER.fullmatch(self.model):
            raise SettingsError(f"model: say whose it is, as openai:{self.model}; or {EMBEDDED}")


def read_choice(path: Path) -> Choice | None:
    """What was chosen, None where nothing was; raises SettingsError where the file cannot be used."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, getattr(error, "strerror", None) or "it is not UTF-8 text") from error
    try:
        return Choice(**json.loads(text))
    except SettingsError as error:
        raise _broken(path, str(error)) from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(path, "it does not hold what article-qa writes there") from error


def write_choice(path: Path, choice: Choice) -> None:
    """Keep what was chosen, in one step; the defaults need no file. Raises SettingsError where the disk refuses."""
    try:
        if choice == Choice():
            path.unlink(missing_ok=True)
            return
        private_folder(path.parent)
        disk.write_whole(path, f"{json.dumps(asdict(choice), indent=2)}\n", 0o600)
    except OSError as error:
        raise SettingsError(disk.advice(error, path.parent)) from error


def addresses_of(model_url: str) -> list[str]:
    """The servers of one model: their addresses stand between commas or spaces."""
    return list(dict.fromkeys(model_url.replace(",", " ").split()))


def origin_of(model_url: str) -> str:
    """Scheme, host and port: whom an address reaches, or all that several reach, in whatever order they stand."""
    parts = map(urlsplit, addresses_of(model_url))
    return " ".join(sorted({f"{part.scheme}://{part.netloc.rpartition('@')[2]}".lower() for part in parts}))


def _check_addresses(model_url: str) -> None:
    if len(model_url) > LONGEST or not (addresses := addresses_of(model_url)):
        raise SettingsError(GIVE_ADDRESS)
    for address in addresses:
        _check_address(address)


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not _NAME.fullmatch(address):
        raise SettingsError(GIVE_ADDRESS)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError("model_url: give the address alone; a key has a place of its own")


def _broken(path: Path, why: str) -> SettingsError:
    return SettingsError(f"{path} cannot be used ({why}); delete it, and choose the model again")
