"""Theatres: one folder of tables per conflict, and the loader that checks every cell of them before anything is read."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from heldby.errors import UsageError
from heldby.model.theatre import Theatre
from heldby.theatres.loading import WORLD, load_folder
from heldby.theatres.places import read_measures
from heldby.theatres.sheets import FaultList

BUILT_IN = Path(__file__).parent
SETTINGS = "theatre.toml"


def known_theatres(own: Path | None = None) -> tuple[str, ...]:
    """Ids of the built-in theatres and of those in the folder `own`, sorted. A theatre is a folder with a theatre.toml."""
    homes = (BUILT_IN,) if own is None else (BUILT_IN, own)
    return tuple(sorted({path.parent.name for home in homes for path in home.glob(f"*/{SETTINGS}")}))


def measured(theatre: Theatre, table: Path) -> Theatre:
    """The theatre with the areas and populations of a table shaped as measures.csv in place of its own.

    Raises UsageError where there is no such file, and Faults that list every fault of it at once.
    """
    if not table.is_file():
        raise UsageError(str(table), "there is no such file")
    faults = FaultList(table.name)
    found = read_measures(table, frozenset(u.id for u in theatre.units), faults)
    faults.raise_any()
    return replace(theatre, measures=found)


def theatre_home(name: str, own: Path | None = None) -> Path:
    """The folder of the theatre `name`, looked for in `own` before the built-in ones. Raises UsageError that names the known ones."""
    for home in (BUILT_IN,) if own is None else (own, BUILT_IN):
        if "/" not in name and (home / name / SETTINGS).is_file():
            return home / name
    raise UsageError(
        f"theatre {name!r}",
        f"unknown; known theatres: {', '.join(known_theatres(own))}; one of your own is found with --theatres DIR or HELDBY_THEATRES",
    )


def load_theatre(name: str, own: Path | None = None) -> Theatre:
    """The theatre `name`. Raises UsageError if it is unknown, and Faults that list every fault of its files at once."""
    home = theatre_home(name, own)
    return _built_in(home) if home.parent == BUILT_IN else load_folder(home, BUILT_IN / WORLD)


@cache
def _built_in(home: Path) -> Theatre:
    """What comes with the package does not change while it runs."""
    return load_folder(home, BUILT_IN / WORLD)


__all__ = ["BUILT_IN", "WORLD", "known_theatres", "load_theatre", "measured", "theatre_home"]
