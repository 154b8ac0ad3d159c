"""What the model assumes before it has read a claim: one readable place for every number."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class KindPrior:
    """How a kind of source is taken to speak. Rows are (own or said holder, another holder, contested), by what is true.

    `held`: the word on who holds while one side holds; `contested`: while it is contested. A belligerent has its own rows: `enemy` is what it says
    while another side holds. `took_right`, `took_settled`: how often a "took" names the side that holds, while that is fresh and once it is settled.
    `took_contested`: how much likelier its "took" is while contested than while settled. `repeat`: how often it repeats itself without looking.
    `weight`: how many looks the prior on its words counts for. `regain`: how much likelier it is to tell of a change of hands that gives a unit back to
    who held it first than of another.
    """

    held: tuple[float, float, float]
    contested: tuple[float, float, float]
    took_right: float = 0.93
    took_contested: float = 0.5
    took_settled: float = 0.97
    repeat: float = 0.15
    weight: float = 40.0
    regain: float = 1.0
    enemy: tuple[float, float, float] | None = None


KIND_PRIORS: dict[str, KindPrior] = {
    "map": KindPrior((0.92, 0.03, 0.05), (0.22, 0.22, 0.56), repeat=0.5),
    "media": KindPrior((0.86, 0.06, 0.08), (0.29, 0.29, 0.42)),
    "local": KindPrior((0.70, 0.15, 0.15), (0.28, 0.28, 0.44), took_right=0.85, took_settled=0.95),
    "official": KindPrior((0.84, 0.08, 0.08), (0.30, 0.30, 0.40)),
    "belligerent": KindPrior((0.95, 0.01, 0.04), (0.74, 0.04, 0.22), took_contested=2.0, repeat=0.35, enemy=(0.40, 0.40, 0.20)),
}


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The model's constants. Rates are a day.

    `settle`: fresh to settled; `contest_from_settled`, `flip_from_settled`, `resolve`: the calm prior's rates out of settled and contested;
    `*_weight`: how many days or transitions a prior counts for; `class_pace`: the factor on every change in each volatility class;
    `rate_ratio`: prior ratio of a source's rate in fresh and contested phases to settled; `rate_cap`: no state is reported more than this factor away
    from the source's mean; `copy_prior`: (copies, claims) added; `reexamine`: prior hazard with which an exhaustive source looks again;
    `regain_weight`: how many changes of hands the prior on `regain` counts for; `word_share`: weight of the prior on a source's words beside the
    kind's `weight`, as a share of its looks; of an exhaustive source that alone, at least `exhaustive_least`; `contested_weight` times both for what
    it says while contested (few sources never settle what contested means); `news_follows`: how far news ("took", "lost", denials) follows the
    exposure of a unit: 0 not at all, 1 as other words do; `start_contested`: prior share of contested units on the first day, `start_weight` of that
    prior as a share of units, at least `start_least` of them;
    `iterations`, `tolerance` of the fit; `sample_share`, `sample_least`, `sample_most` units are fitted on; `bins`, `bin_low`, `bin_high` of exposure.
    """

    settle: float = 1 / 7
    contest_from_settled: float = 0.006
    flip_from_settled: float = 0.003
    resolve: float = 0.08
    transition_weight: float = 5000.0
    settle_weight: float = 2000.0
    class_pace: tuple[float, ...] = (0.1, 1.0)
    class_weight: float = 20.0
    rate_ratio: float = 2.0
    rate_weight: float = 20.0
    rate_cap: float = 4.0
    copy_prior: tuple[float, float] = (0.1, 4.0)
    repeat_weight: float = 40.0
    regain_weight: float = 10.0
    reexamine: float = 0.07
    reexamine_weight: float = 1e6
    word_share: float = 0.02
    exhaustive_least: float = 100.0
    contested_weight: float = 10.0
    start_contested: float = 0.05
    start_weight: float = 0.5
    start_least: float = 20.0
    exposure_weight: float = 2.0
    iterations: int = 25
    tolerance: float = 2e-4
    sample_share: float = 0.1
    sample_least: int = 2000
    sample_most: int = 3000
    news_follows: float = 0.2
    bins: int = 12
    bin_low: float = 0.1
    bin_high: float = 10.0
    kinds: dict[str, KindPrior] = field(default_factory=lambda: dict(KIND_PRIORS))
