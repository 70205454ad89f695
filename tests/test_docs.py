"""What the documents promise exists: commands, options, make targets, settings, files and pictures."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import typer

import app as page
from ingest.cli import app as ingest
from qa.cli.main import app as qa
from qa.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/beyond.md")
PROGRAMS: dict[str, Any] = {"qa": typer.main.get_command(qa), "ingest": typer.main.get_command(ingest)}
PAGE = typer.main.get_command(page.app)
SETTINGS = set(Settings.variables().values())
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def code(document: str) -> Iterator[str]:
    """The lines of code blocks, continued ones joined, and the pieces of code within sentences."""
    text = (ROOT / document).read_text(encoding="utf-8")
    fence = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    for block in fence.findall(text):
        yield from re.sub(r"\\\n\s*", " ", block).splitlines()
    for piece in re.findall(r"`([^`]+)`", fence.sub("", text)):
        yield " ".join(piece.split())


def commands(word: str) -> list[tuple[str, list[str]]]:
    """Each command of the documents that has this word in it, as the words that follow it."""
    found = []
    for document in DOCUMENTS:
        for line in code(document):
            start = re.search(rf"(?:^|[\s/]){word}(?=\s|$)", line)
            if start:
                words = shlex.split(line[start.end() :], comments=True)
                end = next((n for n, w in enumerate(words) if w in ("|", "&&", ";", ">", "&")), len(words))
                found.append((line, words[:end]))
    return found


def assert_known(command: Any, words: list[str], line: str) -> None:
    """Subcommands and options exist; what stands for a value is not looked at."""
    while words and hasattr(command, "commands"):
        name, *words = words
        if name == "--help":
            return
        assert name in command.commands, f"{line}: there is no {name}"
        command = command.commands[name]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    for word in words:
        option = word.strip("[]").split("=")[0]
        if re.fullmatch(r"--?[a-z][\w-]*", option):
            assert option in options, f"{line}: there is no {option}"


def test_the_documents_show_commands_at_all() -> None:
    assert len(commands("python -m")) >= 10
    assert {words[0] for _, words in commands("make") if words} >= {"run", "test"}


@pytest.mark.parametrize(("line", "words"), commands("python -m"))
def test_a_module_that_is_run_exists_with_its_commands_and_options(line: str, words: list[str]) -> None:
    module, *arguments = words
    if module in PROGRAMS:
        assert_known(PROGRAMS[module], arguments, line)
    else:
        assert importlib.util.find_spec(module), f"{line}: there is no module {module}"


@pytest.mark.parametrize(("line", "words"), commands(r"python app\.py"))
def test_the_options_of_the_page_exist(line: str, words: list[str]) -> None:
    assert_known(PAGE, words, line)


@pytest.mark.parametrize(("line", "words"), commands("make"))
def test_a_make_target_exists(line: str, words: list[str]) -> None:
    missing = {word for word in words if "=" not in word} - TARGETS
    assert not missing, f"{line}: the Makefile has no {missing}"


def test_no_command_is_missing_from_the_readme() -> None:
    said = "\n".join(code("README.md"))
    for program, command in PROGRAMS.items():
        for name in command.commands:
            assert re.search(rf"python -m {program} {name}\b", said), f"README.md does not show {program} {name}"


def test_every_setting_stands_in_the_readmes_table_and_no_other_does() -> None:
    rows = re.findall(rf"^\| `({PREFIX}\w+)` \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(SETTINGS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_setting_that_is_mentioned_exists(document: str) -> None:
    mentioned = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", (ROOT / document).read_text(encoding="utf-8")))
    assert mentioned <= SETTINGS


def test_the_defaults_in_the_readmes_table_are_the_defaults() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    given = dict(re.findall(rf"^\| `({PREFIX}\w+)` \| ([^|]+?) \|", text, re.MULTILINE))
    for field in fields(Settings):
        if field.name not in Settings.variables():
            continue
        shown = {None: "none", (): "none", True: "`yes`", False: "`no`"}
        default = shown.get(field.default, f"`{field.default}`".replace(str(Path.home()), "~"))
        assert given[PREFIX + field.name.upper()] == default


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_local_file_that_is_linked_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"", text)
    local = [link.split("#")[0] for pair in links for link in pair if link and "://" not in link]
    missing = [path for path in local if path and not (ROOT / document).parent.joinpath(path).exists()]
    assert missing == []


def folders_and_files() -> list[str]:
    """What CONTRIBUTING's picture of the layout names: the first word of each line, within the folders above it."""
    block = re.search(r"^```text\n(.*?)^```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M | re.S)
    assert block
    found, folders = [], [""]
    for line in block[1].splitlines():
        if name := re.match(r"((?:  )*)([\w./-]+)", line):
            folders = folders[: len(name[1]) // 2 + 1]
            found.append(folders[-1] + name[2])
            folders.append(found[-1])
    return found


@pytest.mark.parametrize("path", folders_and_files())
def test_the_layout_is_what_lies_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_no_module_is_missing_from_the_layout() -> None:
    """A folder lists all of its modules or none; the programs list theirs."""
    listed = folders_and_files()
    folders = {*PROGRAMS, *(str(Path(path).parent) for path in listed if path.endswith(".py"))} - {"."}
    modules = {str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).glob("[!_]*.py")}
    assert sorted(modules - set(listed)) == []
