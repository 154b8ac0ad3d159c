"""Voices at second hand, credits, confirmations, the outlet's own words; the outlets and sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read.document import DocumentReader
from heldby.read.voices import Attribution, Voices
from heldby.read.words import Words
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre


class Ear:
    def __init__(self) -> None:
        rulebook, lexicon = load_rulebook(), load_theatre("afghanistan-2021").lexicon
        self.voices, self.reader = Voices(rulebook, lexicon), DocumentReader(Words.of(rulebook), lexicon)

    def hear(self, text: str) -> Attribution:
        report = Report.of(text, outlet="Valley Messenger", published=Published.parse("2021-07-14"))
        return self.voices.of(self.reader.read(report))

    def who(self, text: str, word: str) -> list[str]:
        attribution, offset = self.hear(text), text.index(word)
        (one,) = attribution.at(attribution.document.sentence_at(offset), offset)
        return [v.text for v in one.chain[1:]]


@pytest.fixture(scope="module")
def ear() -> Ear:
    return Ear()


@pytest.mark.parametrize(
    ("text", "word", "chain"),
    [
        ("The governor was quoted as saying by Reuters that Khulm had been lost.", "lost", ["Reuters", "The governor"]),
        ("The governor, quoted by Reuters, said Khulm had been lost.", "lost", ["Reuters", "The governor"]),
        ("Khulm has been lost, Reuters reported, citing two officials.", "lost", ["Reuters", "two officials"]),
        ("Citing residents, Reuters reported that Khulm had been lost.", "lost", ["Reuters", "residents"]),
        ("The mayor confirmed to Reuters by phone that Khulm had been lost.", "lost", ["Reuters", "The mayor"]),
        ("The army in a statement said Khulm had been lost.", "lost", ["The army"]),
        ("A video posted by the Taliban showed fighters entering Khulm.", "entering", ["A video posted by the Taliban"]),
        ("Analysts of a think tank said the Taliban held Khulm.", "held", ["Analysts of a think tank"]),
    ],
)
def test_words_at_second_hand_keep_every_hand(ear: Ear, text: str, word: str, chain: list[str]) -> None:
    assert ear.who(text, word) == chain


def test_the_agency_that_carried_a_speaker_carries_him_on(ear: Ear) -> None:
    text = "A spokesman for the Taliban was quoted by Reuters as saying that Khulm was theirs. The army had fled, he said."
    assert ear.who(text, "fled") == ["Reuters", "A spokesman for the Taliban"]


def test_a_credit_on_a_line_of_its_own_closes_what_stands_above(ear: Ear) -> None:
    text = "The Taliban took Khulm on Monday.\nThe army said it had left.\n(Reuters)"
    assert ear.who(text, "took") == ["Reuters"]
    assert ear.who(text, "left") == ["Reuters", "The army"]


def test_a_dateline_below_a_headline_credits_its_agency(ear: Ear) -> None:
    text = "Northern town lost\n\nKHULM, Afghanistan (Reuters) -- The Taliban took Khulm on Monday."
    assert ear.who(text, "took") == ["Reuters"]


@pytest.mark.parametrize(
    ("text", "word", "chain"),
    [
        ("The rebels took Khulm, said Omid Example, head of the council in Balkh. Example said he had fled.", "fled", ["Omid Example"]),
        ("The army took the port and, according to two drivers, the bank of Khulm.", "bank", ["two drivers"]),
        ("The army took the port and, according to two drivers, the bank of Khulm.", "port", []),
        ("A source who spoke on condition that he was not named said Khulm was lost.", "lost", ["A source"]),
        ("The army said the Taliban had left Khulm, but on Friday the governor said it was lost.", "lost", ["the governor"]),
        ("According to state media, Khulm was lost.", "lost", ["state media"]),
        (
            "The group claims Khulm, the Taliban say, but the interior and defence ministries said it was calm.",
            "calm",
            ["the interior and defence ministries"],
        ),
    ],
)
def test_speakers_in_harder_places(ear: Ear, text: str, word: str, chain: list[str]) -> None:
    assert ear.who(text, word) == chain


def test_a_denial_in_a_relative_clause_denies_its_sentence(ear: Ear) -> None:
    text = "Residents said the Taliban had taken Khulm, which the army denies."
    (denial,) = ear.hear(text).denials
    assert denial.by.chain[-1].text == "the army"
    assert denial.denied is not None
    assert "taken Khulm" in text[denial.denied.start : denial.denied.end]


def test_press_of_a_country_is_no_side_unless_it_is_the_states(ear: Ear) -> None:
    for phrase, side in (("Afghan media", "independent"), ("Afghan state television", "afghan_government")):
        text = f"{phrase} said that Khulm was lost."
        assert ear.hear(text).at(0, text.index("lost"))[0].side == side


def test_a_credit_on_the_first_line_opens_what_follows(ear: Ear) -> None:
    assert ear.who("(Reuters)\nThe Taliban took Khulm on Monday.", "took") == ["Reuters"]


@pytest.mark.parametrize("aside", ["(File photo)", "(The names were changed)"])
def test_other_lines_in_brackets_credit_nobody(ear: Ear, aside: str) -> None:
    assert ear.who(f"The Taliban took Khulm on Monday.\n{aside}", "took") == []


def test_two_sides_named_together_speak_each_for_itself(ear: Ear) -> None:
    text = "Both the Afghan army and the Taliban claimed control of Khulm."
    attribution = ear.hear(text)
    assert {a.side for a in attribution.at(0, text.index("control"))} == {"afghan_government", "taliban"}


def test_the_outlets_we_is_the_outlet_and_it_may_take_its_words_back(ear: Ear) -> None:
    text = "On Monday we reported that Khulm had fallen. That was wrong."
    assert ear.who(text, "fallen") == []
    (denial,) = ear.hear(text).denials
    assert denial.by.chain[-1].text == "Valley Messenger"
    assert denial.denied is not None
    assert "Khulm had fallen" in text[denial.denied.start : denial.denied.end]


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("The Taliban said they had captured Khulm. A councillor confirmed it.", "A councillor"),
        ("The Taliban said they had captured Khulm, and a Pakistani official confirmed the claim.", "a Pakistani official"),
    ],
)
def test_a_confirmation_finds_what_it_confirms(ear: Ear, text: str, by: str) -> None:
    (found,) = ear.hear(text).confirmations
    assert (found.by.chain[-1].text, found.by.denies) == (by, False)
    assert "captured Khulm" in text[found.confirmed.start : found.confirmed.end]
    assert found.said_by is not None
    assert found.said_by.side == "taliban"


def test_a_denied_account_is_all_that_speaker_said(ear: Ear) -> None:
    text = (
        "The army has retaken Khulm, the governor said.\n\n"
        '"Our men hold the bridge," he told reporters. Elders said the market was burning.\n\n'
        "The Taliban rejected the governor's version."
    )
    (denial,) = ear.hear(text).denials
    assert denial.denied is not None
    denied = text[denial.denied.start : denial.denied.end]
    assert "retaken Khulm" in denied
    assert "hold the bridge" in denied
    assert "market" not in denied
    assert denial.said_by is not None
    assert denial.said_by.text == "the governor"


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("The Taliban took Khulm, a claim denied by Kabul.", "Kabul"),
        ("The Taliban took Khulm, a claim the army called a lie.", "the army"),
        ("The Taliban said they had taken Khulm. The claims were rejected by the army.", "the army"),
    ],
)
def test_a_claim_denied_in_passing_is_denied(ear: Ear, text: str, by: str) -> None:
    (denial,) = ear.hear(text).denials
    assert denial.by.chain[-1].text == by
    assert denial.denied is not None
    assert "Khulm" in text[denial.denied.start : denial.denied.end]
    offset = text.index("Khulm")
    assert not any(a.denies for a in ear.hear(text).at(0, offset))


def test_a_denial_as_a_noun_denies(ear: Ear) -> None:
    text = "The siege goes on despite the army's denial that it had lost Khulm."
    (voice,) = ear.hear(text).at(0, text.index("lost"))
    assert (voice.chain[-1].text, voice.denies) == ("the army", True)


def test_neither_confirmed_nor_denied_says_nothing(ear: Ear) -> None:
    assert ear.who("The ministry neither confirmed nor denied that Khulm had been lost.", "lost") == []


def test_he_is_not_who_was_arrested_in_between(ear: Ear) -> None:
    text = "Khulm fell, the head of the council said. The governor was arrested on the road. Posts were lost earlier, he said."
    assert ear.who(text, "Posts were lost") == ["the head of the council"]


def test_the_same_text_is_heard_the_same_twice(ear: Ear) -> None:
    text = "The Taliban said they had captured Khulm. The army denied it; residents said the town was calm."
    assert ear.hear(text).utterances == ear.hear(text).utterances
