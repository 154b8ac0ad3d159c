"""Who really speaks: the origin that counts once, however many carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from heldby.model.status import Located
from heldby.model.theatre import Theatre
from heldby.model.who import INDEPENDENT, UNKNOWN, Voice, VoiceKind
from heldby.weigh.propositions import party, publisher, speaker

_PRESS = frozenset({VoiceKind.OUTLET, VoiceKind.AGENCY})
_AT_A_PLACE = re.compile(r"\s(?:of|in|for|from|at)\s")
_IN_OFFICE = frozenset({VoiceKind.OFFICIAL, VoiceKind.LOCAL})


@dataclass(frozen=True, slots=True)
class Origin:
    """`key` counts once. `narrated`: the press in its own words, or "reports", which may rest on anybody heard before.

    `unnamed`: a speaker who cannot be told from another unnamed one of his kind and side. `agency` says that an agency vouches for him.
    """

    key: str
    voice: Voice
    narrated: bool = False
    unnamed: bool = False
    agency: bool = False

    def may_be(self, other: Origin) -> bool:
        """Whether two unnamed speakers cannot be told apart: same kind (or none to speak of), and sides that do not differ.

        One that no agency vouches for may be anybody's; and a councillor is "an official" in the next paper.
        """
        kinds = {self.voice.kind, other.voice.kind}
        alike = len(kinds) == 1 or VoiceKind.OTHER in kinds or kinds == _IN_OFFICE
        if not (self.unnamed and other.unnamed) or self.agency or not alike:
            return False
        return self.voice.side == other.voice.side or UNKNOWN in (self.voice.side, other.voice.side)


def origin_of(located: Located, theatre: Theatre) -> Origin:
    """The origin of a claim.

    A party speaks with one voice: its spokesmen, ministries and own media, and whoever of its people these quote. An unnamed speaker
    counts as the agency, else the outlet, that carries him; a named one as himself. The press in its own words is its own origin until
    echoes are looked for; a map or list that says of every place who holds it speaks for itself.
    """
    voice = speaker(located, theatre)
    side = party(voice.side, theatre)
    partisan = any(s.id == side for s in theatre.sides)
    carrier = carrier_of(located, theatre)
    if voice.kind in _PRESS:
        if partisan:
            return Origin(f"side:{side}", voice)
        key = press_key(voice, theatre)
        return Origin(key, voice, narrated=not any(o.id == key and o.exhaustive for o in theatre.lexicon.outlets))
    if voice.kind is VoiceKind.REPORTS:
        return Origin(f"reports:{press_key(carrier, theatre)}", voice, narrated=True)
    unnamed = is_unnamed(voice)
    official = voice.kind is VoiceKind.SPOKESMAN or (voice.kind is VoiceKind.OFFICIAL and not voice.anonymous)
    if partisan and (official or party(carrier.side, theatre) == side):
        return Origin(f"side:{side}", voice)
    if voice.kind is VoiceKind.MONITOR:
        return Origin(press_key(voice, theatre), voice)
    if unnamed:
        return Origin(press_key(carrier, theatre), voice, unnamed=True, agency=carrier.kind is VoiceKind.AGENCY)
    if voice.kind is VoiceKind.OTHER and voice.side == UNKNOWN:
        # "according to the Valley Courier": a paper that no theatre lists is the same origin as what it prints itself
        return Origin(press_key(replace(voice, kind=VoiceKind.OUTLET, side=INDEPENDENT), theatre), voice)
    return Origin(voice.key, voice)


def speaker_key(origin: Origin) -> str:
    """What makes two claims one speaker's: a party's single voice, the named speaker, or what can be known of an unnamed one."""
    if origin.unnamed:
        return f"{origin.key}>{origin.voice.kind}:{origin.voice.side}"
    return origin.key


def is_unnamed(voice: Voice) -> bool:
    """No proper name in what the voice is called but that of his place: "a provincial councillor", "Residents", "the governor of Faryab"."""
    if voice.anonymous or voice.kind is VoiceKind.RESIDENT:
        return True
    office = _AT_A_PLACE.split(voice.text, maxsplit=1)[0]
    words = [w for w in office.split() if w.casefold() not in ("the", "a", "an") and not w.endswith(("'s", "’s", "s'", "s’"))]
    return not any(w[:1].isupper() for w in words[1:]) and not (len(words) == 1 and words[0][:1].isupper() and not words[0].endswith("s"))


def carrier_of(located: Located, theatre: Theatre) -> Voice:
    """The agency nearest to the speaker, else the press nearest to him, else the publisher."""
    chain = located.claim.chain[:-1]
    agency = next((v for v in reversed(chain) if v.kind is VoiceKind.AGENCY), None)
    press = next((v for v in reversed(chain) if v.kind in _PRESS), None)
    return agency or press or publisher(located, theatre)


def press_key(voice: Voice, theatre: Theatre) -> str:
    """What an outlet, agency or monitor counts as: the id of the theatre's outlet of that name, else its own words."""
    if voice.outlet_id:
        return voice.outlet_id
    known = theatre.lexicon.outlet(voice.text)
    return known.id if known else voice.key
