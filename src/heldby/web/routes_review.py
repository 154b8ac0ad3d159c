"""Review: what moves the map most first, what people decided of it, and the one way to write."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from heldby.flow.inquiry import Inquiry, Question
from heldby.flow.reviewing import Decision, decide, turning
from heldby.flow.thawed import over_ledger
from heldby.ledger import open_ledger
from heldby.model.ident import digest
from heldby.model.report import Mark
from heldby.model.review import Reviewed, Verb
from heldby.publish.edition import MARK_WORDS, Edition, Evidence, StatusRow
from heldby.publish.plain import json_text
from heldby.publish.records import Record, document
from heldby.web import described
from heldby.web.acting import author_of, may, may_act, member_of, sent_as
from heldby.web.asking import Asking, Cursor, Limit, following, json_answer, leaf
from heldby.web.refusals import ANSWERS, NotAllowed
from heldby.web.shelf import Shelf

router = APIRouter(prefix="/api/v1", tags=["review"], responses=ANSWERS)


class Speaker(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=500)
    kind: str = Field(default="", max_length=40)
    side: str = Field(default="", max_length=80)


class Typed(BaseModel):
    """A decision as it is sent. `act` accept or reject: `claim_id`, or `claim_ids` for all copies of one
    utterance; correct: `claim_id` and what it says instead; merge: `claim_ids`, whose
    voices are one from then on; add: all but the ids; undo: `id` of an act. Each with a `reason`."""

    model_config = ConfigDict(extra="forbid")
    act: str = Field(max_length=20, json_schema_extra={"enum": [str(v) for v in Verb]})
    reason: str = Field(max_length=5000)
    claim_id: str = Field(default="", max_length=80)
    claim_ids: list[str] = Field(default_factory=list, max_length=50)
    unit_id: str = Field(default="", max_length=200)
    was: str = Field(default="", max_length=200)
    symbol: str = Field(default="", max_length=20)
    holder: str = Field(default="", max_length=80)
    when: str = Field(default="", max_length=80)
    voice: Speaker | None = None
    text: str = Field(default="", max_length=5000)
    source: str = Field(default="", max_length=200)
    published: str = Field(default="", max_length=40)
    id: str = Field(default="", max_length=80)

    def decision(self) -> Decision:
        voice = self.voice or Speaker(text="")
        ids = tuple(dict.fromkeys([*([self.claim_id] if self.claim_id else []), *self.claim_ids]))
        return Decision(
            act=self.act, reason=self.reason, claim_ids=ids, unit=self.unit_id, was=self.was, symbol=self.symbol, holder=self.holder,
            when=self.when, voice=voice.text, voice_kind=voice.kind, voice_side=voice.side, text=self.text, source=self.source,
            published=self.published, undoes=self.id,
        )  # fmt: skip


@router.get("/review", responses={200: {"model": described.ReviewState}})
def state(asked: Asking) -> Response:
    """Whether this server takes decisions, and how many stand."""
    member, acts = member_of(asked.request), list(Verb)
    if member is not None:
        permits = asked.request.scope["heldby.door"].permits
        acts = [v for v in acts if v in permits.acts and member.role.covers(permits.acts[v])]
    writes = bool(acts) and asked.request.app.state.writes
    told = {"open": writes, "member": member.name if member else "", "acts": acts if writes else [], "revision": asked.inquiry.told[0]}
    return json_answer(asked, digest([*asked.inquiry.told, writes, told["member"], told["acts"]]), lambda: told, personal=True)


@router.get("/review/queue", responses={200: {"model": described.Queue}})
def queue(asked: Asking, limit: Limit = 100, cursor: Cursor = "") -> Response:
    """Testimonies by what they do to the map: first those without which another would hold the place, then by bits."""
    inquiry, edition = asked.ledger("review"), asked.evidence()
    items = asked.shelf.kept(inquiry, ("queue", asked.question), lambda: _queue(inquiry, asked.question, edition))
    page = leaf(items, lambda item: f"{item['place']:08d}", limit, cursor)
    standing = [(r.act.id, r.undone) for r in inquiry.view.acts()]
    return json_answer(
        asked,
        digest([edition.digest, standing]),
        lambda: document(edition, total=len(items), items=page.items, next=following(asked, page.cursor)),
    )


@router.get("/review/acts", responses={200: {"model": described.Acts}})
def acts(asked: Asking, limit: Limit = 100, cursor: Cursor = "") -> Response:
    """What people decided, the latest first; undone acts name the act that undid them."""
    told = [(f"{10**9 - r.revision:010d}", r) for r in _shown(asked.ledger("review"))]
    page = leaf(told, lambda pair: pair[0], limit, cursor)
    items = [
        {
            "id": r.act.id, "act": r.act.verb, "claim_ids": r.act.claim_ids, "correction": r.act.correction, "report_id": r.act.report_id,
            "undoes": r.act.undoes, "reason": r.act.reason, "author": r.author, "recorded": r.recorded, "revision": r.revision,
            "undone": r.undone,
        }
        for _, r in page.items
    ]  # fmt: skip
    head = {"revision": asked.inquiry.told[0], "total": len(told)}
    return json_answer(
        asked,
        digest([*asked.inquiry.told, [(r.act.id, r.undone) for _, r in told]]),
        lambda: {**head, "items": items, "next": following(asked, page.cursor)},
    )


@router.post("/review", status_code=201, responses={201: {"model": described.Written}}, openapi_extra=described.body(Typed))
async def write(request: Request) -> Response:
    """Keep a decision as a revision of the ledger; everything is weighed with it at once. Needs the token that `heldby serve` printed in the
    header `X-Heldby-Token`, and an Origin of this server's own; where a team shares the server, a member whose role reaches for the act."""
    typed = await sent_as(Typed, request)
    may_act(request, typed.act)
    author = author_of(request)
    others = member_of(request) is not None and not may(request, "undo-other")
    told = await run_in_threadpool(_kept, request.app.state.shelf, typed, author, others)
    return Response(json_text(told).encode("utf-8", "backslashreplace"), 201, media_type="application/json")


