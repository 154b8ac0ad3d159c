"""What heldby concludes: testimonies, statuses with their reasons, spells, changes, tallies."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from heldby.model.claim import Claim, PublishedTally
from heldby.model.report import Mark
from heldby.model.when import When
from heldby.model.who import Leaning, Voice

CONTESTED = "contested"  # a state beside the sides: both attested inside within the window


class Symbol(StrEnum):
    """What a testimony says of one unit and one holder. `took` is evidence of a change, `holds` of a state; each can be denied."""

    TOOK = "took"
    HOLDS = "holds"
    LOST = "lost"
    CONTESTS = "contests"
    NOT_TOOK = "not-took"
    NOT_HOLDS = "not-holds"
    NOT_LOST = "not-lost"


@dataclass(frozen=True, slots=True)
class Located:
    """A claim with what the ledger knows of its report: when it was known, who published it, what it is marked with."""

    claim: Claim
    known: datetime
    published: date
    outlet: str
    url: str = ""
    marks: tuple[Mark, ...] = ()
    fingerprint: tuple[int, ...] = ()  # stable hashes of the report's sentences, for copies
    withdrawn: datetime | None = None  # from then on the claim no longer stands (an edit or a retraction)


@dataclass(frozen=True, slots=True)
class Testimony:
    """Claims that are one utterance on one unit, however many reports carry it.

    `origin` is the key of the independent origin that counts once; `holder` the side the symbol is about ("" for contests);
    `leaning` how the origin stands to that side; `when` the event time (civil); `known` the first publication (UTC);
    `claims` the claims in order of `known`, the first is the one heard first, the rest are its echoes; `via` the linked unit it came through.
    Not `counted` is an outlet's own line beside a source that it cites for the same: shown, and nothing more.
    """

    id: str
    unit_id: str
    symbol: Symbol
    holder: str
    voice: Voice
    origin: str
    leaning: Leaning
    when: When
    known: datetime
    claims: tuple[Located, ...]
    hedged: bool = False
    via: str = ""
    withdrawn: datetime | None = None
    counted: bool = True

    @property
    def echoes(self) -> int:
        return len(self.claims) - 1


class Support(StrEnum):
    """What a status rests on, in this precedence: told against each other; two origins, one at least without a stake; a single origin without
    one (or unattributed reports); the interested side alone; nothing for so long that the model no longer commits; no evidence."""

    DISPUTED = "disputed"
    CONFIRMED = "confirmed"
    REPORTED = "reported"
    CLAIMED = "claimed"
    STALE = "stale"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Credibility:
    """Of what is claimed, as a number of the Admiralty scale, and why: 1 confirmed by other independent sources, 2 probably true, 3 possibly
    true, 4 doubtful, 5 improbable, 6 cannot be judged (no basis, not a bad claim). Proposed by the weighing; nobody has set it."""

    number: int = 6
    why: str = "cannot be judged"


@dataclass(frozen=True, slots=True)
class Reason:
    """What one testimony did to a status: `bits` moved towards the leading state (signed), in `words`; `record` says how its origin's word counts;
    `credibility` is what is proposed for it by what others said."""

    testimony: Testimony
    bits: float
    words: str
    record: str = ""
    credibility: Credibility = Credibility()


@dataclass(frozen=True, slots=True)
class Swing:
    """What one more testimony, in `words`, would make of a status: the state that would lead, and what would be left of the one that leads now."""

    words: str
    leading: str
    probability: float
    turns: bool


@dataclass(frozen=True, slots=True)
class Status:
    """Who holds `unit_id` at the end of day `as_of`, as known at `known_by` (UTC).

    `probabilities` pairs (state, p) sum to one, states being side ids and "contested", best first; empty if support is unknown.
    `holder` is the leading state or None when unknown or stale without commitment. `since` when its spell began.
    `start` is where the log odds of the leading state stood before anything was said, in bits: with the bits of all `reasons` it makes the odds
    of its probability. `swings`: what would change it, from the weakest voice to the strongest.
    `origins` counts independent origins for the leading state, `denials` testimonies against it (`against`: what these say), `claimed_by` the
    interested side when support is claimed.
    """

    unit_id: str
    as_of: date
    known_by: datetime
    holder: str | None
    probabilities: tuple[tuple[str, float], ...]
    support: Support
    confidence: Confidence
    origins: int = 0
    denials: int = 0
    since: When | None = None
    last_evidence: date | None = None
    claimed_by: str = ""
    reasons: tuple[Reason, ...] = ()
    related: tuple[Testimony, ...] = ()
    marks: tuple[Mark, ...] = ()
    start: float = 0.0
    swings: tuple[Swing, ...] = ()
    against: tuple[Symbol, ...] = ()

    @property
    def probability(self) -> float:
        """Of the leading state; 0 if nothing is known."""
        return dict(self.probabilities).get(self.holder or "", 0.0)


@dataclass(frozen=True, slots=True)
class Course:
    """Probability of each state of `unit_id` at the end of each of the ascending `days`, as known at `known_by` (UTC): `p[day][state]`, each
    day's summing to one. Before `since`, the day of the first evidence, nothing is known (None: on no day)."""

    unit_id: str
    known_by: datetime
    days: tuple[date, ...]
    states: tuple[str, ...]
    p: tuple[tuple[float, ...], ...]
    since: date | None


