"""From sources to the ledger.

gather -> Report | Gap | Retraction
  Report -> read -> locate -> Reading, on all cores     (`parallel`; `read_sources` stops here and keeps nothing)
  Reading -> ledger.add | .note | .retract              (`add_sources`)
  ledger  -> read -> locate -> ledger.reread            (`reread`, on all cores too)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from heldby.desk import Desk
from heldby.errors import UsageError
from heldby.flow.parallel import ONE, Workers, readings
from heldby.flow.sharding import Done, read_shard
from heldby.gather import GatherOptions, Item, gather_taken
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.ledger import Difference, Ledger, Outcome, Provenance, Writer
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report, Retraction
from heldby.model.review import BY_HAND
from heldby.model.theatre import Theatre
from heldby.model.trace import Trace
from heldby.read import Reader

Read = tuple[Report, Reading]
AS_IT_STANDS = ", table "  # in a provenance: the claims are those of a table's row, which nobody read
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Unheard:
    """What is read and will not count as its reporter may think: `sideless`, claims by actor (id) where he fights for no side of the theatre, so that
    they move no status; `strangers`, reports by outlet where no list has it."""

    sideless: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)

    def count(self, theatre: Theatre, report: Report, reading: Reading) -> None:
        sides = {s.id for s in theatre.sides}
        self.sideless.update(c.actor for c in reading.claims if c.actor and theatre.side_of(c.actor) not in sides)
        if report.outlet and theatre.lexicon.outlet(report.outlet) is None:
            self.strangers[report.outlet] += 1


@dataclass(frozen=True, slots=True)
class Intake:
    """What adding did: how many reports by outcome, claims, tallies and gaps read; in `gaps`, sources that gave no report and reports that could
    not be read."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    claims: int = 0
    tallies: int = 0
    reading_gaps: int = 0
    retractions: int = 0
    gaps: tuple[Gap, ...] = ()
    content_hash: str = ""
    unheard: Unheard = field(default_factory=lambda: Unheard())

    @property
    def partly(self) -> bool:
        """Whether some source gave less than it should."""
        return any((not g.report_id and g.kind is not GapKind.TURNED_AWAY) or g.kind is GapKind.UNREADABLE for g in self.gaps)


def explainer(desk: Desk) -> Callable[[Report], Trace]:
    """What tells how a report was read. Raises UsageError where another engine than our own rules reads: it keeps no trace."""
    reader = desk.reader
    if not isinstance(reader, Reader):
        raise UsageError("--explain", f"shows how heldby's own rules read; the engine {desk.settings.engine} keeps no trace")
    return lambda report: reader.explain(report)[1]


def read_sources(desk: Desk, sources: Sequence[str], options: GatherOptions, workers: Workers = ONE) -> Iterator[Read | Gap | Retraction]:
    """Reports with their readings, and what could not be had, in the order of the sources. Keeps nothing."""
    for taken, done in readings(desk, gather_taken(sources, options), workers):
        item = taken.item
        if isinstance(item, Report) and done is not None:
            yield item, done.reading
        elif not isinstance(item, Report):
            yield item


def read_whole(desk: Desk, sources: Sequence[str], options: GatherOptions, workers: Workers = ONE) -> Iterator[Read | Gap | Retraction]:
    """As `read_sources`, with what gathering remarked of a report (that it is undated) among the gaps of its reading."""
    held: Read | None = None
    for item in read_sources(desk, sources, options, workers):
        if held and isinstance(item, Gap) and item.report_id == held[0].id:
            held = (held[0], replace(held[1], gaps=(*held[1].gaps, item)))
            continue
        if held:
            yield held
        held = None
        if isinstance(item, Gap | Retraction):
            yield item
        else:
            held = item
    if held:
        yield held


