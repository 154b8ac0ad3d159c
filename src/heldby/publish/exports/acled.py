"""Changes of hands in the shape of ACLED's event table, for tools that read it. The rows are heldby's; nothing of ACLED's is in them."""

from __future__ import annotations

import csv
import io

from heldby.model.ident import digest
from heldby.model.place import PlaceKind
from heldby.model.status import CONTESTED
from heldby.model.theatre import Theatre
from heldby.publish.change_dates import change_day, dated
from heldby.publish.edition import ChangeRow
from heldby.publish.exports.countries import country
from heldby.publish.exports.selection import Selection
from heldby.publish.plain import csv_cell

COLUMNS = (
    "event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 actor2 assoc_actor_2 "
    "inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude geo_precision source "
    "source_scale notes fatalities tags timestamp"
)
_POINTS = frozenset({PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.VILLAGE, PlaceKind.CROSSING, PlaceKind.BASE})


def acled_csv(selection: Selection) -> bytes:
    """One line a change to a side, in order of time. A change to "contested" is no transfer and has no line; fatalities are not known and left empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = COLUMNS.split()
    writer.writerow(names)
    for change in selection.changes:
        if change.after != CONTESTED and change_day(change):
            row = _event(selection, change)
            writer.writerow([csv_cell(row.get(name)) for name in names])
    return out.getvalue().encode()


def _event(selection: Selection, change: ChangeRow) -> dict[str, object]:
    edition = selection.edition
    theatre = edition.theatre
    unit = theatre.unit(change.unit_id)
    place = country(unit.country) if unit else country("")
    around = [u for u in map(theatre.unit, theatre.lexicon.gazetteer.areas(unit.id) if unit else ()) if u is not None]
    areas = {u.kind: u.name for u in reversed([*([unit] if unit else []), *around])}
    losing = change.before_name if change.before and change.before != CONTESTED else ""
    status = edition.status(change.unit_id)
    quotes = [q for e in status.evidence for q in e.quotes] if status else []
    return {
        "event_id_cnty": f"{place.alpha3}{digest([change.unit_id, change.when, change.before, change.after])[:12]}",
        "event_date": change_day(change),
        "year": int(change_day(change)[:4]),
        "time_precision": _time_precision(change.when),
        "disorder_type": "Political violence",
        "event_type": "Battles",
        "sub_event_type": _sub_event(theatre, change.after),
        "actor1": change.after_name,
        "actor2": losing,
        "iso": int(place.numeric) if place.numeric else None,
        "country": place.name,
        "admin1": areas.get(PlaceKind.PROVINCE, ""),
        "admin2": areas.get(PlaceKind.DISTRICT, ""),
        "location": change.name,
        "latitude": unit.lat if unit else None,
        "longitude": unit.lon if unit else None,
        "geo_precision": 1 if unit and unit.kind in _POINTS else 2 if unit and unit.kind is PlaceKind.DISTRICT else 3,
        "source": "; ".join(dict.fromkeys(q.outlet for q in quotes if q.outlet)),
        "notes": _notes(change),
        "tags": "; ".join(
            [
                f"heldby probability={change.probability:g}",
                f"support={change.support}",
                *(f"mark={m}" for m in change.marks),
                selection.words,
            ]
        ),
        "timestamp": int(edition.known_by.timestamp()),
    }


def _sub_event(theatre: Theatre, side: str) -> str:
    states = {a.side for a in theatre.lexicon.actors if a.kind == "state"}
    return "Government regains territory" if side in states else "Non-state actor overtakes territory"


def _time_precision(edtf: str) -> int:
    """1 a day, 2 up to a week, 3 longer: from the width of the interval."""
    first, _, last = edtf.strip("~?%").partition("/")
    if ".." in (first, last) or len(first) < 10:
        return 3
    if not last:
        return 1
    from datetime import date

    days = (date.fromisoformat(last[:10]) - date.fromisoformat(first[:10])).days
    return 1 if days == 0 else 2 if days <= 7 else 3


def _notes(change: ChangeRow) -> str:
    again = ", a recapture" if change.recapture else ""
    return f"{change.name} passed from {change.before_name or 'nobody known'} to {change.after_name}, {dated(change)}{again}"
