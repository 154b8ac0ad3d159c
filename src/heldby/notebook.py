"""heldby from Python: a ledger to ask, answers that show themselves in a notebook as map or table, and data frames of them.

    import heldby
    ledger = heldby.Ledger("heldby.db")               # or heldby.demo_ledger()
    ledger.status("Spin Boldak crossing", "2021-07-14", known_by="2021-07-14T18:00")
    ledger.statuses("2021-07-14", kind="district").frame()

Everything passes the release gate under the settings of the current folder and the environment, as on the command line. What is shown is HTML
without a script and without a request to anywhere. Data frames need pandas (the extra `notebook`), maps the extra `map`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heldby.clock import last_day, parse_day, parse_instant
from heldby.desk import Desk, open_desk, open_ledger_at
from heldby.errors import HeldbyError, UsageError
from heldby.flow.inquiry import Inquiry, Question, Wanted, open_inquiry
from heldby.flow.units import map_units, roster_named, unit_named
from heldby.ledger import ledger_exists
from heldby.publish import Edition
from heldby.publish import notebook_html as html
from heldby.publish.edition import ChangeRow, Evidence, StatusRow
from heldby.publish.exports import FIELDS, Filter, Selection, records, select
from heldby.publish.records import CHANGE_COLUMNS, EVIDENCE_COLUMNS, TALLY_COLUMNS, evidence_records, tally_lines
from heldby.settings import load_settings

if TYPE_CHECKING:
    import pandas

Day = str | date | None
Time = str | datetime | None


def columns() -> Mapping[str, str]:
    """The columns of `Statuses.frame`, which are those of every export, and what each holds."""
    return {f.name: f.about for f in FIELDS}


@dataclass(frozen=True)
class Status:
    """Who holds one place: `row` has everything that may be shown of it, `edition` the clocks and the digest that it is cited by."""

    row: StatusRow
    edition: Edition

    @property
    def holder(self) -> str | None:
        """A side's id, "contested", or None where nobody is known to hold it."""
        return self.row.holder

    @property
    def probability(self) -> float:
        return self.row.probability

    @property
    def support(self) -> str:
        """disputed, confirmed, reported, claimed, stale or unknown."""
        return self.row.support

    @property
    def sentence(self) -> str:
        return self.row.sentence

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What it rests on, strongest first."""
        return self.row.evidence

    def frame(self) -> pandas.DataFrame:
        """Its evidence, a row each quotation: the columns of the frozen edition's evidence.csv."""
        return _frame(evidence_records(self.row), EVIDENCE_COLUMNS.split())

    def __repr__(self) -> str:
        return f"<Status {self.row.unit_id}: {self.row.sentence}>"

    def _repr_html_(self) -> str:
        return html.status(self.edition, self.row)


@dataclass(frozen=True)
class Statuses:
    """Who holds what at the end of a day, as known at a time; to be gone through, or asked for by the unit's id."""

    selection: Selection

    @property
    def edition(self) -> Edition:
        return self.selection.edition

    def frame(self) -> pandas.DataFrame:
        """A row each place, in the columns that every export has (see `columns`)."""
        return _frame(records(self.selection), [f.name for f in FIELDS])

    def __iter__(self) -> Iterator[Status]:
        return (Status(s.row, self.edition) for s in self.selection.subjects if s.row)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __getitem__(self, unit_id: str) -> Status:
        for status in self:
            if status.row.unit_id == unit_id:
                return status
        raise KeyError(unit_id)

    def __repr__(self) -> str:
        return f"<Statuses: {len(self)} places, {self.edition.as_of}, edition {self.edition.digest[:16]}>"

    def _repr_html_(self) -> str:
        return html.statuses(self.edition, [s.row for s in self])


