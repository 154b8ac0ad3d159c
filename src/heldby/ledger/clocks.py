"""From what was ever written to what stands at a pair of clocks. Pure; the order of writing decides nothing but the latest reading.

A report is known from its publication; undated, from when it was first fetched. At one address of one outlet, the version known later
supersedes the earlier from then on. A page that changes its text under an unchanged date (a silent edit) is known from its own fetching,
as only that shows it. Versions that neither publication nor fetching sets apart (items of one page) stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from heldby.ledger.codec import to_plain
from heldby.ledger.port import Kept, Provenance
from heldby.model.claim import Reading
from heldby.model.ident import Plain, content_id, digest
from heldby.model.report import Mark, Report, Retraction


@dataclass(frozen=True, slots=True)
class ReadPayload:
    """What a reading's revision holds."""

    reading: Reading
    provenance: Provenance
    fingerprint: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """A report met again: what that adds to what was known of it. `seen`, the instant from which it counts as known by this meeting;
    `fetched`, when this meeting had the text at the latest."""

    report_id: str
    seen: datetime
    fetched: datetime
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure's revision holds: `digests` of the contents that are gone."""

    report_id: str
    reason: str
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A report with its latest reading and all its sightings, as written up to some revision."""

    report: Report
    read: ReadPayload
    sightings: tuple[Sighting, ...]
    recorded: datetime
    revision: int
    read_at: int


def address(outlet: str, url: str) -> str:
    """One id for what one outlet publishes at one URL; "" without a URL, which makes no address."""
    return content_id("a", outlet.strip().casefold(), url.strip()) if url.strip() else ""


def retraction_id(retraction: Retraction) -> str:
    return content_id("x", retraction.url, retraction.outlet, retraction.published.text, retraction.reason)


def first_known(report: Report, recorded: datetime) -> datetime:
    """Published, else fetched, else recorded: the first there is."""
    return report.published.known if report.published else report.fetched or recorded


def new_sighting(entry: Entry, again: Report, recorded: datetime) -> Sighting | None:
    """What meeting `again` (same id) adds to an entry; None if nothing."""
    seen, marks = first_known(again, recorded), tuple(sorted(set(again.marks)))
    fetched = again.fetched or seen
    if seen >= _known(entry) and fetched >= _fetched(entry) and set(marks) <= set(_marks(entry)):
        return None
    return Sighting(entry.report.id, seen, fetched, marks)


def standing(entries: Iterable[Entry], retractions: Iterable[Retraction], known_by: datetime | None) -> tuple[Kept, ...]:
    """Every entry known by `known_by`, with the time it was withdrawn if that is known too; by (known, id)."""
    kept = _silent_edits([_kept(e) for e in entries])
    visible = sorted((k for k in kept if known_by is None or k.known <= known_by), key=_order)
    taken_back = [r for r in retractions if known_by is None or r.published.known <= known_by]
    after = _followers(visible)
    by_url: dict[str, list[Retraction]] = {}
    for r in taken_back:
        by_url.setdefault(r.url.strip(), []).append(r)
    return tuple(_withdrawn(k, after.get(k.report.id), by_url.get(k.report.url.strip(), ())) for k in visible)


def content_digest(kept: Kept) -> str:
    """Digest of what is content in a kept report: not where it lay, nor the given id, title and fetching."""
    bare = replace(kept.report, origin="", given_id="", title="", fetched=None)
    withdrawn = kept.withdrawn.isoformat() if kept.withdrawn else None
    parts: list[Plain] = [to_plain(bare), kept.known.isoformat(), withdrawn, to_plain(kept.reading), to_plain(kept.provenance)]
    return digest([*parts, list(kept.fingerprint)])


def _known(entry: Entry) -> datetime:
    return min((first_known(entry.report, entry.recorded), *(s.seen for s in entry.sightings)))


def _fetched(entry: Entry) -> datetime:
    return min((entry.report.fetched or first_known(entry.report, entry.recorded), *(s.fetched for s in entry.sightings)))


def _marks(entry: Entry) -> tuple[Mark, ...]:
    return tuple(sorted({*entry.report.marks, *(m for s in entry.sightings for m in s.marks)}))


def _kept(entry: Entry) -> Kept:
    fetched = _fetched(entry) if entry.report.fetched else None
    report = replace(entry.report, marks=_marks(entry), fetched=fetched)
    read = entry.read
    return Kept(report, _known(entry), read.reading, read.provenance, read.fingerprint, entry.revision, entry.read_at)


def _order(kept: Kept) -> tuple[datetime, str]:
    return kept.known, kept.report.id


def _address(kept: Kept) -> str:
    return address(kept.report.outlet, kept.report.url)


def _by_address(kept: Iterable[Kept]) -> Mapping[str, list[Kept]]:
    pages: dict[str, list[Kept]] = {}
    for k in kept:
        if place := _address(k):
            pages.setdefault(place, []).append(k)
    return pages


def _followers(visible: Iterable[Kept]) -> Mapping[str, Kept]:
    """By the id of a report the first version at its address that is known later. `visible` in order of `_order`."""
    found: dict[str, Kept] = {}
    for versions in _by_address(visible).values():
        later: Kept | None = None
        for _, group in groupby(reversed(versions), key=attrgetter("known")):
            same = list(group)
            if later is not None:
                found |= {v.report.id: later for v in same}
            later = same[-1]
    return found


def _silent_edits(kept: list[Kept]) -> list[Kept]:
    """Versions of one address under one date, each fetched later than the first, are known from their fetching."""
    moved: dict[str, datetime] = {}
    for versions in _by_address(kept).values():
        for dated, group in groupby(sorted(versions, key=attrgetter("known")), key=attrgetter("known")) if len(versions) > 1 else ():
            same = list(group)
            first = min(v.report.fetched or dated for v in same)
            moved |= {v.report.id: max(dated, v.report.fetched) for v in same if v.report.fetched and v.report.fetched > first}
    return [replace(k, known=moved[k.report.id]) if k.report.id in moved else k for k in kept]


def _withdrawn(kept: Kept, later: Kept | None, retractions: Iterable[Retraction]) -> Kept:
    """The earliest of: the version known later, a retraction not known before this version."""
    ends = [(later.known, later.report.id)] if later else []
    for r in retractions:
        same_outlet = not r.outlet.strip() or r.outlet.strip().casefold() == kept.report.outlet.strip().casefold()
        if same_outlet and r.published.known >= kept.known:
            ends.append((r.published.known, retraction_id(r)))
    if not ends:
        return kept
    withdrawn, by = min(ends)
    return replace(kept, withdrawn=withdrawn, by=by)
