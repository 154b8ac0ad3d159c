"""A person's decisions about what was read.

Decision (words) -> checked against ledger and theatre -> Act -> ledger.review        (an addition: its report and reading first, in one batch)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heldby.desk import Desk, parse_published
from heldby.errors import UsageError
from heldby.flow.inquiry import Inquiry, Question
from heldby.gather import fingerprint
from heldby.ledger import Ledger, Provenance
from heldby.ledger.reviews import SAYS, as_read_ids
from heldby.model.claim import Claim, Reading
from heldby.model.place import Place
from heldby.model.report import Mark, Passage, Report
from heldby.model.review import BY_HAND, Act, Correction, Verb
from heldby.model.status import CONTESTED, Symbol
from heldby.model.when import When
from heldby.model.who import INDEPENDENT, UNKNOWN, Voice, VoiceKind
from heldby.weigh.case import build_case
from heldby.weigh.status import status_of

LONGEST = 5000  # characters of anything typed


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person typed. `unit` is an id; `voice` its words, `voice_kind` and `voice_side` what it is; `published` ISO 8601; `when` EDTF;
    `text` and `source` the words and the kind of a person's own evidence ("call", "photograph")."""

    act: str
    reason: str
    claim_ids: tuple[str, ...] = ()
    unit: str = ""
    was: str = ""
    symbol: str = ""
    holder: str = ""
    when: str = ""
    voice: str = ""
    voice_kind: str = ""
    voice_side: str = ""
    text: str = ""
    source: str = ""
    published: str = ""
    undoes: str = ""


def decide(desk: Desk, ledger: Ledger, decision: Decision, author: str) -> str:
    """Keep a decision; gives the act's id. Raises UsageError that names what is missing or wrong, LedgerError while another writes."""
    verb = _verb(decision)
    act = Act(verb, decision.reason.strip())
    if verb is Verb.UNDO:
        act = Act(verb, act.reason, undoes=decision.undoes)
    elif verb is Verb.ADD:
        return _add(desk, ledger, decision, author)
    else:
        claims = _claims(ledger, decision.claim_ids, at_least=2 if verb is Verb.MERGE else 1)
        places = [p.unit_id for c in claims for p in c.places if p.unit_id]
        correction = _correction(desk, decision, places) if verb is Verb.CORRECT else None
        act = Act(verb, act.reason, tuple(c.id for c in claims), correction)
    with ledger.writer(desk.clock, author) as writer:
        return writer.review(act)


def turning(inquiry: Inquiry, question: Question) -> Mapping[str, bool]:
    """Testimonies without any one of which its unit would be told otherwise (by id): True where another would hold it."""
    found: dict[str, bool] = {}
    for unit_id, heard in inquiry.weigher.testimonies.items():
        case = inquiry.weigher.case(unit_id, inquiry.clock_for(unit_id, question))
        whole = status_of(case, question.as_of, reasons=False) if heard else None
        for said in case.testimonies if whole is not None and len(case.testimonies) <= 60 else ():
            rest = tuple(t for t in case.testimonies if t.id != said.id)
            other = status_of(build_case(unit_id, rest, case.known_by, case.terms), question.as_of, reasons=False)
            if whole is not None and (other.holder, other.support) != (whole.holder, whole.support):
                found[said.id] = other.holder != whole.holder
    return found


def _verb(decision: Decision) -> Verb:
    if decision.act not in list(Verb):
        raise UsageError(f"act {decision.act!r}", f"unknown; known: {', '.join(Verb)}")
    if not decision.reason.strip():
        raise UsageError("reason", "every act needs one: why is it so?")
    for name in ("reason", "text", "source", "voice", "when"):
        if len(getattr(decision, name)) > LONGEST:
            raise UsageError(name, f"is longer than {LONGEST} characters")
    return Verb(decision.act)


def _claims(ledger: Ledger, claim_ids: tuple[str, ...], at_least: int) -> list[Claim]:
    """The claims as they were read, whether named as read or as they stand. Raises UsageError for one that the ledger does not have."""
    if len(set(claim_ids)) < at_least:
        raise UsageError("claim_ids", f"name {'two claims or more' if at_least > 1 else 'a claim'}")
    view = ledger.view()
    read = {told.claim.id: told.claim for told in view.as_read()}
    ids = as_read_ids(view.as_read(), view.acts())
    for claim_id in claim_ids:
        if claim_id not in ids:
            raise UsageError(f"claim {claim_id!r}", "is not in this ledger")
    return [read[i] for i in dict.fromkeys(ids[c] for c in claim_ids)]


