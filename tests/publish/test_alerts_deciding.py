"""What alerts decide: told once, told again never, taken back when it no longer stands; cool-down and digest hold back and lose nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from publish_scene import CROSSING, GOVERNMENT, KNOWN, TALIBAN, small_bundle

from heldby.alerts.deciding import Decision, decide, posted
from heldby.alerts.feed import alerts_atom
from heldby.alerts.memory import Memory, read_memory, write_memory
from heldby.alerts.rules import Rule, parse_rules
from heldby.alerts.telling import message_text
from heldby.errors import Faults, HeldbyError
from heldby.model.status import CONTESTED, Change, Support
from heldby.model.when import When, day
from heldby.publish.edition import Edition
from heldby.publish.release import Release, UnitRule, release

NOW = datetime(2021, 7, 14, 18, tzinfo=UTC)
DISTRICT = "af:kandahar:spin-boldak"
ANY = Rule("any")


def edition(*changes: Change, rules: Release | None = None) -> Edition:
    return release(small_bundle(changes=tuple(changes)), rules or Release(), KNOWN)


def fall(unit: str = CROSSING, after: str = TALIBAN, on: int = 14, p: float = 0.9, *, recapture: bool = False) -> Change:
    before = GOVERNMENT if after == TALIBAN else TALIBAN
    return Change(unit, before, after, day(date(2021, 7, on)), p, Support.CONFIRMED, recapture=recapture)


def turn(memory: Memory, *changes: Change, rules: tuple[Rule, ...] = (ANY,), now: datetime = NOW, since: date | None = None) -> Decision:
    return decide(rules, edition(*changes), memory, now, since)


def begun(*changes: Change, rules: tuple[Rule, ...] = (ANY,)) -> Memory:
    """A rule that has taken note of what was there."""
    return turn(Memory(), *changes, rules=rules).memory


def titles(decision: Decision) -> list[str]:
    return [str(a["title"]) for m, _ in decision.messages for a in m["alerts"]]


def keys(decision: Decision) -> list[str]:
    return [str(a["key"]) for m, _ in decision.messages for a in m["alerts"]]


def test_a_rule_met_first_takes_note_and_then_tells_what_is_new_once() -> None:
    first = turn(Memory(), fall())
    assert (first.messages, first.known_before) == ((), 1)
    second = turn(first.memory, fall(), fall(DISTRICT))
    assert titles(second) == ["Spin Boldak (district, Kandahar): Government to Taliban"]
    third = turn(second.memory, fall(), fall(DISTRICT))
    assert third.messages == ()
    assert third.memory == second.memory


def test_a_day_to_begin_from_tells_what_was_since() -> None:
    found = turn(Memory(), fall(on=9), fall(DISTRICT, on=13), since=date(2021, 7, 12))
    assert len(found.messages) == 1
    assert found.known_before == 1


def test_what_comes_late_is_told_though_it_happened_before() -> None:
    assert len(turn(begun(fall()), fall(), fall(DISTRICT, on=2)).messages) == 1


def test_a_first_day_that_moves_a_little_is_the_same_change() -> None:
    told = turn(begun(), fall(on=9)).memory
    moved = turn(told, fall(on=13))
    assert moved.messages == ()
    assert turn(moved.memory, fall(on=18)).messages == (), "it is followed as it moves"


def test_fall_recapture_and_fall_again_within_a_week_are_three() -> None:
    found = turn(begun(), fall(on=8), fall(after=GOVERNMENT, on=9, recapture=True), fall(on=10, recapture=True))
    assert len(found.messages) == 3
    assert len(set(keys(found))) == 3
    assert turn(found.memory, fall(on=8), fall(after=GOVERNMENT, on=9, recapture=True), fall(on=10, recapture=True)).messages == ()


def test_what_no_longer_stands_is_taken_back_once_by_the_key_it_was_told_under() -> None:
    told = turn(begun(), fall(), fall(DISTRICT))
    gone = turn(told.memory, fall(DISTRICT))
    ((message, _),) = gone.messages
    (correction,) = message["alerts"]
    assert correction["kind"] == "correction"
    assert correction["corrects"] == next(k for k, t in zip(keys(told), titles(told), strict=True) if "crossing" in t)
    assert "is withdrawn" in correction["title"]
    assert turn(gone.memory, fall(DISTRICT)).messages == ()
    weak = turn(told.memory, fall(p=0.4), fall(DISTRICT))
    assert "no longer makes it likelier than not" in weak.messages[0][0]["alerts"][0]["why"]


def test_what_comes_again_after_a_correction_is_told_under_a_new_key() -> None:
    told = turn(begun(), fall())
    gone = turn(told.memory)
    again = turn(gone.memory, fall())
    assert len(again.messages) == 1
    assert keys(again) != keys(told)
    assert turn(again.memory, fall()).messages == ()


def test_what_was_never_told_is_never_taken_back() -> None:
    assert turn(begun(fall())).messages == ()


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("r", units=(CROSSING,)), {CROSSING}),
        (Rule("r", within="af:kandahar"), {CROSSING, DISTRICT}),
        (Rule("r", within="af:balkh"), set()),
        (Rule("r", kinds=("district",)), {DISTRICT, "af:farah:farah"}),
        (Rule("r", holders=(CONTESTED,)), {"af:farah:farah"}),
        (Rule("r", probability=0.89), {CROSSING}),
        (Rule("r", origins=2), {CROSSING}),
        (Rule("r", origins=3), set()),
        (Rule("r", supports=("claimed",)), {"af:farah:farah"}),
        (Rule("r"), {CROSSING, DISTRICT, "af:farah:farah"}),
    ],
)
def test_each_condition_of_a_rule_holds(rule: Rule, expected: set[str]) -> None:
    farah = Change("af:farah:farah", None, CONTESTED, When.parse("2021-07-09/2021-07-11"), 0.7, Support.CLAIMED)
    found = decide((rule,), edition(fall(), fall(DISTRICT, p=0.85), farah), begun(rules=(rule,)), NOW)
    assert {a["change"]["unit_id"] for m, _ in found.messages for a in m["alerts"]} == expected


def test_what_rises_over_the_threshold_later_is_told_then() -> None:
    rule = Rule("sure", probability=0.9)
    first = begun(fall(p=0.7), rules=(rule,))
    assert len(turn(first, fall(p=0.95), rules=(rule,)).messages) == 1


def test_a_cool_down_holds_back_and_loses_nothing_but_corrections_do_not_wait() -> None:
    rule = Rule("calm", cool_down=timedelta(hours=6))
    told = turn(begun(rules=(rule,)), fall(on=12), rules=(rule,))
    both = (fall(on=12), fall(after=GOVERNMENT, on=13, recapture=True))
    soon = turn(told.memory, *both, rules=(rule,), now=NOW + timedelta(hours=5))
    assert (soon.messages, soon.held_back) == ((), 1)
    later = turn(soon.memory, *both, rules=(rule,), now=NOW + timedelta(hours=6))
    assert titles(later) == ["Spin Boldak crossing (crossing, Kandahar): Taliban to Government (retaken)"]
    other = turn(told.memory, fall(on=12), fall(DISTRICT), rules=(rule,), now=NOW + timedelta(hours=1))
    assert len(other.messages) == 1, "another unit does not wait"
    gone = turn(told.memory, rules=(rule,), now=NOW + timedelta(minutes=1))
    assert gone.messages[0][0]["alerts"][0]["kind"] == "correction"


def test_a_digest_is_one_message_at_most_so_often() -> None:
    rule = Rule("daily", digest=timedelta(days=1))
    one = turn(begun(rules=(rule,)), fall(), fall(DISTRICT), rules=(rule,))
    assert [len(m["alerts"]) for m, _ in one.messages] == [2]
    assert one.messages[0][0]["title"] == "2 changes by the rule daily"
    more = (fall(), fall(DISTRICT), fall("af:farah:farah"), fall("af:kabul:kabul-city"))
    soon = turn(one.memory, *more, rules=(rule,), now=NOW + timedelta(hours=23))
    assert (soon.messages, soon.held_back) == ((), 2)
    next_day = turn(soon.memory, *more, rules=(rule,), now=NOW + timedelta(days=1))
    assert [len(m["alerts"]) for m, _ in next_day.messages] == [2]


def test_rules_do_not_disturb_one_another() -> None:
    rules = (Rule("a", units=(CROSSING,)), Rule("b", within="af:kandahar"))
    found = turn(begun(rules=rules), fall(), rules=rules)
    assert len(set(keys(found))) == 2
    one = turn(found.memory, fall(), rules=rules[:1])
    assert {e.rule for e in one.memory.entries} == {"a", "b"}, "a rule left out for a while is not forgotten"


def test_same_inputs_same_decision_and_same_keys() -> None:
    one, other = (turn(begun(), fall(), fall(DISTRICT)) for _ in range(2))
    assert one == other


def test_what_the_release_coarsens_is_told_of_its_province_alone() -> None:
    rules = Release(rules=(UnitRule(DISTRICT, coarsen_to="province"),))
    found = decide((Rule("r", kinds=("district",)), Rule("u", units=(DISTRICT,))), edition(fall(DISTRICT), rules=rules),
                   Memory(rules={"r": "2021-07-01T00:00:00Z", "u": "2021-07-01T00:00:00Z"}), NOW)  # fmt: skip
    assert len(found.messages) == 1, "not by its name"
    said = message_text(found.messages[0][0])
    assert "a district of Kandahar" in said
    assert "Spin Boldak" not in said
    assert DISTRICT not in str(found.messages[0][0])


def test_messages_go_to_the_kinds_that_a_rule_names() -> None:
    rules = (Rule("a", to=("mail",)), Rule("b"))
    found = turn(begun(rules=rules), fall(), rules=rules)
    kept = posted(found, {"file x": "file", "mail y": "mail"})
    assert [o.to for o in kept.outbox] == [("mail y",), ("file x", "mail y")]


def test_memory_is_kept_whole(tmp_path: Path) -> None:
    found = posted(turn(begun(), fall(), fall(DISTRICT)), {"file x": "file"})
    path = tmp_path / "a" / "state.json"
    assert read_memory(path) == Memory()
    write_memory(found, path)
    assert read_memory(path) == found
    assert [p.name for p in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 9}', '{"format": 1, "rules": {}}'])
def test_a_memory_that_is_none_is_told_and_left(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HeldbyError, match=r"state\.json"):
        read_memory(path)
    assert path.read_text(encoding="utf-8") == text


def test_the_text_says_what_how_sure_on_whose_word_and_from_where() -> None:
    ((message, _),) = turn(begun(), fall()).messages
    text = message_text(message)
    for needed in (
        "Spin Boldak crossing (crossing, Kandahar): Government to Taliban",
        "very likely",
        "but this is disputed",
        "Confidence: low.",
        "the interior ministry denies",
        "an official who asked not to be named",
        "https://valley-post.example",
        "As of 14 July 2021",
        str(message["edition"]),
        str(message["key"]),
    ):
        assert needed in text, needed


def test_the_feed_is_atom_with_corrections_latest_first() -> None:
    import xml.etree.ElementTree as ET

    told = turn(begun(), fall())
    gone = turn(told.memory)
    hostile = {**told.messages[0][0], "key": "k", "title": "<script>alert(1)</script> & \x00"}
    root = ET.fromstring(alerts_atom([told.messages[0][0], gone.messages[0][0], hostile], "afghanistan-2021"))
    space = "{http://www.w3.org/2005/Atom}"
    entries = root.findall(f"{space}entry")
    assert [e.findtext(f"{space}title", "")[:10] for e in entries] == ["<script>al", "Correction", "Spin Bolda"]
    assert len({e.findtext(f"{space}id") for e in entries}) == 3
    assert all(root.findtext(f"{space}{name}") for name in ("id", "title", "updated"))


RULES = """
[[rule]]
name = "Crossings"
kinds = ["crossing"]
holders = ["taliban"]
probability = 0.8
origins = 2
cool_down = "6h"
digest = "1d"
to = ["mail", "file"]

