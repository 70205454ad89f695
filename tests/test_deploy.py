"""The files to start from: what they name exists, what they run is confined, and their processes start by hand."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import yaml
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.library import Library
from qa.models.cores import Urgency
from qa.models.manifest import LANGUAGE_MODEL
from qa.settings import PREFIX, Settings
from qa.telemetry.metrics import Metrics
from qa.web.engine import ASKS, Engine
from qa.web.metrics import Gauges
from qa.web.scheduler import Queue
from tests import provider_server
from tests.test_docs import PAGE, PROGRAMS, ROOT, assert_known
from tests.test_web_api import wait_until
from tests.webserver import free_port

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = ("compose.yaml", "compose.scale.yaml")
PROXY_KEY = "a-key-of-the-proxy"
MANIFESTS = ("deploy/kubernetes.yaml",)
STARTED = 120.0  # seconds, on a machine that has much else to do


def composed(name: str) -> dict[str, Any]:
    """A file of Docker Compose with the secrets that it asks for, and its own defaults for the rest."""
    text = re.sub(r"\$\{\w+:\?[^}]*\}", PROXY_KEY, (ROOT / name).read_text())
    return dict(yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)))


SERVICES = {(name, service): facts for name in COMPOSE for service, facts in composed(name)["services"].items()}
OURS = {key: facts for key, facts in SERVICES.items() if facts["image"] == "article-qa"}


def containers(name: str) -> list[dict[str, Any]]:
    """Every container of a Kubernetes file."""
    pods = [
        one["spec"]["template"]["spec"]
        for one in yaml.safe_load_all((ROOT / name).read_text())
        if one["kind"] == "Deployment"
    ]
    return [container for pod in pods for container in (*pod.get("initContainers", ()), *pod["containers"])]


CONTAINERS = [container for name in MANIFESTS for container in containers(name)]


def given(container: dict[str, Any]) -> dict[str, str]:
    """Its variables."""
    pairs = container.get("env") or container.get("environment") or {}
    return {p["name"]: p["value"] for p in pairs} if isinstance(pairs, list) else dict(pairs)


def commands() -> list[list[str]]:
    """Every command of ours that a file runs, as words."""
    found = [json.loads(words) for words in re.findall(r"^(?:HEALTHCHECK .*)?CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]
    found += [facts["command"] for facts in OURS.values() if "command" in facts]
    for container in CONTAINERS:
        found += [container["command"]] if "command" in container else []
        found += [
            probe["exec"]["command"] for probe in container.values() if isinstance(probe, dict) and "exec" in probe
        ]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_what_is_run_is_a_command_of_ours(words: list[str]) -> None:
    python, dash, module, *rest = words
    assert (python, dash) == ("python", "-m")
    assert_known(PAGE if module == "app" else PROGRAMS[module], rest, " ".join(words))


@pytest.mark.parametrize("container", [*OURS.values(), *CONTAINERS], ids=lambda facts: facts.get("name", ""))
def test_what_is_set_is_a_setting_and_can_be_used(container: dict[str, Any]) -> None:
    ours = {name: value for name, value in given(container).items() if name.startswith(PREFIX)}
    assert ours.keys() <= set(Settings.variables().values())
    settings = Settings.from_env(ours)
    assert all(settings.origins[name] == "environment" for name in settings.origins)
    if settings.host == "0.0.0.0":
        assert settings.auth_file == Path("/data/users"), "who reaches it from outside signs in"


def test_the_image_sets_what_it_has_folders_for_and_runs_as_nobody_in_particular() -> None:
    folders = dict(re.findall(rf"({PREFIX}\w+)=(/\w+)", DOCKERFILE))
    assert folders == {"ARTICLE_QA_DATA_DIR": "/data", "ARTICLE_QA_MODELS_DIR": "/models"}
    assert 'VOLUME ["/data", "/models"]' in DOCKERFILE
    assert re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE) == [("10001", "10001")]
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {word for words in copied for word in words.split()}
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert all((ROOT / source).exists() for source in sources)
    assert {line[1:] for line in ignored if line.startswith("!")} == sources


def test_the_proxy_is_known_by_the_one_address_that_web_processes_see() -> None:
    scale = composed("compose.scale.yaml")
    proxy, web = scale["services"]["proxy"]["networks"], scale["services"]["web1"]
    assert set(proxy) & set(web["networks"]) == {"inside"}
    assert web["environment"]["ARTICLE_QA_TRUSTED_PROXIES"] == proxy["inside"]["ipv4_address"]
    assert scale["networks"]["inside"]["internal"] is True
    for service in ("chroma", "llm", "postgres"):
        assert scale["services"][service]["networks"] == ["inside"]


@pytest.mark.parametrize(("name", "service"), SERVICES)
def test_a_service_can_do_no_more_than_it_must(name: str, service: str) -> None:
    facts = SERVICES[name, service]
    assert facts["read_only"] is True
    assert facts["cap_drop"] == ["ALL"]
    assert facts["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "network_mode", "pid"} & facts.keys()
    assert all(port.startswith("127.0.0.1:") for port in facts.get("ports", [])), "nothing listens outside unasked"
    assert set(facts.get("cap_add", [])) <= {"NET_BIND_SERVICE"}


def test_a_pod_can_do_no_more_than_it_must() -> None:
    for container in CONTAINERS:
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert "memory" in container["resources"]["limits"]


def test_the_servers_of_others_are_those_that_are_tested_here() -> None:
    pins = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    scale = composed("compose.scale.yaml")["services"]
    assert scale["chroma"]["image"] == f"chromadb/chroma:{pins['chromadb']}"
    served = re.search(r"--model /models/(\S+)/(\S+)", scale["llm"]["command"])
    assert served
    assert served[1] == LANGUAGE_MODEL.name
    assert served[2] in {file.path for file in LANGUAGE_MODEL.files}
    named = set(re.findall(r"https?://(\w+):|@(\w+)/", str(scale["web1"]["environment"])))
    assert {name for either in named for name in either if name} == {"chroma", "llm", "postgres"} < scale.keys()
    assert set(re.findall(r"(\w+):7860", (ROOT / "deploy/Caddyfile").read_text())) <= scale.keys()


def test_every_metric_of_the_dashboard_and_of_the_documents_is_there_and_no_other_is(library: Library) -> None:
    metrics = Metrics()
    metrics.registry.register(
        Gauges(cast("Engine", Standing(library)), {"questions": Queue("q", ASKS, Urgency.ANSWER)})
    )
    there = {family.name for family in metrics.registry.collect()}
    dashboard = (ROOT / "deploy/grafana.json").read_text()
    assert named(" ".join(expressions(json.loads(dashboard)))) <= there
    ours = {name for name in there if name.startswith("article_qa_")}
    assert named((ROOT / "docs/beyond.md").read_text()) == ours


@dataclass
class Standing:
    """An engine as far as its gauges look at it."""

    library: Library
    ready: bool = True


def named(text: str) -> set[str]:
    """The metrics that a text names."""
    found = re.findall(r"\b(?:article_qa|process|python)_[a-z_]*[a-z]", text)
    return {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in found}


def expressions(value: Any) -> Iterator[str]:
    """All queries of a dashboard."""
    if isinstance(value, dict):
        yield from (text for key in ("expr", "query") if isinstance(text := value.get(key), str))
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from expressions(part)


@pytest.mark.parametrize(
    "words",
    [
        ["hadolint", "Dockerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSE],
        ["kubernetes-validate", "--strict", "--quiet", *MANIFESTS],
        ["caddy", "validate", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"],
    ],
    ids=lambda words: words[0],
)
def test_linters_find_nothing(words: list[str]) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    program = shutil.which(words[0], path=path)
    if program is None:
        pytest.skip(f"{words[0]} is not installed")
    checked = subprocess.run([program, *words[1:]], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", COMPOSE)
def test_a_web_process_starts_with_the_settings_of_the_file(name: str, tmp_path: Path) -> None:
    """But for its addresses: folders and ports are free ones of this machine, and so is the language model; library and
    index are files.
    """
    service = "web" if name == "compose.yaml" else "web1"
    port, metrics = free_port(), free_port()
    with provider_server.serving(FakeListChatModel(responses=["In 1931."])) as model:
        ours = given(OURS[name, service])
        there = {
            f"{PREFIX}DATA_DIR": str(tmp_path),
            f"{PREFIX}AUTH_FILE": str(tmp_path / "users"),
            f"{PREFIX}HOST": "127.0.0.1",
            f"{PREFIX}PORT": str(port),
            f"{PREFIX}MODEL_URL": model.url,
        }
        there |= {f"{PREFIX}METRICS": f"127.0.0.1:{metrics}"} if f"{PREFIX}METRICS" in ours else {}
        for elsewhere in ("CHROMA_URL", "DATABASE_URL"):
            ours.pop(f"{PREFIX}{elsewhere}", None)
        environment = {**os.environ, **ours, **there}
        server = subprocess.Popen(
            [sys.executable, "-m", "app"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: alive(url) or server.poll() is not None, STARTED)
            assert httpx.get(f"{url}/api/articles", trust_env=False).status_code == 401
            assert httpx.get(f"{url}/readyz", trust_env=False).status_code == 401
            if f"{PREFIX}METRICS" in ours:
                wait_until(lambda: ready(environment) or server.poll() is not None, STARTED)
                assert "article_qa_ready 1.0" in httpx.get(f"http://127.0.0.1:{metrics}/metrics", trust_env=False).text
                key = {"Authorization": f"Bearer {PROXY_KEY}"}
                assert httpx.get(f"{url}/readyz", headers=key, trust_env=False).status_code == 200
        finally:
            server.terminate()
            said = server.communicate(timeout=60)[0].decode()
    assert server.returncode == 0, said
    assert "Traceback" not in said


def alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def ready(environment: dict[str, str]) -> bool:
    """By the command of the health checks."""
    return (
        subprocess.run([sys.executable, "-m", "qa", "ready"], cwd=ROOT, env=environment, capture_output=True).returncode
        == 0
    )
