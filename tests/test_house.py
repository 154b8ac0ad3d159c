"""The house keeps its shape: which room may look into which, and how large anything may grow."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "heldby"
FILES = sorted(SRC.rglob("*.py"))
STAGES = ("gather", "read", "locate", "weigh", "ledger", "publish")
DRAWERS = {"utils", "util", "misc", "helpers", "helper", "common", "tools"}
PURE = {"read", "locate", "weigh"}
FORBIDDEN_IN_PURE = {"os", "socket", "urllib", "http", "random", "time", "subprocess", "sqlite3", "secrets", "requests"}
FORBIDDEN_IN_MODEL = FORBIDDEN_IN_PURE | {"pathlib", "io", "tomllib", "csv", "numpy", "rich", "click"}


def room(path: Path) -> str:
    rel = path.relative_to(SRC)
    return rel.parts[0] if len(rel.parts) > 1 else rel.stem


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def rooms_seen(path: Path) -> set[str]:
    return {m.split(".")[1] for m in imports(path) if m.startswith("heldby.") and m.count(".") >= 1}


ALLOWED = {stage: {stage, "model", "errors"} for stage in STAGES} | {
    "model": {"model"},
    "errors": set(),
    "settings": {"errors"},
    "rules": {"rules", "model", "errors"},
    "theatres": {"theatres", "model", "errors"},
    "interchange": {"model"},
    "demo": {"demo", "model", "errors"},
    "engines": {"engines", "read", "model", "errors"},
    "alerts": {"alerts", "publish", "model", "errors"},
    "team": {"team", "model", "errors"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_arrows_point_one_way(path: Path) -> None:
    allowed = ALLOWED.get(room(path))
    if allowed is not None:
        assert rooms_seen(path) <= allowed, f"{path.relative_to(SRC)} may not look into {sorted(rooms_seen(path) - allowed)}"
    if room(path) in STAGES or room(path) == "model":
        assert not {"cli", "flow", "desk", "web"} & rooms_seen(path)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_pure_rooms_touch_nothing_outside(path: Path) -> None:
    roots = {m.split(".")[0] for m in imports(path)}
    if room(path) == "model":
        assert not roots & FORBIDDEN_IN_MODEL
    if room(path) in PURE and path.name != "boundaries.py":
        assert not roots & FORBIDDEN_IN_PURE


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_nothing_outgrows_its_room(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert path.stem not in DRAWERS
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            where = f"{path.relative_to(SRC)}:{node.lineno} {node.name}"
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or node.lineno) - body[0].lineno + 1 if body else 0
            assert length <= 60, f"{where}: {length} lines"
            positional = [a.arg for a in node.args.posonlyargs + node.args.args if a.arg not in ("self", "cls")]
            assert len(positional) <= 6, f"{where}: {len(positional)} positional parameters"


def test_no_module_cycles() -> None:
    graph = {str(p.relative_to(SRC))[:-3].replace("/", ".").removesuffix(".__init__"): p for p in FILES}
    names = {f"heldby.{k}" if k != "__init__" else "heldby": p for k, p in graph.items()}
    edges = {n: {m for m in imports(p) if m in names and m != n} for n, p in names.items()}
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state.get(name) == 2:
            return
        assert state.get(name) != 1, f"import cycle: {' -> '.join((*trail, name))}"
        state[name] = 1
        for other in sorted(edges[name]):
            visit(other, (*trail, name))
        state[name] = 2

    for name in sorted(names):
        visit(name, ())


def test_no_registry_host_and_no_machine_path_is_named() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
    top = SRC.parent.parent
    for path in sorted(
        [*SRC.rglob("*"), *(top / "tests").rglob("*"), *(top / "docs").rglob("*"), *(top / "bench").rglob("*"), *top.glob("*")]
    ):
        if (
            path.is_file()
            and path.name != ".git"  # of a work tree: a file that names its repository
            and path.suffix in {".py", ".toml", ".md", ".csv", ".txt", ".jsonl", ".json", ""}
            and path.stat().st_size < 3_000_000
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not any(h in text for h in hosts), path
            assert "/" + "work/" not in text, path
