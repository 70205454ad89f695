"""The import rules of the design: every module has a level, arrows point down, and few know a library."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [*(ROOT / "qa").rglob("*.py"), *(ROOT / "ingest").rglob("*.py"), ROOT / "app.py"]

# From below; a module imports nothing of a higher level. In the rooms of BY_MODULE, on the path of an answer, each
# module has a place of its own; every other room has one as a whole.
LEVELS = [
    "qa.errors",
    "qa.storage",
    "qa.choice",
    "qa.settings qa.extensions",
    "qa.telemetry",
    "qa.language.numerals qa.language.days qa.language.orders qa.language.markdown qa.language",
    "qa.language.text qa.language.units qa.language.periods",
    "qa.types",
    "qa.language.facts qa.language.enumerations",
    "qa.cli.console",
    "qa.library qa.models qa.accounts",
    "qa.index",
    "ingest",
    "qa.query.question qa.query.dates qa.query.recency qa.query.kinds qa.query.spelling qa.query.languages "
    "qa.query.translation qa.query",
    "qa.query.followups",
    "qa.query.parts",
    "qa.query.query",
    "qa.retrieval.fusion qa.retrieval.hits qa.retrieval",
    "qa.retrieval.retriever",
    "qa.generation.few_shot",
    "qa.generation.excerpts qa.generation.prompts qa.generation.dividing qa.generation.suggestions "
    "qa.generation.languages qa.generation",
    "qa.grounding.claim qa.grounding.values qa.grounding.attribution qa.grounding",
    "qa.grounding.citations",
    "qa.grounding.across qa.grounding.confidence qa.grounding.steps",
    "qa.grounding.verification",
    "qa.grounding.answers",
    "qa.grounding.disagreement",
    "qa.plans.plan",
    "qa.plans.topic qa.plans.salience qa.plans.bearing qa.plans.operands qa.plans.unread",
    "qa.plans.meant",
    "qa.plans.fact qa.plans.greeting qa.plans.catalogue qa.plans.timeline",
    "qa.plans.summary qa.plans.points qa.plans.arithmetic",
    "qa.plans.opinion qa.plans.in_parts qa.plans.named qa.plans.underspecified qa.plans.more",
    "qa.plans",
    "qa.related",
    "qa.answer qa",
    "qa.evaluation",
    "qa.web",
    "qa.cli",
    "qa.__main__ app",
]
LEVEL_OF = {name: level for level, names in enumerate(LEVELS) for name in names.split()}
BY_MODULE = ("qa", "qa.query", "qa.retrieval", "qa.generation", "qa.grounding", "qa.plans", "qa.language")


def name_of(path: Path) -> str:
    """The dotted name of a module; a package has the name of its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FILES}


def level(module: str) -> int | None:
    """None for a module that the list forgot; where each module has its own, the level of the room does not count."""
    room = module.rpartition(".")[0]
    if module in LEVEL_OF or room in BY_MODULE:
        return LEVEL_OF.get(module)
    while room and room not in LEVEL_OF:
        room = room.rpartition(".")[0]
    return LEVEL_OF.get(room) if room not in BY_MODULE else None


@cache
def imports(module: str) -> frozenset[str]:
    """Every module that one imports, wherever in the file it does; of our own those that are meant."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in MODULES else str(node.module) for part in parts}
    return frozenset(found)


def backwards(module: str, imported: str) -> bool:
    """Whether an import runs the wrong way, or from `qa` to `ingest`, which only the web may use."""
    own, other = level(module), level(imported)
    assert own is not None, f"{module} has no level: give it a place in LEVELS"
    assert other is not None, f"{imported} has no level: give it a place in LEVELS"
    reaches = imported.split(".")[0] == "ingest" and module.split(".")[0] == "qa"
    return other > own or (reaches and not module.startswith("qa.web"))


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_has_a_level_and_imports_point_down(module: str) -> None:
    assert level(module) is not None, f"{module} has no level: give it a place in LEVELS"
    ours = imports(module) & MODULES.keys()
    assert [other for other in sorted(ours) if backwards(module, other)] == []


def test_no_import_leads_back_to_where_it_came_from() -> None:
    graph = {module: imports(module) & MODULES.keys() - {"qa", module} for module in MODULES}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' ← '.join(error.args[1])}")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_some_know_gradio_and_the_environment(module: str) -> None:
    if not module.startswith("qa.web") and module != "app":
        assert not any(other.split(".")[0] == "gradio" for other in imports(module)), f"{module} knows Gradio"
    if module != "qa.settings":
        text = MODULES[module].read_text()
        assert "os.environ" not in text, f"{module} reads the environment"
        assert "getenv" not in text, f"{module} reads the environment"


def test_the_rules_would_be_seen_to_be_broken() -> None:
    for forgotten in ("qa.new", "qa.grounding.new", "qa.room.new", "other"):
        assert level(forgotten) is None, forgotten
    assert level("qa.web.new") == LEVEL_OF["qa.web"]
    assert backwards("qa.query.followups", "qa.retrieval.retriever")
    assert backwards("qa.grounding.claim", "qa.grounding.citations")
    assert backwards("qa.answer", "ingest.pipeline"), "although it lies below"
    assert not backwards("qa.web.collect", "ingest.pipeline")


def test_every_name_in_the_list_is_a_module() -> None:
    assert sorted(LEVEL_OF.keys() - MODULES.keys()) == []
