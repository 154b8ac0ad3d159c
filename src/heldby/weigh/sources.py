"""The record of every source of a ledger: what it said, what became of that, how early it was.

    testimonies as known by then -> who counts (party, outlet) and who spoke (role) -> verdicts, leads, publications -> figures -> a letter proposed

Only what was known by the instant asked about enters, and only claims on days up to the one asked about: a record asked for an earlier clock is
what it was then. Testimonies that came through a link are left out: they were said of another place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from heldby.model.record import Estimate, Lead, Outcomes, Records, SourceRecord, SourceSort, Verdict
from heldby.model.report import Mark
from heldby.model.status import Located, Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.model.who import UNKNOWN, Chain, Voice, VoiceKind
from heldby.weigh.admiralty import Yardstick, load_yardstick, proposed, share_of
from heldby.weigh.case import first_day
from heldby.weigh.leads import lead_of, told_changes
from heldby.weigh.origins import Origin, carrier_of, origin_of, press_key
from heldby.weigh.priors import Stake
from heldby.weigh.propositions import DENIALS, publisher, stake
from heldby.weigh.record import Record
from heldby.weigh.verdicts import HEARSAY, Bench
from heldby.weigh.weigher import Weigher

_PRESS = frozenset({VoiceKind.OUTLET, VoiceKind.AGENCY, VoiceKind.MONITOR})
_OWN, _AGAINST = frozenset({Stake.SERVING, Stake.LEANING}), frozenset({Stake.ADMISSION, Stake.RELUCTANT})
PARTY = "side:"


@dataclass(slots=True)
class _Account:
    """What is gathered of one source before it is counted up."""

    sort: SourceSort
    voice: Voice
    reports: set[str] = field(default_factory=set)
    claims: set[tuple[object, ...]] = field(default_factory=set)
    testimonies: int = 0
    carried: int = 0
    relayed: int = 0
    echoed: int = 0
    withdrawn: int = 0
    fights: int = 0
    verdicts: list[tuple[Verdict, Stake, bool]] = field(default_factory=list)
    marks: set[Mark] = field(default_factory=set)


def records(weigher: Weigher, as_of: date, known_by: datetime, learned: Mapping[str, Estimate] | None = None) -> Records:
    """The record of every source at the end of day `as_of` as known at `known_by` (aware): parties, outlets, roles; each by number of claims.

    `learned` are reliabilities by origin, fitted on nothing known later than `known_by`.
    """
    yardstick = load_yardstick()
    gathering = _Gathering(weigher, as_of, known_by, yardstick)
    for unit_id in sorted(weigher.testimonies):
        gathering.unit(unit_id)
    rows = (gathering.record(key, learned or {}) for key in gathering.accounts)
    order = list(SourceSort)
    ranked = sorted(rows, key=lambda r: (order.index(r.sort), -r.testimonies, -r.published, r.voice.text.casefold(), r.key))
    return Records(as_of, known_by, yardstick.rule, tuple(ranked))


def learned_reliabilities(record: Record) -> dict[str, Estimate]:
    """By origin: of what it said on who holds (no captures, no fighting) where others speak too, the share that the posterior bears out.

    Each word counts as borne out for as much as it is probable; its own word is part of the evidence, weighed as it was learned to weigh.
    """
    right: dict[str, float] = {}
    wrong: dict[str, float] = {}
    for found in record.origins:
        right[found.origin] = right.get(found.origin, 0.0) + found.borne_out
        wrong[found.origin] = wrong.get(found.origin, 0.0) + found.told - found.borne_out
    shares = {origin: share_of(right[origin], wrong[origin]) for origin in sorted(right)}
    return {origin: share for origin, share in shares.items() if share is not None}


@dataclass(frozen=True, slots=True)
class _Judged:
    """One unit's claims and their verdicts: `kept` with the unit's case, which lasts as long as nothing else is known of it; `own` by origin and source."""

    bench: Bench
    kept: dict[tuple[str, frozenset[str]], Verdict]
    own: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def verdict(self, t: Testimony, left_out: frozenset[str]) -> Verdict:
        found = self.kept.get((t.id, left_out))
        if found is None:
            found = self.kept[t.id, left_out] = self.bench.verdict(t, left_out)
        return found


class _Gathering:
    """Goes through the units and keeps an account for every source met."""

    def __init__(self, weigher: Weigher, as_of: date, known_by: datetime, yardstick: Yardstick) -> None:
        self.weigher, self.as_of, self.known_by, self.yardstick = weigher, as_of, known_by, yardstick
        self.theatre = weigher.theatre
        self.accounts: dict[str, _Account] = {}
        self.changes: list[tuple[Testimony, ...]] = []
        self.printers: dict[tuple[str, str], str] = {}
        self.origins: dict[tuple[str, Chain], Origin] = {}  # of a claim its outlet and chain alone decide it
        self.counted_for: dict[str, tuple[str, ...]] = {}
        self.press: dict[str, Voice] = _press_names(weigher.testimonies.values(), known_by, self.theatre)

    def unit(self, unit_id: str) -> None:
        """Everything said of one unit."""
        every = self.weigher.testimonies[unit_id]
        self._withdrawals([t for t in every if not t.via])
        case = self.weigher.case(unit_id, self.known_by)
        said = tuple(t for t in case.testimonies if first_day(t) <= self.as_of)
        direct = [t for t in said if not t.via]
        kept = case.memo.setdefault(f"verdicts {self.as_of} {self.yardstick.rule}", {})
        judged = _Judged(Bench(unit_id, said, self.as_of, self.known_by, case.terms, self.yardstick, case.matrices), kept)
        counted = [t for t in direct if t.counted]
        self.changes += told_changes(
            [t for t in counted if not t.origin.startswith(HEARSAY)], case.priors.window.same_event, case.terms.allies
        )
        for t in direct:
            self._publications(t)
            for key in self._sources(t) if t.counted else ():
                self._testimony(key, t, judged)

    def _testimony(self, key: str, t: Testimony, judged: _Judged) -> None:
        account = self.accounts[key]
        account.testimonies += 1
        account.echoed += t.echoes
        account.reports |= {c.claim.report_id for c in t.claims if self._speaks(key, c)}
        account.marks |= {m for c in t.claims for m in c.marks}
        if t.symbol is Symbol.CONTESTS:
            account.fights += 1
            return
        account.verdicts.append((judged.verdict(t, self._own(t.origin, key, judged)), stake(t.symbol, t.leaning), t.symbol in DENIALS))

    def _own(self, origin: str, key: str, judged: _Judged) -> frozenset[str]:
        """Ids of all that a source, and the origin it speaks as, said of a unit."""
        found = judged.own.get((origin, key))
        if found is None:
            found = judged.own[origin, key] = frozenset(
                o.id for o in judged.bench.testimonies if o.origin == origin or key in self._sources(o)
            )
        return found

    def _speaks(self, key: str, c: Located) -> bool:
        """Whether a claim is this source's own words rather than an echo of them by others."""
        if self.accounts[key].sort is SourceSort.ROLE:
            return _role(self._origin(c).voice) == key
        return self._origin(c).key == key or self._publisher(c) == key

    def _origin(self, c: Located) -> Origin:
        spoken = (c.outlet, c.claim.chain)
        if spoken not in self.origins:
            self.origins[spoken] = origin_of(c, self.theatre)
        return self.origins[spoken]

    def _publications(self, t: Testimony) -> None:
        """Who printed it: as a word of its own, as the first to carry another's, or as an echo."""
        for n, c in enumerate(t.claims):
            key = self._publisher(c)
            account = self._account(key, SourceSort.OUTLET, self.press[key])
            account.reports.add(c.claim.report_id)
            account.claims.add(c.claim.identity)
            account.marks |= set(c.marks)
            if n or not t.counted:
                account.relayed += 1
            elif t.origin != key:
                account.carried += 1

    def _withdrawals(self, testimonies: Iterable[Testimony]) -> None:
        for t in testimonies:
            gone = {
                self._publisher(c)
                for c in t.claims
                if c.withdrawn is not None and c.withdrawn <= self.known_by and c.known <= self.known_by
            }
            for key in sorted(gone):
                self._account(key, SourceSort.OUTLET, self.press[key]).withdrawn += 1

    def _publisher(self, c: Located) -> str:
        printer = (c.outlet, c.claim.chain[0].key if c.claim.chain else "")
        if printer not in self.printers:
            self.printers[printer] = press_key(publisher(c, self.theatre), self.theatre)
        return self.printers[printer]

    def _sources(self, t: Testimony) -> tuple[str, ...]:
        """The keys a testimony counts under: its party or outlet, and its role unless the press says so itself. Accounts are opened."""
        if t.id not in self.counted_for:
            self.counted_for[t.id] = tuple(self._opened(t))
        return self.counted_for[t.id]

    def _opened(self, t: Testimony) -> Iterator[str]:
        if t.origin.startswith(PARTY):
            side = t.origin.removeprefix(PARTY)
            name = next((s.name for s in self.theatre.sides if s.id == side), side)
            self._account(t.origin, SourceSort.PARTY, Voice(name, VoiceKind.SPOKESMAN, side))
            yield t.origin
        elif t.origin in self.press:
            self._account(t.origin, SourceSort.OUTLET, self.press[t.origin])
            yield t.origin
        role = _role(t.voice)
        if role:
            self._account(role, SourceSort.ROLE, Voice("", t.voice.kind, t.voice.side or UNKNOWN))
            yield role

    def _account(self, key: str, sort: SourceSort, voice: Voice) -> _Account:
        return self.accounts.setdefault(key, _Account(sort, voice))

    def record(self, key: str, learned: Mapping[str, Estimate]) -> SourceRecord:
        """What was gathered of one source, counted up."""
        a = self.accounts[key]
        outcomes = _outcomes(v for v, _, _ in a.verdicts)
        letter, why = proposed(outcomes, self.yardstick)
        outlet = next((o for o in self.theatre.lexicon.outlets if o.id == key), None)
        return SourceRecord(
            key=key,
            sort=a.sort,
            voice=a.voice,
            reports=len(a.reports),
            published=len(a.claims),
            testimonies=a.testimonies,
            carried=a.carried,
            relayed=a.relayed,
            echoed=a.echoed,
            withdrawn=a.withdrawn,
            fights=a.fights,
            outcomes=outcomes,
            own=_outcomes(v for v, s, _ in a.verdicts if s in _OWN),
            against=_outcomes(v for v, s, _ in a.verdicts if s in _AGAINST),
            denials=_outcomes(v for v, _, denial in a.verdicts if denial),
            lead=self._lead(key),
            learned=learned.get(key),
            letter=letter,
            letter_why=why,
            letter_set=outlet.reliability if outlet else "",
            marks=tuple(m for m in Mark if m in a.marks),
        )

    def _lead(self, key: str) -> Lead | None:
        """Ahead of others by origin: two voices that one outlet vouches for are not ahead of each other."""
        touched = [c for c in self.changes if any(key in self._sources(t) for t in c)]
        own = {t.origin for c in touched for t in c if key in self._sources(t)}
        return lead_of(touched, lambda t: key in self._sources(t), lambda t: t.origin not in own)


