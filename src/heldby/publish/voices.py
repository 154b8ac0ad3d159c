"""How a voice may be shown: private ones by role only, their names masked in what is quoted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from heldby.model.record import SourceRecord, SourceSort
from heldby.model.theatre import Lexicon, Theatre
from heldby.model.who import INDEPENDENT, UNKNOWN, Voice, VoiceKind

NAME_WITHHELD = "[name withheld]"
PRIVATE_KINDS = (VoiceKind.RESIDENT, VoiceKind.LOCAL, VoiceKind.OTHER)
_ROLE = {
    VoiceKind.RESIDENT: "a resident",
    VoiceKind.LOCAL: "a local official or elder",
    VoiceKind.MONITOR: "a monitor",
    VoiceKind.OFFICIAL: "an official",
    VoiceKind.SPOKESMAN: "a spokesman",
    VoiceKind.OTHER: "a person",
}
_ROLES = {
    VoiceKind.RESIDENT: "residents",
    VoiceKind.LOCAL: "local officials and elders",
    VoiceKind.OFFICIAL: "officials",
    VoiceKind.SPOKESMAN: "spokesmen",
    VoiceKind.REPORTS: "reports that nobody signs",
}
_CAPITALISED = re.compile(r"[^\W\d_a-z][\w’'-]*(?:\s+(?:al-|ul-|bin\s+)?[^\W\d_a-z][\w’'-]*)*")
_WORD = re.compile(r"\w+")
_NAMED = re.compile(
    r"(?P<what>\w+),? (?:who is |who was )?(?:(?:only )?(?:named|called)|(?:who )?(?:gave|giving) (?:his|her|their) (?:first |full )?name(?: only)? as"
    rf"|by the name of|identified (?:only )?(?:as|by (?:his|her) first name)) (?P<name>{_CAPITALISED.pattern})"
)
_PLACES = frozenset(
    (
        "village", "town", "city", "district", "area", "place", "province", "region", "valley", "hill", "hamlet", "settlement", "neighbourhood",
        "suburb", "quarter", "post", "base", "camp", "crossing", "road", "group", "movement", "party", "operation", "offensive", "militia",
        "brigade", "unit", "force", "outlet", "site", "newspaper",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownVoice:
    """A voice as it may be shown, and the strings to mask wherever its words are quoted."""

    label: str
    masked: tuple[str, ...] = ()


def show_voice(voice: Voice, lexicon: Lexicon, private: tuple[VoiceKind, ...] = PRIVATE_KINDS) -> ShownVoice:
    """`voice` by its text, or by its role where its kind is private and its text names somebody.

    Capitalised words count as a name unless they are places, actors or outlets of the lexicon, or offices: in doubt a name is masked.
    """
    if voice.kind not in private:
        return ShownVoice(voice.text)
    names = _personal_names(voice.text, lexicon)
    if not names:
        return ShownVoice(voice.text)
    role = voice.text
    for name in names:
        role = role.replace(name, " ")
    role = re.sub(r"\s+", " ", role).strip(" ,;:-–—()'’\"")
    default = _ROLE.get(voice.kind, "a person")
    return ShownVoice(role if _is_role(role) else default, names)


def show_source(record: SourceRecord, theatre: Theatre, private: tuple[VoiceKind, ...] = PRIVATE_KINDS) -> str:
    """What a source is called: a party by its name, the press by its own, everybody else by role and side alone."""
    voice = record.voice
    if record.sort is not SourceSort.ROLE:
        return show_voice(voice, theatre.lexicon, private).label
    role = _ROLES.get(voice.kind, "others")
    side = party_name(theatre, voice.side)
    if not side:
        return role
    return f"{role}, {side}"


def party_name(theatre: Theatre, side: str) -> str:
    """The name of an actor or side; "" for nobody's."""
    if side in (INDEPENDENT, UNKNOWN, ""):
        return ""
    named = next((s.name for s in theatre.sides if s.id == side), "")
    return named or next((a.name for a in theatre.lexicon.actors if a.id == side), side)


def named_persons(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Names that `text` gives to a person by "named", "called", "who gave his name as": whether or not the reader saw him speak.

    What is named so behind a word for a place ("a village called ...") is a place.
    """
    found: dict[str, None] = {}
    for hit in _NAMED.finditer(text):
        if hit["what"].casefold() not in _PLACES and _personal_names(hit["name"], lexicon):
            found[hit["name"]] = None  # whole: a first name may be some village's, too
    return tuple(found)


def mask(text: str, names: tuple[str, ...]) -> str:
    """`text` with each of `names`, and each single word of three letters or more out of them, replaced by a bracketed remark."""
    words = {w for n in names for w in _WORD.findall(n) if len(w) >= 3 and w.casefold() not in _offices()}
    wanted = sorted({*names, *words}, key=lambda w: (-len(w), w))
    if not wanted:
        return text
    masked = re.sub(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)", NAME_WITHHELD, text)
    return re.sub(re.escape(NAME_WITHHELD) + r"(?:[\s-]+" + re.escape(NAME_WITHHELD) + ")+", NAME_WITHHELD, masked)


def _is_role(text: str) -> bool:
    return any(w.islower() and len(w) > 3 for w in _WORD.findall(text))


def _personal_names(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    known = [(h.start, h.end) for h in lexicon.gazetteer.find(text)]
    found: list[str] = []
    for run in _CAPITALISED.finditer(text):
        kept = [w for w in re.finditer(r"\S+", run.group()) if _names_somebody(w, run.start(), known, lexicon)]
        if kept:
            found.append(run.group()[kept[0].start() : kept[-1].end()].rstrip(",.;:"))
    return tuple(dict.fromkeys(found))


def _names_somebody(word: re.Match[str], offset: int, places: list[tuple[int, int]], lexicon: Lexicon) -> bool:
    start, end = offset + word.start(), offset + word.end()
    if word.group().casefold().strip(",.;:'’") in _offices() or any(a <= start and end <= b for a, b in places):
        return False
    return not _is_known_party(word.group(), lexicon)


def _is_known_party(word: str, lexicon: Lexicon) -> bool:
    folded = word.casefold().removesuffix("'s").removesuffix("’s")
    if any(folded in n.text.casefold().split() for a in lexicon.actors for n in a.names):
        return True
    return any(folded in n.casefold().split() for o in lexicon.outlets for n in (o.name, *o.aliases))


@cache
def _offices() -> frozenset[str]:
    lines = (files("heldby.publish") / "offices.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
