"""All settings: from ARTICLE_QA_* variables, else as saved, else the defaults; only this reads the environment."""

import ipaddress
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from qa.choice import EMBEDDED as EMBEDDED
from qa.choice import Choice, read_choice
from qa.errors import SettingsError
from qa.storage.places import Place, Server

PREFIX = "ARTICLE_QA_"
UNCHOSEN = asdict(Choice())  # what is saved in the data directory; a variable for one part of it is for all
LOGS = ("text", "json")
SWITCHES = frozenset({"allow_private_addresses", "log_texts"})
DRIVER = "postgresql+psycopg://"
YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

# No library calls home, whatever the shell says, so these are set, not proposed. Each is read when its library is
# imported, or later; `qa/__init__.py` has them set before any is.
QUIET = {
    "ANONYMIZED_TELEMETRY": "False",  # chromadb
    "DO_NOT_TRACK": "1",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",  # would tell the addresses of requests, also where traces are asked for
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",  # huggingface_hub, transformers, hf_xet
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime
    "OTEL_SDK_DISABLED": "true",  # opentelemetry, which fastapi and chromadb use
    "RAY_USAGE_STATS_ENABLED": "0",
}
os.environ.update(QUIET)
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # it writes to the terminal; the lines that matter are ours

Origin = Literal["environment", "saved"]


@dataclass(frozen=True)
class Settings:
    """Where things are kept, which models answer, and where the page is served."""

    data_dir: Path = Path("data")
    models_dir: Path = Path.home() / ".cache" / "article-qa"
    model: str = EMBEDDED
    model_url: str | None = None
    embeddings: str = EMBEDDED
    reranker: str = EMBEDDED
    chroma_url: str | None = None
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 7860
    allow_private_addresses: bool = False
    auth_file: Path | None = None
    api_keys: str | None = field(default=None, repr=False)
    trusted_proxies: tuple[str, ...] = ()  # as networks: 10.0.0.1/32
    metrics: str | None = None  # as host:port
    traces: str | None = None
    log: str = "text"  # or json
    log_texts: bool = False
    origins: Mapping[str, Origin] = field(default_factory=dict, repr=False, compare=False)  # of what is no default

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Settings from the environment, and the model that was saved where it names none.

        Raises SettingsError where a value cannot be used.
        """
        given = {
            name: environ[variable].strip()
            for name, variable in cls.variables().items()
            if environ.get(variable, "").strip()
        }
        origins: dict[str, Origin] = dict.fromkeys(given, "environment")
        port = given.pop("port", str(cls.port))
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SettingsError(f"{PREFIX}PORT must be a number from 1 to 65535, not {port!r}")
        if (log := given.pop("log", cls.log)) not in LOGS:
            raise SettingsError(f"{PREFIX}LOG must be {' or '.join(LOGS)}, not {log!r}")
        metrics = given.pop("metrics", None)
        if not given.get("traces", "http://").startswith(("http://", "https://")):
            raise SettingsError(f"{PREFIX}TRACES must be the address of a collector such as http://127.0.0.1:4318")
        if not given.get("database_url", DRIVER).startswith(DRIVER):
            raise SettingsError(f"{PREFIX}DATABASE_URL must begin with {DRIVER}, as in {DRIVER}user:password@host/name")
        proxies = tuple(map(_network, given.pop("trusted_proxies", "").replace(",", " ").split()))
        values: dict[str, Any] = {
            name: Path(value).expanduser() if name.endswith(("_dir", "_file")) else value
            for name, value in given.items()
        }
        values |= {name: _yes(name, given[name]) for name in SWITCHES & given.keys()}
        values |= {"port": int(port), "trusted_proxies": proxies, "log": log}
        values |= {"metrics": _address(metrics) if metrics else None}
        settings = cls(**values, origins=origins)
        saved = None if given.keys() & UNCHOSEN.keys() else read_choice(settings.choice_path)
        return settings.choosing(saved) if saved else settings

    @classmethod
    def variables(cls) -> dict[str, str]:
        """The variable of each setting."""
        return {name: PREFIX + name.upper() for name in cls.__dataclass_fields__ if name != "origins"}

    @property
    def fixed_by(self) -> str:
        """The variable that fixes the model; empty where it can be chosen."""
        return next((self.variables()[name] for name in UNCHOSEN if self.origins.get(name) == "environment"), "")

    def choosing(self, choice: Choice) -> "Settings":
        """The same with the model that was chosen."""
        others = {name: origin for name, origin in self.origins.items() if name not in UNCHOSEN}
        saved: dict[str, Origin] = {name: "saved" for name, value in asdict(choice).items() if value != UNCHOSEN[name]}
        return replace(self, **asdict(choice), origins=others | saved)

    @property
    def choice_path(self) -> Path:
        """Holds the model that was chosen on the page or by `python -m qa settings`."""
        return self.data_dir / "settings.json"

    @property
    def metrics_at(self) -> tuple[str, int]:
        """Where metrics are served, if they are: address and port."""
        host, _, port = (self.metrics or ":0").rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def library_path(self) -> Path:
        return self.data_dir / "library.sqlite3"

    @property
    def conversations_path(self) -> Path:
        return self.data_dir / "conversations.sqlite3"

    @property
    def sessions_path(self) -> Path:
        return self.data_dir / "sessions.sqlite3"

    @property
    def library(self) -> Place:
        """Where the library is kept, whatever keeps it."""
        return self._place(self.library_path)

    @property
    def conversations(self) -> Place:
        """Where the conversations are kept, whatever keeps them."""
        return self._place(self.conversations_path)

    @property
    def sessions(self) -> Place:
        """Where it is kept who is signed in, whatever keeps it."""
        return self._place(self.sessions_path)

    def _place(self, file: Path) -> Place:
        return Server(self.database_url, self.data_dir) if self.database_url else file

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def report_dir(self) -> Path:
        """Where the page looks for the latest evaluation."""
        return self.data_dir / "report"

    @property
    def evaluations_dir(self) -> Path:
        """Gold sets and evaluations that were made on the page."""
        return self.data_dir / "evaluations"

    @property
    def server_file(self) -> Path:
        """Holds the address of the first running page, so that the command line can talk to it."""
        return self.data_dir / "server.json"

    @property
    def server_lock(self) -> Path:
        """Held by the first server of a data directory, for as long as it runs."""
        return self.data_dir / "server.lock"

    @property
    def servers_dir(self) -> Path:
        """The same files of the second server and those after it, which share a Chroma server."""
        return self.data_dir / "servers"

    @property
    def temporary_dir(self) -> Path:
        """What a running server needs for a while only; deleted at its next start, so its name is nobody else's."""
        return self.data_dir / "article-qa-temporary"