def _outcomes(verdicts: Iterable[Verdict]) -> Outcomes:
    found = list(verdicts)
    right, wrong, left = (found.count(v) for v in (Verdict.BORNE_OUT, Verdict.CONTRADICTED, Verdict.OPEN))
    return Outcomes(right, wrong, left, share_of(right, wrong))


def _role(voice: Voice) -> str:
    """The key of everybody of one role and side; "" for the press, which is named."""
    return "" if voice.kind in _PRESS else f"role:{voice.kind}>{voice.side or UNKNOWN}"


def _press_names(heard: Iterable[Iterable[Testimony]], known_by: datetime, theatre: Theatre) -> dict[str, Voice]:
    """How each publisher, and each outlet, agency or monitor that vouches for somebody, is called: by the theatre's data, else as first written."""
    claims = [c for said in heard for t in said for c in t.claims if c.known <= known_by]
    listed = {o.id: Voice(o.name, o.kind, o.side, outlet_id=o.id) for o in theatre.lexicon.outlets}
    keys: dict[Voice, str] = {}
    found: dict[str, Voice] = {}
    met: set[tuple[str, Chain]] = set()
    for c in sorted(claims, key=lambda c: (c.known, c.claim.report_id, c.claim.passage.start)):
        if (c.outlet, c.claim.chain) in met:
            continue
        met.add((c.outlet, c.claim.chain))
        spoken = [v for v in c.claim.chain if v.kind in _PRESS]
        for voice in (publisher(c, theatre), carrier_of(c, theatre), *spoken):
            if voice not in keys:
                keys[voice] = press_key(voice, theatre)
            found.setdefault(keys[voice], listed.get(keys[voice], voice))
    return found
