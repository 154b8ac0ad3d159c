"""The one table of fields: every export is made from it, so that no two formats can disagree.

Tags are those of the Humanitarian Exchange Language, HXL 1.1: an armed actor is a `#group`, the state of control an indicator in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from heldby.model.place import PlaceKind, Unit
from heldby.model.status import CONTESTED, Support
from heldby.model.when import utc_text
from heldby.publish.edition import Quote, StatusRow
from heldby.publish.exports.countries import country
from heldby.publish.exports.selection import Selection, Subject

Value: TypeAlias = str | float | int | None
Record: TypeAlias = Mapping[str, Value]


class Sort(StrEnum):
    """What a field holds, whatever the format calls it."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"


@dataclass(frozen=True, slots=True)
class Field:
    """`name` of the column, its HXL `tag`, and how it is taken from a line. `about` says in words what it holds."""

    name: str
    tag: str
    sort: Sort
    about: str
    take: Callable[[Selection, Subject], Value]


def control_status(row: StatusRow) -> str:
    """held, contested or unknown."""
    if row.holder is None:
        return Support.UNKNOWN.value
    return CONTESTED if row.holder == CONTESTED else "held"


def records(selection: Selection) -> tuple[Record, ...]:
    """Every line as its fields' values, by field name, in the table's order."""
    return tuple({f.name: f.take(selection, s) for f in FIELDS} for s in selection.subjects)


def _area_of(kind: PlaceKind) -> Callable[[Subject], Unit | None]:
    def found(subject: Subject) -> Unit | None:
        unit = subject.unit
        if unit is None:
            return None
        if unit.kind is kind:
            return unit
        theatre = subject.edition.theatre
        return next((a for a in map(theatre.unit, theatre.lexicon.gazetteer.areas(unit.id)) if a is not None and a.kind is kind), None)

    return found


_PROVINCE, _DISTRICT = _area_of(PlaceKind.PROVINCE), _area_of(PlaceKind.DISTRICT)


def _of_row(take: Callable[[StatusRow], Value]) -> Callable[[Selection, Subject], Value]:
    return lambda _, s: None if s.row is None else take(s.row)


def _of_unit(take: Callable[[Unit], Value]) -> Callable[[Selection, Subject], Value]:
    return lambda _, s: None if s.unit is None else take(s.unit)


def _area_text(area: Callable[[Subject], Unit | None], take: Callable[[Unit], str]) -> Callable[[Selection, Subject], Value]:
    def taken(_: Selection, subject: Subject) -> Value:
        unit = area(subject)
        return None if unit is None else take(unit)

    return taken


def _states(_: Selection, subject: Subject) -> Value:
    """Probabilities of a status ("taliban=0.812; contested=0.1"); of an area how many of its units each state leads."""
    if subject.row is not None:
        return "; ".join(f"{state}={p:g}" for state, p in subject.row.probabilities)
    area = subject.area
    return "; ".join([f"{state}={n} units" for state, n in area.counts] + [f"unknown={area.unknown} units"]) if area else None


def leading_quote(row: StatusRow) -> Quote | None:
    """The words to show where there is room for one: of the testimony that moved the status most, for it or against."""
    heard = [e for e in row.evidence if e.quotes and not e.withdrawn]
    best = max(heard, key=lambda e: (abs(e.bits or 0.0), e.said, e.id), default=None)
    return best.quotes[0] if best else None


def _sources(row: StatusRow) -> Value:
    return "; ".join(dict.fromkeys(q.outlet for e in row.evidence for q in e.quotes if q.outlet)) or None


def _quoted(take: Callable[[Quote], str]) -> Callable[[Selection, Subject], Value]:
    def taken(_: Selection, subject: Subject) -> Value:
        quote = leading_quote(subject.row) if subject.row else None
        return (take(quote) or None) if quote else None

    return taken


def _name(_: Selection, s: Subject) -> Value:
    return s.row.name if s.row else s.area.name if s.area else None


def _marks(_: Selection, s: Subject) -> Value:
    return "; ".join(s.row.marks if s.row else s.area.marks if s.area else ()) or None


TEXT, NUMBER, INTEGER = Sort.TEXT, Sort.NUMBER, Sort.INTEGER

