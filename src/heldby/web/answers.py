"""From an edition to the API's answers: each under a head that names theatre, clocks, edition and marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from heldby.flow.inquiry import Inquires
from heldby.flow.whatif import Turn
from heldby.model.place import PlaceKind
from heldby.model.status import CONTESTED, Support, Tally
from heldby.model.theatre import Theatre
from heldby.publish import CourseRow, Edition, Timeline, old_news
from heldby.publish.change_dates import dated, dated_short
from heldby.publish.edition import ChangeRow, Evidence, StatusRow
from heldby.publish.plain import plain
from heldby.publish.records import Record, document, tally_record
from heldby.publish.source_rows import SourceRow
from heldby.publish.style import Style, classes, colours_of, palettes, style_for
from heldby.web.asking import MOST_DAYS, Asked


def theatre_answer(asked: Asked) -> Record:
    """What does not change with the clocks: sides and their colours, rosters, palettes, words to filter by, the ledger's head."""
    inquiry = asked.inquiry
    theatre = inquiry.theatre
    colours = colours_of(palettes()[0])
    sides = [
        {"id": s.id, "name": s.name, "letter": s.letter, "colour": colours[min(i, len(colours) - 1)]} for i, s in enumerate(theatre.sides)
    ]
    return {
        "id": theatre.id,
        "name": theatre.name,
        "since": theatre.since,
        "until": theatre.until,
        "zone": str(theatre.zone),
        "sides": sides,
        "rosters": [
            {"id": r.id, "name": r.name, "size": len(r.unit_ids), "counts": r.unit_noun, "source": r.source} for r in theatre.rosters
        ],
        "default_roster": theatre.default_roster,
        "palettes": palettes(),
        "kinds": [k.value for k in PlaceKind],
        "holders": [*(s.id for s in theatre.sides), CONTESTED, Support.UNKNOWN.value],
        "supports": [s.value for s in Support],
        "as_of": asked.question.as_of,
        "first": max(theatre.since, asked.question.as_of - timedelta(days=MOST_DAYS - 1)),
        "opens": opening_day(asked),
        "known_by": asked.question.known_by,
        "revision": inquiry.told[0],
        "head": inquiry.told[1],
        "digest": theatre.digest,
        "rules": inquiry.rulebook_digest,
        "frozen": _frozen(inquiry.frozen) if inquiry.frozen else None,
        "version": inquiry.code_version,
    }


def opening_day(asked: Asked) -> date:
    """The day that a page opens on: the day asked about, or that of the newest evidence where nothing is recent enough to name any holder."""
    if asked.thawed:
        return asked.question.as_of
    newest = old_news(asked.statuses().statuses)
    return date.fromisoformat(newest) if newest else asked.question.as_of


def _frozen(edition: Edition) -> Record:
    """Of a frozen edition: what it is called and cited by, and its own clocks, which are all that it can be asked at."""
    return {"title": edition.title, "edition": edition.digest, "as_of": edition.as_of, "known_by": edition.known_by, "since": edition.since}


def status_item(row: StatusRow) -> Record:
    """A status without its evidence."""
    found: Record = plain(row)
    return {k: v for k, v in found.items() if k not in ("evidence", "related")}


def unit_answer(edition: Edition, inquiry: Inquires, row: StatusRow, records: Sequence[SourceRow] = ()) -> Record:
    """`records` are those by whose letters voices are rated."""
    rated = {r.name: r for r in records}
    shown = plain(row)
    for told, e in zip(shown["evidence"], row.evidence, strict=True):
        told["admiralty"], told["admiralty_why"] = admiralty(e, rated)
    changes = [c for c in edition.changes if c.unit_id == row.unit_id]
    spells = [s for s in edition.spells if s.unit_id == row.unit_id]
    return document(edition, status=shown, neighbours=neighbours(inquiry, row.unit_id), spells=spells, changes=changes)


def admiralty(e: Evidence, records: Mapping[str, SourceRow]) -> tuple[str, str]:
    """The Admiralty pair of who published it first, and why: the source's letter as set or proposed, and 6, for no claim has been judged."""
    record = records.get(e.quotes[0].outlet) if e.quotes else None
    if record is None:
        return "F6", "reliability of the source cannot be judged; credibility not reviewed"
    why = f"{'set by a person' if record.letter_set else f'proposed: {record.letter_why}'}; credibility not reviewed"
    return f"{record.letter_set or record.letter}6", why


def neighbours(inquiry: Inquires, unit_id: str) -> list[Record]:
    """Linked units that may be shown by themselves, and why they are linked."""
    theatre = inquiry.theatre
    found: list[Record] = []
    for link in theatre.links:
        if unit_id not in (link.unit_id, link.linked_id):
            continue
        other = link.linked_id if link.unit_id == unit_id else link.unit_id
        unit = theatre.unit(other)
        if unit is not None and inquiry.shown_alone(other):
            found.append({"unit_id": other, "name": unit.name, "kind": unit.kind.value, "link": link.kind.value, "reason": link.reason})
    return sorted(found, key=lambda n: (n["unit_id"], n["link"]))


def series_answer(edition: Edition, row: StatusRow, course: CourseRow) -> Record:
    """Probability per day and state, and the testimonies as ticks."""
    return document(
        edition,
        unit_id=row.unit_id,
        name=row.name,
        states=course.states,
        days=course.days,
        probabilities=course.p,
        since=course.since,
        ticks=[tick(e) for e in row.evidence],
    )


def tick(e: Evidence) -> Record:
    return {
        "id": e.id,
        "said": e.said,
        "meant": e.meant,
        "symbol": e.symbol,
        "holder": e.holder,
        "side": e.side,
        "denial": e.denial,
        "bits": e.bits,
        "reports": len({q.report_id for q in e.quotes}),
    }


