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
    """The model's constants, each with what it means; docs/model.md lists them from here (tools/refresh_model_page.py). Rates are a day.

    `contested_weight`: few sources never settle what contested means. `news_follows`: 0 not at all, 1 as other words do.
    """

    settle: float = 1 / 7  # fresh to settled, a day
    contest_from_settled: float = 0.006  # settled to contested, a day, times the pace of the class; fresh twice that
    flip_from_settled: float = 0.003  # settled or fresh to another side, a day, times the pace of the class
    resolve: float = 0.08  # contested to some side, a day
    transition_weight: float = 5000.0  # days these rates count for
    settle_weight: float = 2000.0  # days the rate of settling counts for
    class_pace: tuple[float, ...] = (0.1, 1.0)  # pace of the calm and of the volatile class
    class_weight: float = 20.0  # units that equal shares of the classes count for
    rate_ratio: float = 2.0  # rate in fresh and contested states against settled ones
    rate_weight: float = 20.0  # looks this ratio counts for
    rate_cap: float = 4.0  # no state is told of further than so many times from the mean
    copy_prior: tuple[float, float] = (0.1, 4.0)  # copies, in so many statements
    repeat_weight: float = 40.0  # statements the share of own repeats counts for
    regain_weight: float = 10.0  # changes of hands the ratio of recaptures to captures counts for
    reexamine: float = 0.07  # an exhaustive source looks again, a day
    reexamine_weight: float = 1e6  # days that counts for: it is fixed
    word_share: float = 0.02  # weight of the prior on a source's words beside its kind's, as a share of its looks
    exhaustive_least: float = 100.0  # of an exhaustive source: that share alone, at least so many looks
    contested_weight: float = 10.0  # times both, for words while contested
    start_contested: float = 0.05  # contested on the first day
    start_weight: float = 0.5  # that counts for so many times the units
    start_least: float = 20.0  # and at least for so many
    exposure_weight: float = 2.0  # looks that an exposure of 1 counts for
    iterations: int = 25  # steps of the fit, at most
    tolerance: float = 2e-4  # it ends where a step gains less, as a share of the whole gain
    sample_share: float = 0.1  # share of the units fitted on
    sample_least: int = 2000  # at least so many
    sample_most: int = 3000  # at most so many
    news_follows: float = 0.2  # how far news follows exposure
    bins: int = 12  # steps of exposure
    bin_low: float = 0.1  # the lowest
    bin_high: float = 10.0  # the highest
    kinds: dict[str, KindPrior] = field(default_factory=lambda: dict(KIND_PRIORS))
