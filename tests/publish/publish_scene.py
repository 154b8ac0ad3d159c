"""A hand-made scene for the tests of publication: invented statuses on real places, by invented outlets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from heldby.model.claim import Claim, Polarity, PublishedTally, Relation
from heldby.model.place import PlaceKind, Unit
from heldby.model.report import Gap, GapKind, Mark, Passage
from heldby.model.status import (
    CONTESTED,
    Change,
    Comparison,
    Confidence,
    Located,
    Reason,
    Spell,
    Status,
    Support,
    Symbol,
    Tally,
    TallyRow,
    Testimony,
)
from heldby.model.theatre import Theatre
from heldby.model.when import When, day
from heldby.model.who import Chain, Leaning, Voice, VoiceKind
from heldby.publish.edition import Bundle, Edition, Provenance
from heldby.publish.release import Release, release
from heldby.theatres import load_theatre

AS_OF = date(2021, 7, 14)
KNOWN = datetime(2021, 7, 14, 18, 0, tzinfo=UTC)
GOVERNMENT, TALIBAN = "afghan_government", "taliban"
CROSSING, ROAD = "af:crossing:spin-boldak", "af:road:kandahar-spin-boldak"
PROVENANCE = Provenance(412, "ab" * 32, "cd" * 32, "heldby 0.1.0")

WIRE = Voice("Kite News Agency", VoiceKind.AGENCY, "independent", outlet_id="kite")
PAPER = Voice("The Valley Post", VoiceKind.OUTLET, "independent", outlet_id="valley-post")
SPOKESMAN = Voice("a Taliban spokesman", VoiceKind.SPOKESMAN, TALIBAN)
MINISTRY = Voice("the interior ministry", VoiceKind.OFFICIAL, GOVERNMENT)
RESIDENT = Voice("a resident of Spin Boldak", VoiceKind.RESIDENT)
ANONYMOUS = Voice("an official who asked not to be named", VoiceKind.OFFICIAL, "independent", anonymous=True)


def located(
    quote: str,
    chain: Chain,
    *,
    relation: Relation = Relation.CAPTURED,
    actor: str = TALIBAN,
    polarity: Polarity = Polarity.ASSERTED,
    known: datetime = KNOWN,
    outlet: str = "The Valley Post",
    url: str = "https://valley-post.example/2021/07/14/crossing",
    marks: tuple[Mark, ...] = (),
) -> Located:
    """A claim whose passage is `quote`, with what the ledger knows of its report."""
    report_id = "r-" + sha256(f"{outlet}{url}{known}".encode()).hexdigest()[:20]
    claim = Claim(
        report_id,
        Passage(report_id, 120, 120 + len(quote), quote),
        relation,
        actor,
        actor,
        (),
        chain,
        chain[-1].side,
        polarity=polarity,
        when=day(known.date()),
    )
    return Located(claim, known, known.date(), outlet, url, marks)


def heard(
    unit_id: str,
    symbol: Symbol,
    holder: str,
    claims: Sequence[Located],
    *,
    leaning: Leaning = Leaning.NEUTRAL,
    when: When | None = None,
    hedged: bool = False,
    via: str = "",
) -> Testimony:
    voice = claims[0].claim.chain[-1]
    ident = "y-" + sha256(f"{unit_id}{symbol}{voice.key}{claims[0].known}".encode()).hexdigest()[:20]
    known = claims[0].known
    return Testimony(
        ident, unit_id, symbol, holder, voice, voice.key, leaning, when or day(known.date()), known, tuple(claims), hedged, via
    )


def crossing_status(marks: tuple[Mark, ...] = ()) -> Status:
    """The founding case in small: a spokesman claims, an anonymous official confirms (twice printed), the ministry denies."""
    morning, noon = KNOWN - timedelta(hours=10), KNOWN - timedelta(hours=8)
    claimed = heard(
        CROSSING,
        Symbol.TOOK,
        TALIBAN,
        [located("The crossing is in our hands, a Taliban spokesman said.", (PAPER, SPOKESMAN), known=morning, marks=marks)],
        leaning=Leaning.OWN,
    )
    confirmed = heard(
        CROSSING,
        Symbol.TOOK,
        TALIBAN,
        [
            located("An official who asked not to be named said the flag had changed.", (PAPER, WIRE, ANONYMOUS), known=noon, marks=marks),
            located(
                "The flag had changed, an official told Kite News Agency.",
                (WIRE, ANONYMOUS),
                known=noon + timedelta(hours=1),
                outlet="Kite News Agency",
                url="https://kite.example/a?b=1&c=2",
                marks=marks,
            ),
        ],
    )
    denied = heard(
        CROSSING,
        Symbol.NOT_TOOK,
        TALIBAN,
        [
            located(
                'The interior ministry said the attack was "repelled" & the crossing was safe.',
                (PAPER, MINISTRY),
                relation=Relation.REPELLED,
                polarity=Polarity.DENIED,
                known=noon,
                marks=marks,
            )
        ],
        leaning=Leaning.ENEMY,
    )
    near = heard(
        ROAD,
        Symbol.CONTESTS,
        "",
        [
            located(
                "Shots were heard along the road, a resident of Spin Boldak said.",
                (PAPER, RESIDENT),
                relation=Relation.CONTESTS,
                marks=marks,
            )
        ],
        hedged=True,
    )
    return Status(
        CROSSING,
        AS_OF,
        KNOWN,
        TALIBAN,
        ((TALIBAN, 0.88), (GOVERNMENT, 0.08), (CONTESTED, 0.04)),
        Support.DISPUTED,
        Confidence.LOW,
        origins=2,
        denials=1,
        since=day(AS_OF),
        last_evidence=AS_OF,
        reasons=(
            Reason(confirmed, 2.4, "an official says that taliban took it, heard 2 times: +2.4 bits"),
            Reason(claimed, 0.9, "a Taliban spokesman says that taliban took it, in its own interest: +0.9 bits"),
            Reason(denied, -0.7, "the interior ministry denies that taliban took it, in its own interest: -0.7 bits"),
        ),
        related=(near,),
        marks=marks,
    )


def plain_status(
    unit_id: str, holder: str | None, p: float, support: Support, *, marks: tuple[Mark, ...] = (), days_ago: int = 3
) -> Status:
    """A status resting on one sentence; `support` unknown gives one that rests on nothing."""
    if support is Support.UNKNOWN:
        return Status(unit_id, AS_OF, KNOWN, None, (), Support.UNKNOWN, Confidence.LOW)
    rest = [s for s in (GOVERNMENT, TALIBAN, CONTESTED) if s != holder]
    lead = holder or rest.pop()
    said = AS_OF - timedelta(days=days_ago)
    when = KNOWN - timedelta(days=days_ago)
    name = unit_id.rsplit(":", 1)[-1].replace("-", " ").title()
    symbol = Symbol.CONTESTS if lead == CONTESTED else Symbol.HOLDS
    relation = Relation.CONTESTS if lead == CONTESTED else Relation.CONTROLS
    side = "" if lead == CONTESTED else lead
    url = f"https://valley-post.example/{said.isoformat()}/{unit_id.replace(':', '-')}"
    words = f"{name} is fought over" if lead == CONTESTED else f"{name} is held by the {lead.replace('_', ' ')}"
    claim = located(f"{words}, a monitor told the paper.", (PAPER, WIRE), relation=relation, actor=side, known=when, url=url, marks=marks)
    told = heard(unit_id, symbol, side, [claim])
    return Status(
        unit_id,
        AS_OF,
        KNOWN,
        holder,
        ((lead, p), *((s, round((1 - p) / len(rest), 9)) for s in rest)),
        support,
        {Support.CONFIRMED: Confidence.HIGH}.get(support, Confidence.LOW),
        origins=2 if support is Support.CONFIRMED else 1,
        denials=1 if support is Support.DISPUTED else 0,
        since=day(said),
        last_evidence=said,
        claimed_by=lead if support is Support.CLAIMED else "",
        reasons=(Reason(told, 3.1, f"Kite News Agency says that {lead} holds it: +3.1 bits"),),
        marks=marks,
    )


def country_statuses(theatre: Theatre, marks: tuple[Mark, ...] = ()) -> tuple[Status, ...]:
    """A status for every district of the default roster, every capital and some other places: spread by a hash of the id, invented."""
    roster = theatre.roster(theatre.default_roster)
    members = set(roster.unit_ids) if roster else set()
    chosen = [u for u in theatre.units if u.id in members or u.kind in (PlaceKind.CITY, PlaceKind.CROSSING) or u.id in _EXTRA]
    return tuple(crossing_status(marks) if u.id == CROSSING else _invented(u, marks) for u in sorted(chosen, key=lambda u: u.id))


_EXTRA = (ROAD, "af:road:kabul-kandahar", "af:road:salang", "af:base:bagram", "af:base:kandahar-airport")


def _invented(unit: Unit, marks: tuple[Mark, ...]) -> Status:
    n = int(sha256(unit.id.encode()).hexdigest()[:6], 16)
    support = (Support.CONFIRMED, Support.CONFIRMED, Support.CLAIMED, Support.DISPUTED, Support.STALE, Support.CONFIRMED, Support.UNKNOWN)[
        n % 7
    ]
    south = (unit.lat or 0) < 33.5 or (unit.lon or 0) < 64.5
    weight = (n // 7) % 10
    holder = CONTESTED if weight == 0 else TALIBAN if (weight < 7) == south else GOVERNMENT
    if unit.kind is PlaceKind.CITY:
        holder, support = (CONTESTED if n % 11 == 0 else GOVERNMENT), Support.CONFIRMED
    if support is Support.CLAIMED and holder == CONTESTED:
        support = Support.CONFIRMED
    p = {Support.CONFIRMED: 0.97, Support.CLAIMED: 0.72, Support.DISPUTED: 0.6 + (n % 30) / 100, Support.STALE: 0.56}.get(support, 0.9)
    return plain_status(unit.id, holder, p, support, marks=marks, days_ago=n % 40)


def tally_of(theatre: Theatre, statuses: Sequence[Status], as_of: date = AS_OF, marks: tuple[Mark, ...] = ()) -> Tally:
    """Counts over the default roster; the intervals are made up around the counts."""
    roster = theatre.roster(theatre.default_roster)
    assert roster is not None
    states = {s.unit_id: s.holder for s in statuses if s.support is not Support.UNKNOWN}
    led = [states.get(u) for u in roster.unit_ids]
    rows = tuple(
        TallyRow(state, led.count(state), float(led.count(state)), max(0, led.count(state) - 6), led.count(state) + 5)
        for state in (GOVERNMENT, TALIBAN, CONTESTED)
    )
    return Tally(roster.id, as_of, KNOWN, len(led), rows, led.count(None), len([u for u in roster.unit_ids if u in states]), marks)


def weekly(theatre: Theatre, weeks: int = 8) -> tuple[Tally, ...]:
    """Invented weekly tallies that end on AS_OF: one side gains, coverage grows."""
    roster = theatre.roster(theatre.default_roster)
    assert roster is not None
    size = len(roster.unit_ids)
    out = []
    for i in range(weeks):
        taliban, contested, government = 60 + 20 * i, 15 + i, 60 + 3 * i
        rows = (
            TallyRow(GOVERNMENT, government, government + 0.4, government - 8, government + 9),
            TallyRow(TALIBAN, taliban, taliban - 0.4, taliban - 9, taliban + 8),
            TallyRow(CONTESTED, contested, float(contested), max(0, contested - 5), contested + 5),
        )
        known = taliban + contested + government
        out.append(Tally(roster.id, AS_OF - timedelta(weeks=weeks - 1 - i), KNOWN, size, rows, size - known, known))
    return tuple(out)


def comparison(marks: tuple[Mark, ...] = ()) -> Comparison:
    """A journal's tally beside ours, its roster fitting two of the known ones."""
    quote = "A journal counts 212 of 407 districts for the Taliban."
    claim = located(quote, (PAPER, Voice("a journal", VoiceKind.MONITOR, "independent")))
    theirs = PublishedTally(
        claim.claim.report_id,
        claim.claim.passage,
        TALIBAN,
        Relation.CONTROLS,
        "districts",
        claim.claim.chain,
        "independent",
        count=212,
        of=407,
    )
    ours = TallyRow(TALIBAN, 200, 200.4, 191, 208)
    why = ("theirs lies 4 above our interval", "we have no evidence for 102 districts of this roster")
    return Comparison(theirs, "The Valley Post", KNOWN, ("407",), ours, "407", why, marks)