def class_names(edition: Edition, palette: str) -> dict[str, list[str]]:
    """The classes by which a map draws each unit, by unit id. Raises UsageError on an unknown palette."""
    style = style_for(edition, palette)
    return {row.unit_id: classes(row, style).split() for row in edition.statuses}


_WEIGHT = {
    PlaceKind.CITY: 1.0,
    PlaceKind.PROVINCE: 1.0,
    PlaceKind.CROSSING: 0.9,
    PlaceKind.DISTRICT: 0.7,
    PlaceKind.TOWN: 0.5,
    PlaceKind.BASE: 0.5,
}


def change_items(edition: Edition, changes: Sequence[ChangeRow]) -> list[Record]:
    """`changes` of an edition in their order, each with when in words (`dated`, `dated_short`), `weight` (0 to 1, for sorting: how likely, what kind
    of place, whether taken back or disputed) and `pair`, a number that a change shares with the recapture which undid it (None without one; a
    change of a place that is not named has none)."""
    withheld = {a.area_id for a in edition.areas} | {""}
    items: list[Record] = []
    last: dict[str, int] = {}
    pairs = 0
    for n, c in enumerate(changes):
        kind = _WEIGHT.get(PlaceKind(c.kind), 0.3) if c.kind in list(PlaceKind) else 0.3
        odd = 1.0 if c.recapture or c.support == Support.DISPUTED else 0.0
        told = {"dated": dated(c), "dated_short": dated_short(c, edition.as_of)}
        items.append({**plain(c), **told, "weight": round(0.5 * c.probability + 0.3 * kind + 0.2 * odd, 4), "pair": None})
        before = last.get(c.unit_id)
        if c.recapture and before is not None and c.unit_id not in withheld:
            pairs += 1
            items[n]["pair"] = pairs
            items[before]["pair"] = items[before]["pair"] or pairs
            items[n]["pair"] = items[before]["pair"]
        last[c.unit_id] = n
    return items


DAY_COLUMNS = "unit_id look holder probability support claimed_by since last_evidence origins denials marked"


def day_answer(edition: Edition) -> Record:
    """One row for each unit with evidence, in the order of `columns`; `look` are its classes on a map."""
    style = style_for(edition)

    def row(r: StatusRow) -> list[Any]:
        held = (r.holder or "", r.probability, str(r.support), r.claimed_by, r.since, r.last_evidence)
        return [r.unit_id, classes(r, style), *held, r.origins, r.denials, int(bool(r.marks))]

    told = [row(r) for r in edition.statuses if r.support != Support.UNKNOWN]
    tally = tally_record(edition, edition.tally) if edition.tally else None
    return document(edition, columns=DAY_COLUMNS.split(), items=told, areas=edition.areas, tally=tally)


def timeline_head(found: Timeline) -> Record:
    """The head that every answer has."""
    return {
        "theatre": found.theatre.id,
        "as_of": found.last,
        "known_by": found.known_by,
        "edition": found.digest,
        "revision": found.provenance.revision,
        "marks": found.marks,
        "release_notes": found.release_notes,
    }


def differences(before: Edition, after: Edition) -> list[Record]:
    """Units of another holder or another support in `after` than in `before`; a unit that one of them does not show was unknown there."""
    styles = style_for(before), style_for(after)
    rows = {r.unit_id: r for r in before.statuses}, {r.unit_id: r for r in after.statuses}
    found = []
    for unit_id in sorted(rows[0].keys() | rows[1].keys()):
        here, there = rows[0].get(unit_id), rows[1].get(unit_id)
        row = there or here
        said = [(r.holder, str(r.support)) if r else (None, str(Support.UNKNOWN)) for r in (here, there)]
        if row is not None and said[0] != said[1]:
            sides = [_told(r, style) for r, style in zip((here, there), styles, strict=True)]
            named = {"unit_id": unit_id, "name": row.name, "kind": row.kind, "parent": row.parent}
            found.append({**named, "before": sides[0], "after": sides[1]})
    return found


def _told(row: StatusRow | None, style: Style) -> Record:
    if row is None:
        return {"holder": None, "holder_name": "unknown", "probability": 0.0, "support": str(Support.UNKNOWN), "look": "unknown"}
    told = {"holder": row.holder, "holder_name": row.holder_name, "probability": row.probability, "support": str(row.support)}
    return {**told, "look": classes(row, style)}


def tallies_answer(edition: Edition, tallies: Sequence[Tally]) -> Record:
    return document(edition, tallies=[tally_record(edition, t) for t in tallies])


def turns_answer(edition: Edition, after: Edition, found: Iterable[Turn]) -> Record:
    turned = list(found)

    def side(row: StatusRow) -> Record:
        return {"holder": row.holder, "holder_name": row.holder_name, "probability": row.probability, "support": row.support}

    told = [
        {"unit_id": t.before.unit_id, "name": t.before.name, "kind": t.before.kind, "before": side(t.before), "after": side(t.after)}
        for t in turned
    ]
    other = sum(t.before.holder != t.after.holder for t in turned)
    return document(edition, without=after.digest, shown=len(edition.statuses), changed=len(told), other_holder=other, items=told)


def bounds(theatre: Theatre) -> tuple[float, float, float, float]:
    """West, south, east, north of a theatre, in degrees; the whole world where it has neither outline nor units."""
    outline = [point for ring in theatre.outline for point in ring]
    spots = outline or [(u.lon, u.lat) for u in theatre.units if u.lon is not None and u.lat is not None]
    if not spots:
        return -180.0, -90.0, 180.0, 90.0
    return min(p[0] for p in spots), min(p[1] for p in spots), max(p[0] for p in spots), max(p[1] for p in spots)
