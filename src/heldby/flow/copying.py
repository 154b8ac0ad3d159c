"""Which reports of a ledger were made of one another.

view -> texts -> pairs (sentences that are the same, or retouched) -> clusters, each in the order its reports became known
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from heldby.gather import Pair, Phrases, copies_of, groups, phrases_of, rewritten
from heldby.ledger import View
from heldby.model.report import Report


@dataclass(frozen=True, slots=True)
class Copied:
    """A report of a cluster: when it became known, and what it shares most with one known before it (None: it is the first, or reaches the
    cluster only through later ones): that one's id, the share of the shorter text's sentences, and their number."""

    report: Report
    known: datetime
    of: str | None
    share: float
    sentences: int


@dataclass(frozen=True, slots=True)
class Retouched:
    """Says of two reports, by id, whether one is the other with its sentences retouched (see `heldby.gather.rewrites`); False of one without text.
    What it worked out it keeps, as far as it is asked."""

    texts: dict[str, str]
    phrases: dict[str, Phrases] = field(default_factory=dict, compare=False, repr=False)
    answers: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Retouched:
        return cls({r.id: r.text for r in reports})

    def __call__(self, one: str, two: str) -> bool:
        if (one, two) not in self.answers:
            self.answers[one, two] = rewritten(self._phrases_of(one), self._phrases_of(two))
        return self.answers[one, two]

    def _phrases_of(self, report: str) -> Phrases:
        if report not in self.phrases:
            self.phrases[report] = phrases_of(self.texts.get(report, ""))
        return self.phrases[report]


def clusters(view: View) -> tuple[tuple[Copied, ...], ...]:
    """Clusters of copies among the reports known, the largest first, then by their first report; reports without copies are left out."""
    kept = {k.report.id: k for k in view.kept() if k.report.text}
    order = {name: place for place, name in enumerate(kept)}  # by (known, id)
    pairs = copies_of({name: k.report.text for name, k in kept.items()})
    by_later: dict[str, list[tuple[Pair, str]]] = {}
    for pair in pairs:
        earlier, later = sorted((pair.first, pair.second), key=order.__getitem__)
        by_later.setdefault(later, []).append((pair, earlier))
    found = []
    for group in groups(kept, pairs):
        members = []
        for name in sorted(group, key=order.__getitem__):
            best = min(by_later.get(name, ()), key=lambda e: (-e[0].containment, order[e[1]]), default=None)
            share, shared = (best[0].containment, best[0].shared) if best else (0.0, 0)
            members.append(Copied(kept[name].report, kept[name].known, best[1] if best else None, share, shared))
        found.append(tuple(members))
    return tuple(sorted(found, key=lambda c: (-len(c), order[c[0].report.id])))
