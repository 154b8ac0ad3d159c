"""PROV-O as JSON-LD: which report each status was derived from, who published it, which reading and weighing made it."""

from __future__ import annotations

from typing import Any

from heldby.model.when import utc_text
from heldby.publish.edition import Evidence, Quote
from heldby.publish.exports.fields import records
from heldby.publish.exports.geojson import head
from heldby.publish.exports.selection import Selection
from heldby.publish.plain import json_text

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "heldby": "urn:heldby:",
}


def prov_jsonld(selection: Selection) -> bytes:
    """A graph: edition, statuses, passages and reports are entities, reading and weighing activities, outlets and heldby agents."""
    edition = selection.edition
    made = edition.provenance
    weighing = f"urn:heldby:weighing:{edition.digest}"
    whole = f"urn:heldby:edition:{edition.digest}"
    software = "urn:heldby:software:" + made.code_version.replace(" ", "-")
    known = _instant(utc_text(edition.known_by))
    nodes: dict[str, dict[str, Any]] = {
        software: {"@type": ["prov:SoftwareAgent"], "dcterms:title": selection.versions},
        weighing: {
            "@type": ["prov:Activity"],
            "dcterms:title": "weighing",
            "prov:wasAssociatedWith": _ref(software),
            "heldby:rulebook": made.rulebook_digest,
            "heldby:revision": made.revision,
        },
        whole: {
            "@type": ["prov:Entity", "prov:Collection"],
            "dcterms:title": edition.title,
            "prov:generatedAtTime": known,
            "prov:wasGeneratedBy": _ref(weighing),
            "heldby:about": head(selection),
            "prov:hadMember": [_ref(_status(selection, str(r["unit_id"]))) for r in records(selection)],
        },
    }
    for subject, record in zip(selection.subjects, records(selection), strict=True):
        ident = _status(selection, str(record["unit_id"]))
        evidence = subject.row.evidence if subject.row else ()
        reports = sorted({q.report_id for e in evidence for q in e.quotes})
        nodes[ident] = {
            "@type": ["prov:Entity"],
            "prov:wasGeneratedBy": _ref(weighing),
            "prov:wasDerivedFrom": [_ref(_report(r)) for r in reports],
            "heldby:fields": {k: v for k, v in record.items() if v is not None},
        }
        for testimony in evidence:
            for quote in testimony.quotes:
                _add(nodes, testimony, quote, software)
    graph = [{"@id": ident, **node} for ident, node in nodes.items()]
    return (json_text({"@context": CONTEXT, "@graph": graph}) + "\n").encode()


def _add(nodes: dict[str, dict[str, Any]], testimony: Evidence, quote: Quote, software: str) -> None:
    outlet = f"urn:heldby:outlet:{quote.outlet or 'unnamed'}".replace(" ", "-")
    reading = f"urn:heldby:reading:{quote.report_id}"
    nodes.setdefault(outlet, {"@type": ["prov:Agent", "prov:Organization"], "dcterms:title": quote.outlet or "unnamed outlet"})
    report: dict[str, Any] = {
        "@type": ["prov:Entity"],
        "prov:wasAttributedTo": _ref(outlet),
        "dcterms:issued": quote.published,
        "heldby:sha256": quote.report_id,
    }
    if quote.url:
        report["dcterms:source"] = quote.url
    nodes.setdefault(_report(quote.report_id), report)
    nodes.setdefault(
        reading,
        {
            "@type": ["prov:Activity"],
            "dcterms:title": "reading",
            "prov:wasAssociatedWith": _ref(software),
            "prov:used": _ref(_report(quote.report_id)),
        },
    )
    nodes[f"urn:heldby:claim:{quote.claim_id}"] = {
        "@type": ["prov:Entity"],
        "prov:wasGeneratedBy": _ref(reading),
        "prov:wasQuotedFrom": _ref(_report(quote.report_id)),
        "prov:hadPrimarySource": _ref(_report(quote.report_id)),
        "prov:value": quote.text,
        "heldby:chain": list(testimony.chain),
        "heldby:denial": testimony.denial,
        "heldby:marks": list(quote.marks),
    }


def _status(selection: Selection, unit_id: str) -> str:
    return f"urn:heldby:status:{selection.edition.digest[:16]}:{unit_id}"


def _report(report_id: str) -> str:
    return f"urn:heldby:report:{report_id}"


def _ref(ident: str) -> dict[str, str]:
    return {"@id": ident}


def _instant(text: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": text}
