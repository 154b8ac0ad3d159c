"""How fast the page is in headless Chromium: first view, a step of the clock, the drawer; beside a calibration page measured in the same run.

    python bench/page_speed.py [--times 9]

The calibration page is served beside it and draws 4,000 paths without script of any other kind: what this machine's browser needs for that alone.
Needs Chromium, playwright and the built page (`make page`). Figures in milliseconds: median and worst.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]

from page_scene import serving  # noqa: E402

from conftest import CHROMIUM  # noqa: E402
from heldby.flow.demo import LEDGER, run_demo  # noqa: E402

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


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=9)
    times: int = asked.parse_args().times
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder), lambda _: None, lambda _: None)
        calibration = Path(folder) / "calibration.html"
        calibration.write_text(CALIBRATION, encoding="utf-8")
        with serving(Path(folder) / LEDGER) as here, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            told("calibration page", [calibrated(browser, calibration) for _ in range(times)])
            first_view(browser, here)  # the server weighs once
            told("first view (aim 1,000)", [first_view(browser, here) for _ in range(times)])
            page = opened(browser, f"{here}/?view=map&as_of=2021-08-10")
            told("step of the clock (aim 50)", [page.evaluate(STEP) for _ in range(times * 3)])
            told("drawer (aim 200)", drawers(page, times))
            browser.close()


def opened(browser: Any, address: str) -> Any:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(180_000)
    page.goto(address)
    page.wait_for_selector("main[data-ready]")
    return page


def first_view(browser: Any, here: str) -> float:
    """From the first byte asked for until map and looks are drawn, nothing in the browser's cache."""
    page = opened(browser, f"{here}/?as_of=2021-07-14")
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


def drawers(page: Any, times: int) -> list[float]:
    """The drawer of one place, each time on another day, so that the server is asked each time; the first is left out."""
    found = []
    for _ in range(times + 1):
        found.append(float(page.evaluate(DRAWER, "af:crossing:spin-boldak")))
        page.keyboard.press("Escape")
        page.wait_for_selector(".drawer", state="detached")
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)  # until the clock rests
    return found[1:]


def told(name: str, found: list[float], show: Callable[[str], None] = print) -> None:
    show(f"{name:34} median {statistics.median(found):8.1f}   worst {max(found):8.1f}   of {len(found)}")


if __name__ == "__main__":
    main()
