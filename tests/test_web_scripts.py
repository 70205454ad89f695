"""The scripts of the page fit together: one name that a module lacks, and the browser runs none that needs it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.web import texts as module

STATIC = Path(module.__file__).parent / "static"
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js"))}
NAMES = r"\{([^}]*)\}"
IMPORT = re.compile(rf'^import (?:{NAMES} from )?"\./([\w-]+\.js)";$', re.MULTILINE)
LATER = re.compile(rf'const {NAMES} = await import\("\./([\w-]+\.js)"\)')
DECLARED = r"(?:async )?(?:function\*?|const|let|class) (\w+)\b"
EXPORT = re.compile(rf"^export {DECLARED}", re.MULTILINE)
LISTED = re.compile(rf"^export {NAMES};$", re.MULTILINE)


def sides(names: str, sign: str = " as ") -> Iterator[tuple[str, str]]:
    """Of `a, b as c`: what each is called there and here."""
    for name in filter(None, (name.strip() for name in names.split(","))):
        there, _, here = name.partition(sign)
        yield there.strip(), (here or there).strip()


def imported(script: str) -> list[tuple[str, str, str]]:
    """The modules that a script imports from, with each name there and here; "" where it wants no name."""
    found = [(file, *side) for names, file in IMPORT.findall(script) for side in list(sides(names)) or [("", "")]]
    return found + [(file, *side) for names, file in LATER.findall(script) for side in sides(names, ":")]


def exported(script: str) -> set[str]:
    return {*EXPORT.findall(script), *(here for names in LISTED.findall(script) for _, here in sides(names))}


def unread(script: str) -> list[str]:
    """The beginnings of imports and exports in a form that is not read here."""
    begun = list(re.finditer(r"^(?:import|export)\b.*|\bimport\(.*", script, re.MULTILINE))
    read = [m.span() for form in (IMPORT, LATER, EXPORT, LISTED) for m in form.finditer(script)]
    return [m[0] for m in begun if not any(start <= m.start() < end for start, end in read)]


def missing(scripts: dict[str, str]) -> list[str]:
    """Each name that one script imports and the other does not export."""
    exports = {name: exported(script) | {""} for name, script in scripts.items()}
    wanted = [(name, *one) for name, script in scripts.items() for one in imported(script)]
    return [f"{there} of {file} in {name}" for name, file, there, _ in wanted if there not in exports.get(file, ())]


def test_every_name_that_is_imported_is_exported() -> None:
    assert missing(SCRIPTS) == []
    assert sum(len(imported(script)) for script in SCRIPTS.values()) > 100


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_import_and_export_is_read(name: str) -> None:
    assert unread(SCRIPTS[name]) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_imported_is_used_and_declared_only_once(name: str) -> None:
    script = SCRIPTS[name]
    rest = LATER.sub("", IMPORT.sub("", script))
    declared = re.findall(rf"^(?:export )?{DECLARED}", script, re.MULTILINE)
    for _, there, here in imported(script):
        assert not there or re.search(rf"\b{here}\b", rest), f"{here} is not used"
        assert here not in declared, f"{here} is declared again, which the browser refuses"


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_exported_is_imported_somewhere(name: str) -> None:
    wanted = {there for script in SCRIPTS.values() for file, there, _ in imported(script) if file == name}
    assert exported(SCRIPTS[name]) <= wanted


@pytest.mark.parametrize(
    ("line", "lacks"),
    [
        ('import { make } from "./tools.js";', []),
        ('import { make, tell as say } from "./tools.js";', []),
        ('import {\n  make,\n  tell,\n} from "./tools.js";', []),
        ('import "./tools.js";', []),
        ('import { make, write } from "./tools.js";', ["write of tools.js in page.js"]),
        ('import { make as write } from "./tols.js";', ["make of tols.js in page.js"]),
        ('import "./tols.js";', [" of tols.js in page.js"]),
        ('import { hidden } from "./tools.js";', ["hidden of tools.js in page.js"]),
        ('import { inner } from "./tools.js";', ["inner of tools.js in page.js"]),
        ('  const { outer: mine, gone } = await import("./tools.js");', ["gone of tools.js in page.js"]),
    ],
)
def test_a_name_that_is_missing_is_found(line: str, lacks: list[str]) -> None:
    tools = "export const make = 1;\nexport async function* tell() {}\nconst hidden = 2, inner = 3;\n"
    tools += "export { inner as outer };\n"
    assert missing({"page.js": line, "tools.js": tools}) == lacks
    assert unread(line) == unread(tools) == []


@pytest.mark.parametrize(
    "line",
    [
        'import all from "./tools.js";',
        'import * as all from "./tools.js";',
        "export default make;",
        "export const { a, b } = both;",
        'export * from "./tools.js";',
        'void import("./tools.js");',
    ],
)
def test_a_form_that_is_not_read_is_told(line: str) -> None:
    assert unread(line)
