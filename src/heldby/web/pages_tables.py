"""Tables of an edition: all places, two days beside each other, what others counted, how sources have done, what was not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from heldby.model.place import PlaceKind
from heldby.model.status import CONTESTED, Support
from heldby.publish import Edition
from heldby.publish.brief_sources import sources_section
from heldby.publish.brief_tables import comparison_items, holder, tally_table
from heldby.publish.dates import long_day
from heldby.publish.edition import GapRow, StatusRow
from heldby.publish.exports import Filter, Selection
from heldby.publish.markup import Markup, el, joined, shape
from heldby.publish.page import mark_sign, paragraph, place_name, section, table
from heldby.publish.plain import printable
from heldby.publish.style import percent, side_name
from heldby.publish.wording import counted, place_text
from heldby.web.frame import Place, choice, entry, page

ON_A_PAGE = 250
SORTS: Mapping[str, tuple[str, Callable[[StatusRow], tuple[object, ...]]]] = {
    "name": ("Place", lambda r: (r.name,)),
    "area": ("Area", lambda r: (r.parent, r.name)),
    "holder": ("Held by", lambda r: (r.holder_name if r.holder else "￿", r.name)),
    "likelihood": ("Likelihood", lambda r: (-r.probability, r.name)),
    "support": ("Rests on", lambda r: (list(Support).index(Support(r.support)), r.name)),
    "origins": ("Origins", lambda r: (-r.origins, r.name)),
    "denials": ("Denials", lambda r: (-r.denials, r.name)),
    "last": ("Last evidence", lambda r: (not r.last_evidence, [-ord(c) for c in r.last_evidence], r.name)),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """Which places, in which order, from which on; as the page's address says."""

    filter: Filter
    q: str
    sort: str
    start: int


def places(place: Place, edition: Edition, selection: Selection, listed: Listed) -> str:
    """The table of statuses: the map's twin in words."""
    rows = [s.row for s in selection.subjects if s.row and listed.q.casefold() in s.row.name.casefold()]
    rows.sort(key=lambda r: (*SORTS[listed.sort][1](r), r.unit_id))
    shown = rows[listed.start : listed.start + ON_A_PAGE]
    areas = [s.area for s in selection.subjects if s.area and not listed.q]
    parts = [_filters(place, edition, listed), _table(place, edition, shown, listed, len(rows)), _ways(place, listed, len(rows))]
    if areas:
        cells = [
            (
                place_name(a.name),
                joined((", ".join(f"{n} {side_name(edition.theatre, s)}" for s, n in a.counts) or "nothing known", mark_sign(a.marks))),
                f"{a.unknown} of {a.size}",
            )
            for a in areas
        ]
        parts.append(table("Shown as areas alone", ("Area", "Held by", "Unknown"), cells, (2,)))
    return page(place, edition, "Places: who holds what", parts)


def _filters(place: Place, edition: Edition, listed: Listed) -> Markup:
    theatre = edition.theatre
    holders = [*((s.id, s.name) for s in theatre.sides), (CONTESTED, CONTESTED), (Support.UNKNOWN.value, "unknown")]
    met = {row.kind for row in edition.statuses}
    areas = sorted(((u.id, u.name) for u in theatre.units if u.kind is PlaceKind.PROVINCE), key=lambda a: (a[1], a[0]))
    fields = (
        shape("input", type="hidden", name="as_of", value=place.as_of.isoformat()),
        *([shape("input", type="hidden", name="known_by", value=place.known_by)] if place.known_by else []),
        entry("q", "Name", listed.q, "search", size="14"),
        choice("kind", "Kind", "".join(listed.filter.kinds[:1]), ((k.value, k.value) for k in PlaceKind if k.value in met)),
        choice("holder", "Held by", "".join(listed.filter.holders[:1]), holders),
        choice("support", "Rests on", "".join(listed.filter.supports[:1]), ((s.value, s.value) for s in Support)),
        *([choice("within", "Area", listed.filter.within, areas)] if areas else []),
        choice("sort", "Sorted by", listed.sort, ((k, name) for k, (name, _) in SORTS.items())),
        el("button", "Filter", type="submit"),
    )
    return el("form", *fields, method="get", action="/statuses", class_="s-filter", role="search", aria_label="Filter of places")


def _table(place: Place, edition: Edition, rows: Sequence[StatusRow], listed: Listed, total: int) -> Markup:
    heads = []
    for name, (label, _) in SORTS.items():
        sorted_now = "ascending" if name == listed.sort else None
        link = el("a", label, href=place.here(sort=name, start=""))
        heads.append(
            el("th", link, scope="col", aria_sort=sorted_now, class_="b-num" if name in ("likelihood", "origins", "denials") else None)
        )
    body = [el("tr", *_cells(place, edition, row)) for row in rows]
    caption = f"{counted(total, 'place')}, sorted by {SORTS[listed.sort][0].casefold()}; a heading sorts by its column"
    if total > len(rows):
        caption += f"; {listed.start + 1} to {listed.start + len(rows)} shown"
    inner = el("table", el("caption", caption), el("thead", el("tr", *heads)), el("tbody", *body))
    return el("div", inner, class_="b-scroll", role="region", aria_label="Table of places", tabindex="0")


