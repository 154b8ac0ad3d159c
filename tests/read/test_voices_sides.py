"""Whose side a speaker is on, and what kind of voice he is."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.model.who import Voice, VoiceKind
from heldby.read.document import DocumentReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre


class Ear:
    def __init__(self, theatre: str) -> None:
        rulebook, lexicon = load_rulebook(), load_theatre(theatre).lexicon
        self.voices, self.reader = Voices(rulebook, lexicon), DocumentReader(Words.of(rulebook), lexicon)

    def last(self, text: str, published: str = "2021-07-14") -> Voice:
        """The innermost voice at the last word of `text`."""
        attribution = self.voices.of(self.reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse(published))))
        (one,) = attribution.at(len(attribution.document.parsed) - 1, len(text) - 2)
        assert one.side == one.chain[-1].side
        return one.chain[-1]


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear("afghanistan-2021")


@pytest.fixture(scope="module")
def world() -> Ear:
    return Ear("world")


@pytest.mark.parametrize(
    ("speaker", "side", "kind"),
    [
        ("A Taliban spokesman", "taliban", VoiceKind.SPOKESMAN),
        ("A spokesman for the Taliban", "taliban", VoiceKind.SPOKESMAN),
        ("The Taliban", "taliban", VoiceKind.SPOKESMAN),
        ("A spokesman for the group", "taliban", VoiceKind.SPOKESMAN),
        ("A commander of the resistance", "nrf", VoiceKind.SPOKESMAN),
        ("The defence ministry", "afghan_government", VoiceKind.OFFICIAL),
        ("The interior ministry's spokesman", "afghan_government", VoiceKind.SPOKESMAN),
        ("The governor's office", "afghan_government", VoiceKind.LOCAL),
        ("A provincial councillor", "afghan_government", VoiceKind.LOCAL),
        ("A lawmaker from the province", "afghan_government", VoiceKind.OFFICIAL),
        ("A security source", "afghan_government", VoiceKind.OFFICIAL),
        ("An aide to the president", "afghan_government", VoiceKind.OFFICIAL),
        ("The head of the province", "afghan_government", VoiceKind.OFFICIAL),
        ("Local officials and elders", "afghan_government", VoiceKind.LOCAL),
        ("A Pakistani security source", "pakistan", VoiceKind.OFFICIAL),
        ("Iranian and Afghan officials", "independent", VoiceKind.OFFICIAL),
        ("A customs officer on the Iranian side", "independent", VoiceKind.OFFICIAL),
        ("A Western diplomat", "independent", VoiceKind.MONITOR),
        ("The U.N. mission", "independent", VoiceKind.MONITOR),
        ("A war monitor", "independent", VoiceKind.MONITOR),
        ("Residents", "unknown", VoiceKind.RESIDENT),
        ("A tribal elder", "unknown", VoiceKind.RESIDENT),
        ("A retired general", "unknown", VoiceKind.RESIDENT),
        ("Several reports", "unknown", VoiceKind.REPORTS),
        ("Pajhwok", "independent", VoiceKind.AGENCY),
        ("Bakhtar News Agency", "afghan_government", VoiceKind.OUTLET),
    ],
)
def test_the_phrase_tells_side_and_kind(ear: Ear, speaker: str, side: str, kind: VoiceKind) -> None:
    voice = ear.last(f"The Taliban attacked Khulm in Balkh on Monday. {speaker} said that Khulm was lost.")
    assert (voice.side, voice.kind) == (side, kind)


def test_who_is_named_is_not_anonymous(ear: Ear) -> None:
    assert ear.last("A police officer said that Khulm was lost.").anonymous
    assert ear.last("Residents said that Khulm was lost.").anonymous
    assert not ear.last("The defence ministry said that Khulm was lost.").anonymous
    assert not ear.last("Army spokesman Omid Example said that Khulm was lost.").anonymous


def test_offices_change_hands_with_the_state(ear: Ear) -> None:
    text = "Afghan authorities said that Khulm in Balkh was calm."
    assert ear.last(text, "2021-08-01").side == "afghan_government"
    assert ear.last(text, "2021-09-01").side == "taliban"


def test_a_bare_spokesman_speaks_for_whom_he_spoke_before(ear: Ear) -> None:
    text = "A Taliban spokesman said the army had left Khulm. The defence ministry said it had not. A second spokesman said Khulm was lost."
    assert ear.last(text).side == "afghan_government" or ear.last(text).side == "taliban"
    assert ear.last("A Taliban spokesman said the army had left. Another spokesman said that Khulm was lost.").side == "taliban"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Russian troops shelled Kherson, Ukraine. The mayor said that the city was lost.", "ukraine"),
        ("Russian troops shelled Kherson, Ukraine. Moscow said that the city was taken.", "russia"),
        ("Russian troops shelled Kherson, Ukraine. A Pentagon official said that the city was lost.", "independent"),
        ("Fighters attacked Mosul in Iraq. A Pentagon official said that the city was lost.", "us_coalition"),
        ("Rebels attacked Aleppo in Syria on Monday. A rebel commander said that the city was taken.", "syria_opposition"),
    ],
)
def test_in_the_world_the_country_of_the_report_decides(world: Ear, text: str, side: str) -> None:
    assert world.last(text, "2022-03-02").side == side


@pytest.mark.parametrize("speaker", ["MONUSCO", "A MONUSCO spokesman", "The UN mission MONUSCO"])
def test_a_mission_speaks_for_no_party_though_it_fights_beside_one(world: Ear, speaker: str) -> None:
    assert world.last(f"{speaker} said that rebels had taken the road to Sake.", "2025-01-20").side == "independent"
