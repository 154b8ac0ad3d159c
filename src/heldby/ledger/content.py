"""The one View: the content at a pair of clocks and a log position, whatever storage it came from. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter

from heldby.ledger.clocks import content_digest, retraction_id
from heldby.ledger.codec import to_plain
from heldby.ledger.port import Difference, Erased, Kept, KnownTally
from heldby.ledger.reviews import reviewed, touched_units
from heldby.model.claim import Claim, Reading
from heldby.model.ident import Plain, digest
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Reviewed
from heldby.model.status import Located


@dataclass(frozen=True, slots=True)
class Content:
    """A View over values: `standing` as `clocks.standing` orders it, `noted` the gaps without a report, `taken_back` the retractions, `decided` what people
    decided, `erased` the reports that were erased (they are among `noted` as gaps)."""

    revision: int
    standing: tuple[Kept, ...]
    noted: tuple[Gap, ...]
    taken_back: tuple[Retraction, ...]
    decided: tuple[Reviewed, ...] = ()
    erased: tuple[Erased, ...] = ()
    _by_id: dict[str, Report] = field(default_factory=dict, compare=False, repr=False)

    def kept(self) -> tuple[Kept, ...]:
        return self.standing

    def located(self) -> tuple[Located, ...]:
        return reviewed(self.as_read(), self.decided)

    def acts(self) -> tuple[Reviewed, ...]:
        return self.decided

    def erasures(self) -> tuple[Erased, ...]:
        return self.erased

    def reviewed_units(self) -> frozenset[str]:
        return touched_units(self.as_read(), self.decided) if self.decided else frozenset()

    def as_read(self) -> tuple[Located, ...]:
        found: list[Located] = []
        for k in self.standing:
            for claim in k.reading.claims if len(k.reading.claims) < 2 else sorted(k.reading.claims, key=_place_in_text):
                r = k.report
                found.append(Located(claim, k.known, k.published, r.outlet, r.url, r.marks, k.fingerprint, k.withdrawn))
        return tuple(found)

    def tallies(self) -> tuple[KnownTally, ...]:
        found: list[KnownTally] = []
        for k in self.standing:
            for tally in sorted(k.reading.tallies, key=lambda t: (t.passage.start, t.passage.end, t.id)):
                found.append(KnownTally(tally, k.known, k.published, k.report.outlet, k.report.url, k.report.marks, k.withdrawn))
        return tuple(found)

    def gaps(self) -> tuple[Gap, ...]:
        read = [g for k in self.standing for g in sorted(k.reading.gaps, key=lambda g: (g.start, g.end, g.id))]
        return (*sorted(self.noted, key=lambda g: (g.subject, g.kind, g.id)), *read)

    def reports(self) -> tuple[Report, ...]:
        return tuple(k.report for k in self.standing)

    def report(self, report_id: str) -> Report | None:
        if not self._by_id and self.standing:
            self._by_id.update((k.report.id, k.report) for k in reversed(self.standing))  # the first of an id stands
        return self._by_id.get(report_id)

    def retractions(self) -> tuple[Retraction, ...]:
        return tuple(sorted(self.taken_back, key=lambda r: (r.published.known, retraction_id(r))))

    def sorted_content_hash(self) -> str:
        return hash_of(
            sorted(content_digest(k) for k in self.standing),
            sorted(digest(to_plain(g)) for g in self.noted),
            sorted(retraction_id(r) for r in self.taken_back),
            [r.act.id for r in self.decided],
        )


def hash_of(reports: list[str], gaps: list[str], retractions: list[str], acts: list[str]) -> str:
    """The hash of a content from the sorted digests of its parts; `acts` in the order of the log."""
    parts: list[Plain] = [reports, gaps, retractions]
    if acts:
        parts.append(acts)
    return digest(parts)


def difference(before: Reading, after: Reading) -> Difference:
    """What `after` says that `before` did not, and the other way round; all in order of passage."""
    old, new = {c.id: c for c in before.claims}, {c.id: c for c in after.claims}
    shared = [(old[i], new[i]) for i in old.keys() & new.keys() if _said(old[i]) != _said(new[i])]
    old_tallies, new_tallies = set(before.tallies), set(after.tallies)
    old_gaps, new_gaps = set(before.gaps), set(after.gaps)
    return Difference(
        before.report_id,
        gone=tuple(sorted((c for i, c in old.items() if i not in new), key=_place_in_text)),
        new=tuple(sorted((c for i, c in new.items() if i not in old), key=_place_in_text)),
        changed=tuple(sorted(shared, key=lambda pair: _place_in_text(pair[0]))),
        tallies_gone=tuple(sorted(old_tallies - new_tallies, key=attrgetter("passage.start", "id"))),
        tallies_new=tuple(sorted(new_tallies - old_tallies, key=attrgetter("passage.start", "id"))),
        gaps_gone=tuple(sorted(old_gaps - new_gaps, key=attrgetter("start", "id"))),
        gaps_new=tuple(sorted(new_gaps - old_gaps, key=attrgetter("start", "id"))),
    )


def _place_in_text(claim: Claim) -> tuple[int, int, str]:
    return claim.passage.start, claim.passage.end, claim.id


def _said(claim: Claim) -> dict[str, Plain]:
    """All a claim says, without which rule made it and what the reader saw on the way."""
    plain = to_plain(claim)
    assert isinstance(plain, dict)
    return {name: value for name, value in plain.items() if name not in ("rule", "trace")}