@dataclass(frozen=True)
class Map:
    """A day's map, as the command line draws it. `svg` is the drawing."""

    edition: Edition
    palette: str = "default"

    @property
    def svg(self) -> str:
        return html.drawing(self.edition, self.palette)

    def __repr__(self) -> str:
        return f"<Map {self.edition.as_of}, edition {self.edition.digest[:16]}>"

    def _repr_html_(self) -> str:
        return html.picture(self.edition, self.palette)


@dataclass(frozen=True)
class Tally:
    """How many places of a closed list each side holds, with 90 % intervals, on one day or on several."""

    edition: Edition

    def frame(self) -> pandas.DataFrame:
        """A row each state and day; those of a day, "unknown" among them, sum to `size`."""
        return _frame((r for t in self.edition.tallies for r in tally_lines(self.edition, t)), TALLY_COLUMNS.split())

    @property
    def counts(self) -> Mapping[str, int]:
        """Of the last day: places by state, "unknown" among them; they sum to the roster's size."""
        last = self.edition.tallies[-1]
        return {**{r.state: r.count for r in last.rows}, "unknown": last.unknown}

    def __repr__(self) -> str:
        told = ", ".join(f"{state} {n}" for state, n in self.counts.items())
        return f"<Tally {self.edition.tallies[-1].as_of}: {told}>"

    def _repr_html_(self) -> str:
        return html.tally(self.edition)


@dataclass(frozen=True)
class Changes:
    """Places that passed from one state to another since a day, in order of time."""

    edition: Edition

    def frame(self) -> pandas.DataFrame:
        """A row each change: the columns of the frozen edition's changes.csv."""
        return _frame(map(html.plain_row, self.edition.changes), CHANGE_COLUMNS.split())

    def __iter__(self) -> Iterator[ChangeRow]:
        return iter(self.edition.changes)

    def __len__(self) -> int:
        return len(self.edition.changes)

    def __repr__(self) -> str:
        return f"<Changes: {len(self)} since {self.edition.since}>"

    def _repr_html_(self) -> str:
        return html.changes(self.edition)


