"""The theatre ukraine-2022, made from data alone: its places under the names that reports use, its sides, and reports about them read."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from small_theatre import built_in

from heldby.interchange import event_date
from heldby.locate import Locator
from heldby.model.claim import Claim
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook

UKRAINE = "ukraine-2022"

# Reconstructions in our own words of public events, by invented outlets; the days are those of the events.
REPORTS = [
    ("2022-11-11", "Ukraine's general staff said on Friday that its troops had retaken Snihurivka in Mykolaiv Oblast on Thursday.",
     ("retook", "ukraine", "gn:693379", date(2022, 11, 10))),
    ("2022-11-11", "Russian forces withdrew from Kherson on Friday, the defence ministry in Moscow said.",
     ("withdrew", "russia", "gn:706448", date(2022, 11, 11))),
    ("2022-09-11", "Ukrainian forces retook Izyum in Kharkiv region on Saturday, the head of the regional military administration said.",
     ("retook", "ukraine", "gn:707292", date(2022, 9, 10))),
    ("2023-05-21", "Russian forces captured Artemivsk, which Ukraine calls Bakhmut, on 20 May 2023.",
     ("captured", "russia", "gn:713174", date(2023, 5, 20))),
    ("2024-02-17", "The Ukrainian army withdrew from Avdiivka in Donetsk Oblast on Saturday, its commander said.",
     ("withdrew", "ukraine", "gn:713122", date(2024, 2, 17))),
    ("2022-06-25", "Severodonetsk was captured by the Luhansk People's Republic on 25 June 2022, separatist officials said.",
     ("captured", "dpr_lpr", "gn:691999", date(2022, 6, 25))),
]  # fmt: skip


@cache
def _parts() -> tuple[Reader, Locator]:
    lexicon = built_in(UKRAINE).lexicon
    return Reader(load_rulebook(), lexicon), Locator(lexicon)


def read(text: str, published: str) -> tuple[Claim, ...]:
    reader, locator = _parts()
    report = Report.of(text, outlet="Steppe Wire", published=Published.parse(published))
    return locator.locate(reader.read(report), report).claims


# An office abroad speaks for its own state, and "its troops" are that state's.
SPEAKERS = [
    ("The defence ministry in Moscow said on Monday that its troops had taken control of Soledar.", "captured", "russia", "russia"),
    ("The foreign ministry in Moscow said that Soledar was under Russian control.", "controls", "russia", "russia"),
    ("A spokesman in Moscow said that the army had taken Soledar.", "captured", "russia", "russia"),
    ("The defence ministry in Kyiv said on Monday that its troops had retaken Izium.", "retook", "ukraine", "ukraine"),
    ("The presidential office in Kyiv said that Ukrainian troops had retaken Izium.", "retook", "ukraine", "ukraine"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "relation", "actor", "side"), SPEAKERS)
def test_an_office_in_a_capital_speaks_for_its_state(text: str, relation: str, actor: str, side: str) -> None:
    (claim,) = read(text, "2023-01-16")
    assert (str(claim.relation), claim.actor, claim.speaker_side) == (relation, actor, side)


@pytest.mark.parametrize(("published", "text", "wanted"), REPORTS, ids=[r[2][2] for r in REPORTS])
def test_a_report_is_read_with_its_place(published: str, text: str, wanted: tuple[str, str, str, date]) -> None:
    found = {(c.relation.value, c.actor, c.places[0].unit_id, str(event_date(c.when))) for c in read(text, published)}
    assert (*wanted[:3], wanted[3].isoformat()) in found


def test_it_counts_places_by_region() -> None:
    theatre = built_in(UKRAINE)
    assert {s.id for s in theatre.sides} == {"ukraine", "russia", "independent"}
    assert theatre.side_of("dpr_lpr") == "russia"
    sizes = {r.id: (len(r.unit_ids), r.unit_noun) for r in theatre.rosters}
    assert sizes == {"places": (1261, "places"), "towns": (652, "towns")}
    assert len(theatre.counted()) == 1261
    areas = {theatre.lexicon.gazetteer.areas(u.id)[0] for u in theatre.counted()}
    assert len(areas) == 27  # 24 oblasts, Crimea, Kyiv and Sevastopol
    assert theatre.outline_credit == "Natural Earth"


def test_one_town_under_many_spellings() -> None:
    gazetteer = built_in(UKRAINE).lexicon.gazetteer
    for name in ("Bakhmut", "Artemivsk", "Artyomovsk", "Бахмут", "Артемівськ"):
        assert "gn:713174" in gazetteer.lookup(name), name
    for name in ("Sievierodonetsk", "Severodonetsk", "Сєвєродонецьк"):
        assert gazetteer.lookup(name)[0] == "gn:691999", name


def test_villages_it_does_not_list_may_be_meant_by_a_name_it_does() -> None:
    theatre = built_in(UKRAINE)
    bearers = theatre.lexicon.gazetteer.lookup("Andriivka")
    listed = {u.id for u in theatre.units}
    assert any(b in listed for b in bearers)
    assert any(b not in listed for b in bearers)
    hit = next(h for h in theatre.lexicon.gazetteer.find("They hold Andriivka.") if h.name == "Andriivka")
    assert set(hit.unit_ids) == set(bearers)


def test_its_maps_speak_for_themselves_and_again_only_as_they_look_again() -> None:
    exhaustive = {o.id for o in built_in(UKRAINE).lexicon.outlets if o.exhaustive}
    assert exhaustive == {"deepstate", "isw", "liveuamap", "wikipedia_control"}
