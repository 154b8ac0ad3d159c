"""Pictures of what a weighing learned of its sources."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from heldby.flow.posteriors import beside
from heldby.publish.diagnostics import Matrix, reliability_svg
from heldby.publish.sheet import png

if TYPE_CHECKING:
    from heldby.flow.weighing import Weighed
    from heldby.weigh.learned.sources import Line

HOLDERS = 6  # states with a row and a column of their own; more cannot be read in a picture


def matrices(lines: Sequence[Line], holders: Sequence[str]) -> tuple[Matrix, ...]:
    """A matrix for each source that looks, the most talkative first: of its words on who holds, shares by what is true (settled, or contested)."""
    by_source: dict[str, list[Line]] = {}
    for line in lines:
        by_source.setdefault(line.source, []).append(line)
    shown = tuple(holders[:HOLDERS])
    words = (*(f"holds {h}" for h in shown), "contested")
    made = []
    for name, found in by_source.items():
        said = {(x.state, x.says): x.value for x in found if x.figure == "word"}
        figures = {x.figure: x for x in found if x.figure not in ("word", "rate", "copy")}
        rows = [[said.get((state, w), 0.0) for w in words] for state in (*(f"{h} settled" for h in shown), "contested")]
        cells = tuple(tuple(v / (sum(row) or 1.0) for v in row) for row in rows)
        count = figures["statements"].value
        copied = figures.get("copied")
        under = f"{found[0].kind}{f' of {found[0].side}' if found[0].side else ''}, {count:,.0f} statements"
        under += f", {100 * copied.value:.0f} % copied" if copied is not None and copied.value >= 0.005 else ""
        made.append((-count, name, Matrix(name, under, (*shown, "contested"), (*shown, "contested"), cells)))
    return tuple(m for _, _, m in sorted(made, key=lambda x: x[:2]))


def write_plots(result: Weighed, folder: Path) -> list[Path]:
    """`reliability.svg` and, where the extra `map` is installed, the same as PNG; the files written."""
    found = matrices(result.sources(), result.axes.states[:-1])
    window = f"{result.axes.dates[0]} to {result.axes.dates[-1]}"
    subtitle = f"Of each source's words on who holds, how many name whom (in percent), by what was true (rows). {window}. Learned together with what was true."
    svg = reliability_svg("What each source says, by who holds", subtitle, found)
    written = [folder / "reliability.svg"]
    with beside(written[0]) as path:
        path.write_text(svg, encoding="utf-8")
    if find_spec("resvg_py") is not None:
        written.append(folder / "reliability.png")
        with beside(written[1]) as path:
            path.write_bytes(png(svg, 2.0, "plots"))
    return written
