"""How fast the page is in headless Chromium: first view, a step of the clock, the drawer; beside a calibration page measured in the same run.

    python bench/page_speed.py [--times 9]                      # the demo
    python bench/page_speed.py --wide FOLDER [--units 5000] [--days 1000]

The calibration page is served beside it and draws 4,000 paths without script of any other kind: what this machine's browser needs for that alone.
Needs Chromium, playwright and the built page (`make page`). Figures in milliseconds: median and worst.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]

from page_scene import serving  # noqa: E402

from conftest import CHROMIUM  # noqa: E402
from heldby.flow.demo import LEDGER, run_demo  # noqa: E402
from wide_world import make  # noqa: E402

CALIBRATION = """<!doctype html><svg viewBox="0 0 1000 700"></svg><script>
const svg = document.querySelector("svg");
let d = "";
for (let i = 0; i < 4000; i += 1) d += `<path fill="#${(4096 + i).toString(16).slice(-3)}" d="M${(i * 37) % 1000} ${(i * 53) % 700}l9 4l-3 8z"/>`;
svg.innerHTML = d;
requestAnimationFrame(() => requestAnimationFrame(() => { window.shown = performance.now(); }));
</script>"""
# From a key or a click to the second frame after the page shows it: what a reader waits.
STEP = """() => new Promise(done => { const begun = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun))); })"""
DRAWER = """unit => new Promise(done => { const begun = performance.now();
  document.querySelector(`.map > svg [data-unit="${unit}"]`).dispatchEvent(new MouseEvent("click", { bubbles: true }));
  const look = () => document.querySelector(".drawer .origin") ? requestAnimationFrame(() => done(performance.now() - begun)) : requestAnimationFrame(look);
  look(); })"""


@dataclass(frozen=True, slots=True)
class World:
    """What is looked at: days for first view and drawer, the place whose drawer is opened, and the aims in milliseconds."""

    name: str
    day: str
    last: str
    unit: str
    aims: tuple[int, int, int]


DEMO = World("demo", "2021-07-14", "2021-08-10", "af:crossing:spin-boldak", (1_000, 50, 200))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--times", type=int, default=9)
    asked.add_argument(
        "--wide", type=Path, metavar="FOLDER", help="a world of many units and days instead (made there by bench/wide_world.py)"
    )
    asked.add_argument("--units", type=int, default=5000)
    asked.add_argument("--days", type=int, default=1000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        calibration = Path(folder) / "calibration.html"
        calibration.write_text(CALIBRATION, encoding="utf-8")
        if given.wide is None:
            run_demo(Path(folder), lambda _: None, lambda _: None)
            with serving(Path(folder) / LEDGER) as here:
                measure(here, DEMO, calibration, given.times)
            return
        desk = make(given.wide, given.units, given.days, 0.0012, 7)
        first = desk.theatre.since
        middle, late = first + timedelta(days=given.days // 2), first + timedelta(days=given.days - 20)
        with serving(desk.settings.ledger, desk=desk) as here:
            world = World("wide", middle.isoformat(), late.isoformat(), busiest(here, late), (3_000, 150, 400))
            measure(here, world, calibration, given.times)


def busiest(here: str, day: date) -> str:
    """The place with the most origins on a day."""
    with urlopen(f"{here}/api/v1/day?as_of={day}") as answer:
        told = json.load(answer)
    at = {name: n for n, name in enumerate(told["columns"])}
    return str(max(told["items"], key=lambda row: (row[at["origins"]], row[at["unit_id"]]))[at["unit_id"]])


def measure(here: str, world: World, calibration: Path, times: int) -> None:
    from playwright.sync_api import sync_playwright

    view, step, drawer = (f"{aim:,}" for aim in world.aims)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        told("calibration page", [calibrated(browser, calibration) for _ in range(times)])
        begun = time.perf_counter()
        first_view(browser, here, world.day)  # the server weighs once
        print(f"{'the very first, with all weighing':34} {time.perf_counter() - begun:.1f} s")
        told(f"first view (aim {view})", [first_view(browser, here, world.day) for _ in range(times)])
        page = opened(browser, f"{here}/?view=map&as_of={world.last}")
        told(f"step of the clock (aim {step})", [page.evaluate(STEP) for _ in range(times * 3)])
        # Behind the steps lie days on which nothing was said of the place yet.
        page = opened(browser, f"{here}/?view=map&as_of={world.last}")
        told(f"drawer (aim {drawer})", drawers(page, world.unit, times))
        browser.close()


def opened(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(900_000)
    page.goto(address)
    page.wait_for_selector("main[data-ready]")
    return page


def first_view(browser: Any, here: str, day: str) -> float:
    """From the first byte asked for until map and looks are drawn, nothing in the browser's cache."""
    page = opened(browser, f"{here}/?as_of={day}")
    found = float(page.evaluate("new Promise(done => requestAnimationFrame(() => done(performance.now())))"))
    page.close()
    return found


def calibrated(browser: Any, path: Path) -> float:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri())
    page.wait_for_function("window.shown")
    found = float(page.evaluate("window.shown"))
    page.close()
    return found


def drawers(page: Any, unit: str, times: int) -> list[float]:
    """The drawer of one place, each time on another day, so that the server is asked each time; the first is left out."""
    found = []
    for _ in range(times + 1):
        found.append(float(page.evaluate(DRAWER, unit)))
        page.keyboard.press("Escape")
        page.wait_for_selector(".drawer", state="detached")
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)  # until the clock rests
    return found[1:]


def told(name: str, found: list[float]) -> None:
    print(f"{name:34} median {statistics.median(found):8.1f}   worst {max(found):8.1f}   of {len(found)}", flush=True)


if __name__ == "__main__":
    main()
