"""Every quoted string stands in the report and every word is of the vocabulary, or the claim is refused."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from engine_scene import TEXT, claim, parts, report, theatre

from heldby.engines.contract import Verdict
from heldby.engines.failing import Reason
from heldby.engines.proposal import NotJson, answer_schema, read_answer
from heldby.engines.spans import Quoted
from heldby.locate import Locator
from heldby.model.claim import Polarity, Reading, Relation
from heldby.model.report import GapKind

CONTRACT, _ = parts()


def held(*claims: Any, text: str = TEXT) -> Verdict:
    """What of an answer stands, refusals for its shape among the others."""
    proposals, refused = read_answer(json.dumps({"claims": list(claims)}))
    scene = CONTRACT.scene(report(text))
    verdict = CONTRACT.hold(scene, proposals, "engine:test@1")
    return Verdict(verdict.claims, (*refused, *verdict.refused), verdict.gaps)


def test_a_claim_that_the_text_bears_out_becomes_ours_with_our_offsets() -> None:
    (found,) = held(claim(start=3, end=5, offset=99)).claims
    assert (found.passage.start, found.passage.end) == (0, 40)
    assert found.passage.quote == TEXT[:40] == "Taliban fighters captured Nerkh district"
    assert (found.relation, found.actor, found.actor_text, found.inferred) == (Relation.CAPTURED, "taliban", "Taliban fighters", False)
    assert [v.text for v in found.chain] == ["Lowland Post", "a provincial councillor"]
    assert found.speaker_side == "afghan_government"
    assert found.when is not None
    assert found.when.edtf() == "2021-05-10"
    assert found.rule == "engine:test@1"


def test_the_rest_of_the_chain_is_the_same() -> None:
    source = report()
    reading = Reading(source.id, held(claim()).claims)
    located = Locator(theatre().lexicon).locate(reading, source)
    assert [p.unit_id for c in located.claims for p in c.places] == ["af:wardak:nerkh"]


def test_typographic_quotation_marks_and_line_ends_may_differ_and_move_nothing() -> None:
    text = TEXT.replace("denied it", "denied\nit")
    denial = claim(
        evidence="The army's spokesman denied it",
        actor="it",
        places=[{"text": "it", "name": "Nerkh district"}],
        speakers=["The army's spokesman"],
        when=None,
        polarity="denied",
    )
    (found,) = held(denial, text=text).claims
    assert found.passage.quote == "The army’s spokesman denied\nit" == text[found.passage.start : found.passage.end]
    assert (found.polarity, found.places[0].name, found.places[0].referent) == (Polarity.DENIED, "Nerkh district", "Nerkh district")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"evidence": "Taliban fighters captured Kabul"}, Reason.EVIDENCE),
        ({"evidence": "taliban fighters captured nerkh district"}, Reason.EVIDENCE),
        ({"evidence": "iban fighters captured Nerkh district"}, Reason.EVIDENCE),
        ({"evidence": TEXT + " " + TEXT}, Reason.EVIDENCE),
        ({"relation": "annexed"}, Reason.VOCABULARY),
        ({"polarity": "doubted"}, Reason.VOCABULARY),
        ({"modality": "certain"}, Reason.VOCABULARY),
        ({"actor_id": "martians"}, Reason.VOCABULARY),
        ({"actor": "Rebel fighters"}, Reason.ACTOR),
        ({"actor_id": "afghan_government"}, Reason.OTHER_ACTOR),
        ({"from_actor": "government forces"}, Reason.LOSER),
        ({"places": []}, Reason.NO_PLACE),
        ({"places": [{"text": "Kabul", "name": None}]}, Reason.PLACE),
        ({"places": [{"text": "Nerkh district", "name": "Kabul"}]}, Reason.PLACE_NAME),
        ({"places": [{"text": "Nerkh district", "name": None}, {"text": "Kabul", "name": None}]}, Reason.PLACE),
        ({"speakers": ["the defence minister"]}, Reason.SPEAKER),
        ({"when": "on Tuesday"}, Reason.WHEN),
        ({"hedged": "yes"}, Reason.SHAPE),
        ({"evidence": None}, Reason.SHAPE),
        ({"evidence": ""}, Reason.SHAPE),
        ({"evidence": ["x"]}, Reason.SHAPE),
        ({"relation": {"x": 1}}, Reason.SHAPE),
        ({"places": "Nerkh"}, Reason.SHAPE),
        ({"places": [["Nerkh"]]}, Reason.SHAPE),
        ({"speakers": [7]}, Reason.SHAPE),
        ({"actor": "x" * 5000}, Reason.SHAPE),
        ({"actor": None, "actor_id": None}, Reason.NO_ACTOR),
    ],
)
def test_what_breaks_the_contract_is_refused_with_its_reason(more: dict[str, Any], reason: Reason) -> None:
    verdict = held(claim(**more), claim())
    assert verdict.refused == (reason,)
    assert len(verdict.claims) == 1


@pytest.mark.parametrize("item", [None, 1, "claim", [], [claim()], {}])
def test_a_claim_that_is_no_object_is_refused(item: Any) -> None:
    assert held(item, claim()).refused == (Reason.SHAPE,)


@pytest.mark.parametrize(
    "answer", ["", "no", "[]", "{}", "null", '{"claims": {}}', '{"claims": null}', "[" * 100_000, '{"claims": [', "NaN"]
)
def test_an_answer_that_is_no_list_of_claims_is_none(answer: str) -> None:
    with pytest.raises(NotJson):
        read_answer(answer)


def test_an_answer_in_a_fence_is_read() -> None:
    assert len(read_answer("```json\n" + json.dumps({"claims": [claim()]}) + "\n```")[0]) == 1


def test_fields_that_nobody_asked_for_change_nothing() -> None:
    extra = {"unit_id": "af:kabul:kabul", "rule": "capture.seize", "path": "../../etc/passwd", "html": "<script>x</script>", "start": -1}
    assert held(claim(**extra)) == held(claim())


def test_more_claims_than_a_report_may_give_are_refused_and_counted() -> None:
    verdict = held(*[claim()] * 203)
    assert verdict.refused == (Reason.TOO_MANY,) * 3
    assert len(verdict.claims) == 1  # the same claim again is the same claim


def test_a_name_decides_and_a_generic_word_may_be_told_by_the_engine() -> None:
    took = {"evidence": "The insurgents also took the Spin Boldak crossing", "when": None, "speakers": ["residents"]}
    places = [{"text": "the Spin Boldak crossing", "name": None}]
    (generic,) = held(claim(actor="The insurgents", places=places, **took)).claims
    assert (generic.actor, generic.actor_text, generic.inferred) == ("taliban", "The insurgents", True)
    (untold,) = held(claim(actor="The insurgents", actor_id=None, places=places, **took)).claims
    assert (untold.actor, untold.inferred) == ("taliban", True)  # whom "the insurgents" mean in this theatre


def test_where_nobody_can_be_told_the_words_are_kept_as_a_gap() -> None:
    verdict = held(claim(actor=None, actor_id=None))
    assert [(g.kind, g.subject, g.start) for g in verdict.gaps] == [(GapKind.NO_ACTOR, "Taliban fighters captured Nerkh district", 0)]
    assert verdict.claims == ()


def test_evidence_that_stands_twice_is_the_one_beside_what_it_names() -> None:
    filler = "The weather was fine. " * 5
    text = f"It fell. {filler}Nerkh district was fought for. It fell. {filler}"
    found = held(
        claim(evidence="It fell", actor=None, places=[{"text": "Nerkh district", "name": None}], speakers=[], when=None, relation="lost"),
        text=text,
    )
    assert [c.passage.start for c in found.claims] == [text.rindex("It fell")]


def test_time_words_that_mean_no_day_leave_the_claim_undated_and_say_so() -> None:
    text = TEXT.replace("on Monday", "in a bold move")
    (found,) = held(claim(when="in a bold move"), text=text).claims
    assert found.when is None
    assert "cannot date 'in a bold move'" in found.trace


def test_a_far_name_is_not_drawn_to_the_evidence() -> None:
    text = "Taliban fighters captured the town on Monday. " + "Rain fell on the hills. " * 6 + "Kabul was calm."
    verdict = held(claim(evidence="Taliban fighters captured the town", places=[{"text": "Kabul", "name": None}], speakers=[]), text=text)
    assert verdict.refused == (Reason.PLACE,)


def test_the_same_answer_gives_the_same_claims_in_any_order_of_its_own() -> None:
    a, b = claim(), claim(speakers=[])
    assert held(a, b) == held(b, a)


def test_an_empty_report_and_a_report_without_letters_hold_nothing() -> None:
    for text in ("", "   \n", "!!!"):
        assert held(claim(), text=text).claims == ()


def test_a_quotation_is_found_as_whole_words_only() -> None:
    quoted = Quoted("Herat, Heratis and the city of Herat")
    assert [s.start for s in quoted.all("Herat")] == [0, 31]
    assert quoted.all("") == quoted.all(" ") == ()


def test_an_answer_cannot_buy_much_time() -> None:
    text = TEXT + " The army and the rebels fought for the hills of the valley near the town." * 600
    places = [{"text": "the town", "name": None}] * 40
    begun = time.monotonic()
    verdict = held(*[claim(evidence="the", actor="the army", actor_id=None, places=places, when="on Friday")] * 200, text=text)
    assert (len(verdict.refused), verdict.claims) == (200, ())
    assert time.monotonic() - begun < 20


def test_the_schema_asks_for_exactly_the_fields_that_are_read() -> None:
    schema: Any = answer_schema(("taliban",))
    item = schema["properties"]["claims"]["items"]
    assert set(item["required"]) == set(claim()) == set(item["properties"])
    assert item["properties"]["actor_id"]["enum"] == ["taliban", None]