def _correction(desk: Desk, decision: Decision, places: list[str]) -> Correction:
    made = Correction(
        unit_id=_unit(desk, decision.unit) if decision.unit else "",
        was=decision.was,
        symbol=_symbol(decision.symbol) if decision.symbol else None,
        holder=_side(desk, decision.holder) if decision.holder else "",
        when=_when(decision.when) if decision.when else "",
        voice=_voice(desk, decision) if decision.voice or decision.voice_kind or decision.voice_side else None,
    )
    if made.empty:
        raise UsageError("correct", "say what: unit, symbol, holder, when or voice")
    if made.unit_id and made.was and made.was not in places:
        raise UsageError(f"was {made.was!r}", "is none of the units that this claim names")
    if made.unit_id and not made.was and len(set(places)) > 1:
        raise UsageError("was", f"the claim names several units; say which is another: {', '.join(sorted(set(places)))}")
    return made


def _add(desk: Desk, ledger: Ledger, decision: Decision, author: str) -> str:
    """A claim of a person's own: his words are the report, all of them the passage."""
    missing = [n for n in ("text", "source", "published", "unit", "symbol", "voice") if not getattr(decision, n).strip()]
    if missing:
        raise UsageError("add", f"needs {', '.join(missing)} as well")
    symbol, unit_id = _symbol(decision.symbol), _unit(desk, decision.unit)
    if symbol is not Symbol.CONTESTS and not decision.holder:
        raise UsageError("holder", "say which side the claim is about")
    text = decision.text.strip()
    published = parse_published(decision.published, desk.theatre.zone)
    if published.known > desk.clock():
        raise UsageError("published", f"{decision.published} has not come yet")
    report = Report.of(
        text, outlet=decision.source.strip(), published=published, fetched=desk.clock(), origin=f"added by {author}", marks=(Mark.REVIEWED,)
    )
    voice = _voice(desk, decision)
    relation, polarity = SAYS[symbol]
    unit = desk.theatre.unit(unit_id)
    claim = Claim(
        report_id=report.id,
        passage=Passage(report.id, 0, len(text), text),
        relation=relation,
        actor_text=None,
        actor=_side(desk, decision.holder) if decision.holder else "",
        places=(Place(text="", start=0, end=0, name=unit.name if unit else unit_id, unit_id=unit_id, why=("placed by a person",)),),
        chain=(voice,),
        speaker_side=voice.side,
        polarity=polarity,
        when=When.parse(_when(decision.when)) if decision.when else None,
        rule="a person's own",
    )
    provenance = Provenance(desk.rulebook.digest, desk.provenance.theatre, BY_HAND)
    with ledger.writer(desk.clock, author, batch=2) as writer:
        writer.add(report, Reading(report.id, (claim,)), provenance, fingerprint(text))
        return writer.review(Act(Verb.ADD, decision.reason.strip(), (claim.id,), report_id=report.id))


def _unit(desk: Desk, unit_id: str) -> str:
    if desk.theatre.unit(unit_id) is None:
        raise UsageError(f"unit {unit_id!r}", f"unknown in theatre {desk.theatre.id}")
    return unit_id


def _side(desk: Desk, side: str) -> str:
    known = [s.id for s in desk.theatre.sides]
    if side not in known:
        hint = "; fighting is the symbol `contests`" if side == CONTESTED else ""
        raise UsageError(f"holder {side!r}", f"unknown; known: {', '.join(known)}{hint}")
    return side


def _symbol(text: str) -> Symbol:
    if text not in list(Symbol):
        raise UsageError(f"symbol {text!r}", f"unknown; known: {', '.join(Symbol)}")
    return Symbol(text)


def _when(text: str) -> str:
    try:
        return When.parse(text).edtf()
    except ValueError as e:
        raise UsageError("when", str(e)) from None


def _voice(desk: Desk, decision: Decision) -> Voice:
    kind, side = decision.voice_kind or str(VoiceKind.OTHER), decision.voice_side or UNKNOWN
    if kind not in list(VoiceKind):
        raise UsageError(f"voice_kind {kind!r}", f"unknown; known: {', '.join(VoiceKind)}")
    known = [*(s.id for s in desk.theatre.sides), *(a.id for a in desk.theatre.lexicon.actors), INDEPENDENT, UNKNOWN]
    if side not in known:
        raise UsageError(f"voice_side {side!r}", f"unknown; known: {', '.join(dict.fromkeys(known))}")
    if not decision.voice.strip():
        raise UsageError("voice", "say who speaks")
    return Voice(decision.voice.strip(), VoiceKind(kind), side)
