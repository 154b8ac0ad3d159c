"""CSV with the HXL hashtag row directly under the headers."""

from __future__ import annotations

import csv
import io

from heldby.publish.exports.fields import FIELDS, records
from heldby.publish.exports.selection import Selection
from heldby.publish.plain import csv_cell


def csv_hxl(selection: Selection) -> bytes:
    """UTF-8, LF; text that a spreadsheet would take for a formula has an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f.name for f in FIELDS])
    writer.writerow([f.tag for f in FIELDS])
    for record in records(selection):
        writer.writerow([csv_cell(record[f.name]) for f in FIELDS])
    return out.getvalue().encode()
