"""The brief as Markdown and as PDF: what it tells, and that nothing told in it is taken for markup."""

from __future__ import annotations

import ctypes
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from payloads import PAYLOADS
from publish_scene import (
    AS_OF,
    KNOWN,
    PAPER,
    TALIBAN,
    afghanistan,
    comparison,
    heard,
    located,
    plain_status,
    small,
    small_bundle,
    tally_of,
)

from heldby.model.status import Reason, Support, Symbol
from heldby.publish.brief_blocks import Bullets, Figure, Figures, Heading, Look, Paper, Paragraph, Run, Table, Told, Voice, Voices, words
from heldby.publish.brief_markdown import brief_markdown, markdown
from heldby.publish.brief_pdf import brief_pdf, pdf
from heldby.publish.brief_plan import plan
from heldby.publish.edition import Edition
from heldby.publish.fonts import drawable
from heldby.publish.plain import printable
from heldby.publish.release import Release, release

PARSER = MarkdownIt("commonmark").enable("table")
ALLOWED = {"text", "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close", "link_open", "link_close"}


def eve() -> Edition:
    statuses = (plain_status("af:kandahar:kandahar-city", TALIBAN, 0.9, Support.CONFIRMED),)
    made = small_bundle(
        statuses=statuses, tallies=(tally_of(afghanistan(), statuses, AS_OF - timedelta(days=8)),), changes=(), comparisons=()
    )
    return release(replace(made, as_of=AS_OF - timedelta(days=8), since=None), Release(), KNOWN)


def inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def shown(text: str) -> str:
    """What a reader of the Markdown sees, a line a block."""
    lines = []
    for token in PARSER.parse(text):
        if token.type == "inline":
            lines.append("".join(c.content if c.type == "text" else "\n" if c.type.endswith("break") else "" for c in token.children or ()))
        elif token.type in ("fence", "code_block", "html_block"):
            lines.append(f"[{token.type}]")
    return "\n".join(lines)


def test_markdown_tells_what_changed_who_disputes_it_and_with_which_words() -> None:
    text = brief_markdown(small(), eve())
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads == [
        "In short", "How to read this", "Before and after", "Changes since 7 July 2021", "Recaptures", "Tallies", "Tallies that others published",
        "Disputes, with every voice", "Stale: not heard of for long", "Who holds what", "Evidence on the places that changed",
        "Evidence on the other places", "Coverage and gaps", "Method",
    ]  # fmt: skip
    seen = shown(text)
    assert (
        "4 changes since 7 July 2021, 1 recapture among them; cities and crossings, the latest first: Spin Boldak crossing to the Taliban."
        in seen
    )
    assert "Denies: taken by the Taliban" in seen
    assert '“The interior ministry said the attack was "repelled" & the crossing was safe.”' in seen
    assert "A journal counts 212 of 407 districts for the Taliban." in seen
    assert "The Valley Post → Kite News Agency → an official who asked not to be named" in seen
    assert small().digest in seen
    assert re.search(r"\| contested \| 0 \\\[0–5\\\] \| 1 \\\[0–6\\\] \| \\\+1 \|", text), "the table of before and after"
    assert {t.type for t in inline(PARSER.parse(text))} <= ALLOWED


def test_every_voice_of_a_dispute_and_every_mark_is_told() -> None:
    from publish_scene import country

    paper = plan(country(), pictures=False)
    told = [b for b in paper.blocks if isinstance(b, Voices)]
    assert sum(len(v.items) for v in told) >= sum(len(r.evidence) for r in country().statuses)
    denials = sum(e.denial for r in country().statuses for e in r.evidence)
    assert sum(v.denial for b in told for v in b.items) >= denials > 0
    assert any(isinstance(b, Paragraph) and b.kind == "mark" and "econstruction" in b.words[0].text for b in paper.blocks)


def test_a_figure_in_short_agrees_with_the_tally() -> None:
    tally = small().tally
    assert tally is not None
    first = next(b for b in plan(small(), pictures=False).blocks if isinstance(b, Bullets)).items[0][0].text
    assert first.startswith(f"At the end of 14 July 2021, of {tally.size} districts, ")
    for row in tally.rows:
        assert f"{row.count or 'none'} {'is' if row.count < 2 else 'are'} " in first
        assert f"({row.low} to {row.high})" in first
    assert f"the other {tally.unknown} is unknown" in first


def everywhere(payload: str) -> Paper:
    """A paper with one text in every place that a text can stand."""
    run = words(payload)
    emphasised = tuple((Run(payload, look),) for look in (Look.STRONG, Look.QUIET, Look.DENIAL, Look.PASSAGE))
    voice = Voice(run, (run, words("x ", payload)), (Told(run, words(payload)), Told((), words(payload))))
    return Paper(
        "title", "clocks", ("foot",), "2021-07-14",
        (
            Heading(2, words("x ", payload)), Heading(3, run), Paragraph(run), Paragraph(run, "mark"), Paragraph(words("x", payload, "y")),
            Bullets((run, *emphasised)), Figures((Figure(payload, payload, payload),)), Table(payload, (payload, "b"), ((run, run), emphasised[:2])),
            Voices((voice,)), Paragraph((Run(payload, Look.LINK),)),
        ),
    )  # fmt: skip


