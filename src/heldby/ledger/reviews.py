"""What people decided, laid over what was read. Pure: claims and acts in, claims out; nothing of what was read is lost by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from heldby.errors import LedgerError
from heldby.model.claim import Claim, Modality, Polarity, Relation
from heldby.model.report import Mark
from heldby.model.review import Act, Correction, Reviewed, Verb
from heldby.model.status import Located, Symbol
from heldby.model.when import When
from heldby.model.who import Voice

SAYS: Mapping[Symbol, tuple[Relation, Polarity]] = {
    Symbol.TOOK: (Relation.CAPTURED, Polarity.ASSERTED),
    Symbol.HOLDS: (Relation.CONTROLS, Polarity.ASSERTED),
    Symbol.LOST: (Relation.LOST, Polarity.ASSERTED),
    Symbol.CONTESTS: (Relation.CONTESTS, Polarity.ASSERTED),
    Symbol.NOT_TOOK: (Relation.CAPTURED, Polarity.DENIED),
    Symbol.NOT_HOLDS: (Relation.CONTROLS, Polarity.DENIED),
    Symbol.NOT_LOST: (Relation.LOST, Polarity.DENIED),
}


def with_undone(acts: Iterable[Reviewed]) -> tuple[Reviewed, ...]:
    """Acts in the order of the log, each with the act that undid it."""
    every = tuple(acts)
    undone = {r.act.undoes: r.act.id for r in every if r.act.verb is Verb.UNDO}
    return tuple(replace(r, undone=undone.get(r.act.id, "")) for r in every)


def standing_acts(acts: Iterable[Reviewed]) -> tuple[Act, ...]:
    """Those that count: neither undone nor an undoing."""
    return tuple(r.act for r in acts if not r.undone and r.act.verb is not Verb.UNDO)


def taken_back(acts: Iterable[Reviewed]) -> frozenset[str]:
    """Reports that a person added and took back: they are not of the content."""
    return frozenset(r.act.report_id for r in acts if r.undone and r.act.report_id)


def reviewed(located: Sequence[Located], acts: Sequence[Reviewed]) -> tuple[Located, ...]:
    """The claims as they are to be weighed, in the same order. Later acts on a claim are laid over earlier ones; a rejected one is left out."""
    return tuple(now for _, now in _laid(located, acts) if now is not None) if acts else tuple(located)


def as_read_ids(located: Sequence[Located], acts: Sequence[Reviewed]) -> dict[str, str]:
    """By the id of each claim, as it was read and as it stands, its id as it was read."""
    laid = _laid(located, acts)
    return {now.claim.id: read.claim.id for read, now in laid if now is not None} | {read.claim.id: read.claim.id for read, _ in laid}


def _laid(located: Sequence[Located], acts: Iterable[Reviewed]) -> list[tuple[Located, Located | None]]:
    """Each claim as it was read, and as it stands (None: rejected)."""
    by_claim: dict[str, list[Act]] = {}
    merged: dict[str, Voice] = {}
    origins = {told.claim.id: told.claim.chain[-1] for told in located if told.claim.chain}
    for act in standing_acts(acts):
        for claim_id in act.claim_ids:
            by_claim.setdefault(claim_id, []).append(act)
        if act.verb is Verb.MERGE and act.claim_ids[0] in origins:
            first = origins[act.claim_ids[0]]
            merged |= {
                origins[c].key: merged.get(first.key, first) for c in act.claim_ids[1:] if c in origins and origins[c].key != first.key
            }
    return [(told, _under(told, by_claim.get(told.claim.id, ()), merged)) for told in located]


def _under(told: Located, acts: Sequence[Act], merged: Mapping[str, Voice]) -> Located | None:
    claim, touched = told.claim, bool(acts)
    if claim.chain and claim.chain[-1].key in merged:
        claim, touched = _spoken_by(claim, merged[claim.chain[-1].key]), True
    verdict = next((a.verb for a in reversed(acts) if a.verb in (Verb.ACCEPT, Verb.REJECT)), None)
    if verdict is Verb.REJECT:
        return None
    for act in acts:
        if act.verb is Verb.CORRECT and act.correction is not None:
            claim = corrected(claim, act.correction)
    marks = tuple(sorted({*told.marks, Mark.REVIEWED})) if touched else told.marks
    return replace(told, claim=claim, marks=marks)


def corrected(claim: Claim, correction: Correction) -> Claim:
    """The claim as a person corrects it."""
    if correction.unit_id:
        named = [p for p in claim.places if p.unit_id]
        claim = replace(
            claim,
            places=tuple(
                replace(p, unit_id=correction.unit_id, candidates=(), why=("placed by a person",))
                if p.unit_id == correction.was or (not correction.was and (len(named) < 2 or p is named[0]))
                else p
                for p in claim.places
            ),
        )
    if correction.symbol is not None:
        relation, polarity = SAYS[correction.symbol]
        claim = replace(claim, relation=relation, polarity=polarity, modality=Modality.FACTUAL)
    if correction.holder:
        claim = replace(claim, actor=correction.holder, from_actor="" if claim.from_actor == correction.holder else claim.from_actor)
    if correction.when:
        try:
            claim = replace(claim, when=When.parse(correction.when))
        except ValueError as e:
            raise LedgerError(claim.id, f"a review gives it a date that cannot be read: {e}") from None
    return _spoken_by(claim, correction.voice) if correction.voice is not None else claim


def _spoken_by(claim: Claim, voice: Voice) -> Claim:
    return replace(claim, chain=(*claim.chain[:-1], voice), speaker_side=voice.side)


def touched_units(located: Iterable[Located], acts: Iterable[Reviewed]) -> frozenset[str]:
    """Units of which a standing act decides something: those its claims were read of, and those they are corrected to."""
    places = {told.claim.id: {p.unit_id for p in told.claim.places if p.unit_id} for told in located}
    found: set[str] = set()
    for act in standing_acts(acts):
        for claim_id in act.claim_ids:
            found |= places.get(claim_id, set())
        if act.correction is not None and act.correction.unit_id:
            found.add(act.correction.unit_id)
    return frozenset(found)
