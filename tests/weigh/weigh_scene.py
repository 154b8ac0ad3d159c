"""Claims by hand: a shorthand for tests of weighing, on the real theatre of 2021."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from heldby.model.claim import Claim, Modality, Polarity, Relation
from heldby.model.place import Place
from heldby.model.report import Passage, Report
from heldby.model.status import Located, Status, Testimony
from heldby.model.theatre import Theatre
from heldby.model.when import Published, When
from heldby.model.who import Voice, VoiceKind
from heldby.theatres import load_theatre
from heldby.weigh import Priors, Weigher, load_priors, testify

CROSSING = "af:crossing:spin-boldak"
DISTRICT = "af:kandahar:spin-boldak"
CENTRE = "af:kandahar:spin-boldak:centre"
TALIBAN, GOVERNMENT = "taliban", "afghan_government"
JULY_14 = date(2021, 7, 14)
LATER = datetime(2022, 1, 1, tzinfo=UTC)

TALIBAN_SPOKESMAN = Voice("a Taliban spokesman", VoiceKind.SPOKESMAN, TALIBAN)
GOVERNMENT_SPOKESMAN = Voice("the interior ministry", VoiceKind.OFFICIAL, GOVERNMENT)
PAKISTANI_SOURCE = Voice("a Pakistani security source", VoiceKind.OFFICIAL, "pakistan", anonymous=True)
RESIDENT = Voice("a shopkeeper", VoiceKind.RESIDENT, anonymous=True)
COUNCILLOR = Voice("a provincial councillor", VoiceKind.LOCAL, anonymous=True)
AFP = Voice("AFP", VoiceKind.AGENCY, "independent", outlet_id="afp")
REUTERS = Voice("Reuters", VoiceKind.AGENCY, "independent", outlet_id="reuters")


def outlet(name: str) -> Voice:
    return Voice(name, VoiceKind.OUTLET, "independent")


@cache
def theatre() -> Theatre:
    return load_theatre("afghanistan-2021")


@cache
def priors() -> Priors:
    return load_priors()


@dataclass(frozen=True)
class Told:
    """A sentence of one report; `to` makes its claims. `at` is a date or an instant, as an outlet would give it."""

    text: str
    relation: Relation = Relation.CAPTURED
    actor: str = TALIBAN
    by: tuple[Voice, ...] = ()
    loser: str = ""
    unit: str = CROSSING
    denied: bool = False
    modality: Modality = Modality.FACTUAL
    when: When | None = None
    hedged: bool = False
    part: str = ""


def report(at: str, paper: str, *said: Told, url: str = "", withdrawn: datetime | None = None) -> tuple[Located, ...]:
    """The claims of one report that says `said`, sentence by sentence; fingerprints are of whole sentences."""
    published = Published.parse(at)
    text = " ".join(s.text for s in said)
    made = Report.of(text, outlet=paper, url=url, published=published)
    out: list[Located] = []
    start = 0
    prints = tuple(sorted(hash_of(s.text) for s in said))
    for s in said:
        passage = Passage(made.id, start, start + len(s.text), s.text)
        place = Place(s.unit, start, start + 1, unit_id=s.unit, part=s.part)
        chain = (outlet(paper), *s.by)
        claim = Claim(
            made.id,
            passage,
            s.relation,
            s.actor or None,
            s.actor,
            (place,),
            chain,
            chain[-1].side,
            from_actor=s.loser,
            polarity=Polarity.DENIED if s.denied else Polarity.ASSERTED,
            modality=s.modality,
            when=s.when,
            hedged=s.hedged,
        )
        out.append(Located(claim, published.known, published.civil, paper, url, fingerprint=prints, withdrawn=withdrawn))
        start += len(s.text) + 1
    return tuple(out)


def hash_of(text: str) -> int:
    return int(sum(ord(c) * 31**i for i, c in enumerate(text.casefold())) % (1 << 61))


def heard(*reports: tuple[Located, ...]) -> dict[str, tuple[Testimony, ...]]:
    return testify([c for r in reports for c in r], theatre(), priors())


def weigher(*reports: tuple[Located, ...]) -> Weigher:
    return Weigher(theatre(), priors(), heard(*reports))


def status(*reports: tuple[Located, ...], unit: str = CROSSING, on: date = JULY_14, known_by: datetime = LATER) -> Status:
    return weigher(*reports).assess(unit, on, known_by)


def p_of(found: Status, state: str) -> float:
    return dict(found.probabilities).get(state, 0.0)


__all__ = [name for name in globals() if not name.startswith("_")]
