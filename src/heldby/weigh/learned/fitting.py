"""MAP-EM on a sample of units: what the sources' records are, how fast things change, who copies whom."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.assumed import change_prior, rate_phases, word_prior
from heldby.weigh.learned.layout import Layout
from heldby.weigh.learned.parameters import Floats, Parameters, Tables, changes_of_hands, exposure_bins, tables, transitions
from heldby.weigh.learned.rows import EDIT, LONGEST_GAP
from heldby.weigh.learned.settings import ModelSettings
from heldby.weigh.learned.table import ClaimTable

if TYPE_CHECKING:
    from heldby.weigh.learned.kernels import Stats

CHUNKS = 4
TINY = 1e-300
Bins = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Switches:
    """Parts of the model that can be left out, to see what each is worth."""

    silence: bool = True
    copies: bool = True
    repeats: bool = True
    recaptures: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fit needs beside the layout: the table's names, which sources are exhaustive, what each said [S, Y], settings and switches."""

    table: ClaimTable
    exhaustive: NDArray[np.bool_]
    said: Floats
    settings: ModelSettings
    switches: Switches = Switches()


@dataclass(frozen=True, slots=True)
class Fixed:
    """What does not change from step to step: claims of each source that could be copied [S], the prior's words [S, K, Y] and first day [K]."""

    offered: Floats
    words: Floats
    start: Floats
    phase: Floats


def sample_units(names: tuple[str, ...], settings: ModelSettings) -> NDArray[np.int64]:
    """Indices of the units to fit on: a share of them by the hash of their names, so that the order of a file or a new unit moves nothing."""
    n = len(names)
    want = min(max(settings.sample_least, int(n * settings.sample_share)), settings.sample_most, n)
    if want == n:
        return np.arange(n)
    marks = np.array([zlib.crc32(name.encode()) for name in names], np.uint32)
    return np.sort(np.lexsort((np.arange(n), marks))[:want])


def longest_gap(layout: Layout) -> int:
    """The longest step between knots, which bounds the tables of powers."""
    return min(LONGEST_GAP, layout.days)


def bin_of(exposure: Floats, bins: Floats) -> Bins:
    """The nearest bin, in logarithms."""
    cuts = np.sqrt(bins[1:] * bins[:-1])
    return np.searchsorted(cuts, exposure).astype(np.int8)


