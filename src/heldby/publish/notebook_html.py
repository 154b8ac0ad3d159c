"""Editions as fragments of HTML for a notebook: escaped, with their own looks, without a script, a style sheet or a request to anywhere."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from heldby.model.status import CONTESTED, Support
from heldby.publish.change_dates import dated
from heldby.publish.dates import long_day
from heldby.publish.edition import Edition, Evidence, StatusRow
from heldby.publish.map import MapOptions, map_svg
from heldby.publish.markup import Markup, el, joined
from heldby.publish.plain import plain, printable
from heldby.publish.records import tally_record
from heldby.publish.style import likelihood, percent, side_name, style_for
from heldby.publish.wording import clocks_words, counted, place_text

MOST = 60  # rows shown; a data frame has them all
_BOX = "font:14px/1.45 system-ui,sans-serif;max-width:60rem;color:inherit"
_SOFT = "opacity:.72;font-size:.88em"
_CELL = "padding:.28rem .7rem .28rem 0;border-bottom:1px solid rgba(128,128,128,.28);text-align:left;vertical-align:top"
_NUMBER = f"{_CELL};text-align:right;font-variant-numeric:tabular-nums"


def plain_row(row: object) -> Any:
    """A row as JSON-ready values by field."""
    return plain(row)


def drawing(edition: Edition, palette: str) -> str:
    """The map as SVG. Raises HeldbyError where the extra `map` is not installed, UsageError for an unknown palette."""
    return map_svg(edition, MapOptions(palette=palette))


def picture(edition: Edition, palette: str = "default") -> Markup:
    """The map as a picture of its own, so that nothing of its looks reaches the page around it."""
    data = base64.b64encode(drawing(edition, palette).encode("utf-8", "replace")).decode("ascii")
    words = f"Map of {edition.theatre.name} on {long_day(edition.as_of)}; statuses() says the same as a table"
    shown = el("img", src=f"data:image/svg+xml;base64,{data}", alt=words, style="width:100%;max-width:60rem;height:auto", void=True)
    return _box(edition, [shown])


def status(edition: Edition, row: StatusRow) -> Markup:
    """One place: its sentence, its probabilities, every voice with its very words."""
    head = el("p", el("strong", printable(place_text(row))), style="margin:.2rem 0")
    said = el("p", printable(row.sentence), style="font-size:1.15em;font-weight:600;margin:.2rem 0")
    sure = el("p", printable(row.confidence_sentence), style=f"{_SOFT};margin:.2rem 0")
    bars = [_bar(edition, state, p) for state, p in row.probabilities]
    denials = sum(e.denial for e in row.evidence)
    against = f", {counted(denials, 'denial')}" if denials else ""
    told = el("p", f"{counted(len(row.evidence), 'testimony', 'testimonies')}{against}:", style="margin:.8rem 0 .2rem")
    voices = el("ul", *map(_voice, row.evidence), style="margin:0;padding-left:1.1rem")
    return _box(edition, [head, said, sure, el("div", *bars), *([told, voices] if row.evidence else [])])


def statuses(edition: Edition, rows: Sequence[StatusRow]) -> Markup:
    """A table of places, those with evidence first."""
    order = sorted(rows, key=lambda r: (r.support == Support.UNKNOWN, r.parent, r.name, r.unit_id))
    cells = [
        (place_text(r), _side(edition, r.holder, r.holder_name), f"{r.likelihood}, {percent(r.probability)}" if r.holder else "–", r.support,
         str(r.origins), str(r.denials), r.last_evidence)
        for r in order[:MOST]
    ]  # fmt: skip
    heads = ("Place", "Held by", "Likelihood", "Rests on", "Origins", "Denials", "Last evidence")
    return _box(edition, [_table(heads, cells, (4, 5)), *_more(len(rows))])


def tally(edition: Edition) -> Markup:
    """The last day's counts with their intervals, and how they changed since the first day."""
    if not edition.tallies:
        return _box(edition, [el("p", "No roster to count over.")])
    last, first = tally_record(edition, edition.tallies[-1]), tally_record(edition, edition.tallies[0])
    before = {r["state"]: r["count"] for r in first["rows"]}
    several = len(edition.tallies) > 1
    cells = [
        (
            _side(edition, r["state"], r["state_name"]),
            str(r["count"]),
            f"{r['low']}–{r['high']}",
            _signed(r["count"] - before.get(r["state"], 0)),
        )
        for r in last["rows"]
    ]
    cells.append((_side(edition, None, "unknown"), str(last["unknown"]), "", _signed(last["unknown"] - first["unknown"])))
    heads = ("Held by", last["counts"], "90 %", f"since {long_day(edition.tallies[0].as_of)}")
    shown = [c if several else c[:3] for c in cells]
    title = el("p", el("strong", printable(f"{last['roster']}, {long_day(edition.tallies[-1].as_of)}")), style="margin:.2rem 0")
    return _box(edition, [title, _table(heads if several else heads[:3], shown, (1, 2, 3))])


