"""What goes into the release gate (`Bundle`) and what comes out of it (`Edition`): the only thing a renderer is handed.

An edition's rows are plain: names spelled out, voices as they may be shown, quotations as they may be quoted, marks in words. An `Edition` can only
be made by `heldby.publish.release.release`: its seal is refused otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field, fields
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from heldby.errors import ReleaseError
from heldby.model.ident import digest
from heldby.model.record import Records
from heldby.model.report import Gap, Mark
from heldby.model.status import Change, Comparison, Spell, Status, Tally, Testimony
from heldby.model.theatre import Theatre
from heldby.publish.archived import Copy
from heldby.publish.plain import plain
from heldby.publish.source_rows import SourceRow

Ring = tuple[tuple[float, float], ...]  # (lon, lat) in degrees, closed or not
Shape = tuple[Ring, ...]  # outer rings and holes, filled by the even-odd rule


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an edition was made from, so that it can be made again: the ledger's position and head, digests of rules, the code's version."""

    revision: int
    head: str
    rulebook_digest: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one publication is to say, before the gate.

    `statuses` at `as_of` as known at `known_by` (UTC, aware); `tallies` in order of date, `spells` and `changes` (those since `since`) in order
    of time; `boundaries` the outlines of units where a user gave them. `gaps` are those met by `known_by`: the gate cannot tell when one was
    met. `marks` are those of the ledger's reports that no status or tally of the bundle carries itself. `texts` (by report id) are the reports'
    texts, where quotations are to be shown within their sentence. `records` are the sources' own. `within` is the id of the area
    that places are shown of, "" for the whole theatre. `bare` leaves the rows' evidence out, related one too: of many, nobody reads it.
    `reviewed` are units of which a person decided something; with `paragraphs`,
    quotations carry the rest of theirs. `erased` is how many reports were taken out of the ledger again. `archived` are
    the copies of the reports quoted, by report id; None where quotations are not to tell of theirs. `heard` are the
    testimonies that statuses without reasons rest on, by unit: they are counted, and not shown.
    """

    theatre: Theatre
    as_of: date
    known_by: datetime
    provenance: Provenance
    statuses: tuple[Status, ...] = ()
    tallies: tuple[Tally, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    changes: tuple[Change, ...] = ()
    spells: tuple[Spell, ...] = ()
    since: date | None = None
    boundaries: Mapping[str, Shape] = field(default_factory=dict)
    title: str = ""
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    records: Records | None = None
    within: str = ""
    bare: bool = False
    reviewed: frozenset[str] = frozenset()
    paragraphs: bool = False
    erased: int = 0
    archived: Mapping[str, Copy] | None = None
    heard: Mapping[str, Sequence[Testimony]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quote:
    """One report's words behind a testimony: `text` is the passage, `before` and `behind` the rest of its sentence where the text is known.
    `known` is UTC text; `start`, `end` the passage's place in the report, in characters; `withdrawn` where its outlet
    had changed or retracted the page by then."""

    report_id: str
    claim_id: str
    outlet: str
    url: str
    published: str
    known: str
    text: str
    before: str
    behind: str
    start: int
    end: int
    relation: str
    withdrawn: bool
    marks: tuple[str, ...]
    paragraph_before: str = ""  # the rest of its paragraph, where asked for
    paragraph_behind: str = ""
    hash: str = ""  # SHA-256 of the archived copy, as it came
    archived_at: str = ""  # when it was fetched, UTC text
    archive_note: str = ""  # why there is none to show; all three "" where nobody asked


@dataclass(frozen=True, slots=True)
class Evidence:
    """One testimony as it may be shown. `chain` runs from the publisher to the origin; `said` is the day it was published, `meant` the event
    time (EDTF); `bits` how far it moved the leading state (None for related evidence, which moved nothing); `quotes` begins with the first heard."""

    id: str
    unit_id: str
    symbol: str
    holder: str
    holder_name: str
    leaning: str
    side: str
    chain: tuple[str, ...]
    origin: str
    said: str
    meant: str
    bits: float | None
    words: str
    denial: bool
    hedged: bool
    withdrawn: bool
    via: str
    quotes: tuple[Quote, ...]
    marks: tuple[str, ...]
    record: str = ""  # how this origin's word counts here, where that was learned
    credibility: int = 6  # proposed, Admiralty scale: 1 confirmed to 5 improbable, 6 cannot be judged
    credibility_why: str = "cannot be judged"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A unit's status as it may be shown; `letter` and names are the theatre's, `parent` the name of the area around it."""

    unit_id: str
    name: str
    kind: str
    scope: str
    parent: str
    as_of: str
    known_by: str
    holder: str | None
    holder_name: str
    letter: str
    probability: float
    probabilities: tuple[tuple[str, float], ...]
    likelihood: str
    confidence: str
    support: str
    claimed_by: str
    origins: int
    denials: int
    since: str
    last_evidence: str
    sentence: str
    confidence_sentence: str
    marks: tuple[str, ...]
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Evidence, ...] = ()
    start: float | None = None  # log odds, in bits, of what leads before anything was said; with those of `evidence` they make its odds
    would_change: str = ""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area that stands for its units where the release coarsens them: how many of them each state leads, and nothing finer."""

    area_id: str
    name: str
    counts: tuple[tuple[str, int], ...]
    unknown: int
    size: int
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change at `when` (an EDTF interval): `first_day` it can have been, `likely_day` by whose end the new state leads."""

    unit_id: str
    name: str
    kind: str
    parent: str
    before: str
    before_name: str
    after: str
    after_name: str
    when: str
    first_day: str
    probability: float
    support: str
    recapture: bool
    marks: tuple[str, ...]
    likely_day: str = ""


