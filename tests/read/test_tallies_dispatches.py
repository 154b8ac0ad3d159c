"""The counts among the bundled dispatches: each read whole, and nothing read into what they only mention."""

from __future__ import annotations

import json
from importlib import resources

import pytest

from heldby.model.claim import Polarity, PublishedTally
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read.document import DocumentReader
from heldby.read.tallies import TallyReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

COUNTS = {
    "d027": ["taliban controls 88/407 districts", " contests 214/407 districts", "afghan_government controls 105/407 districts"],
    "d028": ["taliban controls 92/398 districts", "afghan_government controls 133/398 districts", " contests 173/398 districts"],
    "d055": ["taliban controls 106/407 districts", "taliban controls 73/407 districts", "afghan_government retook 4 districts"],
    "d081": ["taliban controls 107/398 districts", "afghan_government controls 92/398 districts", " contests 199/398 districts"],
    "d108": ["taliban controls 157/407 districts", "afghan_government controls 79/407 districts", " contests 171/407 districts"],
    "d109": ["taliban captured 100 districts"],
    "d140": ["taliban controls 27/28 districts"],
    "d147": ["taliban controls 85% territory_share", "taliban controls 250/398 districts"],
    "d165": [
        "taliban controls 212/407 districts",
        "afghan_government controls 70/407 districts",
        " contests 125/407 districts",
        "afghan_government controls 34/34 provincial_capitals",
    ],
    "d194": ["taliban controls 193/398 districts", "taliban controls 50% districts", "afghan_government controls 84/398 districts"],
    "d196": ["taliban controls 50% districts", "taliban controls 200/419 districts", "taliban captured 0/34 provincial_capitals"],
    "d198": ["taliban controls 90% territory_share"],
    "d204": [
        "taliban captured 200 districts",
        "afghan_government retook 15 districts",
        "taliban controls 220/407 districts",
        "afghan_government controls 73/407 districts",
        " contests 114/407 districts",
    ],
    "d216": ["taliban controls 223/407 districts", "afghan_government controls 73/407 districts", " contests 113/407 districts"],
    "d218": ["taliban controls 223/407 districts", "afghan_government controls 73/407 districts", " contests 111/407 districts"],
    "d223": ["taliban controls 205/398 districts", "afghan_government controls 80/398 districts"],
    "d258": ["taliban controls 233/407 districts", "taliban controls 9/34 provincial_capitals", "taliban controls 66.7% territory_share"],
    "d306": ["taliban controls 33/34 provincial_capitals", "taliban controls 391/407 districts"],
    "d307": ["taliban controls 304/398 districts"],
}
NO_COUNTS = ("d001", "d005", "d053", "d069", "d092", "d112", "d126", "d203", "d213")


@pytest.fixture(scope="module")
def tallies() -> dict[str, list[PublishedTally]]:
    lexicon, rulebook = load_theatre("afghanistan-2021").lexicon, load_rulebook()
    documents, voices = DocumentReader(Words.of(rulebook), lexicon), Voices(rulebook, lexicon)
    reader = TallyReader(rulebook, lexicon)
    out = {}
    for text in (resources.files("heldby.demo") / "dispatches.jsonl").read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if line.get("id") in {*COUNTS, *NO_COUNTS, "d148"}:
            report = Report.of(line["text"], outlet=line["outlet"], published=Published.parse(line["published"]))
            document = documents.read(report)
            out[line["id"]] = list(reader.read(document, voices.of(document)))
    return out


def in_words(t: PublishedTally) -> str:
    number = f"{100 * (t.share or 0):.3g}%" if t.count is None else f"{t.count}/{t.of}" if t.of else f"{t.count}"
    return f"{t.actor} {t.relation} {number} {t.unit}"


@pytest.mark.parametrize("ident", sorted(COUNTS))
def test_counts_are_read_whole(tallies: dict[str, list[PublishedTally]], ident: str) -> None:
    assert [in_words(t) for t in tallies[ident]] == COUNTS[ident]


@pytest.mark.parametrize("ident", NO_COUNTS)
def test_other_numbers_are_no_tallies(tallies: dict[str, list[PublishedTally]], ident: str) -> None:
    assert [in_words(t) for t in tallies[ident]] == []


def test_both_figures_that_the_government_rejects_are_denied_by_it(tallies: dict[str, list[PublishedTally]]) -> None:
    denied = [t for t in tallies["d148"] if t.polarity is Polarity.DENIED]
    assert [in_words(t) for t in denied] == ["taliban controls 85% territory_share", "taliban controls 250 districts"]
    assert {t.speaker_side for t in denied} == {"afghan_government"}