@contextmanager
def speaking() -> Iterator[None]:
    """Let what is made within send traces, as the user asked; what others make before and afterwards does not."""
    silence = os.environ.pop("OTEL_SDK_DISABLED")
    try:
        yield
    finally:
        os.environ["OTEL_SDK_DISABLED"] = silence


def variable(name: str) -> str:
    """A variable that is no setting of ours, such as a provider's for its key; empty where it is not set."""
    return os.environ.get(name, "").strip()


def _yes(name: str, value: str) -> bool:
    if value.lower() not in YES_OR_NO:
        raise SettingsError(f"{PREFIX}{name.upper()} must be yes or no, not {value.lower()!r}")
    return YES_OR_NO[value.lower()]


def _address(address: str) -> str:
    """An address with its port, as it was given."""
    host, _, port = address.rpartition(":")
    with suppress(ValueError):
        kind = type(ipaddress.ip_address(host.strip("[]")))
        if port.isdecimal() and int(port) < 65536 and host.startswith("[") == (kind is ipaddress.IPv6Address):
            return address
    raise SettingsError(f"{PREFIX}METRICS must be an address and a port such as 127.0.0.1:9464, not {address!r}")


def _network(address: str) -> str:
    try:
        return str(ipaddress.ip_network(address, strict=False))
    except ValueError:
        raise SettingsError(
            f"{PREFIX}TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, not {address!r}"
        ) from None