FIELDS: tuple[Field, ...] = (
    Field("country_code", "#country+code+v_iso3", TEXT, "ISO 3166-1 alpha-3", _of_unit(lambda u: country(u.country).alpha3 or None)),
    Field("adm1_code", "#adm1+code", TEXT, "id of the province", _area_text(_PROVINCE, lambda u: u.id)),
    Field("adm1_name", "#adm1+name", TEXT, "the province", _area_text(_PROVINCE, lambda u: u.name)),
    Field("adm2_code", "#adm2+code", TEXT, "id of the district", _area_text(_DISTRICT, lambda u: u.id)),
    Field("adm2_name", "#adm2+name", TEXT, "the district", _area_text(_DISTRICT, lambda u: u.name)),
    Field("unit_id", "#loc+code", TEXT, "id of the unit", lambda _, s: s.row.unit_id if s.row else s.area.area_id if s.area else None),
    Field("name", "#loc+name", TEXT, "the unit, or an area that stands for its units", _name),
    Field("kind", "#loc+type", TEXT, "what kind of place it is", lambda _, s: s.row.kind if s.row else "area"),
    Field("scope", "#loc+type+scope", TEXT, "which part of it: whole, centre, rural, road, crossing", _of_row(lambda r: r.scope)),
    Field("lat", "#geo+lat", NUMBER, "degrees north (WGS 84)", _of_unit(lambda u: u.lat)),
    Field("lon", "#geo+lon", NUMBER, "degrees east (WGS 84)", _of_unit(lambda u: u.lon)),
    Field("as_of", "#date+occurred", TEXT, "the day whose end is spoken of", lambda x, _: x.edition.as_of.isoformat()),
    Field("known_by", "#date+reported+known", TEXT, "as known by then (UTC)", lambda x, _: utc_text(x.edition.known_by)),
    Field("control_status", "#indicator+text+control_status", TEXT, "held, contested or unknown", _of_row(control_status)),
    Field("holder", "#group+code", TEXT, "id of the side, contested", _of_row(lambda r: r.holder)),
    Field("holder_name", "#group+name", TEXT, "the side by name", _of_row(lambda r: r.holder_name if r.holder else None)),
    Field(
        "probability",
        "#indicator+num+probability",
        NUMBER,
        "of that holder, 0 to 1",
        _of_row(lambda r: r.probability if r.holder else None),
    ),
    Field("likelihood", "#indicator+text+likelihood", TEXT, "the same in the words of ICD 203", _of_row(lambda r: r.likelihood or None)),
    Field("probabilities", "#indicator+text+probabilities", TEXT, "of every state", _states),
    Field("support", "#indicator+text+support", TEXT, "what it rests on", _of_row(lambda r: r.support)),
    Field("claimed_by", "#group+code+claimed", TEXT, "the side that alone claims it", _of_row(lambda r: r.claimed_by or None)),
    Field("confidence", "#indicator+text+confidence", TEXT, "in the evidence: low, moderate, high", _of_row(lambda r: r.confidence)),
    Field("origins", "#indicator+num+origins", INTEGER, "independent origins; copies do not count", _of_row(lambda r: r.origins)),
    Field("denials", "#indicator+num+denials", INTEGER, "denials and counter-claims", _of_row(lambda r: r.denials)),
    Field("since", "#date+start", TEXT, "held since (EDTF)", _of_row(lambda r: r.since or None)),
    Field("last_evidence", "#date+reported", TEXT, "day of the last evidence", _of_row(lambda r: r.last_evidence or None)),
    Field("sentence", "#description", TEXT, "the status in words", _of_row(lambda r: r.sentence)),
    Field("confidence_sentence", "#description+confidence", TEXT, "the evidence in words", _of_row(lambda r: r.confidence_sentence)),
    Field("quote", "#description+quote", TEXT, "words of the testimony that weighs most", _quoted(lambda q: q.text)),
    Field("quote_report", "#meta+id+report", TEXT, "id of the report they stand in", _quoted(lambda q: q.report_id)),
    Field("url", "#meta+url", TEXT, "its address", _quoted(lambda q: q.url)),
    Field("sources", "#meta+source", TEXT, "every outlet it was read in", _of_row(_sources)),
    Field("marks", "#meta+marks", TEXT, "what must be said of the texts behind it", _marks),
    Field("roster", "#meta+roster", TEXT, "the closed list counted over", lambda x, _: x.roster or None),
    Field("filter", "#meta+filter", TEXT, "how the lines were chosen", lambda x, _: x.filter.words() or None),
    Field("revision", "#meta+revision", INTEGER, "position in the ledger's log", lambda x, _: x.edition.provenance.revision),
    Field("versions", "#meta+versions", TEXT, "code, rules, theatre", lambda x, _: x.versions),
    Field("edition", "#meta+id", TEXT, "the edition's hash (SHA-256)", lambda x, _: x.edition.digest),
)
