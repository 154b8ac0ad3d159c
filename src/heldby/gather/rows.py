"""Rows of somebody's table (events, statuses) by a mapping: each row that speaks of control becomes a report of its words, with what it states.

rows -> meaning (the first whose conditions hold) -> statement -> report      an exhaustive table: only what changed, and again after a while
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from heldby.gather.decoding import clean
from heldby.gather.filing import from_the_future, future_gap, read_published
from heldby.gather.mapping import Meaning, TableMapping, filled
from heldby.gather.options import GatherOptions
from heldby.gather.unpacking import NotPacked, streamed
from heldby.model.claim import Relation
from heldby.model.report import Gap, GapKind, Mark, Report
from heldby.model.statement import Statement
from heldby.model.when import Published, When, days

STEP = 262_144
Where = tuple[str, tuple[float, float] | None]  # a place's name, and its point (lat, lon in degrees) where the table gives it
_WORDS = {
    Relation.CAPTURED: ("captured", "was captured"), Relation.RETOOK: ("retook", "was retaken"), Relation.CONTROLS: ("controls", "is controlled"),
    Relation.LOST: ("lost", "was lost"), Relation.REPELLED: ("repelled an attack on", "repelled an attack"),
    Relation.WITHDREW: ("withdrew from", "was left"), Relation.CONTESTS: ("contests", "is contested"),
    Relation.SIEGE_LIFTED: ("lifted the siege of", "is besieged no more"), Relation.BESIEGES: ("besieges", "is besieged"),
    Relation.ATTACKED: ("attacked", "was attacked"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row's report and what it states."""

    report: Report
    statement: Statement


