"""What is printed: every voice with its chain and sentence, sums that reconcile, marks on each row, and nothing a terminal would obey."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from publish_scene import (
    AS_OF,
    CROSSING,
    GOVERNMENT,
    KNOWN,
    PAPER,
    TALIBAN,
    afghanistan,
    bundle,
    country,
    crossing_status,
    heard,
    located,
    plain_status,
    small,
    small_bundle,
    weekly,
)
from rich.console import Console, RenderableType

from heldby.errors import UsageError
from heldby.model.ident import canonical_json, digest
from heldby.model.status import Reason, Support, Symbol
from heldby.model.who import Voice, VoiceKind
from heldby.publish.coverage import coverage
from heldby.publish.edition import Edition
from heldby.publish.plain import csv_text, json_text, printable
from heldby.publish.records import (
    changes_csv,
    changes_json,
    comparisons_csv,
    coverage_json,
    edition_json,
    evidence_csv,
    gaps_json,
    spells_csv,
    statuses_csv,
    statuses_json,
    tallies_csv,
    tallies_json,
    why_json,
)
from heldby.publish.release import Release, release
from heldby.publish.tables import (
    changes_table,
    clocks_table,
    comparisons_table,
    coverage_table,
    gaps_table,
    spells_table,
    statuses_table,
    tallies_table,
)
from heldby.publish.why import why_table

HOSTILE = "\x1b[31mred\x1b[0m \x9b2J [bold]x[/bold] \u202eback\x07 =1+1"


def printed(what: RenderableType, width: int = 120, **options: Any) -> str:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, **options).print(what)
    return out.getvalue()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_why_tells_every_voice_with_its_chain_stake_sentence_and_address() -> None:
    text = printed(why_table(small(), CROSSING))
    assert "The Valley Post → Kite News Agency → an official who asked not to be named" in text
    assert "DENIES: taken by the Taliban  −0.7 bits" in text
    assert "Taliban; in its own interest; origin 1; true 14 July 2021" in text
    assert "“The crossing is in our hands, a Taliban spokesman said.”" in text
    assert "again in Kite News Agency, 2021-07-14; known 14 July 2021, 15:30 (UTC+04:30)" in text
    assert "https://kite.example/a?b=1&c=2" in text
    assert "3 testimonies, 1 of them a denial" in text


def test_why_keeps_what_is_said_of_linked_places_apart() -> None:
    own, related = printed(why_table(small(), CROSSING)).split("Said of linked places (moves nothing here)")
    assert "Shots were heard" in related
    assert "of Kandahar-Spin Boldak road" in related
    assert "Shots were heard" not in own


def test_why_of_an_unknown_place_says_that_nothing_was_read() -> None:
    text = printed(why_table(small(), "af:kandahar:arghistan"))
    assert "Nothing heldby has read says who holds Arghistan district." in text
    assert "testimon" not in text


def test_a_place_that_is_not_in_the_edition_is_named_in_the_error() -> None:
    with pytest.raises(UsageError, match="af:kabul:nowhere"):
        why_table(small(), "af:kabul:nowhere")


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_their_width(width: int) -> None:
    tables = (statuses_table, tallies_table, comparisons_table, changes_table, spells_table, coverage_table, gaps_table)
    for text in (*(printed(t(country()), width) for t in tables), printed(why_table(country(), CROSSING), width)):
        assert max(map(len, text.splitlines())) <= width
    assert ("confidence" in printed(statuses_table(small()), width)) is (width == 120)
    assert "rests on" in printed(changes_table(small()), width)


def test_every_table_says_both_clocks_and_the_edition() -> None:
    for table in (statuses_table, tallies_table, comparisons_table, changes_table, spells_table, coverage_table, gaps_table):
        text = printed(table(small()))
        assert "As of 14 July 2021 (end of day), as known by 14 July 2021, 22:30 (UTC+04:30)" in text
        assert small().digest[:16] in text


def test_marked_rows_carry_the_sign_and_the_notes_its_words() -> None:
    for table in (statuses_table, tallies_table, changes_table, spells_table, comparisons_table):
        text = printed(table(country()))
        assert "‡ reconstruction of public events" in text
        assert "‡" not in printed(table(small()))
    row = next(line for line in printed(tallies_table(country())).splitlines() if line.startswith("2021-07-14"))
    assert "‡" in row


def test_statuses_can_be_asked_for_one_holder() -> None:
    assert "3 places" not in printed(statuses_table(small(), "Government"))
    for name, places in (("Government", 2), ("taliban", 1), ("T", 1), ("contested", 1), ("unknown", 1)):
        assert f"{places} place" in printed(statuses_table(small(), name)), name
        assert len(json.loads(statuses_json(small(), name))["statuses"]) == places
    with pytest.raises(UsageError, match="afghan_government, taliban"):
        statuses_table(small(), "Romans")


def test_one_place_at_three_clocks_stands_side_by_side() -> None:
    later = release(bundle(afghanistan(), [plain_status(CROSSING, TALIBAN, 0.97, Support.CONFIRMED)]), Release(), KNOWN)
    none = release(bundle(afghanistan(), [plain_status(CROSSING, None, 0.5, Support.UNKNOWN)]), Release(), KNOWN)
    text = printed(clocks_table([("noon", none), ("evening", small()), ("a week later", later)]))
    (line,) = [x for x in text.splitlines() if x.startswith("Spin Boldak crossing")]
    assert re.search(r"unknown +Taliban, very likely, disputed +Taliban, almost certain, confirmed", line)
    assert all(f"{label}: known by" in text for label in ("noon", "evening", "a week later"))


def test_tallies_reconcile_with_their_roster_in_every_form() -> None:
    made = release(bundle(afghanistan(), [], tallies=weekly(afghanistan())), Release(), KNOWN)
    for tally in json.loads(tallies_json(made))["tallies"]:
        assert sum(r["count"] for r in tally["rows"]) + tally["unknown"] == tally["size"] == 407
    lines = read_csv(tallies_csv(made))
    days = {x["as_of"] for x in lines}
    assert len(days) == 8
    for day in days:
        assert sum(int(x["count"]) for x in lines if x["as_of"] == day) == 407
    assert sum(1 for line in printed(tallies_table(made)).splitlines() if line.startswith("2021-")) == 8


def test_published_tallies_stand_beside_ours_with_their_rosters_and_reasons() -> None:
    text = printed(comparisons_table(small()))
    assert "212 of 407 districts" in text
    assert "200 [191–208]" in text
    assert "theirs lies 4 above our interval" in text
    assert "“A journal counts 212 of 407 districts for the Taliban.”" in text


def test_coverage_counts_every_district_of_the_roster_once() -> None:
    parts = coverage(country())
    whole = parts[-1]
    assert (whole.area_id, whole.size) == ("", 407)
    assert sum(p.size for p in parts[:-1]) == 407
    assert whole.covered == whole.confirmed + whole.disputed + whole.claimed + whole.stale == 347
    assert json.loads(coverage_json(country()))["coverage"][-1]["share"] == round(347 / 407, 4)


def test_json_is_canonical_and_every_document_says_where_it_comes_from() -> None:
    for text in (statuses_json(small()), why_json(small(), CROSSING), tallies_json(small()), changes_json(small()), gaps_json(small())):
        value = json.loads(text)
        assert text == canonical_json(value)
        assert value["edition"] == small().digest
        assert (value["as_of"], value["known_by"]) == ("2021-07-14", "2021-07-14T18:00:00Z")


def test_the_edition_file_proves_its_own_hash() -> None:
    value = json.loads(edition_json(small()))
    assert digest(value["content"]) == value["digest"] == small().digest


def test_csv_has_one_line_a_quotation_with_chain_and_clocks() -> None:
    lines = [x for x in read_csv(evidence_csv(small())) if x["unit_id"] == CROSSING]
    assert len(lines) == 5
    again = next(x for x in lines if x["outlet"] == "Kite News Agency")
    assert again["chain"] == "The Valley Post → Kite News Agency → an official who asked not to be named"
    assert (again["known"], again["denial"], again["related"]) == ("2021-07-14T11:00:00Z", "no", "no")
    assert [x["related"] for x in lines].count("yes") == 1
    assert len(read_csv(statuses_csv(small()))) == 5
    assert [x["recapture"] for x in read_csv(changes_csv(small()))] == ["no", "yes", "no", "no"]
    assert len(read_csv(spells_csv(small()))) == 2
    assert read_csv(comparisons_csv(small()))[0]["says"] == "212 of 407 districts"


def hostile_edition() -> Edition:
    voice = Voice(f"a spokesman {HOSTILE}", VoiceKind.SPOKESMAN, TALIBAN)
    claim = located(f"It is ours, {HOSTILE}.", (PAPER, voice), outlet=f"Post {HOSTILE}", url=f"https://x.example/{HOSTILE}")
    told = heard("af:kandahar:dand", Symbol.HOLDS, TALIBAN, [claim])
    status = replace(plain_status("af:kandahar:dand", TALIBAN, 0.8, Support.DISPUTED), reasons=(Reason(told, 1.0, HOSTILE),))
    given = small_bundle()
    gaps = tuple(replace(g, subject=HOSTILE, cause=HOSTILE) for g in given.gaps)
    theirs = given.comparisons[0]
    passage = replace(theirs.published.passage, quote=HOSTILE)
    odd = replace(theirs, published=replace(theirs.published, passage=passage), report_outlet=HOSTILE, reasons=(HOSTILE,))
    return release(small_bundle(statuses=(crossing_status(), status), gaps=gaps, comparisons=(odd,), title=HOSTILE), Release(), KNOWN)


def test_nothing_a_terminal_would_obey_reaches_it() -> None:
    made = hostile_edition()
    tables = [statuses_table, tallies_table, comparisons_table, changes_table, spells_table, coverage_table, gaps_table]
    texts = [printed(t(made)) for t in tables] + [printed(why_table(made, "af:kandahar:dand"))]
    texts += [statuses_json(made), edition_json(made), evidence_csv(made), gaps_json(made), comparisons_csv(made)]
    for text in texts:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "[bold]x[/bold]" in printed(why_table(made, "af:kandahar:dand"))
    assert json.loads(edition_json(made))["content"]["title"] == HOSTILE


def test_colours_are_used_on_a_terminal_and_never_under_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = printed(statuses_table(small()), force_terminal=True, color_system="truecolor")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(statuses_table(small()), force_terminal=True, color_system="truecolor")
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9]")
    assert colour.search(coloured)
    assert not colour.search(plain)


@pytest.mark.parametrize(("text", "safe"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "'-5"), ("a=1", "a=1")])
def test_a_spreadsheet_takes_no_text_for_a_formula(text: str, safe: str) -> None:
    assert csv_text("a b", [{"a": text, "b": -5}]) == f"a,b\n{safe},-5\n"


def test_texts_keep_their_letters_and_lose_what_is_obeyed() -> None:
    assert printable("a\n b\tc  d") == "a b c d"
    assert printable("اسپین بولدک\u200cها") == "اسپین بولدک\u200cها"
    assert printable("\x1b]0;x\x07") == "\ufffd]0;x\ufffd"
    assert json.loads(json_text({"a": "\x9b\u202e"})) == {"a": "\x9b\u202e"}


def test_the_day_of_the_edition_is_the_bundles() -> None:
    assert small().as_of == AS_OF
    assert small().tally is not None
    assert {r.state for r in small().tally.rows} >= {GOVERNMENT, TALIBAN}  # type: ignore[union-attr]
