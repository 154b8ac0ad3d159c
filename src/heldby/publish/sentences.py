"""A status in plain words: one sentence for what is likely, another for how good the evidence is (ICD 203 keeps the two apart)."""

from __future__ import annotations

from heldby.model.place import PlaceKind, Unit
from heldby.model.status import CONTESTED, Status, Support, Symbol
from heldby.model.theatre import Theatre
from heldby.model.when import Precision, When
from heldby.publish.dates import long_day, plain_when
from heldby.publish.style import likelihood, percent

_NOUN = {PlaceKind.DISTRICT: "district", PlaceKind.CROSSING: "crossing", PlaceKind.PROVINCE: "province", PlaceKind.CITY: "city"}
_AREA_WORDS = frozenset(("oblast", "governorate", "region", "state", "county", "prefecture", "territory", "department", "division"))
_DENIALS = frozenset({Symbol.NOT_TOOK, Symbol.NOT_HOLDS, Symbol.NOT_LOST})
EVEN = 0.45  # from here on a bin's words can stand before a verb ("is likely held"); below, the leading state is no more than the least unlikely


def unit_sentence(status: Status, theatre: Theatre) -> str:
    """Both sentences, as a row carries them: likelihood first, then confidence."""
    return f"{status_sentence(status, theatre)} {confidence_sentence(status)}"


def status_sentence(status: Status, theatre: Theatre) -> str:
    """Who holds the unit, how likely, since when, and whether it is disputed, only claimed, or old: never a word on confidence."""
    place = place_phrase(theatre.unit(status.unit_id), status.unit_id)
    if not status.probabilities or status.support is Support.UNKNOWN:
        return f"Nothing heldby has read says who holds {place}."
    if status.holder is None:
        last = f": the last word on it is of {long_day(status.last_evidence)}" if status.last_evidence else ""
        return f"heldby cannot say who holds {place}{last}."
    state = "contested" if status.holder == CONTESTED else f"held by {side_phrase(theatre, status.holder)}"
    tail = f"{_since(status)}{_resting_on(status, theatre)}"
    return _capital(f"{_likely(place, state, status)}{tail}.")


def confidence_sentence(status: Status) -> str:
    """How good the evidence is: low, moderate or high, with what it rests on; never a word on likelihood."""
    if not status.probabilities or status.support is Support.UNKNOWN:
        near = len(status.related)
        return f"No evidence of its own; {_count(near, 'testimony', 'testimonies')} on linked places." if near else "No evidence."
    origins = _count(status.origins, "independent origin", "independent origins") if status.origins else "no independent origin of late"
    parts = [origins]
    if status.denials:
        parts.append(_count(status.denials, *_against(status)))
    if status.last_evidence:
        days = (status.as_of - status.last_evidence).days
        parts.append("last evidence the same day" if days <= 0 else f"last evidence {_count(days, 'day', 'days')} earlier")
    return f"Confidence: {status.confidence}. {_capital(', '.join(parts))}."


def change_sentence(status: Status) -> str:
    """The least that would change the answer, and the strongest that would not; "" where nothing was worked out."""
    if not status.swings:
        return ""
    turning = next((s for s in status.swings if s.turns), None)
    short = status.swings[: status.swings.index(turning)] if turning else status.swings
    not_yet = f"{short[-1].words} would leave it at {percent(short[-1].probability)}" if short else ""
    if turning is None:
        return f"No single voice would change this today: {not_yet}."
    also = f"; {not_yet}" if not_yet else ""
    return f"What would change this today: {turning.words} (the present answer would fall to {percent(turning.probability)}){also}."


def place_phrase(unit: Unit | None, unit_id: str) -> str:
    """A unit's name with the noun that says what it is, unless the name says so itself: "Spin Boldak crossing", "Dand district"."""
    if unit is None:
        return unit_id
    noun = _NOUN.get(unit.kind, "")
    own = unit.name.casefold().split()
    return f"{unit.name} {noun}" if noun and noun not in own and own[-1:] and own[-1] not in _AREA_WORDS else unit.name


def side_phrase(theatre: Theatre, side_id: str) -> str:
    """A side as it stands in a sentence: "the Taliban", "the Afghan government", "Russia"; a fuller name of its own actor is preferred."""
    name = next((s.name for s in theatre.sides if s.id == side_id), side_id)
    actor = next((a for a in theatre.lexicon.actors if a.id == side_id), None)
    if actor is not None and name.casefold() in actor.name.casefold():
        name = actor.name
    bare = theatre.lexicon.gazetteer.names_country(name) or name.isupper() or name.casefold().startswith("the ") or name == side_id
    return name if bare else f"the {name}"


def _likely(place: str, state: str, status: Status) -> str:
    word = likelihood(status.probability)
    if status.probability < EVEN:
        return f"who holds {place} is open: that it is {state} is {_predicate(word)}, yet likelier than anything else"
    if word == "roughly even chance":
        return f"there is a roughly even chance that {place} is {'still ' if status.support is Support.STALE else ''}{state}"
    sure = "almost certainly" if word == "almost certain" else word
    return f"{place} is {sure} {'still ' if status.support is Support.STALE else ''}{state}"


def _predicate(word: str) -> str:
    return "almost ruled out" if word == "almost no chance" else word


def _since(status: Status) -> str:
    if status.support is Support.STALE or status.since is None or status.probability < EVEN:
        return ""
    return f" {since_words(status.since)}"


def since_words(since: When) -> str:
    """ "since 14 July 2021", "since 14 July 2021 or before", "since some time from 13 to 15 July 2021", "since some time in July 2021"."""
    if since.start is None and since.last_day is not None:
        return f"since {long_day(since.last_day)} or before"
    words = plain_when(since.edtf())
    match since.precision:
        case Precision.OPEN if since.first_day is not None:
            return f"since {long_day(since.first_day)} or later"
        case Precision.MONTH | Precision.YEAR:
            return f"since some time in {words}"
        case Precision.DAYS:
            return f"since {words}" if since.approximate else f"since some time from {words}"
        case Precision.PART_OF_DAY if since.first_day is not None and since.end is not None:
            day, _, hours = words.partition(", ")
            if not hours:
                return f"since {day}"
            return f"since {day} ({hours})" if since.first_day == since.last_day else f"since some time from {words}"
    return f"since {words}"


def _resting_on(status: Status, theatre: Theatre) -> str:
    match status.support:
        case Support.DISPUTED:
            return ", but this is disputed"
        case Support.STALE if status.last_evidence:
            return f", as last heard on {long_day(status.last_evidence)}"
        case Support.CLAIMED if any(s.id == status.claimed_by for s in theatre.sides):
            return f", on the word of {side_phrase(theatre, status.claimed_by)} alone"
        case Support.CLAIMED:
            return ", on the word of interested voices alone"
        case Support.REPORTED:
            return ", on one origin's word alone" if status.origins else ", on unattributed reports alone"
    return ""


def _against(status: Status) -> tuple[str, str]:
    """What the voices against it are to be called: denials, counter-claims, or both."""
    symbols = set(status.against) or {r.testimony.symbol for r in status.reasons if r.bits < 0}
    if not symbols or symbols <= _DENIALS:
        return "denial", "denials"
    return ("denial or counter-claim", "denials or counter-claims") if symbols & _DENIALS else ("counter-claim", "counter-claims")


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
