"""What the learned model must be, whatever it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learned_scene import FIRST, SOURCES, random_table, retaken_table, steady_table

from heldby.weigh.learned import (
    Alphabet,
    ByUnit,
    ClaimTable,
    ModelSettings,
    Switches,
    as_it_stood,
    changes,
    design_effect,
    error_reach,
    learn,
    model,
    posterior,
    refill,
    smoothed,
    tally,
)
from heldby.weigh.learned.model import subset

WINDOW = (FIRST, FIRST + 39)


def single(table: ClaimTable, unit: int, day: int, symbol: int) -> ClaimTable:
    """One statement of the gazette, known the day it speaks of."""
    u, d, s, y, e = (np.array([v], np.int32) for v in (unit, FIRST + day, 0, symbol, -1))
    return ClaimTable(table.units, SOURCES, table.alphabet, u, d, d, s, y, e)


def weighed(table: ClaimTable, causal: bool = False, workers: int = 2) -> np.ndarray:
    model = learn(table, WINDOW, ModelSettings(iterations=4), workers=workers)
    return posterior(model, model.layout(table), WINDOW, causal, workers)


@pytest.mark.parametrize("causal", [False, True])
def test_a_posterior_sums_to_one(causal: bool) -> None:
    p = weighed(random_table(5), causal)
    assert np.isfinite(p).all()
    assert np.abs(p.sum(2) - 1).max() < 1e-6


@pytest.mark.parametrize("causal", [False, True])
def test_neither_the_order_of_rows_nor_the_number_of_workers_changes_a_bit(causal: bool) -> None:
    table = random_table(6)
    shuffled = table.rows(np.random.default_rng(0).permutation(len(table)))
    assert weighed(table, causal).tobytes() == weighed(shuffled, causal, workers=1).tobytes()


def test_a_day_is_judged_from_what_was_known_and_nothing_later() -> None:
    table = random_table(7, units=40, rows=60)
    model = learn(table.known_by(FIRST + 19), WINDOW, ModelSettings(iterations=3))
    now = posterior(model, model.layout(table.known_by(FIRST + 19)), (FIRST, FIRST + 19), True)
    # The same parameters and exposure: only claims that became known later are added.
    units = np.array([u for u in range(len(table.units)) if not ((table.unit == u) & (table.known > FIRST + 19)).any()])
    later = posterior(model, model.layout(table), (FIRST, FIRST + 19), True)
    assert 0 < units.size < len(table.units)
    assert now[units].tobytes() == later[units].tobytes()


def test_parameters_are_as_of_too() -> None:
    table = random_table(8)
    cut = FIRST + 19
    whole = as_it_stood(table, WINDOW, ModelSettings(iterations=3), every=10)
    then = as_it_stood(table.known_by(cut), (FIRST, cut), ModelSettings(iterations=3), every=10)
    assert whole[:, :20].tobytes() == then.tobytes()


def test_some_units_alone_come_out_to_the_bit_as_with_all() -> None:
    table = random_table(9)
    model = learn(table, WINDOW, ModelSettings(iterations=4))
    some = np.array([1, 5, 6])
    alone = posterior(model, model.layout(subset(table, some)), WINDOW)
    assert alone.tobytes() == posterior(model, model.layout(table), WINDOW)[some].tobytes()


def test_new_claims_reread_only_their_units_and_to_the_bit() -> None:
    table = random_table(10, units=30, rows=300)
    more = random_table(11, units=30, rows=5)
    model = learn(table, WINDOW, ModelSettings(iterations=4))
    units, p = refill(model, ByUnit.of(table), more, WINDOW)
    assert units.tolist() == sorted(set(more.unit.tolist()))
    whole = posterior(model, model.layout(table.joined(more)), WINDOW)
    assert p.tobytes() == whole[units].tobytes()


def test_units_laid_out_some_at_a_time_come_out_to_the_bit_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_table(12, units=10)
    learned = learn(table, WINDOW, ModelSettings(iterations=3))
    monkeypatch.setattr(model, "BLOCK", 3)
    whole = posterior(learned, learned.layout(table), WINDOW)
    assert smoothed(learned, ByUnit.of(table), WINDOW).tobytes() == whole.tobytes()
    some = np.array([0, 4, 9])
    alone = ByUnit.of(table).only(some)
    assert posterior(learned, learned.layout(alone), WINDOW).tobytes() == whole[some].tobytes()


def test_a_thousand_tagged_copies_weigh_as_one() -> None:
    table, _ = steady_table(1)
    one = single(table, 3, 30, 3)  # the gazette: north took u03
    copies = one.rows(np.zeros(1000, np.int64))
    copies = replace(
        copies, source=np.full(1000, 4, np.int32), echo=np.zeros(1000, np.int32), known=(FIRST + 30 + np.arange(1000) % 3).astype(np.int32)
    )
    window = (FIRST, FIRST + 119)
    model = learn(table, window)
    with_one = posterior(model, model.layout(table.joined(one)), window)
    with_all = posterior(model, model.layout(table.joined(one).joined(copies)), window)
    assert with_one.tobytes() == with_all.tobytes()
    assert model.layout(table.joined(one).joined(copies)).echoes - model.layout(table.joined(one)).echoes == 1000


def test_relays_of_relays_weigh_as_the_one_statement_also_in_a_fit_of_their_own() -> None:
    table, _ = steady_table(4)
    before = [replace(single(table, 5, 10, 0), source=np.array([s], np.int32), echo=np.array([0], np.int32)) for s in range(1, 5)]
    for relay in (single(table, 5, 10, 0), *before):  # who relays is known before
        table = table.joined(relay)
    one = single(table, 3, 30, 3)
    rng = np.random.default_rng(5)
    who = rng.integers(1, 5, 200).astype(np.int32)
    of = np.where(np.arange(200) < 8, 0, (who + rng.integers(1, 5, 200)) % 5).astype(np.int32)  # the gazette's, or somebody's who had it
    relays = replace(one.rows(np.zeros(200, np.int64)), source=who, echo=of, known=(FIRST + 30 + rng.integers(0, 3, 200)).astype(np.int32))
    window = (FIRST, FIRST + 119)
    found = []
    for t in (table.joined(one), table.joined(one).joined(relays)):
        model = learn(t, window)
        found.append(posterior(model, model.layout(t), window).tobytes())
    assert found[0] == found[1]


def test_who_relays_a_map_that_says_otherwise_speaks_for_himself() -> None:
    table, _ = steady_table(6)
    week = [replace(single(table, u, d, 0), source=np.array([1], np.int32)) for u in range(60) for d in range(0, 120, 7)]
    for statement in week:  # the mapper: all are north's, every week
        table = table.joined(statement)
    window = (FIRST, FIRST + 119)
    model = learn(table, window)
    assert model.exhaustive[1]
    relay = replace(single(table, 3, 50, 1), source=np.array([4], np.int32), echo=np.array([1], np.int32))
    p = posterior(model, model.layout(table.joined(relay)), window)
    own = posterior(model, model.layout(table.joined(replace(relay, echo=np.array([-1], np.int32)))), window)
    assert np.isfinite(p).all()
    assert p.tobytes() == own.tobytes()


def test_who_holds_is_found_and_changes_are_dated() -> None:
    table, truth = steady_table(2)
    window = (FIRST, FIRST + 119)
    model = learn(table, window)
    p = posterior(model, model.layout(table), window)
    assert (p[:, :, :2].argmax(2) == truth).mean() > 0.95
    taken = [c for c in changes(p) if c.unit % 4 == 0 and c.after == 1 and abs(c.day - 60) <= 3]
    assert len({c.unit for c in taken}) >= 12  # of fifteen
    assert all(c.earliest <= c.day <= c.latest for c in changes(p))


def test_who_tells_of_captures_and_not_of_recaptures_is_found_out() -> None:
    table = retaken_table(1)
    model = learn(table, (FIRST, FIRST + 119))
    regain = dict(zip((s.name for s in table.sources), model.parameters.regain.tolist(), strict=True))
    assert regain["gazette"] < 0.6 < 0.8 < regain["wire"] < 1.6
    without = learn(table, (FIRST, FIRST + 119), switches=Switches(recaptures=False))
    assert (without.parameters.regain == 1).all()
    # Silence of the gazette says less about a recapture than about a capture: where nobody speaks after the wire's word, north is believed longer.
    only = {name: table.alphabet.symbol("captured", h, False) for h, name in enumerate(table.alphabet.holders)}
    fresh = single(table, 0, 70, only["north"])
    wire = replace(fresh, source=np.array([4], np.int32))
    window = (FIRST, FIRST + 119)
    rest = table.rows(~((table.unit == 0) & (table.day > FIRST + 40))).joined(wire)
    with_it, left_out = (posterior(m, m.layout(rest), window)[0, 71:90, 0].mean() for m in (model, without))
    assert with_it > left_out


def test_a_denial_is_never_lost() -> None:
    a = Alphabet(("north", "south"))
    base, _ = steady_table(3)
    window = (FIRST, FIRST + 119)
    model = learn(base, window)
    denied = single(base, 1, 100, a.symbol("captured", 1, True))  # the gazette: south has not taken u01
    without = posterior(model, model.layout(base), window)
    with_it = posterior(model, model.layout(base.joined(denied)), window)
    assert with_it[1, 100, 1] < without[1, 100, 1]


def test_a_tally_is_an_interval_that_holds_its_mean_and_widens_with_units_in_step() -> None:
    rng = np.random.default_rng(0)
    apart = rng.random((50, 80, 1)).astype(np.float32)
    together = np.broadcast_to(rng.random((1, 80, 1)), (50, 80, 1)).astype(np.float32)
    two = [np.concatenate([x, 1 - x], 2) for x in (apart, together)]
    assert design_effect(two[0]) < 1.5 < design_effect(two[1])
    mean, low, high = tally(two[0], 1.0)
    assert ((low <= mean) & (mean <= high)).all()
    assert (low >= 0).all()
    assert (high <= 50).all()


def test_an_interval_widens_by_what_units_share_and_reaches_as_far_as_words_lie_apart() -> None:
    p = np.full((10_000, 2, 2), 0.5, np.float32)
    halves = [
        float((high - low)[0, 0]) / 2 for _, low, high in (tally(p, 1.0, common=0.0), tally(p, 4.0, common=0.0), tally(p, 1.0, common=0.1))
    ]
    assert halves[0] == pytest.approx(1.645 * 50)
    assert halves[1] == pytest.approx(2 * halves[0])
    assert halves[2] == pytest.approx(1.645 * (50**2 + 250**2) ** 0.5)
    assert [error_reach(n, 100, 365) for n in (0, 1000, 3650, 36_500)] == [30, 30, 10, 7]
