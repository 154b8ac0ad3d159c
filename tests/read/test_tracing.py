"""What a trace says of a reading: every claim with its rule, every refusal with its reason, and never another reading than without it."""

from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heldby.model.claim import Reading
from heldby.model.report import Report
from heldby.model.trace import REASONS, Considered, Hearing, MarkKind, Refusal, SentenceTrace, Trace
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

OUTLET = "Valley Messenger"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


def report(text: str) -> Report:
    return Report.of(text, outlet=OUTLET, published=Published.parse("2021-07-14"))


def explained(reader: Reader, text: str) -> tuple[Reading, Trace]:
    told = report(text)
    reading, trace = reader.explain(told)
    assert reading == reader.read(told)
    return reading, trace


def sentence(reader: Reader, text: str) -> SentenceTrace:
    (only,) = explained(reader, text)[1].sentences
    return only


def refused(reader: Reader, text: str, refusal: Refusal) -> Considered:
    """The first rule that the only sentence of `text` considered and refused for this reason."""
    row = sentence(reader, text)
    found = [c for c in row.considered if c.refusal is refusal]
    assert found, [(c.rule, c.refusal) for c in row.considered]
    return found[0]


def words(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[a:b] for a, b in spans]


def test_every_refusal_has_words() -> None:
    assert set(REASONS) == set(Refusal)
    assert all(r.words for r in REASONS.values())


def test_the_bundled_dispatches_are_read_the_same_with_a_trace_and_every_claim_is_in_it(reader: Reader) -> None:
    raw = resources.files("heldby.demo").joinpath("dispatches.jsonl").read_text(encoding="utf-8")
    claims = 0
    for line in raw.splitlines():
        row = json.loads(line)
        if "text" not in row:
            continue  # a retraction
        told = Report.of(row["text"], outlet=row["outlet"], url=row.get("url") or "", published=Published.parse(row["published"]))
        reading, trace = reader.explain(told)
        assert reading == reader.read(told)
        made = {k for s in trace.sentences for c in s.considered for k in c.claims}
        made |= {k for s in trace.sentences for h in s.heard for k in h.claims}
        assert made == set(range(len(reading.claims)))
        assert [k for s in trace.sentences for k in s.claims] == sorted(made, key=lambda k: reading.claims[k].passage.start)
        claims += len(made)
    assert claims > 50


def test_a_claim_shows_its_rule_its_parts_and_its_voice(reader: Reader) -> None:
    text = "Taliban fighters captured Nerkh district on Sunday, a provincial councillor told Delta Radio."
    row = sentence(reader, text)
    (made,) = [c for c in row.considered if c.claims]
    assert (made.rule, text[made.start : made.end], made.refusal) == ("captured.verb", "captured", None)
    assert [(p.role, text[p.start : p.end]) for p in made.parts] == [("actor", "Taliban fighters"), ("place", "Nerkh district")]
    (heard,) = row.heard
    assert heard.claims == (0,)
    assert heard.voices[-1] == "a provincial councillor"
    assert words(text, heard.spans)[0].startswith("Taliban fighters captured")
    kinds = {text[m.start : m.end]: m.kind for m in row.marks}
    assert kinds["Taliban fighters"] is MarkKind.ACTOR
    assert kinds["Nerkh"] is MarkKind.PLACE
    assert [m.what for m in row.marks if m.kind is MarkKind.TIME] == [("2021-07-11",)]


def test_stance_is_told_by_the_words_that_turn_it(reader: Reader) -> None:
    text = "The defence minister vowed to retake Kunduz."
    (made,) = [c for c in sentence(reader, text).considered if c.claims]
    turned = {text[t.start : t.end]: (t.effects, t.rules) for t in made.stance}
    assert "planned" in turned["to retake"][0]
    (denied,) = [c for c in sentence(reader, "Afghan forces failed to recapture Panjwai.").considered if c.claims]
    assert any("negated" in t.effects for t in denied.stance)


@pytest.mark.parametrize(
    ("text", "refusal", "detail"),
    [
        ("Shopkeepers captured Kunduz.", Refusal.NO_PARTY, "shopkeepers"),
        ("Trees overran Kunduz.", Refusal.NO_PARTY, "no name of an actor"),
        ("Taliban fighters captured the hearts of Kunduz.", Refusal.NO_PLACE, "hearts"),
        ("Divers recovered two bodies from the river near Kunduz.", Refusal.BLOCKED, "bodies"),
        ("The Taliban took a bus to Kunduz.", Refusal.PARTICLE, "take over"),
        ("The Taliban took a bus to Kunduz.", Refusal.NO_OBJECT, "control"),
        ("The fall of the currency worried traders in Kunduz.", Refusal.NO_PLACE, "currency"),
    ],
)
def test_a_rule_that_makes_no_claim_says_why(reader: Reader, text: str, refusal: Refusal, detail: str) -> None:
    assert any(detail in d for d in refused(reader, text, refusal).details), refused(reader, text, refusal).details


def test_a_claim_said_twice_by_one_voice_names_the_one_that_stands(reader: Reader) -> None:
    text = "The Taliban captured Nerkh district on Sunday. The Taliban captured Nerkh on Sunday."
    reading, trace = explained(reader, text)
    assert len(reading.claims) == 1
    (again,) = [c for c in trace.sentences[1].considered if c.refusal is Refusal.REPEATED]
    assert again.details[-1].startswith("claim 1 ")


