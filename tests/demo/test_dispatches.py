"""The demo's input: the truth table, the reconstructed dispatches, their notes and outlets, held to what README.md promises."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import heldby
from heldby.theatres.people import read_outlets
from heldby.theatres.sheets import FaultList

DEMO = Path(heldby.__file__).parent / "demo"
THEATRE = Path(heldby.__file__).parent / "theatres" / "afghanistan-2021"
KABUL = timezone(timedelta(hours=4, minutes=30))
FIRST, LAST = date(2021, 5, 1), date(2021, 8, 16)
SIDES = frozenset({"taliban", "afghan_government"})
HOLDERS = SIDES | {"contested"}
FIELDS = ["id", "outlet", "url", "published", "title", "text"]
RETRACTION = ["retract", "published", "outlet", "reason"]
KINDS = frozenset(
    {"event", "claim", "early", "late", "false", "copy", "rewrite", "roundup", "brief-spell", "correction", "denial-held", "denial-failed"}
    | {"plan", "tally", "non-event"}
)
CONTROL = re.compile(
    r"\b(captur\w*|recaptur\w*|seiz\w*|retak\w*|retook|conquer\w*|overr[au]n|liberat\w*|repel\w*|fell|fallen|lost|took control|control of"
    r"|under (the |full )*control|in the hands of|withdrew from|surrounded)\b"
)
UNIT = re.compile(r"af:(crossing:[a-z0-9-]+|base:[a-z0-9-]+|[a-z-]+:[a-z0-9-]+)$")

Sheet = list[dict[str, str]]


def sheet(path: Path) -> Sheet:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def lines() -> Iterator[dict[str, Any]]:
    for line in (DEMO / "dispatches.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@pytest.fixture(scope="module")
def truth() -> Sheet:
    return sheet(DEMO / "truth.csv")


@pytest.fixture(scope="module")
def notes() -> Sheet:
    return sheet(DEMO / "dispatches_notes.csv")


@pytest.fixture(scope="module")
def dispatches() -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in lines() if "id" in line}


def when(line: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(line["published"])


def names_of(units: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in sheet(THEATRE / "names.csv"):
        if row["unit_id"] in units:
            found[row["unit_id"]].add(plain(row["name"]))
    return found


def plain(text: str) -> str:
    return f" {' '.join(re.sub(r'[^a-z]', ' ', text.lower().replace(chr(39), '')).split())} "


# ---- the truth table


def test_truth_rows_are_well_formed(truth: Sheet) -> None:
    assert [r["row"] for r in truth] == [f"T{n:03d}" for n in range(1, len(truth) + 1)]
    for row in truth:
        assert UNIT.match(row["unit_id"]), row
        assert {row["from_holder"], row["to_holder"]} <= HOLDERS, row
        assert row["from_holder"] != row["to_holder"], row
        assert FIRST <= date.fromisoformat(row["earliest"]) <= date.fromisoformat(row["latest"]) <= LAST, row
        assert row["source"], row


def test_truth_chains_hold_together(truth: Sheet) -> None:
    """A unit's next row begins with the holder its last row ended with, and can come after it."""
    last: dict[str, dict[str, str]] = {}
    for row in truth:
        before = last.get(row["unit_id"])
        if before:
            assert before["to_holder"] == row["from_holder"], row
            assert before["earliest"] <= row["latest"], row
        last[row["unit_id"]] = row


def test_truth_units_are_the_theatres(truth: Sheet) -> None:
    known = {r["unit_id"]: r["kind"] for r in sheet(THEATRE / "units.csv")}
    assert not {r["unit_id"] for r in truth} - set(known)


def test_truth_covers_capitals_crossings_and_districts(truth: Sheet) -> None:
    kinds = {r["unit_id"]: r["kind"] for r in sheet(THEATRE / "units.csv")}
    capitals = {u for u, kind in kinds.items() if kind == "city"}
    to_taliban = {r["unit_id"] for r in truth if r["to_holder"] == "taliban"}
    assert capitals - to_taliban == {"af:panjshir:bazarak-city"}
    assert len({u for u in to_taliban if kinds[u] == "crossing"}) >= 10
    before_august = {r["unit_id"] for r in truth if kinds[r["unit_id"]] == "district" and r["latest"] < "2021-08-01"}
    assert len(before_august) >= 100


def test_many_districts_changed_hands_more_than_once(truth: Sheet) -> None:
    changes = Counter(r["unit_id"] for r in truth if not r["unit_id"].endswith("-city"))
    assert len([u for u, n in changes.items() if n >= 3]) >= 20
    assert changes["af:balkh:kaldar"] == changes["af:faryab:khan-e-char-bagh"] == 5


