"""The hash of a whole ledger's content, worked out a report at a time: what `Content.sorted_content_hash` says, without the content in memory.

How a report stands depends on itself, on the other versions at its outlet's address and on retractions of that address, and on nothing else. So the
versions of one address are looked at together, and every other report alone; what stays in memory is a digest a report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from heldby.ledger.clocks import Entry, ReadPayload, Sighting, content_digest, retraction_id, standing
from heldby.ledger.codec import to_plain
from heldby.ledger.content import hash_of
from heldby.ledger.log import Kind
from heldby.ledger.reviews import taken_back, with_undone
from heldby.ledger.store import BROUGHT, READ, Row, Store
from heldby.ledger.tables import decoded_once, instant
from heldby.ledger.tombstones import as_gap, erasures_in, shown_at
from heldby.model.ident import digest
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act, Reviewed

_KINDS = (*BROUGHT, *READ, Kind.SIGHTING)


def content_hash(store: Store) -> str:
    """The hash of all that a store holds, at its last revision. Raises LedgerError on content that cannot be read."""
    at = store.last()[0]
    erased = erasures_in(store)
    gone = frozenset(d for erasure, _ in erased for d in erasure.digests)
    acts = [Reviewed(decoded_once(Act, body, number), "", "", number) for number, _, body in store.of_kind(Kind.REVIEW)]
    retractions = [decoded_once(Retraction, body, number) for number, _, body in store.of_kind(Kind.RETRACTION)]
    noted = [digest(to_plain(as_gap(t))) for t in shown_at(store, erased, at)]
    for _, number, _, _, payload, body in store.by_subject((Kind.GAP,), at):
        if body is not None or payload not in gone:
            noted.append(digest(to_plain(decoded_once(Gap, body, number))))
    reports = sorted(_digests(store, at, gone, taken_back(with_undone(acts)), retractions))
    return hash_of(reports, sorted(noted), sorted(map(retraction_id, retractions)), [a.act.id for a in acts])


def _digests(store: Store, at: int, gone: frozenset[str], back: frozenset[str], retractions: Sequence[Retraction]) -> Iterator[str]:
    """The digest of every report that stands, as it stands. `gone`: digests of contents that were erased; `back`: reports taken back."""
    by_url: Mapping[str, list[Retraction]] = defaultdict(list)
    for r in retractions:
        by_url[r.url.strip()].append(r)
    for entries in _together(store, at, gone, back):
        taken_back_there = by_url.get(entries[0].report.url.strip(), ())
        for kept in standing(entries, taken_back_there, None):
            yield content_digest(kept)


def _together(store: Store, at: int, gone: frozenset[str], back: frozenset[str]) -> Iterator[list[Entry]]:
    """Reports that must be looked at together: the versions of an address, else one alone."""
    shared: set[str] = set()
    for _, versions in groupby(store.versions(at), key=itemgetter(0)):
        entries = []
        for _, subject in versions:
            shared.add(subject)
            rows = [
                (subject, number, kind, recorded, payload, body)
                for kind in _KINDS
                for number, recorded, body, payload in store.of_subject(subject, (kind,))
            ]
            if subject not in back and (entry := _entry(sorted(rows, key=itemgetter(1)), gone)):
                entries.append(entry)
        if entries:
            yield entries
    for subject, found in groupby(store.by_subject(_KINDS, at), key=itemgetter(0)):
        if subject not in shared and subject not in back and (entry := _entry(list(found), gone)):
            yield [entry]


def _entry(rows: Sequence[Row], gone: frozenset[str]) -> Entry | None:
    """A report of its rows (subject, number, kind, recorded, digest, body), oldest first; None where it was erased or nobody has read it."""
    held = [row for row in rows if row[5] is not None or row[4] not in gone]
    brought = [row for row in held if row[2] in BROUGHT]
    read = [row for row in held if row[2] in READ]
    if not brought or not read:
        return None
    _, number, _, recorded, _, body = brought[-1]
    sightings = tuple(decoded_once(Sighting, row[5], row[1]) for row in held if row[2] == Kind.SIGHTING)
    payload = decoded_once(ReadPayload, read[-1][5], read[-1][1])
    return Entry(decoded_once(Report, body, number), payload, sightings, instant(recorded, number), number, read[-1][1])
