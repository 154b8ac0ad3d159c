"""Archived copies: what a report was read from, as it came, where the release lets it out. Never as a page of this server's own."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from heldby.flow.thawed import FrozenInquiry, over_ledger
from heldby.gather.archive import Archive, Archived
from heldby.publish.archived import NOT_ARCHIVED, withheld
from heldby.publish.edition import Edition, Quote
from heldby.publish.records import Record, row_of
from heldby.web.asking import Asked, Asking, answer
from heldby.web.refusals import ANSWERS, NotShown

# Whatever a page on this copy was, here it is text to read or bytes to keep: it runs nothing, loads nothing, and has no origin.
SANDBOX = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

NOT_CARRIED = "no copy in this frozen edition"

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
    if thawed := asked.thawed:
        return _carried(asked, thawed, report_id, _quoted(edition, unit_id).get(report_id), part)
    copy, note = copy_of(asked, report_id) if report_id in _quoted(edition, unit_id) else (None, "is not quoted here")
    if copy is None or note:
        raise NotShown(f"archived copy of {report_id!r}", note or NOT_ARCHIVED)
    archive = _archive(asked)
    assert archive is not None
    if part == "text":
        found = answer(asked, copy.text_sha256, lambda: archive.text(copy), "text/plain; charset=utf-8", personal=True)
    else:
        found = answer(asked, copy.sha256, lambda: archive.raw(copy), "application/octet-stream", personal=True)
        found.headers["content-disposition"] = f'attachment; filename="{copy.sha256[:16]}.bin"'
    return _sealed(found)


def _carried(asked: Asked, thawed: FrozenInquiry, report_id: str, quote: Quote | None, part: str) -> Response:
    """From a frozen folder: the bytes as they came, where it carries them. Its files were checked when it was opened, and this one is again."""
    path = thawed.copies.get(quote.hash) if quote else None
    if quote is None or path is None:
        raise NotShown(f"archived copy of {report_id!r}", (quote.archive_note if quote else "is not quoted here") or NOT_CARRIED)
    if part != "raw":
        raise NotShown(f"archived copy of {report_id!r}", "this frozen edition carries the bytes as they came alone: ask for part=raw")
    data = path.read_bytes()
    if sha256(data).hexdigest() != quote.hash:
        raise NotShown(f"archived copy of {report_id!r}", "is not what was frozen: its SHA-256 differs")
    found = answer(asked, quote.hash, lambda: data, "application/octet-stream", personal=True)
    found.headers["content-disposition"] = f'attachment; filename="{quote.hash[:16]}.bin"'
    return _sealed(found)


def _sealed(found: Response) -> Response:
    found.headers["content-security-policy"] = SANDBOX
    found.headers["cache-control"] = "private, no-store"
    return found


def with_copies(asked: Asked, unit_id: str, shown: Record) -> list[str]:
    """Sets beside each quotation of a status (as plain values) where its archived copy is and the hash of its raw bytes, or why there is none.
    Gives what was set, for a tag."""
    told: list[str] = []
    if thawed := asked.thawed:  # what was told of them when it was frozen stands
        for quote in (q for e in (*shown["evidence"], *shown["related"]) for q in e["quotes"]):
            carried = quote["hash"] in thawed.copies
            quote["archived"] = f"/api/v1/units/{unit_id}/archived/{quote['report_id']}" if carried else ""
            quote["archive_note"] = quote["archive_note"] or ("" if carried else NOT_CARRIED)
        return []
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
        return None, NOT_ARCHIVED
    inquiry, copy = over_ledger(asked.inquiry, "archive"), archive.of(report_id)
    report = inquiry.view.report(report_id) if copy else None
    if copy is None or report is None:
        return None, NOT_ARCHIVED
    return copy, withheld(report.text, inquiry.chains().get(report_id, []), copy.at, inquiry.theatre, inquiry.rules, inquiry.now)


def _archive(asked: Asked) -> Archive | None:
    return asked.shelf.archive


def _quoted(edition: Edition, unit_id: str) -> dict[str, Quote]:
    """A quotation of each report that a unit's evidence quotes, by the report's id."""
    row = row_of(edition, unit_id)
    return {q.report_id: q for e in (*row.evidence, *row.related) for q in e.quotes}
