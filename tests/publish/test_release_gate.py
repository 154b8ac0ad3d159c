"""The one gate: what is early, private, coarse or reconstructed is held back or marked before anything can be drawn or printed."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from publish_scene import (
    CROSSING,
    GOVERNMENT,
    KNOWN,
    PAPER,
    TALIBAN,
    afghanistan,
    bundle,
    changes,
    comparison,
    country,
    crossing_status,
    heard,
    located,
    plain_status,
    small,
    small_bundle,
    spells,
    tally_of,
)

from heldby.errors import ReleaseError
from heldby.model.ident import digest
from heldby.model.report import Mark
from heldby.model.status import Reason, Support, Symbol
from heldby.model.who import Voice, VoiceKind
from heldby.publish.edition import MARK_WORDS, Edition, Seal
from heldby.publish.records import edition_json, evidence_csv, statuses_json
from heldby.publish.release import Release, UnitRule, release
from heldby.publish.voices import show_voice

HOUR = timedelta(hours=1)
WORD = MARK_WORDS[Mark.RECONSTRUCTION]


def test_an_edition_is_made_by_the_gate_alone() -> None:
    made = small()
    parts = {f.name: getattr(made, f.name) for f in fields(made) if f.name != "digest"}
    with pytest.raises(ReleaseError, match="only the release gate"):
        Edition(**parts, seal=Seal("released"))
    with pytest.raises(ValueError, match="seal"):
        replace(made, title="another")  # type: ignore[call-arg]


def test_the_digest_covers_everything_shown_and_nothing_else() -> None:
    one, same = release(small_bundle(), Release(), KNOWN), release(small_bundle(), Release(), KNOWN + HOUR)
    assert one.digest == same.digest == digest(one.content())
    for change in (
        {"title": "x"},
        {"changes": changes()[:1]},
        {"gaps": ()},
        {"boundaries": {CROSSING: (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)),)}},
    ):
        assert release(small_bundle(**change), Release(), KNOWN).digest != one.digest


def test_a_bundle_that_is_too_early_is_refused_with_the_clock_to_use() -> None:
    rules = Release(publish_delay=24 * HOUR)
    early = bundle(afghanistan(), [crossing_status()])
    with pytest.raises(ReleaseError, match="known by 2021-07-13T20:00:00Z"):
        release(early, rules, KNOWN + 2 * HOUR)
    assert rules.known_by(KNOWN, KNOWN + 2 * HOUR) == KNOWN - 22 * HOUR
    assert release(early, rules, KNOWN + 24 * HOUR).release_notes == (
        "published with a delay of 24 hours, the ledger's revision and head too",
    )


def test_a_unit_with_a_longer_delay_is_refused_by_name() -> None:
    rules = Release(rules=(UnitRule("af:kandahar", publish_delay=6 * HOUR),))
    with pytest.raises(ReleaseError, match="spin-boldak") as refused:
        release(bundle(afghanistan(), [crossing_status()]), rules, KNOWN)
    assert "known by 2021-07-14T12:00:00Z" in str(refused.value)


def test_a_status_that_rests_on_later_news_than_its_own_clock_says_is_refused() -> None:
    status = replace(crossing_status(), known_by=KNOWN - 9 * HOUR)
    with pytest.raises(ReleaseError, match="rests on what may not leave yet"):
        release(bundle(afghanistan(), [status], known_by=KNOWN - 9 * HOUR), Release(), KNOWN)


def test_a_tally_that_counts_what_a_longer_delay_holds_back_is_refused() -> None:
    theatre = afghanistan()
    rules = Release(rules=(UnitRule("af:farah", publish_delay=6 * HOUR),))
    with pytest.raises(ReleaseError, match="tally 2021-07-14"):
        release(bundle(theatre, [], tallies=(tally_of(theatre, []),)), rules, KNOWN)


def test_changes_and_spells_of_places_with_a_longer_delay_are_left_out_and_that_is_said() -> None:
    rules = Release(rules=(UnitRule(CROSSING, publish_delay=6 * HOUR),))
    early = replace(plain_status(CROSSING, GOVERNMENT, 0.9, Support.CONFIRMED), known_by=KNOWN - 6 * HOUR)
    made = release(bundle(afghanistan(), [early], changes=changes(), spells=spells()), rules, KNOWN)
    assert CROSSING not in {c.unit_id for c in made.changes}
    assert len(made.changes) == len(changes()) - 1
    assert made.spells == ()
    assert "some places are published with a longer delay" in made.release_notes


def test_no_echo_later_than_the_clock_is_quoted_or_counted() -> None:
    status = crossing_status()
    clock = KNOWN - 8 * HOUR  # the second printing of the official's words came an hour later
    made = release(bundle(afghanistan(), [replace(status, known_by=clock)], known_by=clock), Release(), KNOWN)
    row = made.statuses[0]
    assert [len(e.quotes) for e in row.evidence] == [1, 1, 1]
    assert row.related == ()
    assert made.sources.outlets == 1


def test_gaps_keep_their_words_to_themselves_under_a_delay() -> None:
    made = release(small_bundle(tallies=(), comparisons=()), Release(publish_delay=HOUR), KNOWN + HOUR)
    assert {g.kind for g in made.gaps} == {"unplaced", "no-actor"}
    assert "Upper Meadow" not in edition_json(made)


def coarse_kandahar() -> Edition:
    return release(small_bundle(), Release(rules=(UnitRule("af:kandahar", coarsen_to="province"),)), KNOWN)


def test_coarsened_places_are_shown_as_their_province_alone() -> None:
    made = coarse_kandahar()
    assert {r.unit_id for r in made.statuses} == {"af:farah:farah", "af:kabul:kabul-city"}
    (area,) = made.areas
    assert (area.area_id, area.size) == ("af:kandahar", 1)
    assert {c.unit_id for c in made.changes} == {"af:kandahar", "af:badghis:qala-e-naw", "af:farah:farah"}
    assert {c.name for c in made.changes} >= {"a district of Kandahar", "a crossing of Kandahar"}
    assert "some places are shown only as part of their province, and are among the unknown in tallies" in made.release_notes


def test_no_word_of_a_coarse_edition_names_a_coarsened_place() -> None:
    text = edition_json(coarse_kandahar()).casefold()
    for name in ("spin boldak", "spin-boldak", "arghistan", "spin_boldak"):
        assert name not in text


def test_related_evidence_and_addresses_do_not_give_a_coarsened_place_away() -> None:
    rules = Release(
        rules=(UnitRule("af:road:kandahar-spin-boldak", coarsen_to="province"), UnitRule("af:farah:farah", coarsen_to="province"))
    )
    far = plain_status("af:kabul:kabul-city", GOVERNMENT, 0.9, Support.CONFIRMED)
    claim = located("It fell at dawn.", (PAPER,), url="https://valley-post.example/news/farah_falls")
    told = heard("af:kabul:kabul-city", Symbol.HOLDS, GOVERNMENT, [claim])
    made = release(bundle(afghanistan(), [crossing_status(), replace(far, reasons=(Reason(told, 1.0, ""),))]), rules, KNOWN)
    assert [r.related for r in made.statuses] == [(), ()]
    kabul = made.status("af:kabul:kabul-city")
    assert kabul is not None
    assert kabul.evidence[0].quotes[0].url == ""


def test_private_voices_are_shown_by_role_and_their_names_masked_in_quotations() -> None:
    witness = Voice("Xyzqa Wxyzt, a shopkeeper in Dand", VoiceKind.RESIDENT)
    claim = located("They came at night, Xyzqa Wxyzt said. Wxyzt fled.", (PAPER, witness))
    told = heard("af:kandahar:dand", Symbol.TOOK, TALIBAN, [claim])
    status = replace(plain_status("af:kandahar:dand", TALIBAN, 0.8, Support.CLAIMED), reasons=(Reason(told, 1.0, "Xyzqa Wxyzt says so"),))
    made = release(bundle(afghanistan(), [status]), Release(), KNOWN)
    assert made.statuses[0].evidence[0].chain == ("The Valley Post", "a shopkeeper in Dand")
    for text in (edition_json(made), statuses_json(made), evidence_csv(made)):
        assert "Xyzqa" not in text
        assert "Wxyzt" not in text


def test_a_private_name_is_masked_in_every_quotation_of_its_report() -> None:
    witness = Voice("Xyzqa Wxyzt, a shopkeeper in Dand", VoiceKind.RESIDENT)
    first = located("It fell, said Xyzqa Wxyzt.", (PAPER, witness))
    second = located("The ministry said that Wxyzt was wrong.", (PAPER, Voice("the ministry", VoiceKind.OFFICIAL, GOVERNMENT)))
    told = [heard("af:kandahar:dand", Symbol.TOOK, TALIBAN, [c]) for c in (first, second)]
    status = plain_status("af:kandahar:dand", TALIBAN, 0.8, Support.DISPUTED)
    made = release(bundle(afghanistan(), [replace(status, reasons=tuple(Reason(t, 1.0, "") for t in told))]), Release(), KNOWN)
    assert [q.text for e in made.statuses[0].evidence for q in e.quotes] == [
        "It fell, said [name withheld].",
        "The ministry said that [name withheld] was wrong.",
    ]


def test_public_offices_are_quoted_as_they_are() -> None:
    quotes = [q.text for e in small().statuses[0].evidence for q in e.quotes]
    assert "The crossing is in our hands, a Taliban spokesman said." in quotes


def test_every_row_that_a_reconstruction_leads_to_says_so() -> None:
    made = country()
    assert made.marks == (WORD,)
    told = [r for r in made.statuses if r.support != Support.UNKNOWN]
    assert told
    assert all(WORD in r.marks for r in told)
    assert all(WORD in e.marks and WORD in q.marks for r in told for e in r.evidence for q in e.quotes)
    assert all(WORD in marks for marks in (*(c.marks for c in made.changes), *(s.marks for s in made.spells)))
    assert all(WORD in c.marks for c in made.comparisons)
    assert all(Mark.RECONSTRUCTION in t.marks for t in made.tallies)


def test_an_edition_of_tallies_alone_is_marked_by_them() -> None:
    theatre = afghanistan()
    made = release(bundle(theatre, [], tallies=(tally_of(theatre, [], marks=(Mark.RECONSTRUCTION,)),)), Release(), KNOWN)
    assert made.marks == (WORD,)
    assert release(bundle(theatre, [], comparisons=(comparison((Mark.SYNTHETIC,)),)), Release(), KNOWN).marks == (
        MARK_WORDS[Mark.SYNTHETIC],
    )
    assert release(bundle(theatre, [], spells=spells(), marks=(Mark.RECONSTRUCTION,)), Release(), KNOWN).spells[0].marks == (WORD,)


def test_what_is_not_reconstructed_is_not_marked() -> None:
    assert small().marks == ()
    assert all(r.marks == () for r in small().statuses)


@pytest.mark.parametrize("rules", [{"coarsen_to": "village"}, {"publish_delay": -HOUR}])
def test_rules_that_make_no_sense_are_refused(rules: dict[str, object]) -> None:
    with pytest.raises(ReleaseError):
        Release(**rules)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Elders in Dand", "Elders in Dand"),
        ("This page", "This page"),
        ("a resident of Spin Boldak", "a resident of Spin Boldak"),
        ("Xyzqa Wxyzt", "a resident"),
        ("Xyzqa Wxyzt, 34, a farmer", "34, a farmer"),
    ],
)
def test_roles_places_and_sentence_openings_are_no_names(text: str, label: str) -> None:
    assert show_voice(Voice(text, VoiceKind.RESIDENT), afghanistan().lexicon).label == label