[[rule]]
name = "Kandahar"
within = "Kandahar province"
"""


def test_rules_are_read_as_written() -> None:
    first, second = parse_rules(RULES, "r.toml")
    assert first == Rule(
        "Crossings", (), "", ("crossing",), ("taliban",), 0.8, 2, (), timedelta(hours=6), timedelta(days=1), ("mail", "file")
    )
    assert second == Rule("Kandahar", within="Kandahar province")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no [[rule]]"),
        ("[[rule]]\nkinds = []", "rule 1: needs a name"),
        ('[[rule]]\nname = "a"\n[[rule]]\nname = "a"', "rule 'a': two rules of this name"),
        ('[[rule]]\nname = "a"\nprobability = 2', "rule 'a', probability: expected 0 to 1"),
        ('[[rule]]\nname = "a"\nprobability = true', "rule 'a', probability"),
        ('[[rule]]\nname = "a"\norigins = -1', "rule 'a', origins: expected a whole number"),
        ('[[rule]]\nname = "a"\ncool_down = "soon"', "rule 'a', cool_down: expected a span"),
        ('[[rule]]\nname = "a"\nto = ["pigeon"]', "rule 'a', to: 'pigeon' is unknown; known: file, feed, webhook, mail"),
        ('[[rule]]\nname = "a"\nkinds = "crossing"', "rule 'a', kinds: expected a list"),
        ('[[rule]]\nname = "a"\nurl = "https://evil.example"', "rule 'a', url: no such key"),
        ('[other]\nx = 1', "no such table"),
    ],
)  # fmt: skip
def test_faults_of_rules_name_the_rule(text: str, told: str) -> None:
    with pytest.raises(Faults) as found:
        parse_rules(text, "r.toml")
    assert told in str(found.value)


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(Faults) as found:
        parse_rules('[[rule]]\nname = "a"\norigins = -1\nto = ["x"]\n[[rule]]\nname = "b"\nprobability = 3', "r.toml")
    assert len(found.value.faults) == 3


def test_a_broken_file_of_rules_is_told() -> None:
    with pytest.raises(HeldbyError, match=r"r\.toml"):
        parse_rules("[[rule", "r.toml")
