"""Claims become testimonies: one utterance, however many reports carry it.

    claims -> propositions on units (and, by a written link, on linked units) -> in the order they became known -> testimonies

Each claim is held against those heard before it, so that what is later heard never changes how the earlier were joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from heldby.model.ident import content_id
from heldby.model.status import Located, Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.model.when import When
from heldby.weigh.copies import Rewritten, copied_passage, copied_report, never
from heldby.weigh.origins import Origin, origin_of, speaker_key
from heldby.weigh.priors import Priors
from heldby.weigh.propositions import (
    Allies,
    Proposition,
    agree,
    alike,
    allies_of,
    as_state,
    event_time,
    leaning,
    mirrored,
    opposed,
    proposition,
)

_ClaimKey: TypeAlias = tuple[str, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Utterance:
    """One claim on one unit, ready to be held against others. `via` is the unit it was made about if that is another."""

    located: Located
    unit_id: str
    said: Proposition
    when: When
    origin: Origin
    via: str = ""

    @property
    def order(self) -> tuple[object, ...]:
        """Order of hearing: the press's own lines after the voices they may rest on, linked evidence after direct."""
        claim = self.located.claim
        return (self.located.known, self.origin.narrated, bool(self.via), claim.report_id, claim.passage.start, claim.id, self.unit_id)

    @property
    def retold(self) -> bool:
        """A change told without a date: where it is known already, that is what is told again."""
        return self.located.claim.when is None and self.said.symbol in (Symbol.TOOK, Symbol.LOST)

    def heard_after(self, other: Utterance) -> bool:
        """Known later, or further down in the same report."""
        mine, theirs = self.located, other.located
        if mine.claim.report_id == theirs.claim.report_id:
            return mine.claim.passage.start > theirs.claim.passage.start
        return mine.known > theirs.known


@dataclass(slots=True)
class Cluster:
    """Utterances that are one. The first heard gives the testimony its content; `key` is the origin it counts for."""

    first: Utterance
    key: str
    members: list[Utterance] = field(default_factory=list)
    withdrawn_of: tuple[int, datetime | None] = (0, None)  # by how many members, from when it no longer stands: members only grow


@dataclass(frozen=True, slots=True)
class Heard:
    """What was made of some claims, kept to hear more: utterances by claim, and by hall the utterances in order of hearing and the testimonies by unit.
    A hall is a unit, or units that are linked and of which one report speaks, by their first: across halls no claim is held against another."""

    theatre: Theatre
    priors: Priors
    uttered: Mapping[_ClaimKey, tuple[Located, tuple[Utterance, ...]]]
    halls: Mapping[str, tuple[tuple[Utterance, ...], Mapping[str, tuple[Testimony, ...]]]]
    rewritten: Rewritten = never

    @property
    def testimonies(self) -> dict[str, tuple[Testimony, ...]]:
        """By unit id (sorted), each unit's in the order they became known."""
        every = {unit: said for _, by_unit in self.halls.values() for unit, said in by_unit.items()}
        return {unit: every[unit] for unit in sorted(every)}


def testify(  # its name makes a checker of tests take it for one
    claims: Sequence[Located],
    theatre: Theatre,
    priors: Priors,
    rewritten: Rewritten = never,  # noqa: PT028
) -> dict[str, tuple[Testimony, ...]]:
    """Testimonies by unit id (sorted), each unit's in the order they became known. The order of `claims` does not matter.

    Claims that name no unit, plans, possibilities and undated background give none; nothing else is dropped.
    """
    return hear(claims, theatre, priors, rewritten=rewritten).testimonies