# ---- the dispatches


def test_every_line_has_exactly_its_fields() -> None:
    for line in lines():
        assert list(line) == (RETRACTION if "retract" in line else FIELDS)
        assert all(isinstance(value, str) and value.strip() for value in line.values())


def test_ids_and_times_run_in_order() -> None:
    moments = [when(line) for line in lines()]
    assert all(m.tzinfo is not None for m in moments)
    assert moments == sorted(moments)
    assert {FIRST, LAST} == {min(moments).astimezone(KABUL).date(), max(moments).astimezone(KABUL).date()}
    ids = [line["id"] for line in lines() if "id" in line]
    assert ids == [f"d{n:03d}" for n in range(1, len(ids) + 1)]
    assert len(ids) >= 150


def test_outlets_are_invented_and_known() -> None:
    faults = FaultList("demo")
    outlets = read_outlets(DEMO, SIDES, faults)
    assert not faults.found
    assert all(o.reconstruction for o in outlets)
    offsets = {o.name: o.utc_offset for o in outlets}
    for line in lines():
        assert line["outlet"] in offsets, line
        assert line["published"].endswith(offsets[line["outlet"]]), line
    assert set(offsets) == {line["outlet"] for line in lines()}


def test_the_theatre_knows_the_invented_outlets_as_invented() -> None:
    """Where the theatre lists them too, under the same id, offset and side; a name of a real outlet is never used."""
    theatres = {o.name: o for o in read_outlets(THEATRE, SIDES | _parties(), FaultList("theatre"))}
    for outlet in read_outlets(DEMO, SIDES, FaultList("demo")):
        twin = theatres.get(outlet.name)
        if twin:
            assert twin.reconstruction
            assert (twin.id, twin.utc_offset, twin.side) == (outlet.id, outlet.utc_offset, outlet.side)


def _parties() -> frozenset[str]:
    return frozenset(re.findall(r'^id = "(.+)"', (THEATRE / "actors.toml").read_text(encoding="utf-8"), re.MULTILINE))


def test_addresses_are_reserved_and_one_outlets() -> None:
    owners: dict[str, str] = {}
    for line in lines():
        url = line.get("url", line.get("retract", ""))
        host = re.match(r"https://([a-z-]+)\.example/", url)
        assert host, url
        assert owners.setdefault(host.group(1), line["outlet"]) == line["outlet"]


def test_an_address_met_again_is_an_edit(dispatches: dict[str, dict[str, Any]]) -> None:
    by_url: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in dispatches.values():
        by_url[line["url"]].append(line)
    edited = [versions for versions in by_url.values() if len(versions) > 1]
    assert len(edited) >= 3
    for versions in edited:
        assert len({v["text"] for v in versions}) == len({when(v) for v in versions}) == len(versions)


def test_retractions_take_back_an_earlier_dispatch(dispatches: dict[str, dict[str, Any]]) -> None:
    retractions = [line for line in lines() if "retract" in line]
    assert retractions
    for line in retractions:
        taken = [d for d in dispatches.values() if d["url"] == line["retract"]]
        assert taken
        assert all(d["outlet"] == line["outlet"] and when(d) < when(line) for d in taken)


def test_texts_name_no_real_outlet_or_machine(dispatches: dict[str, dict[str, Any]]) -> None:
    real = {o.name for o in read_outlets(THEATRE, SIDES | _parties(), FaultList("theatre")) if not o.reconstruction}
    for line in dispatches.values():
        whole = f"{line['title']} {line['text']}"
        assert "/work" not in whole
        assert not [name for name in real if re.search(rf"\b{re.escape(name)}\b", whole)], line["id"]


# ---- the notes


def test_notes_match_dispatches(notes: Sheet, dispatches: dict[str, dict[str, Any]], truth: Sheet) -> None:
    assert [n["id"] for n in notes] == list(dispatches)
    rows = {r["row"] for r in truth}
    for note in notes:
        assert note["kind"], note
        assert set(note["kind"].split()) <= KINDS, note
        assert set(note["truth_rows"].split()) <= rows, note
        assert note["about"] or note["truth_rows"], note


def test_every_truth_row_is_told_or_marked_untold(notes: Sheet, truth: Sheet) -> None:
    told = {row for n in notes for row in n["truth_rows"].split()}
    assert not {r["row"] for r in truth if "untold" not in r["note"]} - told
    assert not {r["row"] for r in truth if "untold" in r["note"]} & told