class Keeping:
    """Keeps what was gathered, one item after the other, and counts what that did."""

    def __init__(self, desk: Desk, writer: Writer) -> None:
        self._desk, self._writer = desk, writer
        self._outcomes: Counter[Outcome] = Counter()
        self._claims = self._tallies = self._reading_gaps = self._retractions = 0
        self._gaps: list[Gap] = []
        self._unheard = Unheard()

    def keep(self, item: Item, done: Done | None = None) -> Outcome:
        """Keep a report with what was read of it (None: it is read now), or a gap or retraction. A report met again is a no-op."""
        if isinstance(item, Gap):
            self._gaps.append(item)
            return self._writer.note(item)
        if isinstance(item, Retraction):
            outcome = self._writer.retract(item)
            self._retractions += outcome is not Outcome.KNOWN
            return outcome
        done = done or read_shard(self._desk, [item])[0]
        outcome = self.keep_read(item, done.reading, self._desk.provenance, done.prints)
        if self._desk.engine is None and outcome in (Outcome.ADDED, Outcome.EDIT):  # an engine gives account of its own failures
            failed = [g for g in done.reading.gaps if g.kind is GapKind.UNREADABLE]
            self._gaps += failed
            self._reading_gaps -= len(failed)
        return outcome

    def keep_read(self, report: Report, reading: Reading, provenance: Provenance, prints: tuple[int, ...]) -> Outcome:
        """Keep a report with its reading, and the fingerprint by which copies of it are known."""
        outcome = self._writer.add(report, reading, provenance, prints)
        self._outcomes[outcome] += 1
        if outcome in (Outcome.ADDED, Outcome.EDIT):
            self._claims += len(reading.claims)
            self._tallies += len(reading.tallies)
            self._reading_gaps += len(reading.gaps)
            self._unheard.count(self._desk.theatre, report, reading)
        return outcome

    def intake(self, content_hash: str = "") -> Intake:
        """What was done so far."""
        return Intake(
            Counter(self._outcomes),
            self._claims,
            self._tallies,
            self._reading_gaps,
            self._retractions,
            tuple(self._gaps),
            content_hash,
            self._unheard,
        )


def add_sources(
    desk: Desk,
    ledger: Ledger,
    sources: Sequence[str],
    options: GatherOptions,
    progress: Progress = lambda _: None,
    *,
    workers: Workers = ONE,
) -> Intake:
    """Read everything and keep it. A report met again is a no-op; a gap is kept and counted; nothing is lost on the way."""
    evidence = Evidence(desk)
    with ledger.writer(desk.clock, desk.settings.author, batch=100) as writer:
        keeping = Keeping(desk, writer)
        for number, (taken, done) in enumerate(readings(desk, gather_taken(sources, options), workers), start=1):
            evidence.keep(taken)
            keeping.keep(taken.item, done)
            progress(number)
    return keeping.intake(ledger.content_hash())


class Evidence:
    """What was fetched, kept beside the ledger before the ledger tells of it; opened when something was fetched, and not before."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._folder = desk, desk.settings.evidence_folder
        self._store: EvidenceStore | None = None

    def keep(self, taken: Taken) -> None:
        """Keep a fetch, and the text of the report that was read from it. Raises HeldbyError where it cannot be kept."""
        if taken.fetched is None or self._folder is None:
            return
        if self._store is None:
            self._store = EvidenceStore(self._folder, self._desk.clock, f"heldby {self._desk.code_version}")
        self._store.keep(taken)


@dataclass(frozen=True, slots=True)
class Reread:
    """What reading `reports` kept reports again changed, report by report, and gaps of those that could not be read: of these what was read before stays."""

    reports: int
    differences: tuple[Difference, ...]
    failed: tuple[Gap, ...]


def reread(desk: Desk, ledger: Ledger, progress: Progress = lambda _: None, *, workers: Workers = ONE) -> Reread:
    """Read every kept report again under today's rules, on all cores. Nothing is written where reading, rules and code are as they were.

    Raises HeldbyError at the first report that an engine cannot read.
    """
    kept = ledger.view().kept()
    readers = (k.provenance.reader for k in kept)
    by_reading = [not (reader == BY_HAND or AS_IT_STANDS in reader) for reader in readers]  # else there is nothing to read
    differences: list[Difference] = []
    failed: list[Gap] = []
    items = (Taken(k.report) for k, read in zip(kept, by_reading, strict=True) if read)
    with ledger.writer(desk.clock, desk.settings.author, batch=100) as writer:
        for number, (taken, done) in enumerate(readings(desk, items, workers), start=1):
            assert isinstance(taken.item, Report)
            assert done is not None
            if desk.engine is None and (lost := [g for g in done.reading.gaps if g.kind is GapKind.UNREADABLE]):
                failed += lost
                continue
            difference = writer.reread(taken.item.id, done.reading, desk.provenance, done.prints)
            if not difference.empty:
                differences.append(difference)
            progress(number)
    return Reread(len(kept), tuple(differences), tuple(failed))