def hear(claims: Sequence[Located], theatre: Theatre, priors: Priors, before: Heard | None = None, rewritten: Rewritten = never) -> Heard:
    """As `testify`, with what is needed to hear more later: only the halls of which `before` heard something else are heard anew.

    `rewritten` must answer from the texts of the two reports alone, and so as it did for `before`.
    """
    if before is not None and (before.theatre is not theatre or before.priors != priors):
        before = None
    linked, allies = _linked(theatre), allies_of(theatre)
    moving = _moving(theatre)
    uttered: dict[_ClaimKey, tuple[Located, tuple[Utterance, ...]]] = {}
    known = before.uttered if before else {}
    for key, located in _once(claims).items():
        kept = known.get(key)
        said = kept if kept is not None and kept[0] == located else (located, tuple(_utterances(located, theatre, moving)))
        uttered[key] = said
    everything = [u for _, said_of_it in uttered.values() for u in said_of_it]
    hall_of = _halls(everything, linked)
    halls: dict[str, list[Utterance]] = {}
    for u in everything:
        halls.setdefault(hall_of(u.unit_id), []).append(u)
    made: dict[str, tuple[tuple[Utterance, ...], Mapping[str, tuple[Testimony, ...]]]] = {}
    for hall, utterances in halls.items():
        said_there = tuple(sorted(utterances, key=lambda u: u.order))
        old = before.halls.get(hall) if before else None
        if old is None or old[0] != said_there:
            joining = _Joining(theatre, priors, linked, allies, rewritten)
            for utterance in said_there:
                joining.hear(utterance)
            old = said_there, {unit: tuple(_testimony(c, theatre) for c in clusters) for unit, clusters in joining.by_unit.items()}
        made[hall] = old
    return Heard(theatre, priors, uttered, made, rewritten)


def _linked(theatre: Theatre) -> dict[str, set[str]]:
    """Unit -> units that a link joins it to, either way."""
    found: dict[str, set[str]] = {}
    for link in theatre.links:
        found.setdefault(link.unit_id, set()).add(link.linked_id)
        found.setdefault(link.linked_id, set()).add(link.unit_id)
    return found


def _halls(utterances: Sequence[Utterance], linked: Mapping[str, set[str]]) -> Callable[[str], str]:
    """Unit -> the first, by id, of its hall."""
    reports: dict[str, set[str]] = {}
    for u in utterances:
        if u.unit_id in linked:
            reports.setdefault(u.located.claim.report_id, set()).add(u.unit_id)
    first: dict[str, str] = {}

    def of(unit: str) -> str:
        while unit in first:
            unit = first[unit]
        return unit

    for units in reports.values():
        for unit in sorted(units):
            for other in sorted(linked[unit] & units):
                one, two = sorted((of(unit), of(other)))
                if one != two:
                    first[two] = one
    return of


def _once(claims: Sequence[Located]) -> dict[_ClaimKey, Located]:
    """A claim given twice is one."""
    return {(c.claim.id, c.known, c.withdrawn): c for c in claims}


def _utterances(located: Located, theatre: Theatre, moving: Mapping[str, Sequence[str]]) -> Iterator[Utterance]:
    seen: set[tuple[str, Proposition]] = set()
    for place in located.claim.places:
        said = proposition(located.claim, place, theatre)
        if place.unit_id is None or said is None:
            continue
        when = event_time(located, said.symbol, theatre)
        if when is None:
            continue
        said = as_state(said, located.claim, when, theatre)
        if (place.unit_id, said) in seen:
            continue
        seen.add((place.unit_id, said))
        utterance = Utterance(located, place.unit_id, said, when, origin_of(located, theatre))
        yield utterance
        for linked_id in moving.get(place.unit_id, ()):
            yield Utterance(located, linked_id, said, when, utterance.origin, via=place.unit_id)


def _moving(theatre: Theatre) -> dict[str, list[str]]:
    """Unit -> the units that claims on it move by a written link."""
    found: dict[str, list[str]] = {}
    for link in theatre.links:
        if link.moves:
            found.setdefault(link.unit_id, []).append(link.linked_id)
    return found


