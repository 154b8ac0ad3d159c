"""Takes the pictures of the page in docs/screens from the demo's ledger: `python tools/page_screens.py` (Chromium, playwright, `make page`).

With an address it takes them from a server that is running there: `python tools/page_screens.py http://127.0.0.1:8470`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screens"
DAY = "as_of=2021-07-14"
CROSSING = "unit=af:crossing:spin-boldak"
WIDE, SMALL = (1280, 800), (390, 780)
SCREENS: dict[str, tuple[str, tuple[int, int], str]] = {
    "home": (f"/?{DAY}", WIDE, "light"),
    "home-dark": (f"/?{DAY}", WIDE, "dark"),
    "map": (f"/?view=map&{DAY}", WIDE, "light"),
    "map-lwj-dark": (f"/?view=map&{DAY}&palette=lwj", WIDE, "dark"),
    "evidence": (f"/?view=map&{DAY}&known_by=2021-07-14T18:00&{CROSSING}", WIDE, "light"),
    "table": (f"/?view=table&{DAY}", WIDE, "light"),
    "compare": ("/?view=compare&as_of=2021-07-21&other=2021-07-14", WIDE, "light"),
    "tallies": (f"/?view=tallies&{DAY}", WIDE, "light"),
    "whatif": (f"/?view=whatif&{DAY}&drop_side=taliban", WIDE, "light"),
    "review": (f"/?view=review&{DAY}", WIDE, "light"),
    "embed": (f"/embed?{DAY}", (800, 560), "light"),
    "small-home": (f"/?{DAY}", SMALL, "light"),
    "small-evidence": (f"/?{DAY}&{CROSSING}", SMALL, "dark"),
}
# From a frozen edition, which is served from its folder.
FROZEN: dict[str, tuple[str, tuple[int, int], str]] = {"frozen": (f"/?view=map&{DAY}&{CROSSING}", WIDE, "light")}


def take(here: str, only: list[str], screens: dict[str, tuple[str, tuple[int, int], str]] = SCREENS) -> None:
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name, (address, (width, height), scheme) in screens.items():
            if only and name not in only:
                continue
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.set_default_timeout(120_000)
            page.goto(here + address)
            page.wait_for_selector("main[data-ready]")
            settle(page)
            page.screenshot(path=OUT / f"{name}.png")
            lighten(OUT / f"{name}.png")
            print(f"{name}.png", (OUT / f"{name}.png").stat().st_size)
            page.close()
        browser.close()


def lighten(path: Path) -> None:
    """The same picture in 160 colours: a third of the bytes."""
    from PIL import Image

    with Image.open(path) as picture:
        fewer = picture.convert("RGB").quantize(160, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    fewer.save(path, optimize=True)


def settle(page: Any) -> None:
    """Until nothing is waited for."""
    for _ in range(600):
        if page.evaluate("document.querySelectorAll('.waiting, [role=status].about').length") == 0:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)


def main() -> None:
    here = next((a for a in sys.argv[1:] if a.startswith("http")), "")
    only = [a for a in sys.argv[1:] if not a.startswith("http")]
    if here:
        take(here, only)
        return
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "web")]
    from page_scene import serving, serving_shelf
    from web_scene import frozen_over

    from heldby.flow.demo import LEDGER, run_demo
    from heldby.web.frozen import FrozenShelf

    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder), lambda _: None, lambda _: None)
        with serving(Path(folder) / LEDGER) as address:
            take(address, only)
        with serving_shelf(FrozenShelf(frozen_over(Path(folder) / LEDGER))) as address:
            take(address, only, FROZEN)


if __name__ == "__main__":
    main()