def changes() -> tuple[Change, ...]:
    return (
        Change("af:kandahar:spin-boldak", GOVERNMENT, TALIBAN, day(date(2021, 7, 14)), 0.9, Support.CONFIRMED),
        Change("af:badghis:qala-e-naw", TALIBAN, GOVERNMENT, day(date(2021, 7, 8)), 0.93, Support.CONFIRMED, recapture=True),
        Change(CROSSING, GOVERNMENT, TALIBAN, day(date(2021, 7, 14)), 0.88, Support.DISPUTED),
        Change("af:farah:farah", None, CONTESTED, When.parse("2021-07-09/2021-07-11"), 0.7, Support.CLAIMED),
    )


def spells() -> tuple[Spell, ...]:
    return (
        Spell(CROSSING, GOVERNMENT, None, day(AS_OF), 0.95),
        Spell(CROSSING, TALIBAN, day(AS_OF), None, 0.88),
    )


def bundle(theatre: Theatre, statuses: Sequence[Status], **more: Any) -> Bundle:
    made = Bundle(theatre, AS_OF, KNOWN, PROVENANCE, statuses=tuple(statuses))
    return replace(made, **more)


def country_bundle(theatre: Theatre, marks: tuple[Mark, ...] = ()) -> Bundle:
    """Everything at once: 407 districts, capitals, crossings, tallies, a comparison, changes and spells."""
    statuses = country_statuses(theatre, marks)
    return bundle(
        theatre,
        statuses,
        tallies=(*weekly(theatre)[:-1], tally_of(theatre, statuses, marks=marks)),
        comparisons=(comparison(marks),),
        changes=changes(),
        spells=spells(),
        since=date(2021, 7, 7),
    )


