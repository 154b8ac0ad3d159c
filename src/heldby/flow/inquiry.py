"""From the ledger to an edition.

ledger.view -> hear -> Weigher                       (`open_inquiry`: once for any number of questions; what this process weighed of the same ledger before
                                                      is taken over as far as it still holds, so that a new claim costs what it touches)
  Weigher + Question -> statuses, tallies, changes,
                        spells, comparisons -> Bundle (`Inquiry.bundle`)
  Bundle -> release -> Edition                        (`Inquiry.edition`: what renderers and the terminal get)
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from heldby.desk import Desk
from heldby.flow.archiving import Chains, chains_by_report, copies_of, quoted_reports
from heldby.flow.copying import Retouched
from heldby.gather.archive import Archive
from heldby.ledger import Ledger, View
from heldby.model.place import PlaceKind, Roster
from heldby.model.record import Records
from heldby.model.report import Gap, Mark
from heldby.model.status import Change, Comparison, Course, Spell, Status, Tally
from heldby.model.theatre import Theatre
from heldby.publish import Bundle, CourseRow, Edition, Provenance, Release, Timeline, release, release_course, release_timeline
from heldby.weigh import Heard, PublishedFigure, Weigher, compare, hear, learned_reliabilities, records, tallies


@dataclass(frozen=True, slots=True)
class Question:
    """The end of day `as_of` (theatre's time) as known at `known_by` (aware)."""

    as_of: date
    known_by: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an edition is to hold. `reasons`: whether statuses carry their evidence; `tally_days` are days of tallies over `roster`."""

    unit_ids: tuple[str, ...] = ()
    reasons: bool = False
    roster: Roster | None = None
    tally_days: tuple[date, ...] = ()
    since: date | None = None
    change_units: tuple[str, ...] | None = None  # None: those of `unit_ids`
    spells: bool = False
    published: bool = False
    gaps: bool = False
    records: bool = False
    title: str = ""
    paragraphs: bool = False
    archived: bool = False


class Inquires(Protocol):
    """What can be asked, whether a ledger answers or a frozen edition (`frozen`, see `heldby.flow.thawed`)."""

    @property
    def frozen(self) -> Edition | None: ...
    @property
    def theatre(self) -> Theatre: ...
    @property
    def rules(self) -> Release: ...
    @property
    def revision(self) -> int: ...
    @property
    def head(self) -> str: ...
    @property
    def told(self) -> tuple[int, str]: ...
    @property
    def rulebook_digest(self) -> str: ...
    @property
    def code_version(self) -> str: ...
    @property
    def now(self) -> datetime: ...
    def shown_alone(self, unit_id: str) -> bool: ...
    def units_with_evidence(self, question: Question) -> tuple[str, ...]: ...
    def edition(self, question: Question, wanted: Wanted) -> Edition: ...
    def course(self, unit_id: str, days: Sequence[date], question: Question) -> CourseRow: ...


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A ledger's content weighed, to be asked. `rules` is the release everything shown must pass."""

    desk: Desk
    view: View
    weigher: Weigher
    rules: Release
    revision: int
    head: str
    heard: Heard
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)  # what follows from the view, worked out once
    archive: Archive | None = None  # what was fetched, as it came
    growth: tuple[tuple[datetime, int, str], ...] = ()  # under a delay: when each entry of the log was recorded, its number and hash

    @property
    def now(self) -> datetime:
        return self.desk.clock()

    @property
    def told(self) -> tuple[int, str]:
        """Revision and head as they may be told: under a delay those that stood so long ago, for newer ones would tell that something was added."""
        now = self.now
        at = self.rules.earliest(now, now)
        if at == now:
            return self.revision, self.head
        return next(((number, seal) for recorded, number, seal in reversed(self.growth) if recorded <= at), (0, ""))

    @property
    def frozen(self) -> Edition | None:
        return None

    @property
    def theatre(self) -> Theatre:
        return self.desk.theatre

    @property
    def code_version(self) -> str:
        return self.desk.code_version

    @property
    def rulebook_digest(self) -> str:
        return self.desk.rulebook.digest

    def clock_for(self, unit_id: str, question: Question) -> datetime:
        """The clock that a unit's status may be computed with under the release."""
        lineage = (unit_id, *self.desk.theatre.lexicon.gazetteer.areas(unit_id))
        return self.rules.known_by(question.known_by, self.now, lineage)

    def statuses(self, unit_ids: Sequence[str], question: Question, *, reasons: bool = False) -> tuple[Status, ...]:
        return tuple(self.weigher.assess(u, question.as_of, self.clock_for(u, question), reasons=reasons) for u in unit_ids)

    def units_with_evidence(self, question: Question) -> tuple[str, ...]:
        """Units that a testimony known by then, and late enough to be shown, speaks of; in order of id."""
        said = self.weigher.testimonies
        return tuple(u for u, heard in said.items() if min(t.known for t in heard) <= self.clock_for(u, question))

    def shown_alone(self, unit_id: str) -> bool:
        """Whether the release may answer for this one unit; what is shown only as part of its province must not be asked for by name."""
        unit = self.desk.theatre.unit(unit_id)
        areas = (PlaceKind.PROVINCE, PlaceKind.COUNTRY, PlaceKind.REGION)
        lineage = (unit_id, *self.desk.theatre.lexicon.gazetteer.areas(unit_id))
        return unit is None or unit.kind in areas or not self.rules.coarsens(lineage)

    def _counted(self) -> Weigher:
        """What counts are made from: nothing of units that the release shows only as part of their province, or a count less what is shown would
        tell of one of them."""
        hidden = self._hidden()
        return self.weigher.besides(hidden) if hidden else self.weigher

    def _hidden(self) -> frozenset[str]:
        """Units with evidence that the release shows only as part of their province."""
        return frozenset(u for u in self.weigher.testimonies if not self.shown_alone(u)) if self.rules.coarse else frozenset()

    def tallies(self, roster: Roster, days: Sequence[date], question: Question) -> tuple[Tally, ...]:
        """Tallies over `roster` at the end of each day, each as known at the question's clock."""
        known = self.rules.earliest(question.known_by, self.now)
        return tallies(roster, self._counted(), days, known)

    def changes(self, unit_ids: Sequence[str], first: date, question: Question) -> tuple[Change, ...]:
        """In order of time; those of one unit stay in the order in which they follow from each other, however wide their intervals."""
        found: list[tuple[str, str, Change]] = []
        for unit_id in unit_ids:
            reached = ""
            for change in self.weigher.changes(unit_id, first, question.as_of, self.clock_for(unit_id, question)):
                at = change.likely or change.when.first_day or change.when.last_day
                reached = max(reached, at.isoformat() if at else "")
                found.append((reached, unit_id, change))
        return tuple(change for _, _, change in sorted(found, key=lambda f: f[:2]))

    def spells(self, unit_ids: Sequence[str], first: date, question: Question) -> tuple[Spell, ...]:
        return tuple(s for u in unit_ids for s in self.weigher.spells(u, first, question.as_of, self.clock_for(u, question)))

    def comparisons(self, question: Question) -> tuple[Comparison, ...]:
        """Published tallies known by then and not withdrawn, beside our own counts of the day they are about, as known now."""
        known = self.rules.known_by(question.known_by, self.now)
        whole = known, self.rules, self._coarse()
        if whole not in self.memo:
            self.memo[whole] = self._compared(known)
        found: tuple[Comparison, ...] = self.memo[whole]
        return found

    def _compared(self, known: datetime) -> tuple[Comparison, ...]:
        figures = tuple(
            PublishedFigure(k.tally, k.known, k.published, k.outlet, k.marks)
            for k in self.view.tallies()
            if k.known <= known and (k.withdrawn is None or k.withdrawn > known)
        )
        return compare(figures, self._counted(), known, areas=not self._coarse())

    def _coarse(self) -> bool:
        """Whether a unit that is counted is shown only as part of its area: then no sum of areas may tell which one turned."""
        if not self.rules.coarse:
            return False
        theatre = self.desk.theatre
        return any(not self.shown_alone(u.id) for u in (*theatre.counted(), *(u for u in theatre.units if u.kind is PlaceKind.DISTRICT)))

    def course(self, unit_id: str, days: Sequence[date], question: Question) -> CourseRow:
        """A unit's probabilities at the end of each of the ascending `days`, as they may be shown. Raises ReleaseError as the gate does."""
        known = self.clock_for(unit_id, question)
        trace = self.weigher.trace(unit_id, days, known)
        p = tuple(tuple(float(x) for x in row) for row in trace.p)
        return release_course(Course(unit_id, known, trace.days, trace.states, p, trace.since), self.desk.theatre, self.rules, self.now)

    def timeline(self, unit_ids: Sequence[str], days: Sequence[date], question: Question) -> Timeline:
        """What the statuses of these units say on each of the ascending, unbroken `days`, as they may be shown. Raises ReleaseError as the gate does."""
        dailies = tuple(self.weigher.daily(u, days, self.clock_for(u, question)) for u in unit_ids)
        return release_timeline(dailies, self.bundle(question, Wanted()), days, self.rules, self.now)

    def records(self, question: Question) -> Records:
        """Every source's record at the question's clocks; the longest delay of any rule holds, for a record counts over all units. What is shown
        only as part of its province is left out of counts and of what is learned: a record less what is shown would tell of it."""
        known = self.rules.earliest(question.known_by, self.now)
        hidden = self._hidden()
        said = {u: heard for u, heard in self.weigher.testimonies.items() if u not in hidden}
        weigher = Weigher(self.theatre, self.desk.priors, said) if hidden else self.weigher
        return records(weigher, question.as_of, known, learned_reliabilities(weigher.record(known)))

    def gaps(self, known_by: datetime) -> tuple[Gap, ...]:
        """What could not be read, placed or dated in the reports known by then, and gaps that gave no report."""
        known = {k.report.id for k in self.view.kept() if k.known <= known_by}
        return tuple(g for g in self.view.gaps() if not g.report_id or g.report_id in known)

    def marks(self, known_by: datetime) -> tuple[Mark, ...]:
        """Marks of all reports known by then, in the enumeration's order."""
        if "marks" not in self.memo:
            first: dict[Mark, datetime] = {}  # when a report with each mark was first known
            for kept in self.view.kept():
                for mark in kept.report.marks:
                    first[mark] = min(first.get(mark, kept.known), kept.known)
            self.memo["marks"] = first
        first = self.memo["marks"]
        return tuple(m for m in Mark if m in first and first[m] <= known_by)

    def texts(self) -> Mapping[str, str]:
        """The text of every report by its id; made once, for single places are asked for one after the other."""
        if "texts" not in self.memo:
            self.memo["texts"] = {r.id: r.text for r in self.view.reports()}
        found: Mapping[str, str] = self.memo["texts"]
        return found

    def chains(self) -> Chains:
        """By whom each report's claims are voiced; made once."""
        if "chains" not in self.memo:
            self.memo["chains"] = chains_by_report(self.view)
        found: Chains = self.memo["chains"]
        return found

    def bundle(self, question: Question, wanted: Wanted) -> Bundle:
        known = self.rules.known_by(question.known_by, self.now)
        clocked = replace(question, known_by=known)
        statuses = self.statuses(wanted.unit_ids, clocked, reasons=wanted.reasons)
        moved = wanted.unit_ids if wanted.change_units is None else wanted.change_units
        first = wanted.since or self.desk.theatre.since
        return Bundle(
            theatre=self.desk.theatre,
            as_of=question.as_of,
            known_by=known,
            provenance=Provenance(*self.told, self.desk.rulebook.digest, f"heldby {self.desk.code_version}"),
            statuses=statuses,
            tallies=self.tallies(wanted.roster, wanted.tally_days, clocked) if wanted.roster else (),
            comparisons=self.comparisons(clocked) if wanted.published else (),
            changes=self.changes(moved, first, clocked) if wanted.since else (),
            spells=self.spells(moved, first, clocked) if wanted.spells else (),
            since=wanted.since,
            title=wanted.title,
            gaps=self.gaps(known) if wanted.gaps else (),
            marks=self.marks(known),
            texts=self.texts(),
            records=self.records(clocked) if wanted.records else None,
            bare=not wanted.reasons,
            paragraphs=wanted.paragraphs,
            reviewed=self.view.reviewed_units(),
            erased=len(self.view.erasures()),
            heard={} if wanted.reasons else {s.unit_id: self.weigher.case(s.unit_id, s.known_by).testimonies for s in statuses},
            archived=copies_of(self.archive, self.view, quoted_reports(statuses), self.chains()) if wanted.archived else None,
        )

    def edition(self, question: Question, wanted: Wanted) -> Edition:
        """What may be shown. Raises ReleaseError where the release refuses."""
        return release(self.bundle(question, wanted), self.rules, self.now)


