"""What a test needs beyond Python: it skips with one clear line where that is missing, or fails if HELDBY_REQUIRE forbids skipping."""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

import database_scene
from heldby.errors import HeldbyError

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from heldby.ledger import Where

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

DEMO_WAIT = 240  # seconds one worker waits for another to read the demo

MISSING: dict[str, tuple[Callable[[], bool], str]] = {
    "shared": (
        lambda: (SHARED / "gold" / "score.py").is_file(),
        "needs ../shared (gold, measures and data), which is not beside this checkout",
    ),
    "postgres": (
        lambda: database_scene.available() and find_spec("psycopg") is not None,
        "needs PostgreSQL: its server (initdb) installed here, or HELDBY_TEST_POSTGRES with a connection string, and the package psycopg",
    ),
    "browser": (
        lambda: CHROMIUM is not None and find_spec("playwright") is not None,
        "needs Chromium on the PATH and the package playwright",
    ),
    "office": (lambda: shutil.which("soffice") is not None, "needs LibreOffice on the PATH (Debian: libreoffice-calc-nogui)"),
    "page": (lambda: (ROOT / "src/heldby/web/static/index.html").is_file(), "needs the built page: make page"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    required = {r for r in os.environ.get("HELDBY_REQUIRE", "").split(",") if r}
    absent = {name: why for name, (there, why) in MISSING.items() if not there()}
    for item in items:
        if "proving" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.prove)  # `make prove` runs it at its full count
        for name, why in absent.items():
            if item.get_closest_marker(name):
                if name in required:
                    raise pytest.UsageError(f"{item.nodeid} {why}, and HELDBY_REQUIRE names {name!r}")
                item.add_marker(pytest.mark.skip(reason=why))
    # Playwright's greenlets upset the depth that Python 3.11's compiler counts, so nothing is imported for the first time behind them. Of the
    # files with a browser those with the most tests begin, so that no worker is left with a long one when the others have ended.
    seen = Counter(item.path for item in items if item.get_closest_marker("browser"))
    items.sort(
        key=lambda item: (item.get_closest_marker("browser") is not None, -seen[item.path] if item.get_closest_marker("browser") else 0)
    )


def pytest_collection_finish() -> None:
    """What was collected lives until the end: the garbage collector, which took an eighth of the time of three files, need not go through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The shared folder beside the checkout (tests that use it are marked `shared`)."""
    return SHARED


@pytest.fixture(scope="session")
def proving() -> bool:
    """Whether long proofs run at full counts (`make prove`)."""
    return os.environ.get("HELDBY_PROVE") == "1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of the command line printed on standard output, on standard error, and its exit code."""

    out: str
    err: str
    code: int


Call = Callable[..., Answer]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in an empty folder, with the exit code `main` would give."""
    from heldby.cli import cli

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def run(*args: str, stdin: bytes | None = None) -> Answer:
        result = CliRunner().invoke(cli, list(args), input=stdin, standalone_mode=False)
        error = result.exception
        if isinstance(error, HeldbyError):
            return Answer(result.stdout, result.stderr + str(error), error.exit_code)
        if isinstance(error, click.ClickException):
            return Answer(result.stdout, result.stderr + error.format_message(), 2)
        if error is not None:
            raise error
        return Answer(result.stdout, result.stderr, result.return_value if isinstance(result.return_value, int) else 0)

    return run


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """The connection string of a PostgreSQL server, one a worker."""
    with database_scene.server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Where]:
    """Gives, at each call, another place for a new ledger: files first, then schemas of a database."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        return lambda: tmp_path / f"ledger-{next(numbers)}.sqlite"
    address = request.getfixturevalue("database")
    return lambda: database_scene.fresh_schema(address)


@pytest.fixture
def place(places: Callable[[], Where]) -> Where:
    """Where a new ledger may lie."""
    return places()


@pytest.fixture(scope="session")
def demo_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled dispatches, read once for all workers; each has its own copy."""
    from heldby.flow.demo import LEDGER, demo_desk, read_dispatches

    mine = tmp_path_factory.mktemp("demo")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        read_dispatches(demo_desk(mine), lambda _: None)
        return mine / LEDGER
    common = tmp_path_factory.getbasetemp().parent / "demo-common"
    done = common / "done"
    try:
        common.mkdir()
    except FileExistsError:  # another worker reads them
        until = time.monotonic() + DEMO_WAIT
        while not done.exists():
            if time.monotonic() > until:
                pytest.fail("the worker that reads the demo's dispatches for all did not end")
            time.sleep(0.1)
    else:
        try:
            read_dispatches(demo_desk(common), lambda _: None)
        finally:
            done.touch()  # who waits then finds no ledger, and says so
    shutil.copyfile(common / LEDGER, mine / LEDGER)
    return mine / LEDGER


@pytest.fixture(scope="session")
def served(demo_ledger: Path) -> TestClient:
    """The web app over the demo's ledger, weighed once a worker."""
    from web_scene import client_over

    return client_over(demo_ledger)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium a worker (playwright's driver can be started once in a process)."""
    from page_scene import launched

    yield from launched()


@pytest.fixture(scope="session")
def here(demo_ledger: Path) -> Iterator[str]:
    """The address of a server with the built page over the demo's ledger."""
    from page_scene import serving

    with serving(demo_ledger) as address:
        yield address
