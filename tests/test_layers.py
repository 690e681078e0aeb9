"""No import points outward: the layers of docs/map.md, read from the source itself."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FREE = {"__init__", "cli", "serve", "demo", "logs"}
"""Modules that wire the others together."""
MAY_IMPORT = {
    "domain": set(),
    "db": {"planner"},
    "planner": set(),
    "extensions": set(),
    "turns": set(),
    "web_process": set(),
    "models": {"db", "domain"},
    "actions": {"db", "domain", "models"},
    "wire": {"actions", "db", "domain", "models"},
    "connectors": {"domain"},
    "forms": {"actions", "connectors", "db", "domain", "models"},
    "web": {"actions", "models", "domain", "forms", "db", "extensions", "connectors", "jobs", "wire"},
    "api": {"actions", "connectors", "models", "domain", "db", "extensions", "wire"},
    "jobs": {"actions", "models", "connectors", "domain", "db", "wire"},
}
BOTH_DOORS = {"web/errors.py": {"api"}}
"""An error outside every blueprint is met here, and the API words the answers to its own paths."""
FILES = sorted((ROOT / "webapp").rglob("*.py"))


def layers_imported(path: Path) -> set[str]:
    """Return the layers of webapp that a file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: relative imports hide their layer"
            module = node.module or ""
            names |= {f"webapp.{alias.name}" for alias in node.names} if module == "webapp" else {module}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("webapp.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_inward_alone(path):
    layer = path.relative_to(ROOT / "webapp").parts[0].removesuffix(".py")
    allowed = (
        MAY_IMPORT.get(layer, set()) | {layer} | BOTH_DOORS.get(path.relative_to(ROOT / "webapp").as_posix(), set())
    )
    outward = set() if layer in FREE else layers_imported(path) - allowed
    assert not outward, f"{path.relative_to(ROOT)} imports {', '.join(sorted(outward))}"


def test_the_domain_imports_nothing_that_reads_or_sends():
    for path in FILES:
        if "domain" in path.parts:
            found = {node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)}
            assert not found & {"flask", "peewee", "httpx2", "playhouse"}, path
