"""What if: the same ledger weighed again without an outlet, without a side's voices, or without what falls short of a reliability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from heldby.errors import UsageError
from heldby.flow.inquiry import Inquiry, Question, Wanted
from heldby.model.status import Located
from heldby.publish.edition import Edition, StatusRow
from heldby.weigh import Weigher, hear

LETTERS = "ABCDE"  # F, "cannot be judged", is no worst letter: whoever has it is not left out


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is not to be weighed: claims published by these `outlets` (names or ids) or spoken by these `sides`, and those of outlets whose
    Admiralty letter is worse than `reliability` ("" for any)."""

    outlets: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    reliability: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A unit that is told otherwise: its row with everything, and without what was left out."""

    before: StatusRow
    after: StatusRow


def without(inquiry: Inquiry, left_out: LeftOut, question: Question) -> Inquiry:
    """The inquiry over what remains. An echo whose original is left out stands on its own.

    Letters are those a person set, else those proposed by the sources' record at the question's clocks.
    Raises UsageError that names what there is, where an outlet, a side or a letter is unknown.
    """
    theatre = inquiry.desk.theatre
    named = {folded for name in left_out.outlets for folded in _names_of(inquiry, name, question)}
    if unknown := [s for s in left_out.sides if s not in {x.id for x in theatre.sides}]:
        raise UsageError(f"side {unknown[0]!r}", f"unknown; known: {', '.join(s.id for s in theatre.sides)}")
    if left_out.reliability and left_out.reliability not in LETTERS:
        raise UsageError(f"reliability {left_out.reliability!r}", f"unknown; known: {', '.join(LETTERS)}")
    letters = _letters(inquiry, question) if left_out.reliability else {}

    def stays(told: Located) -> bool:
        origin = told.claim.chain[-1].side if told.claim.chain else ""
        letter = letters.get(told.outlet.casefold(), "F")
        worse = bool(left_out.reliability) and letter in LETTERS and letter > left_out.reliability
        return told.outlet.casefold() not in named and theatre.side_of(origin) not in left_out.sides and not worse

    kept = [told for told in inquiry.view.located() if stays(told)]
    heard = hear(kept, theatre, inquiry.desk.priors, inquiry.heard, inquiry.heard.rewritten)
    weigher = Weigher(theatre, inquiry.desk.priors, heard.testimonies)
    weigher.inherit(inquiry.weigher)
    return replace(inquiry, weigher=weigher, heard=heard, memo={})


def turns(before: Edition, after: Edition) -> tuple[Turn, ...]:
    """Units of whom the two editions say another holder or another support, those whose leading state turns first, then by unit."""
    other = {row.unit_id: row for row in after.statuses}
    found = [Turn(row, other[row.unit_id]) for row in before.statuses if row.unit_id in other]
    told = [t for t in found if (t.before.holder, t.before.support) != (t.after.holder, t.after.support)]
    return tuple(sorted(told, key=lambda t: (t.before.holder == t.after.holder, t.before.unit_id)))


def _names_of(inquiry: Inquiry, name: str, question: Question) -> set[str]:
    """The folded names under which reports give an outlet. Raises UsageError where neither the theatre nor a report known by then has it."""
    outlet = inquiry.desk.theatre.lexicon.outlet(name)
    if outlet is not None:
        return {name.casefold(), outlet.name.casefold(), *(a.casefold() for a in outlet.aliases)}
    known = inquiry.rules.earliest(question.known_by, inquiry.now)
    if not any(k.report.outlet.casefold() == name.casefold() for k in inquiry.view.kept() if k.known <= known):
        raise UsageError(f"outlet {name!r}", "neither the theatre nor a report known by then names it")
    return {name.casefold()}


def _letters(inquiry: Inquiry, question: Question) -> Mapping[str, str]:
    """The letter of each outlet by folded name."""
    rows = inquiry.edition(question, Wanted(records=True)).records
    return {row.name.casefold(): row.letter_set or row.letter for row in rows if row.outlet_id or row.sort == "outlet"}