def _cells(place: Place, edition: Edition, row: StatusRow) -> tuple[Markup, ...]:
    name = el("a", place_name(row.name), href=place.unit(row.unit_id))
    told = row.support != Support.UNKNOWN
    return (
        el("th", name, f" ({row.kind})" if row.kind else "", mark_sign(row.marks), scope="row"),
        el("td", printable(row.parent)),
        el("td", holder(edition, row.holder, row.holder_name)),
        el("td", f"{row.likelihood}, {percent(row.probability)}" if row.holder else "–", class_="b-num"),
        el("td", row.support),
        el("td", str(row.origins) if told else "–", class_="b-num"),
        el("td", str(row.denials) if told else "–", class_="b-num"),
        el("td", row.last_evidence or "none"),
    )


def _ways(place: Place, listed: Listed, total: int) -> Markup:
    ways = []
    if listed.start > 0:
        ways.append(el("a", "‹ before", href=place.here(start=str(max(0, listed.start - ON_A_PAGE))), class_="s-step"))
    if listed.start + ON_A_PAGE < total:
        ways.append(el("a", "more ›", href=place.here(start=str(listed.start + ON_A_PAGE)), class_="s-step"))
    return el("p", *ways, class_="s-steps") if ways else Markup("")


def compare(place: Place, here: Edition, there: Edition) -> str:
    """Two days beside each other, the earlier first: only what differs."""
    first, last = sorted((here, there), key=lambda e: e.as_of)
    earlier = {row.unit_id: row for row in first.statuses}
    pairs = [(earlier.get(row.unit_id), row) for row in last.statuses]
    differ = [(a, b) for a, b in pairs if (a.holder if a else None, a.support if a else Support.UNKNOWN) != (b.holder, b.support)]
    turned = [(a, b) for a, b in differ if (a.holder if a else None) != b.holder]
    firmer = [(a, b) for a, b in differ if (a.holder if a else None) == b.holder]
    day = long_day(first.as_of)
    other = there.as_of.isoformat()
    maps = el("div", *(_picture(place, e) for e in (first, last)), class_="s-maps")
    parts = [
        section("holders", f"Another holder ({len(turned)})", _pairs(place, last, turned, day, "No place shown has another holder.")),
        section("support", f"The same holder, resting on other evidence ({len(firmer)})", _pairs(place, last, firmer, day, "None.")),
        section("maps", "Both maps", maps),
        *([section("tallies", "Both tallies", joined((tally_table(first), tally_table(last))))] if first.tallies and last.tallies else []),
    ]
    extra = (entry("other", "Beside", other, "date"),)
    return page(place, here, f"{day} and {long_day(last.as_of)}", parts, extra)


def _picture(place: Place, edition: Edition) -> Markup:
    address = place.to("/api/v1/map.svg", as_of=edition.as_of.isoformat())
    words = f"Map of {long_day(edition.as_of)}; the tables say the same in words"
    return el("figure", el("a", shape("img", src=address, alt=words), href=address), el("figcaption", long_day(edition.as_of)))


def _pairs(place: Place, edition: Edition, pairs: Sequence[tuple[StatusRow | None, StatusRow]], day: str, none: str) -> Markup:
    if not pairs:
        return paragraph(none)
    rows = [
        (
            el("a", place_name(place_text(b)), href=place.unit(b.unit_id)),
            _stands(edition, a),
            joined((_stands(edition, b), mark_sign(b.marks))),
            f"{b.likelihood}, {percent(b.probability)}" if b.holder else "–",
        )
        for a, b in sorted(pairs, key=lambda p: (p[1].parent, p[1].name, p[1].unit_id))
    ]
    return table(counted(len(rows), "place"), ("Place", f"On {day}", f"On {long_day(edition.as_of)}", "Now"), rows)


def _stands(edition: Edition, row: StatusRow | None) -> Markup:
    """Who holds a place and what that rests on."""
    if row is None or row.support == Support.UNKNOWN:
        return el("span", "unknown")
    return joined((holder(edition, row.holder, row.holder_name), f" ({row.support})"))


def published(place: Place, edition: Edition) -> str:
    return page(
        place,
        edition,
        "Tallies that others published, beside ours",
        [section("published", "They say, we count", comparison_items(edition))],
    )


def sources(place: Place, edition: Edition) -> str:
    shown = sources_section(edition) or paragraph("Nobody has said anything of a place by then.")
    return page(place, edition, "How the sources have done", [section("sources", "Their record", shown)])


def gaps(place: Place, edition: Edition, most: int) -> str:
    """What was met and not guessed, by kind."""
    kinds: dict[str, list[GapRow]] = {}
    for gap in edition.gaps:
        kinds.setdefault(gap.kind, []).append(gap)
    parts = []
    for kind, found in sorted(kinds.items(), key=lambda k: (-len(k[1]), k[0])):
        rows = [(printable(g.subject) or "–", joined((printable(g.cause), mark_sign(g.marks)))) for g in found[:most]]
        caption = counted(len(found), "gap") + (f", the first {most} shown" if len(found) > most else "")
        parts.append(section(f"gap-{kind}", kind.replace("-", " ").capitalize(), table(caption, ("What", "Why it was not guessed"), rows)))
    return page(place, edition, "What was met and not guessed", parts or [paragraph("No gap is known.")])