def first_exposure(layout: Layout, t: Tables, settings: ModelSettings) -> Bins:
    """[U]: bins of words of a state about a unit against those about an average one, shrunk to 1."""
    r = layout.rows
    looks = np.concatenate([[0], np.cumsum((r.mode < EDIT) & (r.symbol <= t.total.size // 2))])
    said = looks[r.row_ptr[r.knot_ptr[1:]]] - looks[r.row_ptr[r.knot_ptr[:-1]]]
    expected = float(t.total.mean()) * layout.days * 0.75
    bins = t.bin.size // t.word.shape[0]
    return bin_of((said + settings.exposure_weight) / (expected + settings.exposure_weight), t.bin[:bins]) + np.int8(t.bin.size - bins)


def run_expect(layout: Layout, t: Tables, exposure: Bins, workers: int, by_unit_only: bool = False) -> Stats:
    """The E-step over every unit: Stats summed over a fixed number of chunks, in order, whatever the number of workers. `by_unit_only`: sums that are
    not by unit are those of the first chunk alone, which saves a few units most of their time."""
    from heldby.weigh.learned.kernels import Stats, expect

    units, (v, b, g, k, _) = layout.units, t.power.shape
    homes, s, y = t.word.shape[:3]
    shapes = ((homes, s, y, k), (s, k), (s,), (s,), (s, s), (s,), (s,), (v, b, g, k, k), (v, k), (v,))
    cuts = [units * c // CHUNKS for c in range(CHUNKS + 1)]
    by_unit = [np.zeros(units) for _ in range(4)]
    parts = [Stats(*(np.zeros(x) for x in shapes), *by_unit) for _ in range(CHUNKS)]
    states = (0,) * k

    def work(c: int) -> None:
        expect(layout.rows, t, (cuts[c], cuts[c + 1]), exposure, states, parts[c])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(CHUNKS)))
    total = parts[0]
    for part in () if by_unit_only else parts[1:]:
        for name in Stats._fields[:10]:
            getattr(total, name)[...] += getattr(part, name)
    return total


def improve(p: Parameters, t: Tables, stats: Stats, scene: Scene, fixed: Fixed) -> Parameters:
    """The M-step: closed forms under the priors."""
    st, cfg = stats, scene.settings
    kinds = [cfg.kinds[x.kind] for x in scene.table.sources]
    moved, exposed, heard = transitions(p, t, st.ends)
    exposed, days = exposed + st.first.sum(0), heard.sum(0) + st.first.sum(0)
    words = st.words.sum(0).transpose(0, 2, 1).copy()
    news = words[:, :, words.shape[1] // 2 + 1 :]
    looks = st.looks - np.where(scene.exhaustive[:, None], 0.0, news.sum(2))
    news *= np.where(scene.exhaustive[:, None], 1.0, (exposed / days)[None])[:, :, None]  # as if told at the exposure of words of a state
    regain, often = new_regain(p, st, scene, heard)
    hands = changes_of_hands(words.shape[1])
    words[:, :, hands] /= np.where(scene.exhaustive[:, None], 1.0, 1.0 + (often / days[None]))[:, :, None]
    looks += np.where(scene.exhaustive[:, None], 0.0, news.sum(2))
    standing = np.maximum(cfg.word_share * st.again / (2 * p.word.shape[1]), cfg.exhaustive_least)[:, None]
    speaking = np.array([k.weight for k in kinds])[:, None] + cfg.word_share * words.sum(2)
    weight = np.where(scene.exhaustive[:, None], standing, speaking)
    weight[:, -1] *= cfg.contested_weight
    word = words + weight[:, :, None] * fixed.words
    word /= word.sum(2, keepdims=True)
    mean = (looks.sum(1) + 1e-9) / exposed.sum()
    rate = (looks + cfg.rate_weight * fixed.phase) / (exposed[None] + cfg.rate_weight / mean[:, None])
    rate = np.clip(rate, mean[:, None] / cfg.rate_cap, mean[:, None] * cfg.rate_cap)
    rate[scene.exhaustive] = 0.0
    repeat0 = np.array([k.repeat for k in kinds])
    repeat = (st.repeats + cfg.repeat_weight * repeat0) / (st.repeats + st.fresh + cfg.repeat_weight)
    copy = (st.copies + cfg.copy_prior[0]) / (fixed.offered[None] + cfg.copy_prior[1])
    np.fill_diagonal(copy, 0.0)
    again = (st.again + cfg.reexamine_weight * cfg.reexamine) / (st.stood + cfg.reexamine_weight)
    if not scene.switches.repeats:
        repeat = np.zeros_like(repeat)
    if not scene.switches.copies:
        copy = np.zeros_like(copy)
    start = np.tile(st.first.sum(0) + max(cfg.start_weight * st.first.sum(), cfg.start_least) * fixed.start, (p.start.shape[0], 1))
    share = st.classes + cfg.class_weight
    return Parameters(
        start=start / start.sum(1, keepdims=True),
        change=new_change(moved, p.change.shape[1], cfg),
        share=share / share.sum(),
        word=word,
        rate=rate,
        repeat=repeat,
        copy=np.minimum(copy, 0.95),
        reexamine=again,
        regain=regain,
    )


def new_regain(p: Parameters, st: Stats, scene: Scene, heard: Floats) -> tuple[Floats, Floats]:
    """How much likelier each source tells of a recapture, [S]; and by how many days more (or fewer) it would have told as much otherwise, [S, K].

    `heard` [G, K]: days by first holder, weighted by exposure to news. Told and expected changes of hands back to the first holder, under the kind's prior.
    Beside the other sources' mean only: a factor that all share cannot be told from how often places are retaken, and draws the fit to recaptures that nobody tells of.
    """
    cfg, k = scene.settings, p.word.shape[1]
    hands = changes_of_hands(k)
    prior = np.array([cfg.kinds[x.kind].regain for x in scene.table.sources])
    told, expected, back = np.zeros(prior.size), np.zeros(prior.size), np.zeros(k)
    for h in range(st.words.shape[0] - 1):
        told += st.words[h, :, hands, 2 * h].sum(1)
        expected += p.rate[:, 2 * h] * p.word[:, 2 * h, hands].sum(1) * heard[h, 2 * h]
        back[2 * h] = heard[h, 2 * h]
    speaks = ~scene.exhaustive
    expected *= told[speaks].sum() / max(expected[speaks].sum(), TINY)
    regain = (told + cfg.regain_weight * prior) / (expected + cfg.regain_weight)
    if not scene.switches.recaptures:
        regain = np.ones_like(regain)
    regain[scene.exhaustive] = 1.0
    return regain, (regain[:, None] - 1.0) * back[None]


def new_change(moved: Floats, states: int, cfg: ModelSettings) -> Floats:
    """Changes a day from expected transitions and the prior; settling under a prior of its own, for it decides how sharp changes look."""
    prior = change_prior(states, cfg)
    weight = np.full(states, cfg.transition_weight)
    weight[0 : states - 1 : 2] = cfg.settle_weight
    counts = moved + prior * weight[None, :, None]
    return np.asarray(counts / counts.sum(2, keepdims=True))


def said_by(layout: Layout, sources: int, symbols: int) -> Floats:
    """[S, Y]: statements of each source, echoes settled; an exhaustive one's as often as they stand."""
    at = layout.rows.source.astype(np.int64) * symbols + layout.rows.symbol
    return np.bincount(at, minlength=sources * symbols).reshape(sources, symbols).astype(float)


def offered_claims(layout: Layout, sources: int) -> Floats:
    """[S]: statements of each source that another could have copied."""
    r = layout.rows
    return np.bincount(r.source[r.mode < EDIT], minlength=sources).astype(float)


def fit(layout: Layout, begin: Parameters, scene: Scene, workers: int, step: Callable[[int], None]) -> tuple[Parameters, tuple[float, ...]]:
    """Parameters that explain the layout's units best under the priors, and the log-likelihood by iteration."""
    cfg = scene.settings
    p = begin
    bins = exposure_bins(cfg.bins, cfg.bin_low, cfg.bin_high)
    gap = longest_gap(layout)
    fixed = Fixed(
        offered_claims(layout, len(scene.table.sources)),
        word_prior(scene.table, cfg, scene.said),
        begin.start[0],
        rate_phases(begin.rate.shape[1], cfg),
    )
    exposure: Bins | None = None
    trace: list[float] = []
    for i in range(cfg.iterations):
        t = tables(p, bins, gap, scene.switches.silence, cfg.news_follows)
        if exposure is None:
            exposure = first_exposure(layout, t, cfg)
        stats = run_expect(layout, t, exposure, workers)
        trace.append(float(stats.unit_log.sum()))
        trace[-1] -= float((p.copy * fixed.offered[None]).sum())  # what was offered and not copied
        p = improve(p, t, stats, scene, fixed)
        exposure = next_exposure(stats, t, cfg)
        step(i + 1)
        if i > 3 and abs(trace[-1] - trace[-2]) <= cfg.tolerance * abs(trace[-1] - trace[0]):
            break
    return p, tuple(trace)


def next_exposure(stats: Stats, t: Tables, cfg: ModelSettings) -> Bins:
    """First holder and exposure of each unit from its looks and how many an average unit in its states would have had."""
    looks, expected = stats.unit_looks, stats.unit_expected
    bins = t.bin.size // t.word.shape[0]
    home = np.minimum(stats.unit_home, t.word.shape[0] - 1).astype(np.int8)
    exposure = bin_of((looks + cfg.exposure_weight) / (expected + cfg.exposure_weight), t.bin[:bins])
    return np.asarray(exposure + home * np.int8(bins))
