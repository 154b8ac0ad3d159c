"""One place: its status in a sentence, how likely it was on each day, and every voice by origin with its very words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from heldby.model.status import Support
from heldby.publish import CourseRow, Edition
from heldby.publish.brief_tables import holder
from heldby.publish.course_chart import course_chart
from heldby.publish.dates import plain_when
from heldby.publish.edition import Evidence, StatusRow
from heldby.publish.markup import Markup, el, joined, shape
from heldby.publish.page import mark_sign, paragraph, place_name, section, table
from heldby.publish.plain import printable
from heldby.publish.records import Record
from heldby.publish.source_rows import SourceRow
from heldby.publish.style import likelihood, percent, side_name, style_for
from heldby.publish.voicelist import voices
from heldby.publish.wording import counted, credibility_words, place_text
from heldby.web.frame import Place, page

NO_LETTER = "F"  # reliability cannot be judged


def unit_page(
    place: Place, edition: Edition, row: StatusRow, course: CourseRow, near: Sequence[Record], records: Sequence[SourceRow]
) -> str:
    """The page of `row`; `near` are linked units, `records` the sources' by whose letters voices are rated."""
    chart = course_chart(edition, row, course)
    parts = [
        el("div", _sentence(row), _odds(edition, row), id="status"),
        section("course", "Over time", _course(chart)),
        section("voices", _heading(row), *_origins(edition, row, {r.name: r for r in records}), marks=row.marks),
        *(
            [section("related", "Said of linked places", paragraph("These move nothing here."), voices(edition, row.related))]
            if row.related
            else []
        ),
        section("spells", "Who held it from when to when", _spells(edition, row)),
        section("links", "Linked places and feeds", _links(place, row, near)),
    ]
    return page(place, edition, place_text(row), parts)


def _sentence(row: StatusRow) -> Markup:
    said = el("strong", printable(row.sentence))
    return el("p", said, mark_sign(row.marks), el("span", printable(row.confidence_sentence), class_="b-about"), class_="s-says")


def _odds(edition: Edition, row: StatusRow) -> Markup:
    """Every state with its probability, as a bar and a number."""
    style = style_for(edition)
    items = []
    for state, p in row.probabilities:
        side = style.side(state)
        bar = el(
            "svg", shape("rect", width=round(100 * p, 1), height=10, fill=side.colour if side else "#8A63C7"),
            viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true",
        )  # fmt: skip
        items.append(el("li", holder(edition, state, side_name(edition.theatre, state)), bar, el("span", percent(p), class_="b-num")))
    return el("ul", *items, class_="s-odds", aria_label="Probability of each holder") if items else Markup("")


def _course(chart: Markup) -> Markup:
    if not chart:
        return paragraph("Fewer than two days are known of; there is no course to draw.")
    note = (
        "Lines: probability at the end of each day. Ticks: the day each testimony was published, by the side of who speaks, in the colour of "
        "whom it is about; crosses are denials."
    )
    return joined(
        (
            el("div", chart, class_="b-scroll", role="region", aria_label="Chart of probability over time", tabindex="0"),
            paragraph(note, "b-small"),
        )
    )


def _heading(row: StatusRow) -> str:
    denials = sum(e.denial for e in row.evidence)
    against = f", {counted(denials, 'denial')}" if denials else ""
    return (
        f"{counted(len(row.evidence), 'testimony', 'testimonies')} of {counted(len({e.origin for e in row.evidence}), 'origin')}{against}"
    )


def _origins(edition: Edition, row: StatusRow, records: Mapping[str, SourceRow]) -> list[Markup]:
    """Testimonies by origin; those with denials first, then as far as they moved the answer. Nothing is folded away."""
    if not row.evidence:
        none = "No evidence of its own." if row.support == Support.UNKNOWN else "This edition carries no evidence of it."
        return [paragraph(none)]
    by_origin: dict[str, list[Evidence]] = {}
    for e in row.evidence:
        by_origin.setdefault(e.origin, []).append(e)
    order = sorted(by_origin, key=lambda o: (not any(e.denial for e in by_origin[o]), -max(abs(e.bits or 0.0) for e in by_origin[o]), o))
    return [_origin(edition, name, by_origin[name], records) for name in order]


def _origin(edition: Edition, name: str, told: Sequence[Evidence], records: Mapping[str, SourceRow]) -> Markup:
    reports = {q.report_id for e in told for q in e.quotes}
    firsts = {e.quotes[0].report_id for e in told if e.quotes}
    copies = len(reports - firsts)
    speaker = printable(told[0].chain[-1]) if told[0].chain else "nobody named"
    head = el("h3", f"{name.capitalize()}: ", place_name(speaker))
    kept = f"1 origin, {counted(copies, 'copy', 'copies')}" if copies else "1 origin, no copies"
    against = ", denies" if any(e.denial for e in told) else ""
    return el(
        "div",
        head,
        el("p", f"{kept}{against}; ", _admiralty(told[0], records), class_="b-about"),
        voices(edition, told),
        class_="s-origin s-against" if any(e.denial for e in told) else "s-origin",
    )


def _admiralty(e: Evidence, records: Mapping[str, SourceRow]) -> Markup:
    """The Admiralty pair: the letter of who published it first, as set or proposed, and the number proposed for what is said."""
    outlet = e.quotes[0].outlet if e.quotes else ""
    record = records.get(outlet)
    letter = (record.letter_set or record.letter) if record else NO_LETTER
    if record is None:
        source = "reliability of the source cannot be judged"
    elif record.letter_set:
        source = f"reliability of {outlet} set by a person"
    else:
        source = f"reliability of {outlet} proposed: {record.letter_why}"
    why = printable(f"{source}; {credibility_words(e)}")
    return el("span", "Admiralty ", el("abbr", printable(f"{letter}{e.credibility}"), title=why), f" ({why})")


def _spells(edition: Edition, row: StatusRow) -> Markup:
    spells = [s for s in edition.spells if s.unit_id == row.unit_id]
    if not spells:
        return paragraph("No spell is known.")
    rows = [
        (
            joined((holder(edition, s.holder, s.holder_name), mark_sign(s.marks))),
            plain_when(s.start) if s.start else "before the evidence begins",
            f"{plain_when(s.end) if s.end else 'lasts'}{', within a day' if s.brief else ''}",
            likelihood(s.probability),
        )
        for s in spells
    ]
    return table("However short", ("Held by", "From", "To", "Likelihood"), rows)


def _links(place: Place, row: StatusRow, near: Sequence[Record]) -> Markup:
    items = [
        el("li", el("a", place_name(str(n["name"])), href=place.unit(str(n["unit_id"]))), f" ({n['kind']}): {printable(str(n['reason']))}")
        for n in near
    ]
    feeds = el(
        "p", "Follow this place as ",
        el("a", "Atom", href=place.to("/api/v1/feeds/changes.atom", unit=row.unit_id)), " or ",
        el("a", "JSON Feed", href=place.to("/api/v1/feeds/changes.json", unit=row.unit_id)), "; ",
        el("a", "everything on this page as JSON", href=place.to(f"/api/v1{place.unit(row.unit_id).partition('?')[0]}")), ".",
    )  # fmt: skip
    return joined((el("ul", *items) if items else paragraph("No other place is linked to it."), feeds))