def test_there_are_a_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_stays_text_in_markdown(payload: str) -> None:
    text = printable(payload)
    made = markdown(everywhere(text))
    tokens = PARSER.parse(made)
    kinds = [t.type for t in tokens]
    assert not {"html_block", "fence", "code_block"} & set(kinds)
    assert {t.type for t in inline(tokens)} <= ALLOWED - {"link_open", "link_close"}
    assert [t.tag for t in tokens if t.type == "heading_open"] == ["h1", "h2", "h3"]
    assert kinds.count("table_open") == 2
    assert kinds.count("bullet_list_open") == kinds.count("ordered_list_open") == 1
    flat = re.sub(r"\s+", " ", shown(made))
    assert flat.count(text) >= 20 + text.count(text), flat


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_nothing_on_the_web_is_linked_without_being_asked(payload: str) -> None:
    """GitHub links bare addresses; an escape inside them keeps it from doing so."""
    made = markdown(everywhere(printable(payload)))
    assert not re.search(r"(?<!<)https?://|www\.\w|\w@\w", made)


def all_hostile() -> Edition:
    told = [
        heard("af:kandahar:dand", Symbol.HOLDS, TALIBAN, [located(p, (PAPER, replace(PAPER, text=p, outlet_id="")), outlet=p, url=p)])
        for p in PAYLOADS
    ]
    reasons = tuple(Reason(t, 1.0, p) for t, p in zip(told, PAYLOADS, strict=True))
    status = replace(plain_status("af:kandahar:dand", TALIBAN, 0.8, Support.DISPUTED), reasons=reasons)
    return release(small_bundle(statuses=(status,), title=PAYLOADS[0], comparisons=(comparison(),), tallies=()), Release(), KNOWN)


def squeezed(text: str) -> str:
    """Letters alone: a reader of PDFs leaves out blanks, joins ligatures and turns what is written from right to left."""
    return re.sub(r"[\s\ufffd\ufffe\u0600-\u06ff\u200b-\u200f\ufb50-\ufeff-]+", "", text)


def text_of(data: bytes) -> str:
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(data)
    return "".join(page.get_textpage().get_text_range() for page in document)


def links_of(data: bytes) -> set[str]:
    """The addresses that a PDF's links lead to."""
    pdfium = pytest.importorskip("pypdfium2")
    raw, found = pdfium.raw, set()
    document = pdfium.PdfDocument(data)
    for page in document:
        at, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, ctypes.byref(at), ctypes.byref(link)):
            action = raw.FPDFLink_GetAction(link)
            size = raw.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
            if size:
                buffer = ctypes.create_string_buffer(size)
                raw.FPDFAction_GetURIPath(document, action, buffer, size)
                found.add(buffer.value.decode("utf-8"))
    assert raw.FPDFDoc_GetJavaScriptActionCount(document) == 0
    return found


def test_a_hundred_hostile_texts_stay_text_in_the_pdf() -> None:
    pytest.importorskip("typst")
    papers = [everywhere(printable(p)) for p in PAYLOADS]
    whole = replace(papers[0], blocks=tuple(b for p in papers for b in p.blocks))
    made = pdf(whole)
    seen = squeezed(text_of(made))
    for payload in PAYLOADS:
        wanted = squeezed(drawable(printable(payload)))
        assert seen.count(wanted) >= 15, payload
    assert links_of(made) == set()


def test_hostile_reports_leave_the_gate_as_words_in_both_forms() -> None:
    pytest.importorskip("typst")
    edition = all_hostile()
    text = brief_markdown(edition)
    tokens = PARSER.parse(text)
    assert {t.type for t in inline(tokens)} <= ALLOWED
    linked = {str(t.attrs["href"]) for t in inline(tokens) if t.type == "link_open"}
    assert linked == {"https://evil.example/path"}, "the one payload that is an address of the web, where an address belongs"
    assert links_of(brief_pdf(edition)) == {"https://evil.example/path"}


def test_the_pdf_is_the_same_in_any_zone_with_bundled_fonts_and_the_editions_day(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("typst")
    pdfium = pytest.importorskip("pypdfium2")
    made = []
    for zone in ("Pacific/Kiritimati", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        made.append(brief_pdf(small(), eve()))
    monkeypatch.undo()
    time.tzset()
    assert made[0] == made[1]
    document = pdfium.PdfDocument(made[0])
    data = document.get_metadata_dict()
    assert data["Title"] == small().title
    assert data["CreationDate"].startswith(f"D:{date(2021, 7, 14):%Y%m%d}")
    fonts = {o.get_font().get_base_name() for page in document for o in page.get_objects() if hasattr(o, "get_font")}
    assert fonts
    assert all("NotoSans" in name for name in fonts), fonts
    seen = squeezed(text_of(made[0]))
    for needed in ("Before: end of 6 July 2021", "Now: end of 14 July 2021", "Disputes, with every voice", small().digest[:16]):
        assert squeezed(needed) in seen, needed


def test_a_pdf_without_the_typesetter_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from heldby.errors import HeldbyError

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(HeldbyError, match=r"heldby\[pdf\]"):
        pdf(everywhere("x"))
