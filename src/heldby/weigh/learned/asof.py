"""The causal posterior with parameters as-of too: fitted before each stretch of days on what was known by then, and kept, so that any units can be filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.model import Learned, learn, posterior, quiet, span_of, subset
from heldby.weigh.learned.settings import ModelSettings
from heldby.weigh.learned.table import ClaimTable


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days `start..stop` (ordinals), and the model fitted on what was known before them; `spoken`: which of the table's sources were known by `stop`."""

    start: int
    stop: int
    model: Learned
    spoken: NDArray[np.bool_]

    def filled(self, table: ClaimTable, workers: int) -> NDArray[np.float32]:
        """[units of the table, days, states], each day as known at its end. `table`: all or some units of the one fitted on."""
        then = named(table.known_by(self.stop), self.spoken)
        part: NDArray[np.float32] = posterior(self.model, self.model.layout(then), (self.start, self.stop), True, workers)
        return part


def named(table: ClaimTable, spoken: NDArray[np.bool_]) -> ClaimTable:
    """The rows of a table with the names of these sources only, which must be all that its rows speak of."""
    place = np.append(np.cumsum(spoken) - 1, -1).astype(np.int32)  # the last for "no echo"
    sources = tuple(s for s, used in zip(table.sources, spoken.tolist(), strict=True) if used)
    return replace(table, sources=sources, source=place[table.source], echo=place[table.echo])


def stretches(window: tuple[int, int], every: int) -> Iterator[tuple[int, int]]:
    """The window cut into stretches of `every` days."""
    for start in range(window[0], window[1] + 1, every):
        yield start, min(start + every - 1, window[1])


def stood(
    table: ClaimTable,
    window: tuple[int, int],
    settings: ModelSettings | None = None,
    *,
    every: int = 30,
    workers: int = 2,
    step: Callable[[int], None] = quiet,
) -> tuple[Stretch, ...]:
    """The models of the window, one every `every` days, each fitted on what was known before its stretch; on the priors alone while nothing was.

    Exhaustive sources and the order of speaking are judged on what was known as well.
    """
    settings = settings or ModelSettings()
    found = []
    for n, (start, stop) in enumerate(stretches(window, every)):
        by_then = table.known_by(stop)
        spoken = np.zeros(len(table.sources), np.bool_)
        spoken[by_then.source] = True
        spoken[by_then.echo[by_then.echo >= 0]] = True
        then = named(by_then, spoken)
        before = then.known_by(start - 1)
        known = len(before) > 0
        model = learn(
            before if known else then, (min(window[0], start), stop), settings if known else replace(settings, iterations=0), None, workers
        )
        first, last = span_of(then, window[0], stop)
        found.append(Stretch(start, stop, replace(model, first=first, last=last), spoken))
        step(n + 1)
    return tuple(found)


def as_stood(models: Sequence[Stretch], table: ClaimTable, workers: int = 2) -> NDArray[np.float32]:
    """[units of the table, days of the window, states] from the models of `stood`; for some of the units, to the bit what they are among all."""
    return np.concatenate([m.filled(table, workers) for m in models], 1)


def as_it_stood(
    table: ClaimTable,
    window: tuple[int, int],
    settings: ModelSettings | None = None,
    *,
    chosen: NDArray[np.int64] | None = None,
    every: int = 30,
    workers: int = 2,
    step: Callable[[int], None] = quiet,
) -> NDArray[np.float32]:
    """Both at once; `chosen`: indices of the units put out."""
    models = stood(table, window, settings, every=every, workers=workers, step=step)
    return as_stood(models, table if chosen is None else subset(table, chosen), workers)
