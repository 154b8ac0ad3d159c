"""Who fights, and who speaks: actors and sides, voices and chains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

INDEPENDENT = "independent"  # media, monitors, third states without a stake
UNKNOWN = "unknown"  # unnamed reports, residents, anonymous speakers without a stated side


@dataclass(frozen=True, slots=True)
class Side:
    """A party to the conflict as maps and tallies show it; `letter` stands in polygons. Side ids double as holder ids."""

    id: str
    name: str
    letter: str


@dataclass(frozen=True, slots=True)
class ActorName:
    """One way to write an actor, with the dates between which it means him (None = always)."""

    text: str
    since: date | None = None
    until: date | None = None
    adjective: bool = False  # "Russian" (forces), "Houthi" (fighters): names the actor only before an agent noun
    generic: bool = False  # "the militants": means him only where the theatre says so
    countries: tuple[str, ...] = ()  # ISO2: a generic name means him only where the place lies in one of these; () = anywhere


@dataclass(frozen=True, slots=True)
class Actor:
    """An armed actor or state: `id` as in the gold, `side` groups actors, `home` is the ISO2 of a state's own country."""

    id: str
    name: str
    side: str
    names: tuple[ActorName, ...] = ()
    spokesmen: tuple[str, ...] = ()
    home: str = ""
    kind: str = "armed-group"  # state | armed-group | coalition | peacekeepers | generic
    countries: tuple[
        str, ...
    ] = ()  # ISO2 of where it is known to fight; () where the theatre does not say. Decides between bearers of one name


class VoiceKind(StrEnum):
    OUTLET = "outlet"
    AGENCY = "agency"
    OFFICIAL = "official"
    SPOKESMAN = "spokesman"
    LOCAL = "local"  # local official, councillor, elder with an office
    RESIDENT = "resident"
    MONITOR = "monitor"
    REPORTS = "reports"  # "several reports", "it is believed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Voice:
    """Whoever speaks: `text` as first written; `side` is an actor or side id, "independent" or "unknown"."""

    text: str
    kind: VoiceKind
    side: str = UNKNOWN
    anonymous: bool = False
    outlet_id: str = ""

    @property
    def key(self) -> str:
        """What makes two mentions the same voice: outlet id, else kind, side and folded words (articles dropped)."""
        words = [w for w in self.text.casefold().split() if w not in ("the", "a", "an")]
        return self.outlet_id or f"{self.kind}:{self.side}:{' '.join(words)}"


Chain = tuple[Voice, ...]  # outermost (publisher) first, origin last


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher or agency of a theatre. `copies` names outlets it relays; `reconstruction` marks invented ones; `reliability` is the Admiralty
    letter (A to F) that a person set, "" where nobody did."""

    id: str
    name: str
    kind: VoiceKind
    side: str = INDEPENDENT
    aliases: tuple[str, ...] = ()
    utc_offset: str = "+00:00"
    country: str = ""
    copies: tuple[str, ...] = ()
    exhaustive: bool = False  # a map that asserts every unit of its roster every time
    reconstruction: bool = False
    reliability: str = ""


class Leaning(StrEnum):
    """How a voice stands to an actor."""

    OWN = "own"
    ENEMY = "enemy"
    FRIENDLY = "friendly"
    HOSTILE = "hostile"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Interest:
    """Between two dates, voices of `side` lean so towards `actor`; `reason` says why and by which source."""

    side: str
    actor: str
    leaning: Leaning
    reason: str
    since: date | None = None
    until: date | None = None