def _kept(shelf: Shelf, typed: Typed, author: str, own_alone: bool) -> Record:
    """`own_alone`: an act of somebody else is not taken back."""
    desk = over_ledger(shelf.inquiry(), "review").desk
    ledger = open_ledger(desk.settings.ledger)
    try:
        if own_alone and typed.act == Verb.UNDO and any(r.act.id == typed.id and r.author != author for r in ledger.view().acts()):
            raise NotAllowed("act 'undo'", "is of somebody else's act; that is for editors")
        act_id = decide(desk, ledger, typed.decision(), author)
    finally:
        ledger.close()
    shelf.renew()
    inquiry = shelf.inquiry()
    return {"id": act_id, "revision": inquiry.revision, "head": inquiry.head}


def _shown(inquiry: Inquiry) -> list[Reviewed]:
    """Acts that the release lets out: on nothing that must wait, or that is shown only as part of its province."""
    known = inquiry.rules.earliest(inquiry.now, inquiry.now)
    told = {c.claim.id: c for c in inquiry.view.as_read()}
    every = inquiry.view.acts()
    hidden: set[str] = set()
    for r in every:
        claims = [told[c] for c in r.act.claim_ids if c in told]
        units = {p.unit_id for c in claims for p in c.claim.places if p.unit_id}
        units |= {r.act.correction.unit_id} if r.act.correction and r.act.correction.unit_id else set()
        if r.act.undoes in hidden or any(c.known > known for c in claims) or not all(map(inquiry.shown_alone, units)):
            hidden.add(r.act.id)
    return [r for r in every if r.act.id not in hidden]


def _queue(inquiry: Inquiry, question: Question, edition: Edition) -> list[Record]:
    turns = turning(inquiry, question)
    decided = {c: str(r.act.verb) for r in inquiry.view.acts() if not r.undone for c in r.act.claim_ids}
    found = [_item(row, e, turns, decided) for row in edition.statuses for e in row.evidence if e.quotes]
    found.sort(
        key=lambda i: (bool(i["reviewed"]), not i["turns_holder"], not i["turns"], -abs(i["bits"] or 0.0), i["unit_id"], i["claim_id"])
    )
    return [{**item, "place": n} for n, item in enumerate(found)]


def _item(row: StatusRow, e: Evidence, turns: Any, decided: dict[str, str]) -> Record:
    first = e.quotes[0]
    verdict = decided.get(first.claim_id, "") or ("corrected" if MARK_WORDS[Mark.REVIEWED] in e.marks else "")
    return {
        "claim_id": first.claim_id,
        "claim_ids": list(dict.fromkeys(q.claim_id for q in e.quotes)), "report_id": first.report_id, "unit_id": row.unit_id, "name": row.name, "kind": row.kind,
        "symbol": e.symbol, "holder": e.holder, "holder_name": e.holder_name, "voice": e.chain[-1] if e.chain else "", "chain": e.chain,
        "outlet": first.outlet, "url": first.url, "published": first.published, "when": e.meant, "text": first.text, "before": first.before,
        "behind": first.behind, "bits": e.bits, "copies": len({q.report_id for q in e.quotes}) - 1, "turns": e.id in turns,
        "turns_holder": turns.get(e.id, False), "reviewed": verdict,
    }  # fmt: skip
