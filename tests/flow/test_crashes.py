"""What is acknowledged is kept, once, wherever a run is killed."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from crash_scene import Work, begin, dying_at, end, found
from newsday import make_day

from heldby.desk import Desk, open_desk
from heldby.flow.sharding import read_report
from heldby.model.report import Report
from heldby.settings import Settings
from ledger_scene import Places

DISTRICTS = [("af:wardak:nerkh", "Nerkh", "Wardak"), ("af:kunduz:imam-sahib", "Imam Sahib", "Kunduz")]

SAID = "Taliban fighters captured {} district of Wardak province on Sunday, a tribal elder said in report {}."


@pytest.fixture(scope="module")
def desk() -> Desk:
    opened = open_desk(Settings(theatre="afghanistan-2021"))
    read_report(opened, Report.of(SAID.format("Nerkh", 0)))  # what reading makes once, it makes before any fork
    return opened


def work_in(folder: Path, desk: Desk, places: Places, reports: int, minutes: int) -> Work:
    folder.mkdir()
    lines = [
        {
            "id": f"n{i}",
            "outlet": f"Valley Herald {i % 3}",
            "published": f"2021-07-{1 + i % 28:02d}",
            "url": f"https://herald{i % 3}.example/{i // 2}",
            "text": SAID.format("Nerkh", i),
        }
        for i in range(reports)
    ]
    (folder / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    day = make_day(DISTRICTS, 4, reports, minutes, 5)
    return Work(desk, places(), folder, folder / "in.jsonl", day, set())


@pytest.mark.parametrize("job", ["add", "watch"])
def test_kills_at_random_points(job: str, desk: Desk, places: Places, tmp_path: Path, proving: bool) -> None:
    kills, *size = (500, 24, 12) if proving else (2, 3, 4)
    whole = work_in(tmp_path / "whole", desk, places, *size)
    began = time.monotonic()
    assert end(*begin(getattr(whole, job)), whole.hear) == 0
    takes = time.monotonic() - began
    expected, faults = found(whole)
    assert faults == ()
    assert whole.acknowledged
    chance, killed, number = random.Random(11), 0, 0
    while killed < kills:
        number += 1
        work = work_in(tmp_path / f"{number}", desk, places, *size)
        for _ in range(12):  # killed some times, then left alone
            if killed == kills or end(*begin(getattr(work, job)), work.hear, chance.uniform(0, takes)) is not None:
                break
            killed += 1
        assert end(*begin(getattr(work, job)), work.hear) == 0
        assert found(work) == (expected, ())
        shutil.rmtree(work.folder)
    print(f"{job}: {killed} kills over {number} ledgers")


@pytest.mark.parametrize("job", ["add", "watch"])
def test_a_kill_at_every_step(job: str, desk: Desk, places: Places, tmp_path: Path, proving: bool) -> None:
    """Before and after every statement to the storage, and every call that puts a file in place."""
    whole = work_in(tmp_path / "whole", desk, places, 4, 4)
    steps = 0

    def run(work: Work, job: str) -> Callable[..., None]:
        return getattr(work, job)  # type: ignore[no-any-return]

    counted = tmp_path / "steps"

    def count() -> None:
        nonlocal steps
        steps += 1

    def counting(tell: Callable[[str], None]) -> None:
        run(whole, job)(tell)
        counted.write_text(str(steps))

    assert end(*begin(counting, count), whole.hear) == 0
    expected, faults = found(whole)
    assert faults == ()
    last = int(counted.read_text())
    assert last > 50
    for number in range(1, last + 1) if proving else (last // 2,):
        work = work_in(tmp_path / f"{number}", desk, places, 4, 4)
        assert end(*begin(run(work, job), dying_at(number)), work.hear) is None, f"step {number} of {last} was not reached"
        assert end(*begin(run(work, job)), work.hear) == 0
        assert found(work) == (expected, ()), f"killed at step {number} of {last}"
        shutil.rmtree(work.folder)
    print(f"{job}: {last} steps")
