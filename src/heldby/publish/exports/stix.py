"""STIX 2.1: a location a unit, an identity a side, a sighting of the side at the location, an opinion for every denial; a note of each unit that no
side holds, and one of the edition."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid5

from heldby.model.status import CONTESTED
from heldby.model.when import utc_text
from heldby.publish.edition import StatusRow
from heldby.publish.exports.countries import country
from heldby.publish.exports.selection import Selection, Subject
from heldby.publish.plain import json_text

NAMESPACE = UUID("8a5f1f5e-6b0c-5d0e-9c57-0c1b6f1d7a52")  # heldby's own: the same thing has the same id in every export
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def stix_bundle(selection: Selection) -> bytes:
    """A bundle in the edition's order. `confidence` is the probability as an integer per cent, `count` the independent origins; no words of
    likelihood, whose bins differ in STIX. Contested and unknown units, and areas that stand for their units, have a note and no sighting."""
    edition = selection.edition
    stamp = _stamp(utc_text(edition.known_by))
    author = _object("identity", "heldby", stamp, name="heldby", identity_class="system")
    objects: list[dict[str, Any]] = [author]
    sides = {
        s.id: _object("identity", f"side {edition.theatre.id} {s.id}", stamp, name=s.name, identity_class="group")
        for s in edition.theatre.sides
    }
    used: dict[str, None] = {}
    told: list[dict[str, Any]] = []
    for subject in selection.subjects:
        location = _location(subject, stamp)
        if location is None:
            continue
        told.append(location)
        row = subject.row
        if row is None or row.holder is None or row.holder == CONTESTED or row.holder not in sides:
            told.append(_unheld(selection, subject, location["id"], author["id"], stamp))
            continue
        used[row.holder] = None
        sighting = _sighting(selection, row, sides[row.holder]["id"], location["id"], author["id"], stamp)
        told += [sighting, *_opinions(row, sighting["id"], author["id"], stamp)]
    objects += [sides[s] for s in sides if s in used] + told
    met = [o["id"] for o in told if o["type"] == "location"] or [author["id"]]
    about = _note(f"edition {selection.words}", stamp, author["id"], met, selection.edition.title, selection.words)
    objects.append(about | {"labels": [*edition.marks]} if edition.marks else about)
    return (json_text({"type": "bundle", "id": f"bundle--{uuid5(NAMESPACE, edition.digest)}", "objects": objects}) + "\n").encode()


def _object(kind: str, key: str, stamp: str, **properties: Any) -> dict[str, Any]:
    ident = f"{kind}--{uuid5(NAMESPACE, key)}"
    return {"type": kind, "spec_version": "2.1", "id": ident, "created": stamp, "modified": stamp, **properties}


def _location(subject: Subject, stamp: str) -> dict[str, Any] | None:
    """None where STIX would have nothing to hold: it needs a country, a region or coordinates."""
    unit = subject.unit
    if unit is None or (unit.lat is None and not unit.country):
        return None
    where: dict[str, Any] = {"name": subject.row.name if subject.row else unit.name}
    if unit.lat is not None and unit.lon is not None:
        where |= {"latitude": unit.lat, "longitude": unit.lon}
    if unit.country:
        where |= {"country": unit.country}
    if subject.row and subject.row.parent:
        where |= {"administrative_area": subject.row.parent}
    if country(unit.country).name:
        where |= {"description": f"{unit.kind}, {country(unit.country).name}"}
    return _object("location", f"unit {unit.id}", stamp, **where)


def _sighting(selection: Selection, row: StatusRow, side: str, location: str, author: str, stamp: str) -> dict[str, Any]:
    edition = selection.edition
    more: dict[str, Any] = {}
    first, last = _DAY.match(row.since), _DAY.match(row.last_evidence)
    if first:
        more["first_seen"] = f"{first[0]}T00:00:00.000Z"
    if last and (not first or last[0] >= first[0]):
        more["last_seen"] = f"{last[0]}T23:59:59.000Z"
    return _object(
        "sighting",
        f"status {edition.digest} {row.unit_id}",
        stamp,
        created_by_ref=author,
        sighting_of_ref=side,
        where_sighted_refs=[location],
        count=max(1, row.origins),
        confidence=round(100 * row.probability),
        description=f"{row.sentence} {row.confidence_sentence}",
        summary=False,
        external_references=[{"source_name": "heldby edition", "external_id": edition.digest, "description": selection.versions}],
        **({"labels": [*row.marks]} if row.marks else {}),
        **more,
    )


def _unheld(selection: Selection, subject: Subject, location: str, author: str, stamp: str) -> dict[str, Any]:
    """What is said of a unit that no side holds: contested or unknown, with the probability where there is one."""
    row, area = subject.row, subject.area
    edition = selection.edition
    if row is None:
        counts = [f"{n} {state}" for state, n in area.counts] if area else []
        words = (
            f"shown as a whole: {', '.join(counts) or 'nothing known'}; {area.unknown if area else 0} unknown of {area.size if area else 0}"
        )
        return _note(f"area {edition.digest} {location}", stamp, author, [location], "area", words)
    found = _note(
        f"status {edition.digest} {row.unit_id}",
        stamp,
        author,
        [location],
        row.holder or "unknown",
        f"{row.sentence} {row.confidence_sentence}",
    )
    found |= {"confidence": round(100 * row.probability)} if row.holder else {}
    return found | ({"labels": [*row.marks]} if row.marks else {})


def _note(key: str, stamp: str, author: str, about: list[str], abstract: str, content: str) -> dict[str, Any]:
    return _object("note", f"note {key}", stamp, created_by_ref=author, abstract=abstract, content=content, object_refs=about)


def _opinions(row: StatusRow, sighting: str, author: str, stamp: str) -> list[dict[str, Any]]:
    """Every voice that speaks against the status, a denial or a counter-claim: its words and its chain."""
    found: list[dict[str, Any]] = []
    for evidence in row.evidence:
        against = (evidence.bits or 0.0) < 0 or (evidence.denial and evidence.holder == row.holder)
        if not against or not evidence.quotes or evidence.withdrawn:
            continue
        found.append(
            _object(
                "opinion",
                f"opinion {evidence.id} {sighting}",
                stamp,
                created_by_ref=author,
                opinion="disagree",
                explanation=evidence.quotes[0].text,
                authors=[" <- ".join(evidence.chain)],
                object_refs=[sighting],
            )
        )
    return found


def _stamp(utc: str) -> str:
    return utc[:19] + ".000Z"
