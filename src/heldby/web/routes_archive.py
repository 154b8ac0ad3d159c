"""Archived copies: what a report was read from, as it came, where the release lets it out. Never as a page of this server's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from heldby.flow.inquiry import Inquiry
from heldby.flow.thawed import over_ledger
from heldby.gather.archive import Archive, Archived
from heldby.model.who import Chain
from heldby.publish.archived import withheld
from heldby.publish.edition import Edition
from heldby.publish.records import Record, row_of
from heldby.web.asking import Asked, Asking, answer
from heldby.web.refusals import ANSWERS, NotShown

# Whatever a page on this copy was, here it is text to read or bytes to keep: it runs nothing, loads nothing, and has no origin.
SANDBOX = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

router = APIRouter(prefix="/api/v1", tags=["archive"], responses=ANSWERS)
Id = Annotated[str, Path(max_length=200)]


@router.get(
    "/units/{unit_id}/archived/{report_id}",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}, "application/octet-stream": {}}}},
)
def archived(
    asked: Asking, unit_id: Id, report_id: Id,
    part: Annotated[str, Query(pattern="^(text|raw)$", description="`text` as it was read, or `raw`: the bytes as the server sent them, to keep.")] = "text",
) -> Response:  # fmt: skip
    """The archived copy of a report that a unit's evidence quotes."""
    edition = asked.unit(unit_id)
    copy, note = copy_of(asked, report_id) if report_id in _quoted(edition, unit_id) else (None, "is not quoted here")
    if copy is None or note:
        raise NotShown(f"archived copy of {report_id!r}", note or "not archived")
    archive = _archive(asked)
    assert archive is not None
    if part == "text":
        found = answer(asked, copy.text_sha256, lambda: archive.text(copy), "text/plain; charset=utf-8", personal=True)
    else:
        found = answer(asked, copy.sha256, lambda: archive.raw(copy), "application/octet-stream", personal=True)
        found.headers["content-disposition"] = f'attachment; filename="{copy.sha256[:16]}.bin"'
    found.headers["content-security-policy"] = SANDBOX
    found.headers["cache-control"] = "private, no-store"
    return found


def with_copies(asked: Asked, unit_id: str, shown: Record) -> list[str]:
    """Sets beside each quotation of a status (as plain values) where its archived copy is and the hash of its raw bytes, or why there is none.
    Gives what was set, for a tag."""
    told: list[str] = []
    for e in (*shown["evidence"], *shown["related"]):
        for quote in e["quotes"]:
            copy, note = copy_of(asked, quote["report_id"])
            at = f"/api/v1/units/{unit_id}/archived/{quote['report_id']}" if copy and not note else ""
            quote["archived"], quote["archive_note"] = at, note
            quote["hash"] = copy.sha256 if copy and not note else ""
            quote["archived_at"] = copy.at if copy and not note else ""
            told += [at, note, quote["hash"]]
    return told


def copy_of(asked: Asked, report_id: str) -> tuple[Archived | None, str]:
    """A report's copy, and why it is not shown ("" where it is)."""
    archive = _archive(asked)
    if archive is None:
        return None, "a frozen edition carries no copies" if asked.thawed else "not archived"
    inquiry = over_ledger(asked.inquiry, "archive")
    copy, report = archive.of(report_id), inquiry.view.report(report_id)
    if copy is None or report is None:
        return None, "not archived"
    chains = asked.shelf.kept(inquiry, "chains by report", lambda: _chains(inquiry)).get(report_id, [])
    return copy, withheld(report.text, chains, copy.at, inquiry.theatre, inquiry.rules, inquiry.now)


def _archive(asked: Asked) -> Archive | None:
    return asked.shelf.archive


def _quoted(edition: Edition, unit_id: str) -> set[str]:
    row = row_of(edition, unit_id)
    return {q.report_id for e in (*row.evidence, *row.related) for q in e.quotes}


def _chains(inquiry: Inquiry) -> Mapping[str, list[Chain]]:
    found: dict[str, list[Chain]] = {}
    for told in inquiry.view.as_read():
        found.setdefault(told.claim.report_id, []).append(told.claim.chain)
    for tally in inquiry.view.tallies():
        found.setdefault(tally.tally.report_id, []).append(tally.tally.chain)
    return found
