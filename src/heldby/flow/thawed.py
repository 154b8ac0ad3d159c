"""A frozen edition, to be asked as a ledger is: what it holds it answers, at its own clocks; what it does not hold it refuses, saying so.

folder -> checked -> Edition, View -> FrozenInquiry -> the same routes and renderers as over a ledger
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.flow.inquiry import Inquires, Inquiry, Question, Wanted
from heldby.model.status import Support, Tally
from heldby.model.theatre import Theatre
from heldby.model.when import When
from heldby.publish import CourseRow, Edition, Release
from heldby.publish.change_dates import change_day
from heldby.publish.dates import local_time
from heldby.publish.edition import ChangeRow
from heldby.publish.view import View, cut, day_alone

_NOTHING_HELD_BACK = Release()


class NotKept(HeldbyError):
    """What a frozen edition does not hold."""


@dataclass(frozen=True, slots=True)
class FrozenInquiry:
    """`whole` as it was frozen; `view` what it tells of the days before its own, None where its folder has none; `copies` the files of the archived
    copies that it carries, by SHA-256. It passed the gate when it was made, so that nothing is held back here."""

    whole: Edition
    view: View | None
    code_version: str
    copies: Mapping[str, Path] = field(default_factory=dict)

    @property
    def rules(self) -> Release:
        return _NOTHING_HELD_BACK

    @property
    def frozen(self) -> Edition:
        return self.whole

    @property
    def theatre(self) -> Theatre:
        """The theatre, its period that of the edition, its rosters the one that was counted over."""
        roster = self.whole.theatre.roster(self.whole.tally.roster_id) if self.whole.tally else None
        rosters = (roster,) if roster else ()
        return replace(
            self.whole.theatre, since=self.first, until=self.whole.as_of, rosters=rosters, default_roster=roster.id if roster else ""
        )

    @property
    def now(self) -> datetime:
        return self.whole.known_by

    @property
    def revision(self) -> int:
        return self.whole.provenance.revision

    @property
    def head(self) -> str:
        return self.whole.provenance.head

    @property
    def told(self) -> tuple[int, str]:
        return self.revision, self.head

    @property
    def rulebook_digest(self) -> str:
        return self.whole.provenance.rulebook_digest

    @property
    def first(self) -> date:
        """The first day that its clock can be set to."""
        return date.fromisoformat(self.view.timeline["from"]) if self.view else self.whole.as_of

    @property
    def question(self) -> Question:
        return Question(self.whole.as_of, self.whole.known_by)

    def shown_alone(self, unit_id: str) -> bool:
        return self.whole.status(unit_id) is not None

    def units_with_evidence(self, question: Question) -> tuple[str, ...]:
        self._known(question)
        return tuple(row.unit_id for row in self.whole.statuses if row.support != Support.UNKNOWN)

    def edition(self, question: Question, wanted: Wanted) -> Edition:
        """The edition as it was frozen, whole, whatever is wanted of it. Raises NotKept at other clocks, and for other rosters."""
        self._known(question)
        if question.as_of != self.whole.as_of:
            told = f"this frozen edition keeps evidence, pictures and exports of its own day, {self.whole.as_of}, alone; its map, table and tallies"
            raise NotKept(f"day {question.as_of}", f"{told} tell {self.first} to {self.whole.as_of}")
        if wanted.roster and self.whole.tally and wanted.roster.id != self.whole.tally.roster_id:
            raise NotKept(f"roster {wanted.roster.id!r}", f"this frozen edition counts over {self.whole.tally.roster_id} alone")
        return self.whole

    def changes(self, first: date, question: Question) -> tuple[ChangeRow, ...]:
        """Changes that may have come to pass from `first` to the day asked about, and likely had by then (see `heldby.weigh.spells.changes_of`). Raises
        NotKept where the edition does not go back so far."""
        self._day(question)
        since = self.whole.since or self.whole.as_of
        if first < since:
            raise NotKept("since", f"this frozen edition tells changes since {since}")
        day = question.as_of
        return tuple(c for c in self.whole.changes if change_day(c) <= day.isoformat() and _touches(c.when, first, day))

    def tallies(self, days: Sequence[date], question: Question) -> tuple[Tally, ...]:
        """The tallies of these days. Raises NotKept for a day that it has none of."""
        self._known(question)
        kept = {t.as_of: t for t in (*self.whole.tallies, *(self.view.tallies if self.view else ()))}
        if missing := [d for d in days if d not in kept]:
            raise NotKept(
                f"tally of {missing[0]}", "is not in this frozen edition" if kept else "this frozen edition counts over no roster"
            )
        return tuple(kept[d] for d in days)

    def course(self, unit_id: str, days: Sequence[date], question: Question) -> CourseRow:
        """A unit's probabilities on those of `days` that have any. Raises NotKept where the folder has no view."""
        self._known(question)
        if self.view is None:
            raise NotKept(unit_id, "this folder was frozen by an older heldby, without courses over time")
        return self.view.course(unit_id, days)

    def looks(self, first: date, last: date, question: Question) -> dict[str, Any]:
        """The timeline's record from `first` to `last`. Raises NotKept where the edition does not tell all of these days."""
        self._known(question)
        whole = self.view.timeline if self.view else day_alone(self.whole)
        if first < self.first or last > self.whole.as_of:
            raise NotKept("days", f"this frozen edition tells {self.first} to {self.whole.as_of}")
        return cut(whole, first, last)

    def _known(self, question: Question) -> None:
        if question.known_by.replace(second=0, microsecond=0) != self.whole.known_by.replace(second=0, microsecond=0):
            known = local_time(self.whole.known_by, self.whole.theatre)
            raise NotKept("known_by", f"this frozen edition tells what was known by {known}, and nothing of other clocks")

    def _day(self, question: Question) -> None:
        self._known(question)
        if not self.first <= question.as_of <= self.whole.as_of:
            raise NotKept(f"day {question.as_of}", f"this frozen edition tells {self.first} to {self.whole.as_of}")


def over_ledger(inquiry: Inquires, what: str) -> Inquiry:
    """The ledger's inquiry. Raises NotKept where a frozen edition is served, which cannot answer `what`."""
    if not isinstance(inquiry, Inquiry):
        raise NotKept(what, "needs the ledger; a frozen edition tells what was said and weighed when it was made, and nothing else")
    return inquiry


def _touches(when: str, first: date, last: date) -> bool:
    told = When.parse(when)
    begins, ends = told.first_day, told.last_day
    return (begins is None or begins <= last) and (ends is None or ends >= first)