def test_what_happened_without_anybody_who_did_it_is_told(reader: Reader) -> None:
    reading, trace = explained(reader, "Three districts fell to the Taliban.")
    assert reading.claims == ()
    assert Refusal.NAMELESS in {c.refusal for s in trace.sentences for c in s.considered}


def test_a_place_that_a_rule_could_not_take_is_told_beside_those_it_took(reader: Reader) -> None:
    row = sentence(reader, "The Taliban captured a general and Nerkh district on Sunday.")
    (made,) = [c for c in row.considered if c.claims]
    assert any("a general" in d for d in made.details)


def test_who_was_inferred_is_told_with_what_from(reader: Reader) -> None:
    row = sentence(reader, "Nerkh district was captured on Sunday.")
    (made,) = [c for c in row.considered if c.claims]
    assert made.details == ("nobody is named as the actor: taliban is inferred (told in the voice of independent; the place lies in AF)",)


def test_old_news_is_told_to_be_background_by_its_day(reader: Reader) -> None:
    row = sentence(reader, "The Taliban captured Nerkh district on 11 May 2021.")
    (made,) = [c for c in row.considered if c.claims]
    assert made.details == ("background: its time lies more than 7 days before publication",)


def test_the_clause_as_parsed_stands_beside_a_refusal(reader: Reader) -> None:
    text = "Divers recovered two bodies near Kunduz."
    row = refused(reader, text, Refusal.BLOCKED)
    assert [(p.role, text[p.start : p.end]) for p in row.clause] == [("subject", "Divers"), ("object", "two bodies"), ("near", "Kunduz")]


WORDS = ("Taliban", "fighters", "captured", "took", "control", "of", "Kunduz", "Nerkh", "district", "the", "army", "denied", "it", "said", "that",
         "“", "”", ",", ".", "fell", "to", "in", "the hands of", "has", "not", "been", "vowed", "retake", "\n", "on Sunday", "rebel-held", "two", "12")  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=40))
def test_whatever_the_text_the_trace_changes_nothing_and_its_spans_lie_inside(reader: Reader, words: list[str]) -> None:
    given_report = report(" ".join(words))
    reading, trace = reader.explain(given_report)
    assert reading == reader.read(given_report)
    end = len(given_report.text)
    for s in trace.sentences:
        spans = [(m.start, m.end) for m in s.marks] + [(c.start, c.end) for c in s.considered] + [x for h in s.heard for x in h.spans]
        spans += [(p.start, p.end) for c in s.considered for p in (*c.parts, *c.clause)] + list(s.unruled)
        assert all(0 <= a <= b <= end for a, b in (*spans, (s.start, s.end)))


def heard(row: SentenceTrace, voice: str) -> Hearing:
    return next(h for h in row.heard if voice in h.voices)


def test_a_voice_that_is_heard_but_says_something_else_is_told_so(reader: Reader) -> None:
    text = "The Taliban captured Nerkh district on Sunday, and the governor said the schools would stay open."
    row = sentence(reader, text)
    governor = heard(row, "the governor")
    assert (governor.claims, governor.refusal) == ((), Refusal.OTHER_WORDS)
    assert "Nerkh" not in "".join(words(text, governor.spans))


def test_a_denial_of_nothing_said_is_told_so(reader: Reader) -> None:
    _, trace = explained(reader, "Prices rose again. The ministry denied the report. Taliban fighters captured Nerkh district on Sunday.")
    ministry = heard(trace.sentences[1], "The ministry")
    assert ministry.refusal in (Refusal.ANSWERS_NOTHING, Refusal.NO_CLAIM_ANSWERED)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("Shops in Kunduz smelled of bread.", Refusal.NO_OPENER),
        ("Shops in Kunduz opened late.", Refusal.ALONE),
        ("Traders in Kunduz took goats home.", None),
        ("The rebels captured the mood.", Refusal.NO_WHERE),
    ],
)
def test_the_gate_says_why_it_leaves_a_sentence_out(reader: Reader, text: str, refusal: Refusal | None) -> None:
    _, trace = explained(
        reader, "The Taliban captured Nerkh district. Bread was dear. " + text
    )  # the sentence right behind a claim is read
    assert trace.sentences[2].refusal is refusal


def test_a_report_that_holds_nothing_says_so(reader: Reader) -> None:
    _, trace = explained(reader, "The weather was fine.")
    assert trace.refusal is Refusal.NOT_ADMITTED
    _, trace = explained(reader, "Der Ort wurde gestern von den Truppen der Regierung nach schweren Kämpfen eingenommen und ist nun ruhig.")
    assert (trace.refusal, trace.sentences) == (Refusal.LANGUAGE, ())


def test_verbs_that_no_rule_knows_and_names_that_nobody_knows_are_shown(reader: Reader) -> None:
    text = "Taliban fighters captured Nerkh district and juggled in Zzarkhan."
    row = sentence(reader, text)
    assert "juggled" in words(text, row.unruled)
    assert [text[m.start : m.end] for m in row.marks if m.kind is MarkKind.UNKNOWN] == ["Zzarkhan"]
