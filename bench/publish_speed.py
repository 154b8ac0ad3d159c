"""How long a whole country takes to publish, and how large it gets: `python bench/publish_speed.py` (the tests' invented scene of 407 districts)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "publish"))

from publish_scene import KNOWN, afghanistan, country_bundle

from heldby.publish import Release, brief_html, edition_json, map_png, map_svg, release


def timed(name: str, work: Callable[[], str | bytes]) -> None:
    start = time.perf_counter()
    made = work()
    size = len(made.encode("utf-8") if isinstance(made, str) else made)
    print(f"{name:<12} {time.perf_counter() - start:6.2f} s {size / 1e6:6.2f} MB")


def main() -> None:
    bundle = country_bundle(afghanistan())
    start = time.perf_counter()
    edition = release(bundle, Release(), KNOWN)
    print(f"{'gate':<12} {time.perf_counter() - start:6.2f} s        {len(edition.statuses)} places")
    timed("map.svg", lambda: map_svg(edition))
    timed("map.png", lambda: map_png(edition))
    timed("brief.html", lambda: brief_html(edition))
    timed("edition.json", lambda: edition_json(edition))


if __name__ == "__main__":
    main()