def open_inquiry(
    desk: Desk,
    ledger: Ledger,
    at_revision: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
    rules: Release | None = None,
) -> Inquiry:
    """Weigh everything a ledger holds (up to `at_revision`). Later-known reports change no answer about an earlier clock.

    `rules` in place of those of the desk's settings, where single units have their own.
    """
    progress("reading the ledger")
    view = ledger.view(at_revision=at_revision)
    progress("weighing")
    first = next((k.report.id for k in view.kept()), "")
    before = _LAST.of(first)
    heard = hear(view.located(), desk.theatre, desk.priors, before.heard if before else None, Retouched.of(view.reports()))
    weigher = Weigher(desk.theatre, desk.priors, heard.testimonies)
    if before is not None:
        weigher.inherit(before.weigher)
    head = _hash_at(ledger, view.revision)
    settings, now = desk.settings, desk.clock()
    archive = Archive(settings.evidence_folder) if settings.evidence_folder else None
    rules = rules or Release(publish_delay=timedelta(hours=settings.publish_delay_hours), coarsen_to=settings.coarsen_to)
    growth = () if rules.earliest(now, now) == now else tuple(_growth(ledger, view.revision))
    opened = Inquiry(desk, view, weigher, rules, view.revision, head, heard, archive=archive, growth=growth)
    _LAST.keep(first, opened)
    return opened


def _growth(ledger: Ledger, revision: int) -> Iterator[tuple[datetime, int, str]]:
    for entry in ledger.log():
        if entry.number > revision:
            return
        yield datetime.fromisoformat(entry.recorded), entry.number, entry.hash


class _Latest:
    """The last inquiries of this process, one for each ledger (known by its first report, which copies share); safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Inquiry] = OrderedDict()
        self._lock = Lock()

    def of(self, first: str) -> Inquiry | None:
        with self._lock:
            return self._kept.get(first)

    def keep(self, first: str, inquiry: Inquiry) -> None:
        with self._lock:
            self._kept[first] = inquiry
            self._kept.move_to_end(first)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)


REMEMBERED = 2
_LAST = _Latest()


def _hash_at(ledger: Ledger, revision: int) -> str:
    entry = next(iter(ledger.log(revision - 1)), None) if revision else None
    return entry.hash if entry else ""