def changes(edition: Edition) -> Markup:
    """A table of changes, the latest first."""
    cells = [
        (dated(c), place_text(c), joined((_side(edition, c.before, c.before_name), " → ", _side(edition, c.after, c.after_name))),
         f"{likelihood(c.probability)}, {percent(c.probability)}", c.support, "taken back" if c.recapture else "")
        for c in reversed(edition.changes[-MOST:])
    ]  # fmt: skip
    return _box(
        edition, [_table(("When", "Place", "From whom to whom", "Likelihood", "Rests on", ""), cells), *_more(len(edition.changes))]
    )


def _box(edition: Edition, parts: Sequence[Markup]) -> Markup:
    marks = f"{'; '.join(edition.marks).capitalize()}. " if edition.marks else ""
    notes = "".join(f"Release: {n}. " for n in edition.release_notes)
    foot = f"{clocks_words(edition)}. {marks}{notes}Edition {edition.digest[:16]}."
    return el("div", *parts, el("p", printable(foot), style=f"{_SOFT};margin:.5rem 0 0"), style=_BOX)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> Markup:
    def style(n: int) -> str:
        return _NUMBER if n in numbers else _CELL

    head = el("tr", *(el("th", h, scope="col", style=f"{style(n)};font-weight:600") for n, h in enumerate(heads)))
    body = [el("tr", *(el("td", c if isinstance(c, Markup) else printable(c), style=style(n)) for n, c in enumerate(row))) for row in rows]
    return el("table", el("thead", head), el("tbody", *body), style="border-collapse:collapse;background:none;font:inherit")


def _more(total: int) -> list[Markup]:
    return [el("p", f"{MOST} of {total} shown; frame() has all.", style=_SOFT)] if total > MOST else []


def _side(edition: Edition, state: str | None, name: str = "") -> Markup:
    """A state by colour and name."""
    colour = _colour(edition, state)
    chip = f"display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.4em;background:{colour};border:1px solid rgba(0,0,0,.35)"
    return el("span", el("span", "", style=chip), printable(name or side_name(edition.theatre, state)), style="white-space:nowrap")


def _colour(edition: Edition, state: str | None) -> str:
    style = style_for(edition)
    if state == CONTESTED and len(style.sides) > 1:
        one, other = style.sides[0].colour, style.sides[1].colour
        return f"repeating-linear-gradient(45deg,{one} 0 2px,{other} 2px 4px)"
    side = style.side(state or "")
    return side.colour if side else style.unknown


def _bar(edition: Edition, state: str, p: float) -> Markup:
    track = "display:inline-block;width:12rem;max-width:40%;height:.55em;background:rgba(128,128,128,.2);margin:0 .6em"
    fill = f"display:block;height:100%;width:{100 * p:.1f}%;background:{_colour(edition, state)}"
    name = el("span", _side(edition, state), style="display:inline-block;min-width:9rem")
    return el("div", name, el("span", el("span", "", style=fill), style=track), percent(p))


def _words(text: str) -> str:
    """Words beside a quotation's own, with the blank that stands between them."""
    return f"{' ' if text[:1].isspace() else ''}{printable(text)}{' ' if text.strip() and text[-1:].isspace() else ''}"


def _voice(e: Evidence) -> Markup:
    speaker = printable(e.chain[-1]) if e.chain else "nobody named"
    bits = f"{e.bits:+.1f} bits" if e.bits is not None else "moves nothing"
    head = joined((el("strong", speaker), f"{', denies' if e.denial else ''}; {bits}; said {e.said}"))
    words = [
        el("q", _words(q.before), el("mark", printable(q.text)), _words(q.behind), style="display:block;margin:.15rem 0")
        for q in e.quotes[:1]
    ]
    about = [el("span", f"{printable(q.outlet)}, {printable(q.published)}", style=_SOFT) for q in e.quotes[:1]]
    copies = len({q.report_id for q in e.quotes}) - 1
    more = [el("span", f"; {counted(copies, 'copy', 'copies')}, counted once", style=_SOFT)] if copies > 0 else []
    return el("li", head, *words, *about, *more, style="margin:.35rem 0")


def _signed(n: int) -> str:
    return f"+{n}" if n > 0 else f"−{-n}" if n < 0 else "±0"
