"""Archived copies: what a report was read from, as it came, where the release lets it out. Never as a page of this server's own."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from heldby.flow.thawed import FrozenInquiry, over_ledger
from heldby.publish.archived import NOT_ARCHIVED
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
    quote = _quoted(asked.unit(unit_id), unit_id).get(report_id)
    if quote is None or not quote.hash:  # what the gate withholds has no hash
        raise NotShown(f"archived copy of {report_id!r}", (quote.archive_note if quote else "is not quoted here") or NOT_ARCHIVED)
    if thawed := asked.thawed:
        return _carried(asked, thawed, quote, part)
    archive = over_ledger(asked.inquiry, "archive").archive
    copy = archive.of(report_id) if archive else None
    if archive is None or copy is None or copy.sha256 != quote.hash:
        raise NotShown(f"archived copy of {report_id!r}", NOT_ARCHIVED)
    if part == "text":
        found = answer(asked, copy.text_sha256, lambda: archive.text(copy), "text/plain; charset=utf-8", personal=True)
    else:
        found = _bytes(asked, quote, lambda: archive.raw(copy))
    return _sealed(found)


def _carried(asked: Asked, thawed: FrozenInquiry, quote: Quote, part: str) -> Response:
    """From a frozen folder: the bytes as they came, where it carries them. Its files were checked when it was opened, and this one is again."""
    path = thawed.copies.get(quote.hash)
    if path is None:
        raise NotShown(f"archived copy of {quote.report_id!r}", NOT_CARRIED)
    if part != "raw":
        raise NotShown(
            f"archived copy of {quote.report_id!r}", "this frozen edition carries the bytes as they came alone: ask for part=raw"
        )
    data = path.read_bytes()
    if sha256(data).hexdigest() != quote.hash:
        raise NotShown(f"archived copy of {quote.report_id!r}", "is not what was frozen: its SHA-256 differs")
    return _sealed(_bytes(asked, quote, lambda: data))


def _bytes(asked: Asked, quote: Quote, made: Callable[[], bytes]) -> Response:
    found = answer(asked, quote.hash, made, "application/octet-stream", personal=True)
    found.headers["content-disposition"] = f'attachment; filename="{quote.hash[:16]}.bin"'
    return found


def _sealed(found: Response) -> Response:
    found.headers["content-security-policy"] = SANDBOX
    found.headers["cache-control"] = "private, no-store"
    return found


def with_copies(asked: Asked, unit_id: str, shown: Record) -> None:
    """Sets beside each quotation of a status (as plain values) where its archived copy is; the edition says its hash, or why there is none."""
    thawed = asked.thawed
    for quote in (q for e in (*shown["evidence"], *shown["related"]) for q in e["quotes"]):
        given = quote["hash"] and (thawed is None or quote["hash"] in thawed.copies)
        quote["archived"] = f"/api/v1/units/{unit_id}/archived/{quote['report_id']}" if given else ""
        quote["archive_note"] = quote["archive_note"] or ("" if given else NOT_CARRIED if thawed else NOT_ARCHIVED)


def _quoted(edition: Edition, unit_id: str) -> dict[str, Quote]:
    """A quotation of each report that a unit's evidence quotes, by the report's id."""
    row = row_of(edition, unit_id)
    return {q.report_id: q for e in (*row.evidence, *row.related) for q in e.quotes}
