"""From somebody's table to the ledger: rows are statements already, so nothing is read; only actors and places are looked up.

table or map + mapping -> Row (report, statement) -> claim (actor by name or id, outlet's own voice) -> locate -> ledger
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from heldby.desk import Desk
from heldby.errors import HeldbyError, UsageError
from heldby.flow.intake import AS_IT_STANDS, Intake, Keeping, Read
from heldby.gather import GatherOptions
from heldby.gather.areas import MOST_BYTES, Point, area_rows, is_map
from heldby.gather.kinds import HEAD, buffered
from heldby.gather.mapping import TableMapping
from heldby.gather.rows import Row, Rows
from heldby.ledger import Ledger, Outcome
from heldby.locate.nearest import nearest_unit
from heldby.model.claim import Claim, Polarity, Reading
from heldby.model.place import Place, PlaceKind
from heldby.model.report import Gap, GapKind, Passage
from heldby.model.statement import Statement
from heldby.model.who import INDEPENDENT, Voice, VoiceKind

_AREAS = (PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION, PlaceKind.ROAD)


@dataclass(frozen=True, slots=True)
class Tabled:
    """What adding a table did; `passed` rows say nothing of control, `repeated` ones nothing new (of an exhaustive table), `amended` ones were known
    and mean something else by the mapping or the theatre as it is now."""

    intake: Intake
    passed: int
    repeated: int
    amended: int = 0


def read_tables(desk: Desk, paths: Sequence[Path], mapping: TableMapping, options: GatherOptions) -> Iterator[Read | Gap]:
    """Rows as reports, each with the claim it makes. Keeps nothing. Raises UsageError where there is no such file."""
    yield from _read(desk, paths, Rows(mapping, options), Actors(desk, mapping))


def _read(desk: Desk, paths: Sequence[Path], rows: Rows, find: Actors) -> Iterator[Read | Gap]:
    if missing := [p for p in paths if not p.is_file()]:
        raise UsageError(str(missing[0]), "there is no such file")
    for path in paths:
        for item in chain(_joined(path, rows), _rows_of(path, rows, desk)):
            yield item if isinstance(item, Gap) else (item.report, reading_of(item, desk, find))


def add_tables(
    desk: Desk,
    ledger: Ledger,
    paths: Sequence[Path],
    mapping: TableMapping,
    options: GatherOptions,
    progress: Callable[[int], None] = lambda _: None,
) -> Tabled:
    """Keep the rows of tables (CSV; GeoJSON, over every unit of the theatre that has a place on the map) as reports with their claims.

    A row met again is a no-op, unless the mapping or the theatre was amended so that it means something else: then it is read again. What an
    exhaustive source said is remembered from one table to the next, so give them in the order of their days.
    Raises UsageError where there is no such file.
    """
    rows = Rows(mapping, options)
    provenance = replace(desk.provenance, reader=f"heldby {desk.code_version}{AS_IT_STANDS}{mapping.name}")
    find = Actors(desk, mapping)
    amended = 0
    with ledger.writer(desk.clock, desk.settings.author, batch=1000) as writer:
        keeping = Keeping(desk, writer)
        for done, item in enumerate(_read(desk, paths, rows, find), start=1):
            if isinstance(item, Gap):
                keeping.keep(item)
            # No fingerprint: two tables that say the same in the same few words are two voices, not a copy.
            elif keeping.keep_read(*item, provenance, ()) is Outcome.KNOWN:
                amended += not writer.reread(item[0].id, item[1], provenance, if_other=True).empty
            progress(done)
    return Tabled(keeping.intake(ledger.content_hash()), rows.passed, rows.repeated, amended)


def _joined(path: Path, rows: Rows) -> Iterator[Gap]:
    """Reads the table that the mapping joins, which lies beside the one at `path`. Raises UsageError where it does not."""
    if rows.mapping.join is None:
        return
    beside = path.parent / rows.mapping.join.table
    try:
        with buffered(beside.open("rb", buffering=0)) as stream:
            yield from rows.join(stream, beside.name)
    except OSError as e:
        raise UsageError(str(beside), f"cannot be read ({e.strerror or e}); the mapping {rows.mapping.name} joins it") from None


def _rows_of(path: Path, rows: Rows, desk: Desk) -> Iterator[Row | Gap]:
    try:
        with buffered(path.open("rb", buffering=0)) as stream:
            if not is_map(stream.peek(HEAD)[:HEAD]):
                yield from rows.read(stream, path.name)
                return
            data = stream.read(MOST_BYTES + 1)
    except OSError as e:
        raise UsageError(str(path), f"cannot be read ({e.strerror or e})") from None
    if len(data) > MOST_BYTES:
        yield Gap(GapKind.TOO_LARGE, path.name, f"takes more than {MOST_BYTES:,} bytes")
        return
    try:
        yield from rows.read_rows(area_rows(data, path.name, points_of(desk)), path.name)
    except HeldbyError as e:
        yield Gap(GapKind.MALFORMED, path.name, e.cause)


def points_of(desk: Desk) -> tuple[Point, ...]:
    """The theatre's units that have a place on the map and are no areas, in the order of their ids."""
    theatre = desk.theatre
    found = []
    for unit in sorted(theatre.units, key=lambda u: u.id):
        if unit.kind in _AREAS or unit.lat is None or unit.lon is None:
            continue
        above = next(iter(theatre.lexicon.gazetteer.areas(unit.id)), "")
        area = theatre.unit(above) if above else None
        found.append(Point(unit.id, unit.name, area.name if area else "", unit.lon, unit.lat))
    return tuple(found)


