"""A cue: one place in a sentence where somebody is said to speak, and where what he says stands to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.read.text import Span


class Place(StrEnum):
    """Where a cue stands to what is said."""

    BEFORE = "before"
    BEHIND = "behind"
    INSIDE = "inside"
    NOWHERE = "nowhere"  # nothing said: "the ministry confirmed"


@dataclass(frozen=True, slots=True)
class Cue:
    """One act of speaking. Items are indices into the sentence's items; `who` counts tokens, None if the subject is shared or missing.

    `first` is the item where the cue's own words begin, `at` its verb or preposition, `body` the item where what is said begins (-1 if it
    does not follow). `outer` are tokens of outlets that carry it ("told Reuters"), `inner` of those it cites; `noun` marks "reports that". `bare` marks a denial of
    something said elsewhere ("denied it").
    """

    at: int
    first: int
    place: Place
    lemma: str
    who: Span | None = None
    body: int = -1
    denies: bool = False
    bare: bool = False
    outer: tuple[Span, ...] = ()
    inner: tuple[Span, ...] = ()
    noun: bool = False
    about: Span | None = None  # tokens of whose saying is denied: "the governor's account"
    whole: bool = False  # all he said is denied ("the account"), not the last thing ("it")
    confirms: bool = False  # "confirmed it", "confirmed the report"
    untrue: bool = False  # "it is not true that P", "no truth in reports that P"
    void: bool = False  # nobody says what is called untrue: "it is not true that P"
    denied: Span | None = None  # the items of the clause that "despite denials by X" stands beside
    end: int = -1  # the item that calls what is said untrue: "the claim that P [is] false"
