"""Sentences with the places of their claims in angle brackets, located in a theatre."""

from __future__ import annotations

import re
from functools import cache

from heldby.locate import Locator
from heldby.model.claim import Claim, Reading, Relation
from heldby.model.place import Place
from heldby.model.report import Passage, Report
from heldby.theatres import load_theatre

AFGHANISTAN, WORLD = "afghanistan-2021", "world"


@cache
def locator(theatre: str) -> Locator:
    return Locator(load_theatre(theatre).lexicon)


def scene(marked: str, *, actor: str = "", together: bool = False) -> tuple[Report, Reading]:
    """A report of the text without its brackets, and claims on the places in them: one each, or one on all of them `together`."""
    text = re.sub("[<>]", "", marked)
    places = []
    for n, found in enumerate(re.finditer("<(.*?)>", marked)):
        start = found.start() - 2 * n
        places.append(Place(found.group(1), start, start + len(found.group(1))))
    report = Report.of(text)
    passage = Passage(report.id, 0, len(text), text)
    groups = [tuple(places)] if together else [(p,) for p in places]
    return report, Reading(report.id, tuple(Claim(report.id, passage, Relation.CAPTURED, None, actor, g, (), "unknown") for g in groups))


def located(marked: str, theatre: str = AFGHANISTAN, *, actor: str = "", together: bool = False) -> Reading:
    report, reading = scene(marked, actor=actor, together=together)
    return locator(theatre).locate(reading, report)


def places(marked: str, theatre: str = AFGHANISTAN, *, actor: str = "", together: bool = False) -> list[Place]:
    return [p for c in located(marked, theatre, actor=actor, together=together).claims for p in c.places]


def units(marked: str, theatre: str = AFGHANISTAN, *, together: bool = False) -> list[str | None]:
    return [p.unit_id for p in places(marked, theatre, together=together)]
