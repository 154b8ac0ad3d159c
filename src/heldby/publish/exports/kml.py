"""KML 2.2: a placemark a line, in its holder's colour, with the time it has been held (TimeSpan) and every field as extended data."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from heldby.model.when import utc_text
from heldby.publish.exports.fields import Record, records
from heldby.publish.exports.geometry import shape_of, shapely_module
from heldby.publish.exports.selection import Selection, Subject
from heldby.publish.plain import printable
from heldby.publish.style import style_for

KML = "http://www.opengis.net/kml/2.2"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def kml(selection: Selection) -> bytes:
    """UTF-8. Lines without coordinates have a placemark without geometry. KML's colours are aabbggrr."""
    edition = selection.edition
    style = style_for(edition)
    root = ET.Element("kml", xmlns=KML)
    document = ET.SubElement(root, "Document")
    _text(document, "name", edition.title)
    said = [f"As of {edition.as_of}, as known by {utc_text(edition.known_by)}", selection.words]
    _text(document, "description", "; ".join([*said, *edition.marks, *edition.release_notes]))
    for key, colour in (*((s.key, s.colour) for s in style.sides), ("contested", "#808000"), ("unknown", style.unknown)):
        entry = ET.SubElement(document, "Style", id=f"s-{key}")
        _text(ET.SubElement(entry, "IconStyle"), "color", _aabbggrr(colour, "ff"))
        _text(ET.SubElement(entry, "LineStyle"), "color", _aabbggrr(colour, "ff"))
        _text(ET.SubElement(entry, "PolyStyle"), "color", _aabbggrr(colour, "99"))
    keys = {s.id: s.key for s in style.sides}
    for subject, record in zip(selection.subjects, records(selection), strict=True):
        holder = str(record["holder"] or "unknown")
        document.append(_placemark(subject, record, keys.get(holder, holder), edition.as_of.isoformat()))
    ET.indent(root, space=" ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _placemark(subject: Subject, record: Record, key: str, as_of: str) -> ET.Element:
    mark = ET.Element("Placemark", id="u-" + re.sub(r"[^A-Za-z0-9_.-]", "-", str(record["unit_id"])))
    _text(mark, "name", str(record["name"]))
    if record["sentence"]:
        _text(mark, "description", f"{record['sentence']} {record['confidence_sentence']}")
    begin = _DAY.match(str(record["since"] or ""))
    span = ET.SubElement(mark, "TimeSpan")
    if begin and begin[0] <= as_of:
        _text(span, "begin", begin[0])
    _text(span, "end", as_of)
    _text(mark, "styleUrl", f"#s-{key}")
    data = ET.SubElement(mark, "ExtendedData")
    for name, value in record.items():
        if value is not None:
            _text(ET.SubElement(data, "Data", name=name), "value", str(value))
    shape = shape_of(subject)
    if shape is not None:
        _geometry(mark, shape)
    return mark


def _geometry(parent: ET.Element, shape: object) -> None:
    shapely = shapely_module()
    parts = list(shapely.get_parts(shape))
    into = ET.SubElement(parent, "MultiGeometry") if len(parts) > 1 else parent
    for part in parts:
        if part.geom_type == "Point":
            _text(ET.SubElement(into, "Point"), "coordinates", f"{part.x:.6f},{part.y:.6f}")
            continue
        polygon = ET.SubElement(into, "Polygon")
        for name, ring in (("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", r) for r in part.interiors)):
            linear = ET.SubElement(ET.SubElement(polygon, name), "LinearRing")
            _text(linear, "coordinates", " ".join(f"{x:.6f},{y:.6f}" for x, y in ring.coords))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = printable(text)


def _aabbggrr(colour: str, alpha: str) -> str:
    r, g, b = colour[1:3], colour[3:5], colour[5:7]
    return f"{alpha}{b}{g}{r}".lower()
