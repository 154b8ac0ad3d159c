"""What every ledger must do, whatever stores it: each test runs over a SQLite file and over a PostgreSQL database (the fixture `place`)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from heldby.errors import LedgerError
from heldby.ledger import Ledger, Outcome, Where, open_ledger
from heldby.model.claim import Reading, Relation
from heldby.model.report import Gap, GapKind, Mark, Report, Retraction
from heldby.model.when import Published
from ledger_scene import NEWER, NOW, RULES, URL, Places, add, clock, dispatch, read, utc


@pytest.fixture
def ledger(place: Where) -> Iterator[Ledger]:
    opened = open_ledger(place)
    yield opened
    opened.close()


def retract(ledger: Ledger, published: str, outlet: str = "Valley Courier") -> Outcome:
    with ledger.writer(clock, "heldby test") as writer:
        return writer.retract(Retraction(URL, outlet, Published.parse(published), "the reporter was misled"))


def test_what_goes_in_comes_out(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.", url=URL)
    assert add(ledger, report) == (Outcome.ADDED,)
    view = ledger.view()
    assert view.report(report.id) == report
    assert view.reports() == (report,)
    assert [k.reading for k in view.kept()] == [read(report)]
    assert [k.provenance for k in view.kept()] == [RULES]
    (located,) = view.located()
    assert located.claim == read(report).claims[0]
    assert (located.known, located.outlet, located.url, located.fingerprint) == (utc("2021-07-14T08:00Z"), report.outlet, URL, (1, -2))
    assert located.withdrawn is None
    assert [t.tally.count for t in view.tallies()] == [12]
    assert view.gaps() == read(report).gaps


def test_an_empty_ledger_is_whole_and_says_nothing(ledger: Ledger) -> None:
    view = ledger.view()
    assert (view.kept(), view.located(), view.tallies(), view.gaps(), view.retractions()) == ((), (), (), (), ())
    assert view.revision == 0
    assert ledger.verify(ledger.checkpoint()) == ()


def test_a_report_met_again_changes_nothing(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.")
    add(ledger, report)
    head, content = ledger.head(), ledger.view().sorted_content_hash()
    elsewhere = replace(report, origin="another/file.jsonl, line 9", given_id="n9")
    with ledger.writer(clock, "heldby test") as writer:
        assert writer.add(elsewhere, Reading(report.id), NEWER) is Outcome.KNOWN
    assert ledger.head() == head
    assert ledger.view().sorted_content_hash() == content


def test_a_mark_learned_later_is_not_lost(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.")
    add(ledger, report)
    assert add(ledger, replace(report, marks=(Mark.RECONSTRUCTION,))) == (Outcome.SIGHTED,)
    assert add(ledger, report, replace(report, marks=(Mark.RECONSTRUCTION,))) == (Outcome.KNOWN, Outcome.KNOWN)
    assert ledger.view().located()[0].marks == (Mark.RECONSTRUCTION,)
    assert ledger.view(at_revision=2).located()[0].marks == ()


def test_an_undated_report_is_known_from_its_first_fetching(ledger: Ledger) -> None:
    late, early = utc("2021-07-18T10:00Z"), utc("2021-07-16T10:00Z")
    report = replace(dispatch("Rivertown fell to rebels.", None), fetched=late)
    add(ledger, report)
    assert ledger.view().located()[0].known == late
    assert add(ledger, replace(report, fetched=early)) == (Outcome.SIGHTED,)
    assert ledger.view().located()[0].known == early
    assert ledger.view().located()[0].published == early.date()


def test_known_by_hides_what_was_published_later(ledger: Ledger) -> None:
    morning, evening = dispatch("Rivertown fell.", "2021-07-14T08:00Z"), dispatch("Rivertown holds.", "2021-07-14T20:00Z")
    dateonly = dispatch("Rivertown was quiet.", "2021-07-14")
    add(ledger, evening, morning, dateonly)
    noon, night, after = (ledger.view(utc(t)).reports() for t in ("2021-07-14T12:00Z", "2021-07-14T21:00Z", "2021-07-15T00:00Z"))
    assert noon == (morning,)
    assert night == (morning, evening)
    assert after == (morning, evening, dateonly)


def test_a_future_report_waits_for_its_day(ledger: Ledger) -> None:
    add(ledger, dispatch("Rivertown fell.", "2031-07-14"))
    assert ledger.view(NOW).located() == ()
    assert len(ledger.view().located()) == 1


def test_an_edit_supersedes_from_its_publication_on(ledger: Ledger) -> None:
    first, edited = dispatch("Rivertown fell.", url=URL), dispatch("Rivertown holds out.", "2021-07-14T18:00Z", url=URL)
    assert add(ledger, first, edited) == (Outcome.ADDED, Outcome.EDIT)
    before, after = ledger.view(utc("2021-07-14T12:00Z")), ledger.view()
    assert [(k.report, k.withdrawn) for k in before.kept()] == [(first, None)]
    assert [(k.report, k.withdrawn, k.by) for k in after.kept()] == [(first, utc("2021-07-14T18:00Z"), edited.id), (edited, None, "")]
    assert [c.withdrawn for c in after.located()] == [utc("2021-07-14T18:00Z"), None]
    assert [t.withdrawn for t in after.tallies()] == [utc("2021-07-14T18:00Z"), None]


def test_edits_added_out_of_order_end_in_the_same_content(places: Places) -> None:
    versions = [dispatch(f"Rivertown, version {i}.", f"2021-07-14T{8 + i:02d}:00Z", url=URL) for i in range(4)]
    hashes = set()
    for order in (versions, versions[::-1], [versions[2], versions[0], versions[3], versions[1]]):
        with open_ledger(places()) as ledger:
            add(ledger, *order)
            assert [k.withdrawn for k in ledger.view().kept()] == [utc(f"2021-07-14T{9 + i:02d}:00Z") for i in range(3)] + [None]
            hashes.add(ledger.view().sorted_content_hash())
    assert len(hashes) == 1


def test_items_of_one_page_and_other_outlets_stand_side_by_side(ledger: Ledger) -> None:
    one, two = dispatch("Rivertown fell.", url=URL), dispatch("Oldford fell.", url=URL)
    other = dispatch("Rivertown holds.", "2021-07-15", outlet="Hill Herald", url=URL)
    bare, later = dispatch("No address.", "2021-07-14"), dispatch("No address either.", "2021-07-16")
    add(ledger, one, two, other, bare, later)
    assert {k.withdrawn for k in ledger.view().kept()} == {None}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_silent_edit_is_known_from_its_own_fetching(ledger: Ledger, order: tuple[int, ...]) -> None:
    first = replace(dispatch("Rivertown fell.", url=URL), fetched=utc("2021-07-14T09:00Z"))
    silent = replace(dispatch("Rivertown holds.", url=URL), fetched=utc("2021-07-17T09:00Z"))
    later = replace(first, fetched=utc("2021-07-19T09:00Z"))
    add(ledger, *((first, silent, later)[i] for i in order))
    assert [(k.report.text, k.known, k.withdrawn) for k in ledger.view().kept()] == [
        ("Rivertown fell.", utc("2021-07-14T08:00Z"), utc("2021-07-17T09:00Z")),
        ("Rivertown holds.", utc("2021-07-17T09:00Z"), None),
    ]


@pytest.mark.parametrize("retraction_first", [True, False])
def test_a_retraction_withdraws_what_stood_before_it(ledger: Ledger, retraction_first: bool) -> None:
    first, anew = dispatch("Rivertown fell.", url=URL), dispatch("Rivertown fell after all.", "2021-07-20T08:00Z", url=URL)
    other = dispatch("Rivertown fell, too.", outlet="Hill Herald", url=URL)
    if retraction_first:
        assert retract(ledger, "2021-07-16T08:00Z") is Outcome.ADDED
    add(ledger, first, anew, other)
    retract(ledger, "2021-07-16T08:00Z")
    assert retract(ledger, "2021-07-16T08:00Z") is Outcome.KNOWN
    withdrawn = {k.report.text: k.withdrawn for k in ledger.view().kept()}
    assert withdrawn == {first.text: utc("2021-07-16T08:00Z"), anew.text: None, other.text: None}
    assert {k.withdrawn for k in ledger.view(utc("2021-07-15T08:00Z")).kept()} == {None}
    assert len(ledger.view().retractions()) == 1
    assert ledger.view(utc("2021-07-15T08:00Z")).retractions() == ()


def test_a_retraction_without_outlet_takes_the_page_back(ledger: Ledger) -> None:
    add(ledger, dispatch("Rivertown fell.", url=URL))
    retract(ledger, "2021-07-16T08:00Z", outlet="")
    assert ledger.view().located()[0].withdrawn == utc("2021-07-16T08:00Z")


def test_rereading_supersedes_and_says_what_changed(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.")
    add(ledger, report)
    old, new = read(report).claims[0], read(report, Relation.LOST).claims[0]
    with ledger.writer(clock, "an analyst") as writer:
        difference = writer.reread(report.id, read(report, Relation.LOST), NEWER)
        again = writer.reread(report.id, read(report, Relation.LOST), NEWER)
    assert (difference.gone, difference.new, difference.changed) == ((old,), (new,), ())
    assert again.empty
    assert [c.claim for c in ledger.view().located()] == [new]
    assert [c.claim for c in ledger.view(at_revision=2).located()] == [old]
    assert [(r.number, r.kind, r.author) for r in ledger.log(2)] == [(3, "reread", "an analyst")]


def test_a_reading_that_says_the_same_is_kept_only_where_its_provenance_counts(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.")
    add(ledger, report)
    with ledger.writer(clock, "an analyst") as writer:
        assert writer.reread(report.id, read(report), NEWER, if_other=True).empty
        assert list(ledger.log(2)) == []
        assert writer.reread(report.id, read(report), NEWER).empty
        writer.reread(report.id, read(report, Relation.LOST), RULES, if_other=True)
    assert [r.kind for r in ledger.log(2)] == ["reread", "reread"]


def test_rereading_shows_a_claim_that_says_something_else(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell to rebels.")
    add(ledger, report)
    hedged = read(report, hedged=True)
    with ledger.writer(clock, "heldby test") as writer:
        difference = writer.reread(report.id, replace(hedged, tallies=(), gaps=()), NEWER)
    assert difference.changed == ((read(report).claims[0], hedged.claims[0]),)
    assert (difference.gone, difference.new) == ((), ())
    assert (difference.tallies_gone, difference.gaps_gone) == (read(report).tallies, read(report).gaps)


def test_rereading_what_is_not_there_is_refused(ledger: Ledger) -> None:
    stranger = dispatch("Never added.")
    with ledger.writer(clock, "heldby test") as writer, pytest.raises(LedgerError, match="not in the ledger"):
        writer.reread(stranger.id, read(stranger), RULES)


def test_a_reading_of_another_report_and_a_false_id_are_refused(ledger: Ledger) -> None:
    one, two = dispatch("Rivertown fell."), dispatch("Oldford fell.")
    with ledger.writer(clock, "heldby test") as writer:
        with pytest.raises(LedgerError, match="is of"):
            writer.add(one, read(two), RULES)
        with pytest.raises(LedgerError, match="does not fit its content"):
            writer.add(replace(one, text="Rivertown did not fall."), read(one), RULES)
    assert ledger.head() is None


def test_gaps_without_a_report_are_kept_once(ledger: Ledger) -> None:
    gap = Gap(GapKind.EMPTY, "inbox/3.txt", "the file is empty")
    with ledger.writer(clock, "heldby test") as writer:
        assert (writer.note(gap), writer.note(gap)) == (Outcome.ADDED, Outcome.KNOWN)
    assert ledger.view().gaps() == (gap,)


def test_an_addition_that_fails_leaves_nothing_and_keeps_the_rest(ledger: Ledger) -> None:
    good, bad = dispatch("Rivertown fell."), dispatch("Oldford fell.")
    broken = replace(read(bad), claims=(replace(read(bad).claims[0], hedged="yes"),))  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match="hedged"), ledger.writer(clock, "heldby test", batch=10) as writer:  # noqa: PT012 - the block fails
        writer.add(good, read(good), RULES)
        writer.add(bad, broken, RULES)
    assert ledger.view().reports() == (good,)
    assert [r.number for r in ledger.log()] == [1, 2]
    assert ledger.verify() == ()
    add(ledger, bad)
    assert len(ledger.view().reports()) == 2


def test_a_failing_caller_keeps_what_was_added_whole(ledger: Ledger) -> None:
    report = dispatch("Rivertown fell.")
    with pytest.raises(KeyboardInterrupt), ledger.writer(clock, "heldby test", batch=10) as writer:  # noqa: PT012 - the block fails
        writer.add(report, read(report), RULES)
        raise KeyboardInterrupt
    assert ledger.view().reports() == (report,)


def test_broken_text_comes_back_as_it_was(ledger: Ledger) -> None:
    report = dispatch("Rivertown \ud800 fell\x00 to \U0001f3f4.", url="https://courier.example/\udfff")
    add(ledger, report)
    assert ledger.view().report(report.id) == report
    assert ledger.verify() == ()


def test_shuffles_end_in_one_content(places: Places, proving: bool) -> None:
    days = [f"2021-07-{d:02d}" for d in range(10, 16)]
    reports = [dispatch(f"Rivertown, day {d}, item {i}.", d, url=f"{URL}/{i % 3}" if i else "") for d in days for i in range(4)]
    marked = [replace(reports[5], marks=(Mark.SYNTHETIC,)), replace(reports[6], fetched=NOW)]
    undated = [replace(dispatch("Without a date.", None), fetched=NOW - timedelta(hours=h)) for h in (1, 5, 3)]
    additions: list[Report | Retraction | Gap] = [*reports, *marked, *undated]
    additions += [Retraction(f"{URL}/1", "", Published.parse("2021-07-12"), "wrong"), Gap(GapKind.EMPTY, "a.txt", "empty")]
    contents, heads = set(), set()
    for seed in range(50 if proving else 6):
        shuffled = random.Random(seed).sample(additions, len(additions))
        with open_ledger(places()) as ledger:
            with ledger.writer(clock, "heldby test", batch=100) as writer:
                for item in shuffled:
                    match item:
                        case Report():
                            writer.add(item, read(item), RULES)
                        case Retraction():
                            writer.retract(item)
                        case Gap():
                            writer.note(item)
            contents.add((ledger.view().sorted_content_hash(), repr(ledger.view().located()), repr(ledger.view().gaps())))
            heads.add(ledger.checkpoint()["hash"])
    assert len(contents) == 1
    assert len(heads) > 1


def test_the_clocks_at_a_revision_never_change_their_answer(ledger: Ledger) -> None:
    reports = [dispatch(f"Rivertown {i}.", f"2021-07-14T{i:02d}:00Z", url=f"{URL}/{i % 2}") for i in range(8)]
    instants = [None, *(utc(f"2021-07-14T{h:02d}:30Z") for h in (0, 3, 6))]
    seen: dict[tuple[datetime | None, int], str] = {}
    for report in random.Random(7).sample(reports, len(reports)):
        add(ledger, report)
        revision = ledger.view().revision
        seen |= {(t, revision): ledger.view(t, revision).sorted_content_hash() for t in instants}
    for (known_by, revision), content in seen.items():
        assert ledger.view(known_by, revision).sorted_content_hash() == content


def test_a_view_refuses_clocks_it_cannot_answer(ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="needs a zone"):
        ledger.view(datetime(2021, 7, 14))  # noqa: DTZ001 - the fault under test
    with pytest.raises(LedgerError, match="no revision 5"):
        ledger.view(at_revision=5)


def test_a_checkpoint_holds_while_the_log_grows(ledger: Ledger) -> None:
    add(ledger, dispatch("Rivertown fell."))
    checkpoint = ledger.checkpoint()
    assert checkpoint["revision"] == 2
    add(ledger, dispatch("Oldford fell."))
    assert ledger.verify(checkpoint) == ()
    assert [b.cause for b in ledger.verify({**checkpoint, "hash": "f" * 64})] == ["differs from the checkpoint: the chain was rebuilt"]
    assert "shorter" in ledger.verify({**checkpoint, "revision": 99})[0].cause
    assert "not a checkpoint" in ledger.verify({"revision": "two"})[0].cause
