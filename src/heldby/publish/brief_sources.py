"""The brief's section on its sources: the picture, and every figure as tables."""

from __future__ import annotations

from collections.abc import Iterator

from heldby.model.record import SourceSort
from heldby.publish.edition import Edition
from heldby.publish.markup import Markup, el, joined
from heldby.publish.page import mark_sign, paragraph, place_name, table
from heldby.publish.plain import printable
from heldby.publish.source_rows import SourceRow
from heldby.publish.sources import HEADINGS, grouped, interval, lead_words, learned_words, notes, out_of
from heldby.publish.sources_chart import sources_chart


def sources_section(edition: Edition) -> Markup:
    """Picture, tables and the rule they are judged by; nothing where the edition was not asked for records."""
    if not edition.records:
        return Markup("")
    drawn = el("div", sources_chart(edition), class_="b-scroll", role="region", aria_label="Picture of the sources' record", tabindex="0")
    tables = (_table(edition, sort, rows) for sort, rows in grouped(edition))
    return joined((drawn, *tables, *(paragraph(text, "b-small") for text in notes(edition))))


def _table(edition: Edition, sort: SourceSort, rows: list[SourceRow]) -> Markup:
    press = sort is SourceSort.OUTLET
    learned = any(r.learned is not None for r in rows)
    heads = (
        "Source", "Reports", *(("Claims printed", "Own testimonies", "First to carry", "Echoes relayed") if press else ("Testimonies", "Told again")),
        "Borne out", "90 % interval", "Open", "In own interest", "Against it", "Denials borne out", *(("Learned",) if learned else ()),
        "Lead (changes)", "Letter proposed", "Letter set",
    )  # fmt: skip
    cells = [tuple(_cells(row, press=press, learned=learned)) for row in rows]
    return table(HEADINGS[sort], heads, cells, range(1, len(heads) - 2))


def _cells(row: SourceRow, *, press: bool, learned: bool) -> Iterator[str]:
    yield joined((place_name(row.name), mark_sign(row.marks)))
    yield str(row.reports)
    yield from (str(n) for n in ((row.published, row.testimonies, row.carried, row.relayed) if press else (row.testimonies, row.echoed)))
    yield out_of(row.outcomes)
    yield interval(row.outcomes.low, row.outcomes.high)
    yield str(row.outcomes.open)
    yield from (out_of(x) for x in (row.own, row.against, row.denials))
    if learned:
        yield "" if row.learned is None else f"{learned_words(row)}, {interval(row.learned_low, row.learned_high)}"
    yield lead_words(row)
    yield el("abbr", row.letter, title=printable(row.letter_why))
    yield row.letter_set or "–"