class Ledger:
    """A ledger that is asked. Each answer takes two clocks: the end of day `as_of` (default: the last), as known by `known_by` (default: now).

    Days are dates or "YYYY-MM-DD", times aware datetimes or "YYYY-MM-DDTHH:MM" in the theatre's civil time. `refresh` takes in what was added since.
    """

    def __init__(self, where: str | Path, *, theatre: str = "", desk: Desk | None = None) -> None:
        """Opens the ledger at `where` (a file, or a PostgreSQL address). Raises UsageError where there is none, or it is another theatre's."""
        self._desk = desk or _desk_at(where, theatre)
        self._inquiry = self._weighed()

    def refresh(self) -> Ledger:
        """The same with what was added since; gives itself."""
        self._inquiry = self._weighed()
        return self

    def status(self, place: str, as_of: Day = None, known_by: Time = None) -> Status:
        """One place, by its name or id, with everything that it rests on. Raises UsageError that names what a name may mean."""
        unit_id = unit_named(self._desk, place).id
        if not self._inquiry.shown_alone(unit_id):
            raise UsageError(f"unit {place!r}", "the release shows some places only as part of their province")
        wanted = Wanted((unit_id,), reasons=True, since=self._inquiry.theatre.since, spells=True)
        edition = self._inquiry.edition(self._question(as_of, known_by), wanted)
        return Status(edition.statuses[0], edition)

    def statuses(
        self, as_of: Day = None, known_by: Time = None, *, kind: str | Sequence[str] = (), holder: str | Sequence[str] = (),
        support: str | Sequence[str] = (), within: str = "",
    ) -> Statuses:  # fmt: skip
        """All places that a map shows, or those of a kind, holder (a side's id, "contested", "unknown"), support or area (a unit's id)."""
        return Statuses(select(self._day(as_of, known_by), Filter(_words(kind), _words(holder), _words(support), within)))

    def map(self, as_of: Day = None, known_by: Time = None, palette: str = "default") -> Map:
        """The map of a day; palettes as of `heldby map`."""
        return Map(self._day(as_of, known_by), palette)

    def tally(self, as_of: Day = None, known_by: Time = None, *, roster: str = "", since: Day = None, every: int = 7) -> Tally:
        """Counts over a roster (default: the theatre's) on a day, and on every `every`th day since another. Raises UsageError without a roster."""
        question = self._question(as_of, known_by)
        first = _day(since, "since") if since else question.as_of
        days = tuple(question.as_of - timedelta(days=every * n) for n in range(max(0, (question.as_of - first).days) // every, -1, -1))
        wanted = Wanted(roster=roster_named(self._inquiry.theatre, roster or None), tally_days=days)
        return Tally(self._inquiry.edition(question, wanted))

    def changes(self, since: Day, as_of: Day = None, known_by: Time = None) -> Changes:
        """What changed hands from day `since` on."""
        question = self._question(as_of, known_by)
        wanted = Wanted(self._inquiry.units_with_evidence(question), since=_day(since, "since"))
        return Changes(self._inquiry.edition(question, wanted))

    def __repr__(self) -> str:
        return f"<Ledger {self._desk.settings.ledger}: {self._inquiry.theatre.name}, revision {self._inquiry.told[0]}>"

    def _repr_html_(self) -> str:
        return self.map()._repr_html_()

    def _weighed(self) -> Inquiry:
        ledger, settings = open_ledger_at(self._desk.settings)
        try:
            return open_inquiry(replace(self._desk, settings=settings), ledger)
        finally:
            ledger.close()

    def _question(self, as_of: Day, known_by: Time) -> Question:
        theatre, now = self._inquiry.theatre, self._inquiry.now
        today = (now - timedelta(minutes=1)).astimezone(theatre.zone).date()
        known = parse_instant(known_by, "known_by", theatre.zone) if isinstance(known_by, str) else known_by or now
        if known.tzinfo is None:
            raise UsageError("known_by", "expected an aware datetime, or text in the theatre's time")
        return Question(_day(as_of, "as_of") if as_of else last_day(today, theatre.until), known)

    def _day(self, as_of: Day, known_by: Time) -> Edition:
        question, theatre = self._question(as_of, known_by), self._inquiry.theatre
        roster = roster_named(theatre, None) if theatre.rosters else None
        units = map_units(theatre, roster, self._inquiry.units_with_evidence(replace(question, as_of=date.max)))
        return self._inquiry.edition(question, Wanted(units, roster=roster, tally_days=(question.as_of,) if roster else ()))


def demo_ledger(folder: str | Path = "demo-out") -> Ledger:
    """The bundled dispatches (reconstructions of public events of 2021) as a ledger under `folder`, read there where they are not yet."""
    from heldby.flow.demo import demo_desk, read_dispatches

    desk = demo_desk(Path(folder))
    where = Path(str(desk.settings.ledger))
    if not where.is_file():
        where.parent.mkdir(parents=True, exist_ok=True)
        read_dispatches(desk, lambda _: None)
    return Ledger(where, desk=desk)


def _desk_at(where: str | Path, theatre: str) -> Desk:
    settings = load_settings(Path.cwd(), os.environ, ledger=where if isinstance(where, str) else str(where), theatre=theatre or None)
    if not ledger_exists(settings.ledger):
        raise UsageError(str(where), "there is no ledger; `heldby add` makes one, `heldby.demo_ledger()` an example")
    ledger, settings = open_ledger_at(settings)
    ledger.close()
    return open_desk(settings)


def _day(given: str | date | None, name: str) -> date:
    return parse_day(given, name) if isinstance(given, str) else given or date.min


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _frame(rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> pandas.DataFrame:
    """A data frame of these columns. Raises HeldbyError where pandas is not installed."""
    try:
        import pandas
    except ImportError:
        raise HeldbyError("data frames", "need pandas: pip install 'heldby[notebook]'") from None
    return pandas.DataFrame([[row.get(name) for name in names] for row in rows], columns=list(names))
