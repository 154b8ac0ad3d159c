"""Whether a report's archived copy may be shown: it is whole, so that it goes out as it came or not at all; and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from heldby.model.theatre import Theatre
from heldby.model.when import utc_text
from heldby.model.who import Chain, VoiceKind
from heldby.publish.voices import named_persons, show_voice

NOT_ARCHIVED = "not archived"
PRIVATE = "withheld: it names a private person"
COARSE = "withheld: the release shows some places only as part of their province"
EARLY = "withheld until the publish delay is over: it was fetched later than what may be told"


class Rules(Protocol):
    """What of a release decides on copies (`heldby.publish.release.Release`)."""

    @property
    def coarse(self) -> bool: ...
    @property
    def private_kinds(self) -> tuple[VoiceKind, ...]: ...
    def earliest(self, asked: datetime, now: datetime) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A report's copy as it was kept: SHA-256 of the bytes as they came, when they were fetched (UTC), the report's `text`, and the `chains` of its claims."""

    sha256: str
    at: datetime
    text: str
    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told of a copy: its hash and when it was fetched (UTC text), or a note why not; of a report without one, that it was not archived."""

    hash: str = ""
    at: str = ""
    note: str = NOT_ARCHIVED


def told_of(copy: Copy | None, theatre: Theatre, rules: Rules, now: datetime) -> Told:
    """What the release lets out of a copy at `now`: neither hash nor time of one that is withheld."""
    if copy is None:
        return Told()
    note = withheld(copy.text, copy.chains, copy.at, theatre, rules, now)
    return Told(note=note) if note else Told(copy.sha256, utc_text(copy.at), "")


def withheld(text: str, chains: Iterable[Chain], fetched: datetime, theatre: Theatre, rules: Rules, now: datetime) -> str:
    """Why the copy of a report of this `text`, whose claims were voiced by `chains`, fetched at an instant (aware), may not be shown at `now`;
    "" where it may.

    A page as it came may hold more than its report (other stories, names in the margin): where any place is shown only as part of its area no
    copy is shown, under a delay none that was fetched later than the delay allows, and none of a report in which a private voice is named.
    """
    if rules.coarse:
        return COARSE
    if fetched > rules.earliest(now, now):
        return EARLY
    lexicon, kinds = theatre.lexicon, rules.private_kinds
    if kinds and (named_persons(text, lexicon) or any(show_voice(v, lexicon, kinds).masked for chain in chains for v in chain)):
        return PRIVATE
    return ""