@cache
def afghanistan() -> Theatre:
    return load_theatre("afghanistan-2021")


@cache
def country() -> Edition:
    """The whole country, reconstructed, through the gate."""
    return release(country_bundle(afghanistan(), (Mark.RECONSTRUCTION,)), Release(), KNOWN)


@cache
def small() -> Edition:
    """Five places of every kind of support, with changes, spells, gaps and a published tally."""
    return release(small_bundle(), Release(), KNOWN)


def small_bundle(**more: Any) -> Bundle:
    theatre = afghanistan()
    statuses = (
        crossing_status(),
        plain_status("af:farah:farah", CONTESTED, 0.55, Support.STALE),
        plain_status("af:kabul:kabul-city", GOVERNMENT, 0.93, Support.CLAIMED),
        plain_status("af:kandahar:arghistan", None, 0.5, Support.UNKNOWN),
        plain_status("af:kandahar:kandahar-city", GOVERNMENT, 0.99, Support.CONFIRMED),
    )
    parts: dict[str, Any] = {
        "tallies": (tally_of(theatre, statuses),),
        "comparisons": (comparison(),),
        "changes": changes(),
        "spells": spells(),
        "since": date(2021, 7, 7),
        "gaps": (
            Gap(GapKind.UNPLACED, "Upper Meadow", "no place of this name in the theatre", "r-1"),
            Gap(GapKind.UNPLACED, "Upper Meadow", "no place of this name in the theatre", "r-2"),
            Gap(GapKind.NO_ACTOR, "gunmen", "nobody is named", "r-3"),
        ),
    }
    return bundle(theatre, more.pop("statuses", statuses), **{**parts, **more})


def valley() -> Theatre:
    """A theatre of three districts around one another, for pictures that are drawn fast: real names, invented outlines."""
    whole = afghanistan()
    kept = tuple(
        u for u in whole.units if u.id in ("af:kandahar:dand", "af:kandahar:arghistan", "af:kandahar:spin-boldak", "af:kandahar", CROSSING)
    )
    return replace(whole, units=kept, rosters=(), outline=(((65.0, 30.5), (67.5, 30.5), (67.5, 32.2), (65.0, 32.2), (65.0, 30.5)),))


def valley_bundle(**more: Any) -> Bundle:
    statuses = (
        plain_status("af:kandahar:dand", CONTESTED, 0.7, Support.CONFIRMED),
        plain_status("af:kandahar:spin-boldak", TALIBAN, 0.7, Support.CLAIMED),
        crossing_status(),
    )
    return bundle(more.pop("theatre", None) or valley(), more.pop("statuses", statuses), **more)
