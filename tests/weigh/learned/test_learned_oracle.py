"""The compiled engine says what plain NumPy says."""

from __future__ import annotations

import learned_oracle as oracle
import numpy as np
import pytest
from learned_scene import random_table

from heldby.weigh.learned import ModelSettings, learn, posterior
from heldby.weigh.learned.model import exposures

WINDOW = (738000, 738039)


@pytest.mark.parametrize(("seed", "holders"), [(1, ("north", "south")), (2, ("north", "south")), (3, ("east", "north", "south"))])
@pytest.mark.parametrize("causal", [False, True])
def test_the_engine_equals_the_oracle(seed: int, holders: tuple[str, ...], causal: bool) -> None:
    table = random_table(seed, holders=holders)
    model = learn(table, WINDOW, ModelSettings(iterations=3))
    layout = model.layout(table)
    tables = model.tables(layout)
    bins = exposures(model, layout, tables, 1)
    found = posterior(model, layout, WINDOW, causal, kind=np.float64)
    for u in range(len(table.units)):
        where = float(tables.bin[bins[u]]), int(tables.home[bins[u]])
        wanted = (oracle.causal if causal else oracle.smoothed)(table, model, u, where)
        assert np.abs(found[u] - wanted).max() < 1e-9, table.units[u]


def test_the_log_likelihood_and_the_transitions_equal_the_oracle() -> None:
    from heldby.weigh.learned.fitting import run_expect
    from heldby.weigh.learned.parameters import transitions

    table = random_table(4, units=6)
    model = learn(table, WINDOW, ModelSettings(iterations=3))
    layout = model.layout(table)
    tables = model.tables(layout)
    bins = exposures(model, layout, tables, 1)
    assert len({int(tables.home[b]) for b in bins}) > 1
    assert model.parameters.regain.std() > 0
    stats = run_expect(layout, tables, bins, 1)
    moved, exposed, heard = transitions(model.parameters, tables, stats.ends)
    wanted = np.zeros_like(moved)
    for u in range(len(table.units)):
        where = float(tables.bin[bins[u]]), int(tables.home[bins[u]])
        b = oracle.emissions(table, model, u, where, 10**9)
        alphas, betas, logs = oracle.passes(b, model, where)
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        for v in range(len(weight)):
            step = model.parameters.change[v] * oracle.silence(model, *where)[None]
            for d in range(1, b.shape[0]):
                pair = alphas[v, d - 1][:, None] * step * (b[d] * betas[v, d])[None]
                wanted[v] += weight[v] * pair / pair.sum()
    assert np.abs(moved - wanted).max() < 1e-9
    assert moved.sum() == pytest.approx(6 * 39, abs=1e-6)
    at = [float(tables.bin[b]) for b in bins]
    assert exposed.sum() == pytest.approx(39 * sum(at), abs=1e-6)
    for h in range(3):
        news = [1 + model.settings.news_follows * (float(tables.bin[b]) - 1) for b in bins if tables.home[b] == h]
        assert heard[h].sum() == pytest.approx(39 * sum(news), abs=1e-6)