def test_a_dispatch_names_what_it_tells(notes: Sheet, truth: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    """By a spelling of the theatre, so that a reader with the gazetteer can place it."""
    unit_of = {r["row"]: r["unit_id"] for r in truth}
    names = names_of(set(unit_of.values()))
    for note in notes:
        line = dispatches[note["id"]]
        text = plain(f"{line['title']} {line['text']}")
        for row in note["truth_rows"].split():
            assert any(name in text for name in names[unit_of[row]]), (note["id"], unit_of[row])


def test_nothing_is_told_before_it_happened_unless_marked(notes: Sheet, truth: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    earliest = {r["row"]: r["earliest"] for r in truth}
    early = 0
    for note in notes:
        day = when(dispatches[note["id"]]).astimezone(KABUL).date().isoformat()
        ahead = [row for row in note["truth_rows"].split() if day < earliest[row]]
        if ahead:
            assert "early" in note["kind"].split(), (note["id"], ahead)
            early += 1
    assert early >= 4


def test_the_kinds_an_analyst_meets_are_all_there(notes: Sheet) -> None:
    kinds = Counter(kind for n in notes for kind in n["kind"].split())
    least = {
        "copy": 20,
        "non-event": 15,
        "false": 8,
        "early": 5,
        "late": 5,
        "denial-held": 5,
        "denial-failed": 5,
        "correction": 4,
        "tally": 12,
    }
    assert {kind: kinds[kind] for kind, n in least.items() if kinds[kind] < n} == {}
    assert kinds["brief-spell"] >= 4


def test_a_copy_repeats_an_earlier_story_word_for_word(notes: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    order = list(dispatches.values())
    for note in notes:
        if "copy" not in note["kind"].split():
            continue
        copy = dispatches[note["id"]]
        paragraphs = [p for p in copy["text"].split("\n") if len(p) > 60]
        older = [d for d in order if when(d) < when(copy) and d["outlet"] != copy["outlet"]]
        assert any(all(p in d["text"] for p in paragraphs) for d in older), copy["id"]
        assert paragraphs, copy["id"]


def test_non_events_hold_no_word_of_control(notes: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    for note in notes:
        if note["kind"] == "non-event":
            line = dispatches[note["id"]]
            assert not CONTROL.search(f"{line['title']} {line['text']}".lower()), line["id"]


def test_spin_boldak_differs_at_noon_in_the_evening_and_a_week_later(notes: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    """At noon two origins for the Taliban and no denial; by night a denial and a counter-claim; a week later only one account."""
    about = [dispatches[n["id"]] for n in notes if "Spin Boldak" in dispatches[n["id"]]["text"]]
    noon, night, week = (datetime(2021, 7, *clock, tzinfo=KABUL) for clock in ((14, 12), (15, 0), (22, 0)))

    def between(since: datetime | None, until: datetime) -> set[str]:
        return {d["outlet"] for d in about if (since is None or when(d) >= since) and when(d) < until}

    assert {"Voice of the Emirate (reconstruction)", "Hindu Kush Wire"} <= between(None, noon)
    assert "Republic Information Service" not in between(None, noon)
    evening = [d for d in about if noon <= when(d) < night and d["outlet"] == "Republic Information Service"]
    assert any("repelled the attack" in d["text"] for d in evening)
    assert any("retaken this evening" in d["text"] for d in evening)
    assert {"Indus Vision", "Registan Post"} <= between(night, week)


def test_most_of_the_roster_has_direct_testimony(notes: Sheet, truth: Sheet) -> None:
    roster = {r["unit_id"] for r in sheet(THEATRE / "rosters.csv") if r["407"] == "1"}
    unit_of = {r["row"]: r["unit_id"] for r in truth}
    told = {unit_of[row] for n in notes for row in n["truth_rows"].split()}
    assert len(roster) == 407
    assert len(roster & told) >= 230


def test_the_readme_gives_the_sizes_as_they_are(notes: Sheet, truth: Sheet, dispatches: dict[str, dict[str, Any]]) -> None:
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert f"{len(truth)} rows, {len({r['unit_id'] for r in truth})} units" in readme
    assert f"{len(dispatches)} dispatches, 1 retraction" in readme
    assert f"{len([r for r in truth if r['source'].startswith('Only Panjshir')])} rows are of this kind" in readme
    for kinds, count in re.findall(r"^\| ([a-z-]+(?:, [a-z-]+)*) \| (\d+) \|", readme, re.MULTILINE):
        meant = set(kinds.split(", "))
        assert len([n for n in notes if meant & set(n["kind"].split())]) == int(count), kinds
