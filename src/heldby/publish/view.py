"""What the page shows beside an edition's own day, for a folder that is to be served again: the looks of all days, courses, a tally of each day.

Timeline, CourseRow, Edition (all from the gate) -> view_json -> a file -> read_view -> View
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.ident import digest
from heldby.model.status import Tally
from heldby.publish.edition import GATE_SEAL, CourseRow, Edition, StatusRow
from heldby.publish.plain import json_text, plain
from heldby.publish.style import classes, style_for
from heldby.publish.thawing import built
from heldby.publish.timeline import Timeline, timeline_record

VIEW = "view.json"
FORMAT, VERSION = "heldby-view", 1
PLACES = 3  # decimals of a course's probabilities: a chart is a hundred points high
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """`timeline` as `timeline_record` gives it, `courses` by unit, `tallies` one a day in order. `digest` covers all of it; `edition` is the
    digest of the edition that it stands beside."""

    edition: str
    timeline: Record
    courses: Mapping[str, CourseRow]
    tallies: tuple[Tally, ...]
    digest: str

    def course(self, unit_id: str, days: Iterable[date]) -> CourseRow:
        """A unit's course on those of `days` that it tells of; none where it has no evidence."""
        wanted = {d.isoformat() for d in days}
        course = self.courses.get(unit_id)
        told = [(d, row) for d, row in zip(course.days, course.p, strict=True) if d in wanted] if course else []
        states, known, since = (course.states, course.known_by, course.since) if course else ((), "", "")
        return CourseRow(unit_id, known, states, tuple(d for d, _ in told), tuple(row for _, row in told), since, seal=GATE_SEAL)


def view_json(edition: Edition, timeline: Timeline, courses: Iterable[CourseRow], counted: Edition) -> str:
    """The view beside `edition`; `counted` carries the tallies of all days. Same inputs, same bytes."""
    content = plain(
        {
            "edition": edition.digest,
            "timeline": timeline_record(timeline),
            "courses": {c.unit_id: _packed(c) for c in courses},
            "tallies": counted.tallies,
        }
    )
    return json_text({"format": FORMAT, "version": VERSION, "digest": digest(content), "content": content})


def read_view(value: Mapping[str, Any], edition: Edition) -> View:
    """The view whose `view_json` is `value`. Raises HeldbyError where it is of another version or edition, was changed, or is none."""
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        cause = f"is {value.get('format')!r} {value.get('version')!r}, and this version of heldby reads {FORMAT} {VERSION}"
        raise HeldbyError(VIEW, cause)
    content = value.get("content")
    if not isinstance(content, Mapping) or digest(dict(content)) != value.get("digest"):
        raise HeldbyError(VIEW, "its content does not have the digest that it names: it was changed", "digest")
    if content.get("edition") != edition.digest:
        raise HeldbyError(VIEW, "stands beside another edition than edition.json is", "edition")
    try:
        known = str(plain(edition.known_by))
        courses = {unit: _unpacked(unit, known, told) for unit, told in content["courses"].items()}
        tallies: tuple[Tally, ...] = built(tuple[Tally, ...], content["tallies"])
        return View(edition.digest, dict(content["timeline"]), courses, tallies, str(value["digest"]))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as e:
        raise HeldbyError(VIEW, f"is no view that this version of heldby can read ({type(e).__name__}: {e})") from None


def day_alone(edition: Edition) -> Record:
    """The timeline of an edition's own day alone: all that a folder without a view can tell."""
    style = style_for(edition)
    table: dict[tuple[str, ...], int] = {}
    units = {
        r.unit_id: [[0, table.setdefault(_look(r, classes(r, style)), len(table))]] for r in edition.statuses if r.support != "unknown"
    }
    names = ("look", "holder", "holder_name", "letter", "claimed_by", "support", "likelihood")
    return {
        "from": edition.as_of.isoformat(),
        "to": edition.as_of.isoformat(),
        "days": 1,
        "looks": [dict(zip(names, look, strict=True)) for look in table],
        "units": units,
        "areas": {a.area_id: [[0, dict(a.counts), a.unknown, a.size]] for a in edition.areas},
    }


def cut(timeline: Mapping[str, Any], first: date, last: date) -> Record:
    """The days from `first` to `last` of a timeline that has them, as `timeline_record` would give them."""
    begins = (first - date.fromisoformat(timeline["from"])).days
    ends = (last - date.fromisoformat(timeline["from"])).days
    parts = {name: {u: _within(runs, begins, ends) for u, runs in timeline[name].items()} for name in ("units", "areas")}
    told = {name: {u: runs for u, runs in part.items() if runs} for name, part in parts.items()}
    return {**timeline, **told, "from": first.isoformat(), "to": last.isoformat(), "days": ends - begins + 1}


def _within(runs: Sequence[Sequence[Any]], begins: int, ends: int) -> list[list[Any]]:
    before = [run for run in runs if run[0] <= begins]
    return [[max(0, day - begins), *rest] for day, *rest in (*before[-1:], *(r for r in runs if begins < r[0] <= ends))]


def _look(row: StatusRow, look: str) -> tuple[str, ...]:
    words = (row.holder_name, row.letter, row.claimed_by, str(row.support), row.likelihood if row.holder else "")
    return (look, row.holder or "", *words)


def _packed(course: CourseRow) -> Record:
    """Days whose probabilities differ from those of the day before, each as its number behind the first and its row."""
    rows = [[round(x, PLACES) for x in row] for row in course.p]
    changed = [[n, *row] for n, row in enumerate(rows) if not n or row != rows[n - 1]]
    return {
        "since": course.since,
        "states": course.states,
        "first": course.days[0] if course.days else "",
        "days": len(rows),
        "runs": changed,
    }


def _unpacked(unit_id: str, known: str, told: Mapping[str, Any]) -> CourseRow:
    rows: list[tuple[float, ...]] = []
    ends = [*(run[0] for run in told["runs"]), told["days"]][1:]
    for (n, *row), end in zip(told["runs"], ends, strict=True):
        rows += [tuple(row)] * (end - n)
    first = date.fromisoformat(told["first"]) if rows else None
    days = tuple((first + timedelta(days=n)).isoformat() for n in range(len(rows))) if first else ()
    return CourseRow(unit_id, known, tuple(told["states"]), days, tuple(rows), str(told["since"]), seal=GATE_SEAL)
