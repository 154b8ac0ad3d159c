"""What the model learned of each source, as lines of a table: its words, rate, repeats, copies; and by how many days it was first or late."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from heldby.weigh.learned.alphabet import CONTEST, CONTESTED, DENY, HOLD, LOST, TOOK, Alphabet
from heldby.weigh.learned.changes import Posterior, changes
from heldby.weigh.learned.fitting import run_expect
from heldby.weigh.learned.layout import Layout
from heldby.weigh.learned.model import Learned, exposures
from heldby.weigh.learned.parameters import changes_of_hands
from heldby.weigh.learned.table import ClaimTable, Source

if TYPE_CHECKING:
    from heldby.weigh.learned.kernels import Stats

SAYS = {HOLD: "holds", TOOK: "took", LOST: "lost", DENY: "denies", CONTEST: "contested"}
EARLY = 14  # days before a change within which a word of its outcome can be a first word of it, in days
COLUMNS = ("source", "kind", "side", "figure", "state", "says", "value", "n")


class Line(NamedTuple):
    """One figure of one source. `state` is what is true, `says` what it says then (or, of a copy, the source copied); `n` what it rests on."""

    source: str
    kind: str
    side: str
    figure: str
    state: str
    says: str
    value: float
    n: float


def learned_sources(model: Learned, table: ClaimTable, layout: Layout, p: Posterior, window: tuple[int, int]) -> Iterator[Line]:
    """Every source's lines, in order of name. `p` is the smoothed posterior [units of `table`, days of `window`, states].

    statements   how many it made; `echo` of them relays by their own word (tagged); `standing` 1 for an exhaustive source, else 0
    word         P(says | it looks, state): the reliability matrix, the words of a state summing to one
    rate         looks a day in a state, at a unit of exposure 1; of an exhaustive source `reexamine`, its hazard of looking again, instead
    repeat       probability that it repeats its own last word without looking, given that it speaks and has one
    regain       how much likelier it tells of a change of hands that gives a unit back to who held it first than of another, beside the other sources
    looked, repeated, copied   expected shares of its statements (tagged echoes of what is there left out) that are looks, own repeats, copies
    copy         statements of another source (in `says`) that it copies untagged, as a share; where at least half a copy is expected, `n` copies
    lead         days ahead of (+) or behind (-) the first of the others on changes that others told of too: median, with quartiles
    """
    names, a = table.sources, model.parameters
    t = model.tables(layout)
    stats = run_expect(layout, t, exposures(model, layout, t, 1), 1)
    leads = _leads(table, p, window)
    said = np.bincount(table.source, minlength=len(names))
    relayed = np.bincount(table.source[table.echo >= 0], minlength=len(names))
    for s, n in enumerate(said.tolist()):
        yield _line(names[s], "statements", n, n)
        yield _line(names[s], "echo", float(relayed[s]), n)
        yield _line(names[s], "standing", float(model.exhaustive[s]), n)
        for z, state in enumerate(state_names(table.alphabet)):
            yield from (_line(names[s], "word", a.word[s, z, y], n, state, says(table.alphabet, y)) for y in range(table.alphabet.symbols))
            if not model.exhaustive[s]:
                yield _line(names[s], "rate", a.rate[s, z], float(stats.looks[s, z]), state)
        if model.exhaustive[s]:
            yield _line(names[s], "reexamine", a.reexamine[s], float(stats.stood[s]))
        else:
            yield from _shares(model, stats, names, s)
        ahead = leads.get(s, [])
        if ahead:
            low, _, high = quantiles(ahead, n=4, method="inclusive") if len(ahead) > 1 else (ahead[0],) * 3
            yield from (_line(names[s], f, v, len(ahead)) for f, v in (("lead_low", low), ("lead", median(ahead)), ("lead_high", high)))


def _shares(model: Learned, stats: Stats, names: tuple[Source, ...], s: int) -> Iterator[Line]:
    """What its statements are made of: looks, repeats of its own last word, copies of others."""
    looked, repeated, copied = float(stats.looks[s].sum() - stats.repeats[s]), float(stats.repeats[s]), float(stats.copies[s].sum())
    every = looked + repeated + copied
    yield _line(names[s], "repeat", model.parameters.repeat[s], repeated)
    hands, k = changes_of_hands(stats.words.shape[3]), np.arange(stats.words.shape[0] - 1)
    yield _line(names[s], "regain", model.parameters.regain[s], float(stats.words[k, s, hands, 2 * k].sum()))
    if every > 0:
        yield from (_line(names[s], f, v / every, every) for f, v in (("looked", looked), ("repeated", repeated), ("copied", copied)))
    for j in np.nonzero(stats.copies[s] >= 0.5)[0].tolist():
        yield _line(names[s], "copy", model.parameters.copy[s, j], float(stats.copies[s, j]), "", names[j].name)


def _line(source: Source, figure: str, value: float, n: float, state: str = "", says: str = "") -> Line:
    return Line(source.name, source.kind, source.side, figure, state, says, round(float(value), 6), round(float(n), 3))


def state_names(alphabet: Alphabet) -> tuple[str, ...]:
    """The states in order: each holder fresh and settled, contested."""
    return (*(f"{h} {phase}" for h in alphabet.holders for phase in ("fresh", "settled")), CONTESTED)


def says(alphabet: Alphabet, symbol: int) -> str:
    """A symbol in words: "holds north", "took north", "lost north", "denies north", "contested", "denies contested"."""
    word, holder = SAYS[alphabet.group(symbol)], alphabet.holder_of(symbol)
    if holder >= 0:
        return f"{word} {alphabet.holders[holder]}"
    return word if alphabet.group(symbol) == CONTEST else f"{word} contested"


def _leads(table: ClaimTable, p: Posterior, window: tuple[int, int]) -> dict[int, list[float]]:
    """By source: days it was ahead of the first of the others, for every change of the most likely status that two sources or more told of.

    A source tells of a change with its first word, echoes left out, that names the new holder as holding or having taken the place, known from
    EARLY days before the change may have begun until the next change of the unit.
    """
    found = changes(p)
    holders = len(table.alphabet.holders)
    names = [table.alphabet.holder_of(y) if table.alphabet.group(y) in (HOLD, TOOK) else -1 for y in range(table.alphabet.symbols)]
    named = np.array(names)[table.symbol]
    rows = np.nonzero((named >= 0) & (table.echo < 0))[0]
    rows = rows[np.argsort(table.unit[rows], kind="stable")]
    starts = np.searchsorted(table.unit[rows], np.arange(len(table.units) + 1))
    out: dict[int, list[float]] = {}
    for n, change in enumerate(found):
        if change.after >= holders:
            continue
        after = found[n + 1].day if n + 1 < len(found) and found[n + 1].unit == change.unit else p.shape[1]
        mine = rows[starts[change.unit] : starts[change.unit + 1]]
        known, day = table.known[mine] - window[0], table.day[mine] - window[0]
        first = change.earliest - EARLY
        before = found[n - 1].day if n and found[n - 1].unit == change.unit else first
        there = mine[(named[mine] == change.after) & (day >= max(first, before)) & (known < after)]
        heard: dict[int, int] = {}
        for i in there.tolist():
            s, at = int(table.source[i]), int(table.known[i])
            heard[s] = min(heard.get(s, at), at)
        if len(heard) < 2:
            continue
        for s in sorted(heard):
            rest = min(at for other, at in heard.items() if other != s)
            out.setdefault(s, []).append(float(rest - heard[s]))
    return out
