"""Who acted and where, as reports on any war put it: parts of a force, whose men, times between a name and its verb, references back."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.examples import claim_lines
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


def _lines(reader: Reader, text: str, day: str = "2024-03-10") -> list[str]:
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse(day)))
    return sorted({line for c in read.claims for line in claim_lines(c)})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hundreds of M23 fighters entered the city of Goma.", ["contests | m23 | Goma"]),
        ("Rebels led by Hayat Tahrir al-Sham pushed into Hama.", ["contests | hts | Hama"]),
        ("Scores of armed men affiliated with the Baloch Liberation Army captured Mangochar.", ["captured | bla | Mangochar"]),
        ("Forces allied with the Sudanese Armed Forces recapture Kulbus in West Darfur.", ["retook | saf | Kulbus"]),
        ("Kunduz fell to a Taliban offensive in 2015.", ["captured | taliban | Kunduz | past_background"]),
        ("Remaining elements of the M23 hold Rutshuru.", ["controls | m23 | Rutshuru"]),
        ("The Taliban's white flag was flying over Kunduz.", ["controls | taliban | Kunduz"]),
        ("Hundreds of traders entered the city of Goma.", []),
    ],
)
def test_a_part_of_a_force_is_the_force(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The rebels who took Goma eight days ago are tired.", ["captured | m23 | Goma | past_background"]),
        ("UK forces have today left Camp Bastion in Helmand province.", ["withdrew | us_coalition | Camp Bastion"]),
        (
            "Syrian rebels entered Saraqib on Monday and the following day captured Khan Shaykhun.",
            ["captured | syria_opposition | Khan Shaykhun", "contests | syria_opposition | Saraqib"],
        ),
        ("The Taliban had blocked the highway to Kandahar three times.", ["contests | taliban | the highway to Kandahar"]),
        ("The next town will be Manbij, which the Syrian Democratic Forces hold.", ["controls | sdf | Manbij"]),
    ],
)
def test_a_time_is_nobody_and_no_place(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Local fighters had taken Banu, Deh Saleh and Pul-e-Hesar in Baghlan. The Taliban retook all three.",
            ["retook | taliban | Banu", "retook | taliban | Deh Saleh", "retook | taliban | Pul-e-Hesar"],
        ),
        (
            "Sudan's army has recaptured Khartoum airport. It is surrounding the fighters of the Rapid Support Forces in the south of the city.",
            ["besieges | saf | the south of the city", "retook | saf | Khartoum"],
        ),
        (
            "GHAZNI - The Taliban entered the capital of Afghanistan's southern province of Uruzgan.",
            ["contests | taliban | the capital of Afghanistan's southern province of Uruzgan"],
        ),
    ],
)
def test_references_back(reader: Reader, text: str, wanted: list[str]) -> None:
    assert [line for line in _lines(reader, text, "2021-08-20" if "Banu" in text else "2024-03-10") if "militia" not in line] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "M23 captured most of the city of Goma, including the airport. Government forces retreat to the lake.",
            ["captured | m23 | Goma", "captured | m23 | the airport", "withdrew | drc_government | Goma"],
        ),
        ("Government forces withdrew from Kombolcha and from Dessie.", ["withdrew | ethiopia_government | Dessie", "withdrew | ethiopia_government | Kombolcha"]),
        ("Boko Haram captured the bases at Marte and Rann in Nigeria.", ["captured | boko_haram | Marte", "captured | boko_haram | Rann"]),
        ("M23 entered Goma. It now holds the western suburbs.", ["contests | m23 | Goma", "controls | m23 | the western suburbs"]),
    ],
)  # fmt: skip
def test_several_places_under_one_word(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


def test_a_series_is_dated_place_by_place(reader: Reader) -> None:
    text = "The rebels of M23 captured Masisi on 4 January, Minova on 21 January and Sake on 23 January."
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2025-01-27")))
    told = {c.places[0].name: str(c.when.first_day) for c in read.claims if c.when is not None}
    assert told == {"Masisi": "2025-01-04", "Minova": "2025-01-21", "Sake": "2025-01-23"}


def test_what_happens_twice_is_told_twice_where_the_times_are_apart(reader: Reader) -> None:
    text = "Popasna. Captured by Luhansk PR in mid-April 2014. Recaptured by Ukraine 22 July 2014. Captured by Luhansk PR 7 May 2022."
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2023-10-01")))
    assert [str(c.when.first_day) for c in read.claims if c.when is not None] == ["2014-04-01", "2014-07-22", "2022-05-07"]


def test_no_day_after_the_report_for_what_has_happened(reader: Reader) -> None:
    text = "The rebels of M23 entered Goma and the following day captured Sake."
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2025-01-27")))
    assert [c.when for c in read.claims] == [None, None]
