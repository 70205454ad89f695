"""A package installed beside ours, if a tiny one, adds a format, a reranker and a model to the real commands."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import ExtensionError
from qa.extensions import FORMATS, extension, installed
from tests.commands import Outcome

ROOT = Path(__file__).parent.parent
MODULE = '''
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from qa.models.reader import Reading

def read(raw):
    """Lines `title|text`, one article each."""
    for number, line in enumerate(raw.data().decode().splitlines(), 1):
        title, text = line.split("|")
        yield raw.row(number, {"id": title.lower(), "title": title, "text": text})

class Shortest:
    def read(self, question, passages):
        return [Reading(-len(passage.text), 0, 0, 0.0) for passage in passages]

class Lazy:
    def read(self, question, passages):
        return []

def shortest(settings):
    return Shortest()

def lazy(settings):
    return Lazy()

def parrot(words, settings):
    return FakeListChatModel(responses=[words])
'''
POINTS = """
[article_qa.formats]
demo = demo_extension:read
broken = no_such_module:read
[article_qa.rerankers]
shortest = demo_extension:shortest
lazy = demo_extension:lazy
[article_qa.models]
parrot = demo_extension:parrot
"""
FERRY = "The Lomond ferry carries 9,300 people a day"
ARTICLES = f"Long|{FERRY}, and the ferry has carried people across the water for years.\nShort|The ferry is small.\n"

Run = Callable[..., Outcome]


def install(folder: Path, name: str = "demo-extension", points: str = POINTS) -> None:
    """As pip would leave it: the module, and beside it what says who it is and what it adds."""
    about = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(points)
    (folder / "demo_extension.py").write_text(MODULE)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A command in a process of its own that finds the package; its files are in `tmp_path`."""
    install(tmp_path / "site")
    (tmp_path / "x.demo").write_text(ARTICLES)

    def command(*arguments: object, **environ: str) -> Outcome:
        known = {"PATH": "/usr/bin:/bin", "HOME": str(Path.home()), "PYTHONPATH": f"{ROOT}:{tmp_path / 'site'}"}
        done = subprocess.run(
            [sys.executable, "-m", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=known | {"ARTICLE_QA_DATA_DIR": str(tmp_path / "data"), "ARTICLE_QA_PORT": "1"} | environ,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return command


@pytest.mark.e2e
def test_a_format_a_reranker_and_a_model_of_another_package_are_used(run: Run) -> None:
    assert run("ingest", "add", "x.demo", "--json").json()["added"] == ["long", "short"]

    def order(reranker: str) -> list[str]:
        outcome = run("qa", "search", "How many people does the ferry carry?", "--json", ARTICLE_QA_RERANKER=reranker)
        return [passage["article_id"] for passage in outcome.json()["passages"]]

    assert order("embedded") == ["long", "short"]
    assert order("shortest") == ["short", "long"]
    asked = run("qa", "ask", "How many people does the ferry carry?", "--json", ARTICLE_QA_MODEL=f"parrot:{FERRY}.")
    assert asked.json()["model"] == f"parrot:{FERRY}."
    assert FERRY in asked.json()["text"]


@pytest.mark.e2e
def test_a_reranker_that_fails_is_named_in_one_line(run: Run) -> None:
    run("ingest", "add", "x.demo")
    outcome = run("qa", "search", "ferry", ARTICLE_QA_RERANKER="lazy")
    assert outcome.code == 1
    assert outcome.err == (
        "error: the reranker lazy of demo-extension 1.0 gave 0 readings of 2 passages; "
        "update or uninstall that package\n"
    )


def test_one_that_cannot_be_loaded_or_read_costs_its_own_files_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.broken").write_text("anything")
    (tmp_path / "b.demo").write_text("no title")
    outcome = run("ingest", "add", "a.broken", "b.demo", "--json")
    assert outcome.code == 1
    assert [failure["error"] for failure in outcome.json()["failed"]] == [
        "the format broken of demo-extension 1.0 cannot be loaded (ModuleNotFoundError: No module named "
        "'no_such_module'); update or uninstall that package",
        "the format demo of demo-extension 1.0 failed (ValueError: not enough values to unpack (expected 2, got 1)); "
        "update or uninstall that package",
    ]


def test_the_doctor_says_what_each_package_brought_and_what_is_broken(run: Run, tmp_path: Path) -> None:
    said = run("qa", "doctor", ARTICLE_QA_MODELS_DIR=str(tmp_path / "none")).out
    lines = [" ".join(line.split()) for line in said.splitlines() if "demo-extension" in line]
    assert [line.partition(" cannot")[0] for line in lines] == [
        "ok extension: format demo of demo-extension 1.0",
        "FAIL extension: the format broken of demo-extension 1.0",
        "ok extension: reranker shortest of demo-extension 1.0",
        "ok extension: reranker lazy of demo-extension 1.0",
        "ok extension: model parrot of demo-extension 1.0",
    ]


def test_two_packages_that_add_the_same_are_both_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("demo-one", "demo-two"):
        install(tmp_path, name)
    monkeypatch.syspath_prepend(tmp_path)
    installed.cache_clear()
    with pytest.raises(ExtensionError, match=r"^the format demo is added by demo-(one|two) 1.0 and demo-"):
        extension(FORMATS, "demo")
    assert extension(FORMATS, "txt") is None
    monkeypatch.undo()
    installed.cache_clear()


def test_help_looks_for_no_extension(run: Run, tmp_path: Path) -> None:
    outcome = run("qa", "--help", PYTHONPROFILEIMPORTTIME="1")
    assert outcome.code == 0
    assert "qa.extensions" not in outcome.err
