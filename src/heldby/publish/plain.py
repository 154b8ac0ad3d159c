"""Values as plain JSON, and texts as a terminal, a spreadsheet and a parser may safely have them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from heldby.model.ident import canonical_json
from heldby.model.when import utc_text

SIGN = "‡"  # stands behind every row that carries a mark; the mark's words stand with it

# What a terminal would obey or hide behind: C0 and C1 controls, DEL, marks that turn the direction of writing, lone surrogates.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]")
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
_FORMULA = re.compile(r"[=+\-@\t\r]")


def printable(text: str) -> str:
    """`text` on one line without anything a terminal would obey: controls become U+FFFD, runs of white space one blank."""
    return _OBEYED.sub("\ufffd", re.sub(r"\s+", " ", text)).strip()


def plain(value: Any) -> Any:
    """Dataclasses, dates and tuples as JSON can hold them; instants as UTC text."""
    kind: Any = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is tuple or kind is list:
        return [plain(v) for v in value]
    if kind is dict:
        return {str(k): plain(v) for k, v in value.items()}
    names = _field_names(kind)
    if names is not None:
        return {name: plain(getattr(value, name)) for name in names}
    return _seldom(value)


@cache
def _field_names(kind: Hashable) -> tuple[str, ...] | None:
    return tuple(f.name for f in fields(kind)) if isinstance(kind, type) and is_dataclass(kind) else None


def _seldom(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return utc_text(value) if value.tzinfo else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def json_text(value: Any) -> str:
    """The one JSON writer of publication: sorted keys, no blanks, UTF-8; what a terminal would obey is escaped, so the text may be printed."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", canonical_json(plain(value)))


def csv_text(columns: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """`rows` as CSV (RFC 4180, LF, UTF-8) with a header of `columns` (names between blanks); lists are joined by "; ", None is empty.

    Text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection).
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = columns.split()
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(row.get(name)) for name in names])
    return out.getvalue()


def csv_cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    text = printable("; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return f"'{text}" if _FORMULA.match(text) else text