@dataclass(frozen=True, slots=True)
class Daily:
    """What a unit's statuses say at the end of each of the ascending `days`, as known at `known_by` (UTC), without what they rest on.

    `p` has a probability for each day and state, the days one after the other; `runs` the holder, support and `claimed_by` of `Status`, each from
    the day of that number until the next run's. `days` begins with the first evidence; before it all is unknown.
    """

    unit_id: str
    known_by: datetime
    days: tuple[date, ...]
    states: tuple[str, ...]
    p: array[float]
    runs: tuple[tuple[int, str | None, Support, str], ...]

    def row(self, number: int) -> tuple[float, ...]:
        """The probability of each state on the day of that number."""
        wide = len(self.states)
        return tuple(self.p[number * wide : (number + 1) * wide])

    def said(self, number: int) -> tuple[str | None, Support, str]:
        """Holder, support and `claimed_by` on the day of that number."""
        _, holder, support, claimed_by = self.runs[bisect_right(self.runs, number, key=lambda run: run[0]) - 1]
        return holder, support, claimed_by


@dataclass(frozen=True, slots=True)
class Spell:
    """One holder's unbroken period in a unit, however short. `start` is None at the left edge of the evidence, `end` None while it lasts."""

    unit_id: str
    holder: str
    start: When | None
    end: When | None
    probability: float
    brief: bool = False  # began and ended within one day
    testimonies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A unit passing from one state to another; `recapture` when the new holder had it before and another side between.

    `before` is None where nobody said who had it; `probability` that it was in `before` and then in `after`, each where it is surest. `likely` is
    the first day of `when` by whose end `after` is likelier than any other state, its last where none is.
    """

    unit_id: str
    before: str | None
    after: str
    when: When
    probability: float
    support: Support
    recapture: bool = False
    likely: date | None = None


@dataclass(frozen=True, slots=True)
class TallyRow:
    """`count` of units whose leading state is `state`, with the interval [low, high] in which the true count lies (nominal 90 %)."""

    state: str
    count: int
    expected: float
    low: int
    high: int


class Extents(StrEnum):
    """What a tally measures beside the count."""

    AREA = "area_km2"
    POPULATION = "population"


@dataclass(frozen=True, slots=True)
class ExtentRow:
    """`amount` (square kilometres or people) of the units whose leading state is `state`, `expected` by the posteriors, and the interval
    [low, high] in which the true amount lies (nominal 90 %)."""

    state: str
    amount: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Extent:
    """A tally by what its units measure rather than how many they are. `measured` units of the roster have a known measure, `total` together:
    amounts of the rows plus `unknown` sum to it. The others are in no figure here."""

    by: Extents
    total: float
    measured: int
    rows: tuple[ExtentRow, ...]
    unknown: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of a roster by state on a day as known on a day. Counts of the rows plus `unknown` sum to `size`; `extents` are the same by area
    and by population, where known."""

    roster_id: str
    as_of: date
    known_by: datetime
    size: int
    rows: tuple[TallyRow, ...]
    unknown: int
    covered: int  # units with any evidence
    marks: tuple[Mark, ...] = ()
    extents: tuple[Extent, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published tally beside ours: which rosters its numbers can belong to, what we count there, and why they differ.

    `ours` is our count; beside a share of the territory or a number of square kilometres it is None, and `extent` our area.
    """

    published: PublishedTally
    report_outlet: str
    known: datetime
    rosters: tuple[str, ...]
    ours: TallyRow | None
    roster_id: str
    reasons: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    day: date | None = None  # the civil day it is about: its own, else that of publication
    extent: ExtentRow | None = None
    extent_total: float = 0.0
