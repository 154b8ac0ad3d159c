"""What makes a frozen edition citable: its citation file, the page that tells how to cite and check it, its roster, its versions. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heldby.publish.brief_markdown import markdown_text
from heldby.publish.dates import local_time
from heldby.publish.edition import Edition
from heldby.publish.plain import csv_text, json_text, printable
from heldby.publish.wording import clocks_words, counted, sources_words

SUMS = "SHA256SUMS"
ROSTER_COLUMNS = "roster_id roster unit_id name kind parent lat lon source"
COPY = "copy-"  # begins the name of a file that is an archived copy
ABOUT: Mapping[str, str] = {
    "edition.json": "everything that this edition says, in one file; its digest covers all of it",
    "statuses.csv": "who holds what, with probability, support, confidence and both sentences; one line a place",
    "evidence.csv": "what each status rests on: one line a quotation, with its chain of voices, both dates, its source, and the hash of its archived copy",
    "tallies.csv": "counts over the roster by day and holder, with 90 % intervals",
    "published-tallies.csv": "tallies that others published, beside ours",
    "changes.csv": "places that passed from one holder to another",
    "spells.csv": "who held a place from when to when, however short",
    "sources.csv": "how each source has done",
    "roster.csv": "the closed list of places that the tallies count over",
    "map.svg": "the map, as vectors",
    "map.png": "the map, as a picture",
    "brief.html": "the brief, as one page that opens in any browser and asks the network for nothing",
    "brief.md": "the brief, as text",
    "versions.json": "what it was made with: ledger, rules and theatre file by file, code and the packages that draw and count",
    "view.json": "what the page shows of the days before its own: looks, courses and a tally of every day, as known at its own clock",
    "theatre.json": "the theatre's own files: places, rosters, sides, outline",
    "CITATION.cff": "how to cite it, for machines (Citation File Format 1.2.0)",
}


@dataclass(frozen=True, slots=True)
class Versions:
    """What an edition was made with: digests of each file of rules and theatre (by name), versions of packages (by name), and of Python."""

    rules: Mapping[str, str]
    theatre: Mapping[str, str]
    packages: Mapping[str, str]
    python: str


def citation_cff(edition: Edition, authors: Sequence[str], licence: str = "") -> str:
    """CITATION.cff (Citation File Format 1.2.0, a data set). Strings are JSON's, which YAML reads alike; its day is the last day known."""
    lines = [
        "cff-version: 1.2.0",
        f"message: {_quoted('If you use this edition, please cite it with its digest.')}",
        "type: dataset",
        f"title: {_quoted(edition.title)}",
        "authors:",
        *(f"  - name: {_quoted(author)}" for author in authors),
        f"version: {_quoted(edition.digest[:16])}",
        f"date-released: {edition.known_by.astimezone(edition.theatre.zone).date().isoformat()}",
        f"abstract: {_quoted(_abstract(edition))}",
        "identifiers:",
        "  - type: other",
        f"    value: {_quoted('sha256:' + edition.digest)}",
        f"    description: {_quoted('SHA-256 of the canonical JSON of the content of edition.json')}",
        "keywords:",
        *(f"  - {_quoted(word)}" for word in ("armed conflict", "territorial control", edition.theatre.name)),
        *([f"license: {_quoted(licence)}"] if licence else []),
    ]
    return "\n".join(lines) + "\n"


def citation_words(edition: Edition, authors: Sequence[str]) -> str:
    """The citation in one line, for people."""
    known = local_time(edition.known_by, edition.theatre)
    return printable(
        f"{'; '.join(authors)}: {edition.title}. Edition {edition.digest[:16]}, as of {edition.as_of}, as known by {known}. "
        f"{edition.provenance.code_version}. SHA-256 {edition.digest}."
    )


def readme(edition: Edition, authors: Sequence[str], names: Sequence[str]) -> str:
    """How to read, cite and check a frozen folder that holds the files `names`."""
    marks = "".join(f"**{m[:1].upper()}{m[1:]}.** " for m in edition.marks)
    notes = "".join(f"Release: {n}. " for n in edition.release_notes)
    files = "\n".join(f"- `{name}`: {ABOUT[name]}" for name in ABOUT if name in names)
    if carried := sum(name.startswith(COPY) for name in names):
        files += f"\n- `{COPY}*.bin` ({carried}): archived copies of reports that are quoted, as they came, each named by its SHA-256; text or worse, never run"
    return f"""# A frozen edition of heldby

{clocks_words(edition)}. {marks}{notes}{sources_words(edition.sources)}

It says who held which place, since when and according to whom, as far as the reports in one ledger tell. Begin with `brief.html`.

## How to cite it

> {markdown_text(citation_words(edition, authors))}

## How to check it

    sha256sum -c {SUMS}
    heldby edition check .

The first finds a file that was changed, and needs nothing of heldby. The second also takes the digest of the content anew and compares what the
tables say with it. Whoever was given the digest of the edition, or that of `{SUMS}`, can be sure that this is what was cited: give it
with `--digest`.

## How to look at it

    heldby serve --edition .

It shows page, map, table, evidence, tallies and feeds in a browser and answers programs, from this folder alone, after checking it.

## What is in it

{files}

## What it was made of

Edition `{edition.digest}`; ledger at revision {edition.provenance.revision}, head `{edition.provenance.head or "none"}`; theatre
`{edition.theatre.id}` `{edition.theatre.digest}`; rules `{edition.provenance.rulebook_digest}`; {edition.provenance.code_version}. The same ledger at this
revision, with the same rules, theatre and code, gives the same folder to the byte.
"""


def roster_csv(edition: Edition) -> str:
    """The roster that the edition counts over; only a header where it counts over none."""
    theatre = edition.theatre
    roster = theatre.roster(edition.tally.roster_id) if edition.tally else None
    rows = []
    for unit_id in roster.unit_ids if roster else ():
        unit = theatre.unit(unit_id)
        parent = theatre.unit(unit.parent) if unit else None
        if roster and unit:
            rows.append(
                {"roster_id": roster.id, "roster": roster.name, "unit_id": unit_id, "name": unit.name, "kind": unit.kind,
                 "parent": parent.name if parent else "", "lat": unit.lat, "lon": unit.lon, "source": roster.source}
            )  # fmt: skip
    return csv_text(ROSTER_COLUMNS, rows)


def versions_json(edition: Edition, versions: Versions) -> str:
    """What the edition was made with, as JSON."""
    made = edition.provenance
    return json_text(
        {
            "edition": edition.digest,
            "code": made.code_version,
            "python": versions.python,
            "packages": versions.packages,
            "ledger": {"revision": made.revision, "head": made.head},
            "rules": {"digest": made.rulebook_digest, "files": versions.rules},
            "theatre": {"id": edition.theatre.id, "digest": edition.theatre.digest, "files": versions.theatre},
        }
    )


def _abstract(edition: Edition) -> str:
    shown = counted(len(edition.statuses), "place")
    marks = f" {'; '.join(edition.marks).capitalize()}." if edition.marks else ""
    return f"Who holds what: {shown}. {clocks_words(edition)}. {sources_words(edition.sources)}{marks}"


def _quoted(text: str) -> str:
    return json.dumps(printable(text), ensure_ascii=False)
