"""The import rules of the design: arrows point one way, and only the rooms meant for it know a library."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = [*(ROOT / "qa").rglob("*.py"), *(ROOT / "ingest").rglob("*.py"), ROOT / "app.py"]
FROM_INGEST = {"ingest", "library", "index", "models", "types", "settings", "errors", "console", "disk", "database"} | {
    "conversations",
    "schema",
}
LAYERS = [
    {"settings", "errors", "disk", "privacy", "database", "numerals", "text", "days", "fusion", "question", "orders"},
    {"types", "schema", "dates"},
    {"models", "library"},
    {"index"},
    {"retrieve"},
]


def imports(path: Path) -> set[str]:
    """Every module a file imports, wherever in the file it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {
                f"{node.module}.{alias.name}" if node.module == "qa" else str(node.module) for alias in node.names
            }
    return found


def room(module: str) -> str:
    """`qa.models.chat` stands in the room `models`."""
    return module.split(".")[1] if "." in module else module


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    relative = path.relative_to(ROOT)
    modules = imports(path)
    ours = {room(m) for m in modules if m.startswith(("qa.", "ingest"))}
    if relative.parts[0] == "ingest":
        allowed = FROM_INGEST | {p.stem for p in (ROOT / "ingest").rglob("*")}
        assert ours <= allowed, f"{relative} imports {ours - allowed}"
    elif relative.parts[0] == "qa" and relative.parts[1] != "web":
        assert not any(m.startswith("ingest") for m in modules), f"{relative} imports ingest"
        assert "web" not in ours, f"{relative} imports the web"
        level = next(
            (i for i, layer in enumerate(LAYERS) if room(f"qa.{relative.parts[1].removesuffix('.py')}") in layer), None
        )
        if level is not None:
            below = set().union(*LAYERS[: level + 1])
            assert ours <= below | {"console"}, f"{relative} imports {ours - below} from above"
    if relative.parts[:2] != ("qa", "web") and relative.name != "app.py":
        assert not any(m.split(".")[0] == "gradio" for m in modules), f"{relative} knows Gradio"
    if relative.name != "settings.py":
        assert "os.environ" not in path.read_text(), f"{relative} reads the environment"
        assert "getenv" not in path.read_text(), f"{relative} reads the environment"
