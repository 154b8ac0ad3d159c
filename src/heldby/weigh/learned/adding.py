"""New claims onto a table that was weighed: the same units, sources and holders for both, so that the fitted parameters speak of the new ones too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from heldby.errors import Faults, HeldbyError
from heldby.weigh.learned.model import Learned
from heldby.weigh.learned.table import ClaimTable


def added(name: str, more: ClaimTable, onto: ClaimTable, model: Learned) -> tuple[ClaimTable, ClaimTable]:
    """`onto` and `more` over the units of both, and the sources and holders of `onto`, in whose numbers `more` is told.

    Raises Faults that name every source, holder or day of which the fitted model knows nothing, and sources that have changed their kind or side.
    """
    faults = [HeldbyError(name, *fault) for fault in _unknown(more, onto, model)]
    if faults:
        raise Faults(f"{name} onto an earlier fit", faults)
    units = tuple(sorted({*onto.units, *more.units}))
    place = {u: i for i, u in enumerate(units)}
    number = {s.name: i for i, s in enumerate(onto.sources)}
    of = np.array([*(number.get(s.name, -1) for s in more.sources), -1], np.int32)  # the last for "no echo"
    symbol = np.full(more.alphabet.symbols, -1, np.int32)
    for y in np.unique(more.symbol).tolist():
        holder = more.alphabet.holder_of(y)
        at = onto.alphabet.holders.index(more.alphabet.holders[holder]) if holder >= 0 else len(onto.alphabet.holders)
        symbol[y] = onto.alphabet.code(more.alphabet.group(y), at)
    old = replace(onto, units=units, unit=np.array([place[u] for u in onto.units], np.int32)[onto.unit])
    new = replace(
        onto,
        units=units,
        unit=np.array([place[u] for u in more.units], np.int32)[more.unit],
        day=more.day,
        known=more.known,
        source=of[more.source],
        symbol=symbol[more.symbol],
        echo=of[more.echo],
        set_aside=more.set_aside,
    )
    return old, new


def _unknown(more: ClaimTable, onto: ClaimTable, model: Learned) -> list[tuple[str, str]]:
    """What is wrong, and where."""
    known = {s.name: s for s in onto.sources}
    out: list[tuple[str, str]] = []
    for source in more.sources:
        if source.name not in known:
            out.append(
                ("says nothing in the claims fitted on, so nothing is known of it: weigh all claims again", f"source {source.name!r}")
            )
        elif known[source.name] != source:
            was = known[source.name]
            out.append(
                (f"was of kind {was.kind}{f' for {was.side}' if was.side else ''} in the claims fitted on", f"source {source.name!r}")
            )
    of = [more.alphabet.holder_of(y) for y in np.unique(more.symbol).tolist()]
    for holder in sorted({more.alphabet.holders[h] for h in of if h >= 0} - set(onto.alphabet.holders)):
        out.append(("holds nothing in the claims fitted on: weigh all claims again", f"holder {holder!r}"))
    late = int(((more.day < model.first) | (more.day > model.last)).sum())
    if late:
        out.append((f"{late} claims speak of days outside those fitted on: weigh all claims again", "date"))
    return out