@dataclass(frozen=True, slots=True)
class SpellRow:
    unit_id: str
    name: str
    kind: str
    parent: str
    holder: str
    holder_name: str
    start: str
    end: str
    probability: float
    brief: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """A published tally beside ours. `says` puts theirs in words, `rosters` names those its numbers can belong to; `our_share` is ours of the
    measured area, beside a figure that counts area."""

    outlet: str
    chain: tuple[str, ...]
    known: str
    day: str
    actor: str
    actor_name: str
    unit: str
    says: str
    count: int | None
    share: float | None
    of: int | None
    rosters: tuple[str, ...]
    roster_id: str
    ours: int | None
    low: int | None
    high: int | None
    our_share: float | None
    our_share_low: float | None
    our_share_high: float | None
    reasons: tuple[str, ...]
    quote: str
    report_id: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """What was met and not guessed; `subject` and `cause` are withheld where the release says so."""

    kind: str
    subject: str
    cause: str
    report_id: str
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceCount:
    """What the statuses that are shown one by one rest on: distinct reports, outlets, testimonies and independent origins."""

    reports: int
    outlets: int
    testimonies: int
    origins: int


@dataclass(frozen=True, slots=True)
class Seal:
    """The mark of the gate; `heldby.publish.release` keeps the only one that is honoured."""

    word: str


GATE_SEAL = Seal("released")


@dataclass(frozen=True, slots=True)
class Edition:
    """A publication that has passed the release gate; renderers take this and nothing else. `digest` covers everything shown (SHA-256).

    `records` are the sources' records, judged by `records_rule`; `within` is the id of the area that places are shown of, "" for all;
    `marks` are the words that must stand on every picture and page; `release_notes` say what the gate held back, without saying where.
    """

    theatre: Theatre
    title: str
    as_of: date
    known_by: datetime
    provenance: Provenance
    statuses: tuple[StatusRow, ...]
    areas: tuple[AreaRow, ...]
    tallies: tuple[Tally, ...]
    comparisons: tuple[ComparisonRow, ...]
    changes: tuple[ChangeRow, ...]
    spells: tuple[SpellRow, ...]
    gaps: tuple[GapRow, ...]
    since: date | None
    boundaries: Mapping[str, Shape]
    sources: SourceCount
    records: tuple[SourceRow, ...]
    records_rule: str
    marks: tuple[str, ...]
    release_notes: tuple[str, ...]
    within: str
    seal: InitVar[Seal]
    digest: str = field(init=False)

    def __post_init__(self, seal: Seal) -> None:
        if seal is not GATE_SEAL:
            raise ReleaseError("edition", "only the release gate makes editions; pass the bundle through heldby.publish.release")
        object.__setattr__(self, "digest", digest(self.content()))

    def status(self, unit_id: str) -> StatusRow | None:
        return next((row for row in self.statuses if row.unit_id == unit_id), None)

    def about(self, unit_id: str) -> bool:
        """Whether a unit lies in the area that this edition shows places of."""
        return self.theatre.inside(unit_id, self.within)

    def content(self) -> dict[str, Any]:
        """Everything that the digest covers, as plain JSON values: `digest(content()) == self.digest`."""
        own = (f.name for f in fields(self) if f.name not in ("theatre", "digest"))
        return {"theatre": self.theatre.digest, **{name: plain(getattr(self, name)) for name in own}}

    @property
    def tally(self) -> Tally | None:
        """The tally of this edition's own day, if it has one."""
        return next((t for t in reversed(self.tallies) if t.as_of == self.as_of), None)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A unit's probability over time, made by the gate alone (`heldby.publish.release.release_course`): `p[day][state]` for ascending `days` from
    `since` on, the day of the first evidence ("" without any)."""

    unit_id: str
    known_by: str
    states: tuple[str, ...]
    days: tuple[str, ...]
    p: tuple[tuple[float, ...], ...]
    since: str
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        if seal is not GATE_SEAL:
            raise ReleaseError("edition", "only the release gate makes a course; pass it through heldby.publish.release_course")


MARK_WORDS: Mapping[Mark, str] = MappingProxyType(
    {
        Mark.RECONSTRUCTION: "reconstruction of public events",
        Mark.SYNTHETIC: "synthetic text",
        Mark.BROKEN_TEXT: "text partly broken in the source",
        Mark.REVIEWED: "reviewed by a person",
    }
)
