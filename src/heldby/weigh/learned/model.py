"""The learned model of who holds what: fit once, then posteriors for any window, smoothed or as they stood each day."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.assumed import assumed
from heldby.weigh.learned.fitting import (
    Bins,
    Scene,
    Switches,
    first_exposure,
    fit,
    longest_gap,
    next_exposure,
    run_expect,
    said_by,
    sample_units,
)
from heldby.weigh.learned.layout import Layout, exhaustive_sources, lay_out, source_rank
from heldby.weigh.learned.parameters import Parameters, Tables, exposure_bins, tables
from heldby.weigh.learned.settings import ModelSettings
from heldby.weigh.learned.table import ByUnit, ClaimTable, Ints

CHUNKS = 8
BLOCK = 6000  # units laid out at once
Step = Callable[[int], None]


def quiet(_: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted model: parameters, the days it spans (ordinals), which sources are exhaustive, the order of speaking, and the fit's log-likelihoods."""

    parameters: Parameters
    settings: ModelSettings
    switches: Switches
    first: int
    last: int
    exhaustive: NDArray[np.bool_]
    rank: Ints
    trace: tuple[float, ...]
    _tables: dict[int, Tables] = field(default_factory=dict, compare=False, repr=False)

    def layout(self, table: ClaimTable) -> Layout:
        """The table's claims for the kernels, over this model's days."""
        return lay_out(table, self.first, self.last, self.exhaustive, self.rank)

    def tables(self, layout: Layout) -> Tables:
        """Kernel tables for a layout, made once."""
        gap = longest_gap(layout)
        if gap not in self._tables:
            bins = exposure_bins(self.settings.bins, self.settings.bin_low, self.settings.bin_high)
            self._tables[gap] = tables(self.parameters, bins, gap, self.switches.silence, self.settings.news_follows)
        return self._tables[gap]


def span_of(table: ClaimTable, first: int, last: int) -> tuple[int, int]:
    """The days a model must span: the window asked for and every claim."""
    if not len(table):
        return first, last
    return min(first, int(table.day.min())), max(last, int(table.day.max()))


def subset(table: ClaimTable, units: NDArray[np.int64]) -> ClaimTable:
    """The table of these units only."""
    place = np.full(len(table.units), -1, np.int32)
    place[units] = np.arange(units.size, dtype=np.int32)
    keep = np.nonzero(place[table.unit] >= 0)[0]
    small = table.rows(keep)
    return replace(small, units=tuple(table.units[i] for i in units), unit=place[small.unit])


def learn(
    table: ClaimTable,
    window: tuple[int, int],
    settings: ModelSettings | None = None,
    switches: Switches | None = None,
    workers: int = 2,
    step: Step = quiet,
) -> Learned:
    """Fit on a sample of the table's units. `window`: first and last day asked about (ordinals), widened to the claims. Deterministic."""
    settings, switches = settings or ModelSettings(), switches or Switches()
    first, last = span_of(table, *window)
    exhaustive, rank = exhaustive_sources(table), source_rank(table)
    sample = subset(table, sample_units(table.units, settings))
    layout = lay_out(sample, first, last, exhaustive, rank)
    said = said_by(layout, len(sample.sources), sample.alphabet.symbols)
    begin = assumed(sample, settings, last - first + 1, exhaustive, said)
    scene = Scene(sample, exhaustive, said, settings, switches)
    parameters, trace = fit(layout, begin, scene, workers, step)
    return Learned(parameters, settings, switches, first, last, exhaustive, rank, trace)


def exposures(model: Learned, layout: Layout, t: Tables, workers: int) -> Bins:
    """Each unit's exposure bin under fixed parameters: from its count, then once from its states. Depends on the unit's own claims alone."""
    exposure = first_exposure(layout, t, model.settings)
    return next_exposure(run_expect(layout, t, exposure, workers, by_unit_only=True), t, model.settings)


def posterior(
    model: Learned,
    layout: Layout,
    window: tuple[int, int],
    causal: bool = False,
    workers: int = 2,
    kind: type[np.floating] = np.float32,
    *,
    into: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """[units, days of the window (ordinals, both included), holders + contested], summing to one.

    Smoothed: from every claim of the layout. Causal: each day from what was known at its end, under the model's (fixed) parameters. `kind`: the numbers put out;
    `into`: an array of that shape and kind to put them in.
    """
    from heldby.weigh.learned.filling import causal as as_known
    from heldby.weigh.learned.lanes import smooth

    t = model.tables(layout)
    exposure = exposures(model, layout, t, workers)
    start, stop = window[0] - model.first, window[1] - model.first
    if start < 0 or stop >= layout.days or stop < start:
        raise ValueError("the window is outside the model's days")
    k = t.power.shape[-1]
    out = np.empty((layout.units, stop - start + 1, (k + 1) // 2), kind) if into is None else into
    cuts = [layout.units * c // CHUNKS for c in range(CHUNKS + 1)]
    alike = np.argsort(exposure, kind="stable")  # units of one exposure are smoothed many at once

    def work(c: int) -> None:
        if causal:
            as_known(layout.rows, t, (cuts[c], cuts[c + 1], start, stop), exposure, (0,) * k, out)
        else:
            smooth(layout.rows, t, (start, stop), (alike[cuts[c] : cuts[c + 1]], exposure), (0,) * k, out)

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(CHUNKS)))
    return out


def smoothed(model: Learned, table: ByUnit, window: tuple[int, int], workers: int = 2) -> NDArray[np.float32]:
    """The smoothed posterior of every unit of a table, laid out BLOCK units at a time: to the bit that of the whole, in the memory of the result."""
    units = len(table.table.units)
    out = np.empty((units, window[1] - window[0] + 1, len(table.table.alphabet.names)), np.float32)
    for first in range(0, units, BLOCK):
        last = min(first + BLOCK, units)
        posterior(model, model.layout(table.run(first, last)), window, workers=workers, into=out[first:last])
    return out


def refill(model: Learned, table: ByUnit, more: ClaimTable, window: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """New claims under frozen parameters: the units they touch and those units' smoothed posteriors, to the bit those of a full run.

    `more` is over the table's units, sources and holders; the model must span its days (else ValueError). Only rows of units touched are looked at.
    """
    if len(more) and (int(more.day.min()) < model.first or int(more.day.max()) > model.last):
        raise ValueError("the new claims lie outside the model's days")
    new = ByUnit.of(more)
    touched = np.flatnonzero(np.diff(new.ptr))
    part = table.only(touched).joined(new.only(touched))
    return touched, posterior(model, model.layout(part), window)