class _Joining:
    """Holds each utterance against those heard before it and joins or opens clusters."""

    def __init__(self, theatre: Theatre, priors: Priors, linked: Mapping[str, set[str]], allies: Allies, rewritten: Rewritten) -> None:
        self.theatre, self.priors, self.linked, self.allies, self.rewritten = theatre, priors, linked, allies, rewritten
        self.by_unit: dict[str, list[Cluster]] = {}
        self.cited: dict[str, list[tuple[str, Utterance, Cluster]]] = {}

    def hear(self, new: Utterance) -> None:
        everything = self.by_unit.setdefault(new.unit_id, [])
        clusters = [c for c in everything if not _gone(c, new.located.known)]
        source = self._cited_beside(new) if new.origin.narrated else None
        same = None if source is not None else self._same(new, clusters)
        if source is not None:  # the outlet's own line beside a voice it cites: shown apart, counted with that voice
            same = next((c for c in clusters if self._own_line(new, c, source)), None)
        if same is None:
            source = source or self._told_as_a_loss(new, clusters)
            same = Cluster(new, source.key if source is not None else new.origin.key)
            everything.append(same)
        same.members.append(new)
        if not new.origin.narrated:
            self.cited.setdefault(new.located.claim.report_id, []).append((new.unit_id, new, same))

    def _cited_beside(self, new: Utterance) -> Cluster | None:
        """The voice that the same report cites for the same thing here or at a linked unit: the last before the line, else the first after."""
        near = self.linked.get(new.unit_id, set()) | {new.unit_id}
        beside = self.cited.get(new.located.claim.report_id, ())
        found = [(u, c) for unit, u, c in beside if unit in near and agree(u.said, new.said, self.allies)]
        if not found:
            return None
        here = new.located.claim.passage.start
        before = [(u.located.claim.passage.start, i) for i, (u, _) in enumerate(found) if u.located.claim.passage.start <= here]
        return found[max(before)[1]][1] if before else found[0][1]

    def _own_line(self, new: Utterance, cluster: Cluster, source: Cluster) -> bool:
        first = cluster.first
        return (
            first.origin.narrated
            and cluster.key == source.key
            and alike(first.said, new.said)
            and first.origin.key == new.origin.key
            and near(first.when, new.when, self.priors.window.same_event)
        )

    def _same(self, new: Utterance, clusters: list[Cluster]) -> Cluster | None:
        """The earliest cluster that `new` is an echo of; of its own speaker first, voices before the press's own lines.

        A loss told where the taking is known is that taking.
        """
        loss = new.said.symbol is Symbol.LOST
        found = [c for c in clusters if alike(c.first.said, new.said) or (loss and mirrored(c.first.said, new.said, self.allies))]
        found = [c for c in found if self._echoes(new, c, clusters)]
        return min(found, key=lambda c: (speaker_key(c.first.origin) != speaker_key(new.origin), c.first.origin.narrated), default=None)

    def _told_as_a_loss(self, new: Utterance, clusters: list[Cluster]) -> Cluster | None:
        """A loss heard before, which `new` retells with the taker's name: shown apart for the name, counted with that loss."""
        losses = [c for c in clusters if c.first.said.symbol is Symbol.LOST and mirrored(c.first.said, new.said, self.allies)]
        return next((c for c in losses if self._echoes(new, c, clusters)), None)

    def _echoes(self, new: Utterance, cluster: Cluster, clusters: list[Cluster]) -> bool:
        direct = bool(cluster.first.via) == bool(new.via)
        return direct and self._is_echo(new, cluster) and not self._overtaken(new, cluster, clusters)

    def _is_echo(self, new: Utterance, cluster: Cluster) -> bool:
        """One speaker on one event; a copy of the report or the passage; the press telling again what was heard, in whatever words."""
        old, window = cluster.first, self.priors.window
        speaker = speaker_key(old.origin) == speaker_key(new.origin) or new.origin.may_be(old.origin)
        if speaker and near(old.when, new.when, window.relay if new.retold else window.same_event):
            return True
        if near(old.when, new.when, window.reprint) and self._copied(new, cluster, speaker):
            return True
        if not new.origin.narrated:
            return False
        if near(old.when, new.when, window.reprint if new.retold else window.narration):
            return True
        return near(old.when, new.when, window.relay) and any(self._relays(new, m) for m in cluster.members)

    def _copied(self, new: Utterance, cluster: Cluster, speaker: bool) -> bool:
        """Made from a report of the cluster, and no voice that the copy adds; or a line of the press in the same words."""
        line, seen = self.priors.copy, [m.located for m in cluster.members]
        nobody_new = speaker or new.origin.narrated or (new.origin.unnamed and not new.origin.agency)
        passages = any(copied_passage(m, new.located, line) for m in seen)
        if passages and new.origin.narrated:
            return True
        return (passages or nobody_new) and any(copied_report(m, new.located, line, self.rewritten) for m in seen)

    def _relays(self, new: Utterance, old: Utterance) -> bool:
        mine, theirs = (self.theatre.lexicon.outlet(u.located.outlet) for u in (new, old))
        return mine is not None and theirs is not None and (theirs.id in mine.copies or theirs.name in mine.copies)

    def _overtaken(self, new: Utterance, cluster: Cluster, clusters: list[Cluster]) -> bool:
        """Whether a change the other way was announced between: then the same words mean a new event."""
        last = cluster.members[-1]
        for other in clusters:
            turn = other.first
            opposite = turn.said.symbol in (Symbol.TOOK, Symbol.LOST) and opposed(turn.said, new.said)
            if opposite and turn.heard_after(cluster.first) and new.heard_after(turn) and turn.heard_after(last):
                after = new.when.end is None or turn.when.end is None or new.when.end >= turn.when.end
                if after and not any(copied_report(m.located, new.located, self.priors.copy, self.rewritten) for m in cluster.members):
                    return True
        return False