@dataclass(slots=True)
class Rows:
    """Reads one table. `passed` counts rows that say nothing of control, `repeated` those of an exhaustive table that say nothing new."""

    mapping: TableMapping
    options: GatherOptions
    passed: int = 0
    repeated: int = 0
    _stated: dict[str, tuple[str, date]] = field(default_factory=dict)
    _joined: dict[str, dict[str, str]] = field(default_factory=dict)
    _added: frozenset[str] = frozenset()

    def join(self, stream: io.BufferedReader, label: str) -> Iterator[Gap]:
        """Keep the other table that the mapping joins; of rows with one value in its column the first."""
        assert self.mapping.join is not None
        on = self.mapping.join.on
        try:
            table = csv.DictReader(_lines(stream), delimiter=self.mapping.delimiter, restval="", strict=False)
            if on not in (table.fieldnames or ()):
                yield Gap(GapKind.MALFORMED, label, f"has no column {on!r}, by which the mapping {self.mapping.name} joins it")
                return
            self._added = frozenset(table.fieldnames or ())
            for row in table:
                self._joined.setdefault(row[on], {k: v for k, v in row.items() if isinstance(k, str) and isinstance(v, str)})
        except (csv.Error, NotPacked) as e:
            yield Gap(GapKind.MALFORMED, label, f"is no table that can be read ({e}): what follows was not read")

    def read(self, stream: io.BufferedReader, label: str) -> Iterator[Row | Gap]:
        """Rows that state something, and gaps; memory is that of one row (and, of an exhaustive table, of its places)."""
        number = 1
        try:
            table = csv.DictReader(_lines(stream), delimiter=self.mapping.delimiter, restval="", strict=False)
            missing = sorted(self.mapping.columns - set(table.fieldnames or ()) - self._added)
            if missing:
                there = ", ".join(table.fieldnames or ()) or "none"
                cause = (
                    f"has no column {', '.join(map(repr, missing))}, which the mapping {self.mapping.name} speaks of; its columns: {there}"
                )
                yield Gap(GapKind.MALFORMED, label, cause)
                return
            for number, row in enumerate(table, start=2):
                known = {k: v for k, v in row.items() if isinstance(k, str) and isinstance(v, str)}
                more = self._joined.get(known.get(self.mapping.join.on, ""), {}) if self.mapping.join else {}
                yield from self._row({**more, **known}, f"{label}:{number}")
        except (csv.Error, NotPacked) as e:
            yield Gap(GapKind.MALFORMED, f"{label}:{number}", f"is no row that can be read ({e}): what follows was not read")

    def read_rows(self, rows: Iterable[Mapping[str, str]], label: str) -> Iterator[Row | Gap]:
        """As `read`, of rows that are made already; what a row has no column for is empty."""
        for number, row in enumerate(rows, start=1):
            yield from self._row(row, f"{label}:{row.get('unit') or number}")

    def _row(self, row: Mapping[str, str], origin: str) -> Iterator[Row | Gap]:
        meaning = next((m for m in self.mapping.meanings if m.holds(row)), None)
        if meaning is None or meaning.relation is None:
            self.passed += 1
            return
        place = filled(self.mapping.place, row)
        if self.mapping.place_until:
            place = place.partition(self.mapping.place_until)[0].strip()
        if not place:
            yield Gap(GapKind.MALFORMED, origin, "names no place; the row was passed over")
            return
        try:
            when = self._when(row)
            published = self._published(row, when)
            point = self._point(row)
        except ValueError as e:
            yield Gap(GapKind.MALFORMED, origin, f"{e}; the row was passed over")
            return
        if published and from_the_future(published, self.options.now):
            yield future_gap(origin, published)
            return
        stated = self._stated_on(row, meaning, place, when) if self.mapping.exhaustive else ((when, True),)
        self.repeated += not stated
        for told, as_published in stated:
            said = published if as_published and not self._runs else self._known_on(told, row)
            made = self._made(row, meaning, (place, point), told, said, origin)
            yield made
            if said is None:
                yield Gap(
                    GapKind.UNDATED, origin, "says no date of publication; it is known from when it was read", report_id=made.report.id
                )

    def _stated_on(self, row: Mapping[str, str], meaning: Meaning, place: str, when: When) -> tuple[tuple[When, bool], ...]:
        """What a row of an exhaustive table states: nothing where it says what it said of this place a while ago; else its first day, and where it
        is a run of days, its status again after each while, known on that day and not before (False)."""
        if not self._news(place, row, meaning, when):
            return ()
        first, last = when.first_day or date.min, when.last_day or date.max
        step = max(self.mapping.restate, timedelta(days=1))
        days_of = [first + n * step for n in range((last - first) // step + 1)]
        days_of = [d for d in days_of if d <= self.options.now.date()] or [first]
        key = self._key(place, row)
        self._stated[key] = (self._stated[key][0], days_of[-1])
        return tuple((days(d, d), d == first) for d in days_of)

    @property
    def _runs(self) -> bool:
        """Whether rows are runs of days of which each day is known from its end, the first as well."""
        return self.mapping.known_by_day and bool(self.mapping.until) and not self.mapping.published

    def _point(self, row: Mapping[str, str]) -> tuple[float, float] | None:
        """Where the place lies, (lat, lon) in degrees; None where the table does not say. Raises ValueError that quotes what is no point."""
        written = filled(self.mapping.lat, row), filled(self.mapping.lon, row)
        if not all(written):
            return None
        try:
            lat, lon = map(float, written)
        except ValueError:
            lat, lon = 91.0, 181.0
        if not (abs(lat) <= 90 and abs(lon) <= 180):
            raise ValueError(f"its place is at no two degrees: {', '.join(written)[:60]!r}")
        return lat, lon

    def _known_on(self, when: When, row: Mapping[str, str]) -> Published | None:
        """A day of a run is known from its end."""
        return read_published(when.last_day.isoformat(), self._outlet(row), self.options) if when.last_day else None

    def _key(self, place: str, row: Mapping[str, str]) -> str:
        which = (place, filled(self.mapping.place, row), *(filled(a, row) for a in self.mapping.areas), filled(self.mapping.unit, row))
        return "|".join((*which, filled(self.mapping.lat, row), filled(self.mapping.lon, row), self._outlet(row)))

    def _news(self, place: str, row: Mapping[str, str], meaning: Meaning, when: When) -> bool:
        """Whether a row of an exhaustive table says something that it did not say of this place the last time, or not for a while."""
        key = self._key(place, row)
        said, first = (
            f"{meaning.relation}|{filled(meaning.actor, row)}|{filled(meaning.loser, row)}|{meaning.denied}",
            when.first_day or date.min,
        )
        before = self._stated.get(key)
        if before and before[0] == said and timedelta(0) <= first - before[1] < self.mapping.restate:
            return False
        self._stated[key] = (said, first)
        return True

    def _when(self, row: Mapping[str, str]) -> When:
        first = _day(filled(self.mapping.day, row), self.mapping.date_format)
        until = filled(self.mapping.until, row)
        last = _day(until, self.mapping.date_format) if until else first
        if last < first:
            raise ValueError(f"ends before it begins: {first} to {last}")
        return days(first, last)

    def _published(self, row: Mapping[str, str], when: When) -> Published | None:
        outlet = self._outlet(row)
        written = filled(self.mapping.published, row)
        if written:
            return read_published(_instant(written, self.mapping.published_format), outlet, self.options)
        if self.mapping.known_by_day and when.last_day:
            return read_published(when.last_day.isoformat(), outlet, self.options)
        return self.options.published

    def _outlet(self, row: Mapping[str, str]) -> str:
        written = filled(self.mapping.outlet, row)
        return self.options.outlet or (self.mapping.outlets or {}).get(written, written)

    def _made(self, row: Mapping[str, str], meaning: Meaning, where: Where, when: When, published: Published | None, origin: str) -> Row:
        assert meaning.relation is not None
        place, point = where
        noun = filled(self.mapping.noun, row)
        areas = tuple(dict.fromkeys(a for t in self.mapping.areas if (a := filled(t, row)) and a != place))
        named = f"{place} {noun}" if noun and not place.casefold().endswith(noun.casefold()) else place
        (actor, actor_id), (loser, loser_id) = (_actor(t, row) for t in (meaning.actor, meaning.loser))
        active, passive = _WORDS[meaning.relation]
        denied = "Not so: " if meaning.denied else ""
        before = f"{denied}{actor or actor_id} {active} " if actor or actor_id else denied
        lies = (*areas, f"{point[0]:.3f} {point[1]:.3f}") if point else areas  # two places of one name are not one report
        inside = f" ({', '.join(lies)})" if lies else ""
        against = f" against {loser or loser_id}" if loser or loser_id else ""
        told = when.edtf()
        said = "" if actor or actor_id else f" {passive}"
        words = f"{before}{named}{inside}{said}{against}, {told}."
        notes = filled(self.mapping.notes, row)
        report = Report.of(
            clean(f"{words}\n\n{notes}" if notes else words).text,
            outlet=clean(self._outlet(row)).text,
            url=clean(filled(self.mapping.url, row) or self.options.url).text,
            published=published,
            fetched=self.options.now,
            origin=origin,
            given_id=clean(filled(self.mapping.id, row)).text,
            marks=(Mark.RECONSTRUCTION,) * self.options.invented(self._outlet(row)),
        )
        statement = Statement(
            relation=meaning.relation, actor=actor, loser=loser, place=named, start=0, end=len(words), place_start=len(before),
            place_end=len(before) + len(named), when=when, areas=areas, noun=noun, unit_id=filled(self.mapping.unit, row), actor_id=actor_id,
            loser_id=loser_id, hedged=meaning.hedged, denied=meaning.denied, rule=f"table.{self.mapping.name}", point=point,
        )  # fmt: skip
        return Row(report, statement)


def _actor(template: str, row: Mapping[str, str]) -> tuple[str, str]:
    """An actor as the table writes him and, where the mapping gives it, his id."""
    return ("", template[1:]) if template.startswith("=") else (filled(template, row), "")


def _lines(stream: io.BufferedReader) -> Iterator[str]:
    """Lines of a text, packed with gzip or Zstandard or not, in UTF-8 (or UTF-16 with its mark)."""
    head = stream.peek(4)[:4]
    encoding = "gzip" if head[:2] == b"\x1f\x8b" else "zstd" if head == b"\x28\xb5\x2f\xfd" else ""
    chunks: Iterator[bytes] = iter(lambda: stream.read(STEP), b"")
    if encoding:
        chunks = streamed(chunks, encoding)
    charset = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return iter(io.TextIOWrapper(io.BufferedReader(_Chunks(chunks), STEP), charset, errors="replace", newline=""))


class _Chunks(io.RawIOBase):
    """Chunks as a stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._waiting = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._waiting:
            self._waiting = next(self._chunks, b"")
        size = min(len(buffer), len(self._waiting))
        buffer[:size], self._waiting = self._waiting[:size], self._waiting[size:]
        return size


_MONTHS_FIRST = ("%d %B %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y/%m/%d")  # none can be read in two ways


def _day(text: str, form: str) -> date:
    """A day as a table writes it. Raises ValueError that quotes it."""
    if form == "unix":
        return _unix(text).date()
    for pattern in (form,) if form else ("", *_MONTHS_FIRST):
        try:
            return datetime.strptime(text, pattern).date() if pattern else date.fromisoformat(text)  # noqa: DTZ007 - a civil day
        except ValueError:
            continue
    raise ValueError(f"its day is none that is known: {text[:60]!r}")


def _instant(text: str, form: str) -> str:
    if form == "unix":
        return _unix(text).isoformat()
    return text if not form else _day(text, form).isoformat()


def _unix(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"its time is no number of seconds: {text[:60]!r}") from None