class Actors:
    """Actors by what a table calls them: the mapping's own table first, then the theatre's ids, names and sides."""

    def __init__(self, desk: Desk, mapping: TableMapping) -> None:
        lexicon = desk.theatre.lexicon
        known: dict[str, str] = {}
        for actor in lexicon.actors:
            for name in (actor.id, actor.name, *(n.text for n in actor.names if not n.generic)):
                known.setdefault(name.casefold(), actor.id)
        for side in desk.theatre.sides:
            known.setdefault(side.id.casefold(), side.id)
            known.setdefault(side.name.casefold(), side.id)
        if wrong := sorted({i for i in (mapping.actors or {}).values() if i.casefold() not in known}):
            cause = f"actors: {wrong[0]!r} is no actor of the theatre {desk.theatre.id}; `heldby theatre actors` lists them"
            raise UsageError(f"mapping {mapping.name}", cause)
        self._known = known | {text.casefold(): known[ident.casefold()] for text, ident in (mapping.actors or {}).items()}

    def find(self, written: str) -> str:
        """The actor's id; "" where nobody is called so."""
        folded = " ".join(written.casefold().split())
        whole, bracket, _ = folded.partition(" (")  # "Military Forces of Afghanistan (2014-2021)"
        return self._known.get(folded) or (self._known.get(whole, "") if bracket else "")


def reading_of(row: Row, desk: Desk, actors: Actors) -> Reading:
    """The claim that a row makes, located; a gap instead where nobody of the theatre is called as its actor is."""
    report, s = row.report, row.statement
    found: list[str] = []
    for written, ident in ((s.actor, s.actor_id), (s.loser, s.loser_id)):
        actor = actors.find(ident or written) if ident or written else ""
        if (ident or written) and not actor and not found:
            cause = f"no actor of the theatre {desk.theatre.id} is called so; the mapping's table `actors` can say who it is"
            return Reading(report.id, gaps=(Gap(GapKind.NO_ACTOR, ident or written, cause, report.id, start=s.start, end=s.end),))
        found.append(actor)
    voice = _publisher(desk, report.outlet)
    claim = Claim(
        report_id=report.id,
        passage=Passage(report.id, s.start, s.end, report.text[s.start : s.end]),
        relation=s.relation,
        actor_text=s.actor or None,
        actor=found[0],
        places=(_place(s, desk),),
        chain=(voice,),
        speaker_side=voice.side,
        from_text=s.loser or None,
        from_actor=found[1],
        polarity=Polarity.DENIED if s.denied else Polarity.ASSERTED,
        hedged=s.hedged,
        when=s.when,
        rule=s.rule,
    )
    reading = Reading(report.id, (claim,))
    if claim.places[0].unit_id:
        return reading
    if s.point is not None:
        cause = f"no place of the theatre {desk.theatre.id} is called so or lies there ({s.point[0]:.2f}, {s.point[1]:.2f})"
        return Reading(report.id, gaps=(Gap(GapKind.UNPLACED, s.place, cause, report.id, start=s.place_start, end=s.place_end),))
    return desk.locator.locate(reading, report)


def _place(s: Statement, desk: Desk) -> Place:
    """The place as written, or at once the unit that the table names by id."""
    place = Place(
        s.place, s.place_start, s.place_end, s.place.removesuffix(f" {s.noun}") if s.noun else s.place, s.noun, parent_names=s.areas
    )
    unit, why = desk.theatre.lexicon.gazetteer.unit(s.unit_id) if s.unit_id else None, "the table names the unit"
    if unit is None and s.point is not None:
        unit, why = nearest_unit(desk.theatre, place.name, s.point)
    if unit is None:
        return place
    return replace(place, unit_id=unit.id, canonical=unit.name, kind=unit.kind, country=unit.country or None, why=(why,))


def _publisher(desk: Desk, name: str) -> Voice:
    """The table's publisher speaks for himself."""
    outlet = desk.theatre.lexicon.outlet(name)
    return Voice(name, outlet.kind, outlet.side, outlet_id=outlet.id) if outlet else Voice(name, VoiceKind.OUTLET, INDEPENDENT)