def near(a: When, b: When, within: int) -> bool:
    """Whether two event times come within so many days of each other."""
    room = timedelta(days=within)
    first = a.end is None or b.start is None or b.start < a.end + room
    second = b.end is None or a.start is None or a.start < b.end + room
    return first and second


def _testimony(cluster: Cluster, theatre: Theatre) -> Testimony:
    first, claims = cluster.first, tuple(m.located for m in cluster.members)
    on = first.when.last_day or first.when.first_day or first.located.published
    return Testimony(
        id=content_id("y", first.unit_id, first.located.claim.id, first.said.symbol, first.said.holder, first.via),
        unit_id=first.unit_id,
        symbol=first.said.symbol,
        holder=first.said.holder,
        voice=first.origin.voice,
        origin=cluster.key,
        leaning=leaning(first.origin.voice, first.said.holder, first.located.claim, on, theatre),
        when=first.when,
        known=first.located.known,
        claims=claims,
        hedged=first.located.claim.hedged or not first.said.full,
        via=first.via,
        withdrawn=_withdrawn(cluster),
        counted=cluster.key == first.origin.key,
    )


def _gone(cluster: Cluster, by: datetime) -> bool:
    """Whether a testimony had been taken back by then: what is heard after that is said anew."""
    if cluster.withdrawn_of[0] != len(cluster.members):
        cluster.withdrawn_of = len(cluster.members), _withdrawn(cluster)
    taken = cluster.withdrawn_of[1]
    return taken is not None and taken <= by


def _withdrawn(cluster: Cluster) -> datetime | None:
    """From when the testimony no longer stands: all its claims taken back, or all that its own origin published."""
    own = [m.located for m in cluster.members if m.origin.narrated and m.origin.key == cluster.key]
    gone = [c.withdrawn for c in (own or [m.located for m in cluster.members])]
    return None if any(w is None for w in gone) else max(w for w in gone if w is not None)
