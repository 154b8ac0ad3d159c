"""An Excel workbook: statuses (with the HXL row), changes, tallies, and a sheet that says what the edition is."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from heldby.errors import HeldbyError
from heldby.publish.exports.fields import FIELDS, Value, records
from heldby.publish.exports.geojson import head
from heldby.publish.exports.selection import Selection
from heldby.publish.plain import plain, printable
from heldby.publish.records import CHANGE_COLUMNS, TALLY_COLUMNS, tally_lines


def excel(selection: Selection) -> bytes:
    """Every text is written as text: what looks like a formula or an address stays what it is. Dated by the edition's clock."""
    try:
        import xlsxwriter
    except ImportError:
        raise HeldbyError("export", "Excel needs xlsxwriter: pip install 'heldby[export]'") from None
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    edition = selection.edition
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": printable(edition.title), "comments": edition.digest, "created": edition.known_by.replace(tzinfo=None)})
    writer = _Writer(book, book.add_format({"bold": True}), book.add_format({"font_color": "#57606A", "italic": True}))
    about = head(selection)
    said = [(k, "; ".join(map(str, v)) if isinstance(v, list) else v) for k, v in about.items()]
    writer.sheet("statuses", [f.name for f in FIELDS], [[r[f.name] for f in FIELDS] for r in records(selection)], [f.tag for f in FIELDS])
    names = CHANGE_COLUMNS.split()
    writer.sheet("changes", names, [[_flat(plain(c).get(n)) for n in names] for c in selection.changes])
    names = TALLY_COLUMNS.split()
    lines = [line for t in edition.tallies for line in tally_lines(edition, t)] if not selection.filter.words() else []
    writer.sheet("tallies", names, [[_flat(line.get(n)) for n in names] for line in lines])
    writer.sheet("about", ["what", "value"], [list(pair) for pair in said])
    writer.sheet("fields", ["field", "HXL", "what it holds"], [[f.name, f.tag, f.about] for f in FIELDS])
    book.close()
    return out.getvalue()


def _flat(value: Any) -> Value:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class _Writer:
    book: Any
    bold: Any
    faint: Any

    def sheet(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Value]], tags: Sequence[str] = ()) -> None:
        """A sheet with its header (and the row of tags under it) frozen and filterable."""
        sheet = self.book.add_worksheet(name)
        for column, text in enumerate(header):
            sheet.write_string(0, column, text, self.bold)
        for column, text in enumerate(tags):
            sheet.write_string(1, column, text, self.faint)
        first = 2 if tags else 1
        for number, row in enumerate(rows, start=first):
            for column, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, printable(str(value))[:32_767])  # what a cell can hold
        sheet.freeze_panes(first, 0)
        if rows:
            sheet.autofilter(first - 1, 0, first - 1 + len(rows), len(header) - 1)
