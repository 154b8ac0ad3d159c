"""Places and parties as sentences name them: facilities, lists that go on, names no gazetteer has, whose troops they are."""

from __future__ import annotations

from datetime import date

import pytest

from heldby.model.claim import Claim
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.era import era
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def world() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


def claims(world: Reader, text: str, day: str = "2021-07-10") -> tuple[Claim, ...]:
    published = Published.parse(day) if day else None
    return world.read(Report.of(text, outlet="Hill Wire", url="", published=published, given_id="x")).claims


def told(world: Reader, text: str, day: str = "2021-07-10") -> list[str]:
    return [p.text for c in claims(world, text, day) for p in c.places]


def actors(world: Reader, text: str, day: str) -> list[str]:
    return [c.actor for c in claims(world, text, day)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Taliban fighters took over the airstrip outside Qala-e-Naw.", ["the airstrip outside Qala-e-Naw"]),
        ("Taliban fighters seized a clinic in the hamlet of Surkhdara.", ["a clinic in the hamlet of Surkhdara"]),
        ("The Taliban captured Highway 1 between Ghazni and Qalat.", ["Highway 1"]),
        ("The Taliban seized the runway and the control tower of Kunduz airport.", ["the runway", "the control tower of Kunduz airport"]),
        ("The Taliban captured Argo, where police had held out, Khash and Jurm.", ["Argo", "Khash", "Jurm"]),
        ("The Taliban captured Argo and Khash in Badakhshan; Rustaq in Takhar.", ["Argo", "Khash", "Rustaq"]),
        ("Four towns, including Rustaq, Farkhar and Eshkamesh, were captured by the Taliban.", ["Rustaq", "Farkhar", "Eshkamesh"]),
        ("The Taliban captured these districts: Argo, Khash (Badakhshan); Rustaq (Takhar).", ["Argo", "Khash", "Rustaq"]),
        ("Fighting raged near Kunduz. The Taliban captured Tal Zarghun.", ["Tal Zarghun"]),
        ("Fighting raged near Kunduz. The Taliban captured Nur Ahmad.", []),  # who may be a man
        ("The Taliban captured Nerkh, which the army had left, and the governor fled.", ["Nerkh"]),
    ],
)
def test_places_are_told_as_written(world: Reader, text: str, places: list[str]) -> None:
    assert told(world, text)[: len(places)] == places
    assert bool(places) == bool(told(world, text))


@pytest.mark.parametrize(
    ("text", "day", "who"),
    [
        ("Kyiv's forces retook Sloviansk.", "2014-07-06", ["ukraine"]),
        ("Moscow's troops captured Kherson in Ukraine.", "2022-03-03", ["russia"]),
        ("Sudan's paramilitaries captured Wad Madani.", "2023-12-19", ["rsf"]),
        ("Turkish-backed Syrian fighters captured Suluk in Syria.", "2019-10-14", ["sna"]),
        ("Moscow-backed separatists held Donetsk airport.", "2015-01-20", ["dpr_lpr"]),
        ("Al-Shabaab fighters attacked Palma in Cabo Delgado.", "2018-06-05", ["isis"]),
        ("Al-Shabaab fighters attacked Afgoye in Somalia.", "2018-06-05", ["al_shabaab"]),
        ("The 93rd Mechanised Brigade recaptured Ruska Lozova near Kharkiv.", "2022-04-30", ["ukraine"]),
        ("Forces loyal to Muammar Gaddafi hold Sirte.", "2011-09-01", ["libya_gaddafi"]),
        ("UN peacekeepers retook Bambari in the Central African Republic.", "2021-01-05", ["minusca"]),
        ("Gunmen of the Maute group occupied a hospital in Marawi.", "2017-05-24", ["isis"]),
        ("Rwandan and Mozambican troops recaptured Palma.", "2021-08-01", ["mozambique_government"]),
    ],
)
def test_whose_men_they_are(world: Reader, text: str, day: str, who: list[str]) -> None:
    assert actors(world, text, day) == who


def test_the_attackers_are_who_attacked(world: Reader) -> None:
    assert actors(world, "Taliban fighters attacked Qala-e-Naw. The attackers captured the prison.", "2021-07-07") == ["taliban", "taliban"]


def test_they_are_whom_the_sentence_before_tells_of(world: Reader) -> None:
    text = "The insurgents made their biggest gains in Somalia since spring. They captured Bal'ad on Friday."
    assert actors(world, text, "2025-03-01") == ["al_shabaab"]


def test_the_capital_is_the_country_s(world: Reader) -> None:
    found = claims(world, "Rebels captured Bossembele in the Central African Republic. The army holds the capital.", "2021-01-14")
    assert [p.name for c in found for p in c.places if p.text == "the capital"] == ["Bangui"]


def test_the_government_of_an_undated_text_is_that_of_its_year(world: Reader) -> None:
    text = "On 7 July 2021 the Taliban entered Qala-e-Naw. The army barracks was still in government hands on 8 July 2021."
    assert "afghan_government" in actors(world, text, "")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The town fell on 7 July 2021 and was retaken in July 2021.", date(2021, 7, 31)),
        ("It fell in 2012; in 2013 it fell again, and in March 2013 for good.", date(2013, 3, 31)),
        ("Nothing is dated here.", None),
        ("It was held since 1999.", date(1999, 7, 1)),
    ],
)
def test_the_day_by_which_names_hold(text: str, day: date | None) -> None:
    assert era(text) == day


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The Taliban attacked Nesh and Ghorak. Government forces still hold the two towns.", ["Nesh", "Ghorak"]),
        ("The Taliban captured Nesh and Ghorak. A police officer denied that either town had fallen.", ["Nesh", "Ghorak"]),
        ("The army recaptured Nesh and Ghorak. The two towns in Kandahar province had been captured by the Taliban.", ["Nesh", "Ghorak"]),
    ],
)
def test_the_two_towns_are_those_told_of(world: Reader, text: str, names: list[str]) -> None:
    assert [p.name for c in claims(world, text) for p in c.places][-2:] == names


def test_a_list_goes_on_behind_what_describes_a_member(world: Reader) -> None:
    assert told(world, "The Taliban captured Nesh, a district known for its mulberries, and Ghorak on Sunday.") == ["Nesh", "Ghorak"]
    assert "Ghorak" not in [
        p.text for c in claims(world, "The Taliban captured Nesh, a district in Kandahar, and the army fled to Ghorak.") for p in c.places
    ]
