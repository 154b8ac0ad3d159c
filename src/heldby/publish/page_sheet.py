"""The style sheet by which the page draws: the same table as every picture (`style.toml`), as CSS with all palettes and both schemes.

The page's root element says which is meant (`data-palette`, `data-scheme`); classes are those that `style.classes` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from heldby.model.theatre import Theatre
from heldby.publish.markup import number
from heldby.publish.style import blend, colours_of, ground_of, key, palettes, steps, text_on


def page_sheet(theatre: Theatre) -> str:
    """CSS for one theatre: custom properties of each palette and scheme, then one rule a class."""
    return "\n".join((*_schemes(), *_colours(theatre), *_rules(theatre))) + "\n"


def _schemes() -> Iterator[str]:
    for dark in (False, True):
        unknown, paper, ink = ground_of(dark=dark)
        sea, faint = ("#14181C", "#2A323A") if dark else ("#EEF1F3", "#D5DBDF")
        where = ":root[data-scheme=dark]" if dark else ":root"
        yield f"{where}{{--unknown:{unknown};--land:{paper};--map-ink:{ink};--sea:{sea};--grid:{faint}}}"


def _colours(theatre: Theatre) -> Iterator[str]:
    for palette in palettes():
        for dark in (False, True):
            colours = colours_of(palette, dark=dark)
            ground = ground_of(dark=dark)[1]
            told = []
            for i, side in enumerate(theatre.sides):
                colour, name = colours[min(i, len(colours) - 1)], key(side.id)
                told.append(f"--c-{name}:{colour};--w-{name}:{blend(colour, 0.12, ground)}")
                told += (f"--t-{name}-{n}:{text_on(blend(colour, step.opacity, ground))}" for n, step in enumerate(steps()))
            where = f"[data-palette={palette}]" if palette != palettes()[0] else ""
            yield f":root{where}{'[data-scheme=dark]' if dark else ''}{{{';'.join(told)}}}"


def _rules(theatre: Theatre) -> Iterable[str]:
    names = [key(side.id) for side in theatre.sides]
    yield ".unknown{fill:var(--unknown)}.edge.unknown{fill:none;stroke:var(--soft)}"
    for n, step in enumerate(steps()):
        yield f".p{n}{{fill-opacity:{number(step.opacity, 2)}}}.p{n}.stale{{fill-opacity:{number(step.opacity * 0.5, 2)}}}"
    for name in names:
        yield (
            f".s-{name}{{fill:var(--c-{name})}}.edge.s-{name}{{fill:none;stroke:var(--c-{name})}}.c-{name}{{fill:var(--c-{name})}}"
            f".w-{name}{{fill:var(--w-{name})}}.k-{name}{{stroke:var(--c-{name})}}.b-{name}{{background-color:var(--c-{name})}}"
            f".u.claimed.s-{name}{{fill:url(#hb-dots-{name});fill-opacity:1}}"
        )
        yield "".join(f".letter.s-{name}.p{n}{{fill:var(--t-{name}-{n})}}" for n in range(len(steps())))
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            yield f".x-{first}-{second}{{fill:url(#hb-hatch-{first}-{second})}}.symbol.x-{first}-{second}{{fill:url(#hb-fine-{first}-{second})}}"
