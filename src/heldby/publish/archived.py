"""Whether a report's archived copy may be shown: it is whole, so that it goes out as it came or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from heldby.model.theatre import Theatre
from heldby.model.who import Chain
from heldby.publish.release import Release
from heldby.publish.voices import named_persons, show_voice

PRIVATE = "withheld: it names a private person"
COARSE = "withheld: the release shows some places only as part of their province"
EARLY = "withheld until the publish delay is over: it was fetched later than what may be told"


def withheld(text: str, chains: Iterable[Chain], fetched: datetime, theatre: Theatre, rules: Release, now: datetime) -> str:
    """Why the copy of a report of this `text`, whose claims were voiced by `chains`, fetched at an instant (aware), may not be shown at `now`;
    "" where it may.

    A page as it came may hold more than its report (other stories, names in the margin): where any place is shown only as part of its area no
    copy is shown, under a delay none that was fetched later than the delay allows, and none of a report in which a private voice is named.
    """
    if rules.coarsen_to or any(r.coarsen_to for r in rules.rules):
        return COARSE
    if fetched > rules.earliest(now, now):
        return EARLY
    lexicon, kinds = theatre.lexicon, rules.private_kinds
    if kinds and (named_persons(text, lexicon) or any(show_voice(v, lexicon, kinds).masked for chain in chains for v in chain)):
        return PRIVATE
    return ""
