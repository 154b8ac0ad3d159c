"""What a row of somebody's table says of one place, before its words are looked up: a claim in the making."""

from __future__ import annotations

from dataclasses import dataclass

from heldby.model.claim import Relation
from heldby.model.when import When


@dataclass(frozen=True, slots=True)
class Statement:
    """`actor` and `loser` as the table writes them ("" = nobody named), or an id where `actor_id`, `loser_id` say so.

    `start` and `end` span the statement's words in its report's text, `place_start` and `place_end` those of the place; `place` is its name
    with the noun that types it ("Deh Bala district"), `areas` the areas it lies in, nearest first; `unit_id` names the unit where the table does,
    `point` says where it lies (lat, lon in degrees). `denied`: that it is so is denied.
    """

    relation: Relation
    actor: str
    loser: str
    place: str
    start: int
    end: int
    place_start: int
    place_end: int
    when: When
    areas: tuple[str, ...] = ()
    noun: str = ""
    unit_id: str = ""
    actor_id: str = ""
    loser_id: str = ""
    hedged: bool = False
    rule: str = ""
    denied: bool = False
    point: tuple[float, float] | None = None
