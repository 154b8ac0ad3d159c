"""Who speaks, construction by construction; the outlets and sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.model.who import VoiceKind
from heldby.read.document import DocumentReader
from heldby.read.voices import Attributed, Attribution, Voices
from heldby.read.words import Words
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre

OUTLET = "Valley Messenger"


class Hearing:
    """A reader of voices with the theatre loaded once."""

    def __init__(self) -> None:
        rulebook, lexicon = load_rulebook(), load_theatre("afghanistan-2021").lexicon
        self.voices = Voices(rulebook, lexicon)
        self.reader = DocumentReader(Words.of(rulebook), lexicon)

    def attribution(self, text: str, published: str = "2021-07-14", outlet: str = OUTLET) -> Attribution:
        return self.voices.of(self.reader.read(Report.of(text, outlet=outlet, published=Published.parse(published))))

    def at(self, text: str, word: str, **given: str) -> tuple[Attributed, ...]:
        attribution = self.attribution(text, **given)
        offset = text.index(word)
        return attribution.at(attribution.document.sentence_at(offset), offset)

    def who(self, text: str, word: str, **given: str) -> list[str]:
        """The chain behind the publisher, at the first place where `word` stands."""
        (one,) = self.at(text, word, **given)
        return [v.text for v in one.chain[1:]]

    def stances(self, text: str, word: str) -> set[tuple[str, bool]]:
        """The innermost voices with whether they deny."""
        return {(a.chain[-1].text, a.denies) for a in self.at(text, word)}


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return Hearing()


# what is said: before, behind, inside


@pytest.mark.parametrize(
    ("text", "word", "chain"),
    [
        ("The army said that Khulm had been retaken.", "retaken", ["The army"]),
        ("The army announced the capture of Khulm.", "capture", ["The army"]),
        ("The Taliban claim to have captured Khulm.", "captured", ["The Taliban"]),
        ("The Taliban on Monday announced it had seized Khulm.", "seized", ["The Taliban"]),
        ("Khulm was lost overnight, a provincial councillor said on Monday.", "lost", ["a provincial councillor"]),
        ("Khulm was lost overnight, says a baker of the old town.", "lost", ["a baker of the old town"]),
        ("According to the Frontier Survey, the Taliban control Khulm.", "control", ["the Frontier Survey"]),
        ("The Taliban control Khulm, according to two residents.", "control", ["two residents"]),
        ("In Khulm, a teacher said, the garrison walked out at dawn.", "walked", ["a teacher"]),
        ("If Khulm falls, a trader said, the road will be cut.", "cut", ["a trader"]),
        ("The fall of Khulm was confirmed by a member of the provincial council.", "fall", ["a member of the provincial council"]),
        ("Three drivers reached by radio said the Taliban held Khulm.", "held", ["Three drivers"]),
        ("The governor, over a bad line, said that Khulm was lost.", "lost", ["The governor"]),
        ("A police officer, who declined to be named, said Khulm was lost.", "lost", ["A police officer"]),
        ("On Friday a relief agency said the Taliban held Khulm.", "held", ["a relief agency"]),
        ("The governor put the count of posts lost at nine.", "lost", ["The governor"]),
        ("Residents saw the soldiers leave Khulm at dawn.", "leave", ["Residents"]),
    ],
)
def test_a_speaker_is_heard_wherever_he_stands(hearing: Hearing, text: str, word: str, chain: list[str]) -> None:
    assert hearing.who(text, word) == chain


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The Taliban captured Khulm on Monday.", "captured"),
        ("The army did not confirm that Khulm was lost.", "lost"),
        ("A spokesman declined to say who held Khulm.", "held"),
        ("No one said who held Khulm.", "held"),
        ("The commander told his men to leave Khulm.", "leave"),
    ],
)
def test_where_nobody_is_said_to_speak_the_outlet_speaks(hearing: Hearing, text: str, word: str) -> None:
    assert hearing.who(text, word) == []


def test_one_sentence_may_hold_two_speakers(hearing: Hearing) -> None:
    text = "The rebels said they had entered Khulm; the army insisted that it held the bridge, and a baker said both were wrong."
    assert hearing.who(text, "entered") == ["The rebels"]
    assert hearing.who(text, "held") == ["the army"]


def test_a_speaker_goes_on_behind_and_and_a_semicolon(hearing: Hearing) -> None:
    text = "The bridge was taken, a monitor said, and the market was burning; both had been retaken last year."
    assert hearing.who(text, "burning") == hearing.who(text, "retaken") == ["a monitor"]


def test_adding_that_is_said_by_who_spoke_before(hearing: Hearing) -> None:
    text = "The forces hold Khulm, a councillor said, adding that the road was in Taliban hands."
    assert hearing.who(text, "hands") == ["a councillor"]


# quotations


def test_a_quotation_over_several_sentences_has_one_speaker(hearing: Hearing) -> None:
    text = 'Khulm was quiet.\n\n"We walked out before dawn. Nobody helped us," a soldier said. "The town belongs to them."'
    assert hearing.who(text, "walked") == hearing.who(text, "belongs") == ["a soldier"]
    assert hearing.who(text, "quiet") == []


def test_a_quotation_parted_by_its_speaker(hearing: Hearing) -> None:
    text = '"Nine posts were lost," a lawmaker from Balkh shouted, "and the tenth has surrendered!"'
    assert hearing.who(text, "surrendered") == ["a lawmaker from Balkh"]


def test_a_quotation_behind_a_colon(hearing: Hearing) -> None:
    assert hearing.who('The mayor said: "Khulm is ours. Come and see that we hold it."', "hold") == ["The mayor"]


def test_an_unmarked_statement_runs_on_to_the_next_speaker(hearing: Hearing) -> None:
    text = "The defence minister said: Khulm has been freed. Our men hold the bridge. Residents said the Taliban held the mill."
    assert hearing.who(text, "hold the bridge") == ["The defence minister"]
    assert hearing.who(text, "held the mill") == ["Residents"]


def test_quoted_background_is_the_speakers(hearing: Hearing) -> None:
    text = '"They left after we surrounded the post," a commander of the army said.'
    assert hearing.who(text, "surrounded") == ["a commander of the army"]


# who "he" is


def test_pronouns_and_definite_mentions_lead_to_the_full_mention(hearing: Hearing) -> None:
    text = (
        "Khulm has fallen, a member of the provincial council said on Monday.\n\n"
        '"The soldiers left the centre," the council member said. The bridge is lost too, he added.\n\n'
        "The defence ministry said Khulm was safe. It said the army held every post."
    )
    assert hearing.who(text, "left the centre") == hearing.who(text, "lost too") == ["a member of the provincial council"]
    assert hearing.who(text, "held every") == ["The defence ministry"]


def test_he_is_not_whom_the_reported_sentence_is_about(hearing: Hearing) -> None:
    text = "Posts were lost, a spokesman for the Taliban said. The district police chief was captured in the centre, he said."
    assert hearing.who(text, "captured") == ["a spokesman for the Taliban"]


def test_he_may_be_who_refused_to_speak_before(hearing: Hearing) -> None:
    text = "The mayor declined to name a figure. He said the men had left some posts."
    assert hearing.who(text, "left some") == ["The mayor"]


def test_one_of_them_speaks_for_those_named_before(hearing: Hearing) -> None:
    text = "Khulm fell at noon, two members of the provincial council said. The garrison had fled, one of them told us."
    assert hearing.who(text, "fled") == ["two members of the provincial council"]


def test_the_second_of_two_speakers_can_be_quoted_alone(hearing: Hearing) -> None:
    text = 'The port was taken, a councillor and an army officer said. "We were forced to leave," said the officer.'
    assert hearing.who(text, "taken") == ["a councillor"]
    assert hearing.who(text, "leave") == ["an army officer"]


def test_a_title_is_dropped_where_a_name_stands(hearing: Hearing) -> None:
    assert hearing.who("Taliban spokesman Omid Example said Khulm was theirs.", "theirs") == ["Omid Example"]
    assert hearing.who("The governor of Balkh, Omid Example, said Khulm was lost.", "lost") == ["Omid Example"]
    assert hearing.who("The governor said Khulm was lost.", "lost") == ["The governor"]


# chains


def test_an_agency_that_cites_a_source_carries_him(hearing: Hearing) -> None:
    text = (
        "AFP writes, citing a Pakistani border official, that white flags stood on the gate.\n\n"
        '"They have taken the whole crossing," the official claimed.'
    )
    assert hearing.who(text, "stood") == hearing.who(text, "taken") == ["AFP", "a Pakistani border official"]


@pytest.mark.parametrize(
    ("text", "word", "chain"),
    [
        ("A police officer told Reuters that the Taliban held Khulm.", "held", ["Reuters", "A police officer"]),
        (
            "The Delta news agency quoted a port clerk as saying that the gate had fallen.",
            "fallen",
            ["The Delta news agency", "a port clerk"],
        ),
        (
            "Khulm is ours, a spokesman for the Taliban was quoted by the Delta news agency as saying.",
            "ours",
            ["the Delta news agency", "a spokesman for the Taliban"],
        ),
        (
            "The interior minister told lawmakers that Khulm was held, a state agency reported.",
            "held",
            ["a state agency", "The interior minister"],
        ),
        ("The governor confirmed reports that Khulm had fallen.", "fallen", ["The governor", "reports"]),
        ("Per several reports, the Taliban hold Khulm.", "hold", ["several reports"]),
        ("Unconfirmed reports said that Khulm had fallen.", "fallen", ["Unconfirmed reports"]),
        (
            "An official of the ministry, citing a police report, said that Khulm was lost.",
            "lost",
            ["An official of the ministry", "a police report"],
        ),
        ("The Taliban took Khulm on Monday. (Reuters)", "took", ["Reuters"]),
        ("The army says that it retook Khulm. (Reuters via Lake Herald)", "retook", ["Lake Herald", "Reuters", "The army"]),
        ("KHULM, Afghanistan (Reuters) -- The Taliban took Khulm on Monday.", "took", ["Reuters"]),
        ("KHULM (VM) -- The Taliban took Khulm on Monday.", "took", []),
        ("The Taliban took Khulm on Monday. (Handout)", "took", []),
    ],
)
def test_chains_run_from_the_publisher_to_the_origin(hearing: Hearing, text: str, word: str, chain: list[str]) -> None:
    assert hearing.who(text, word) == chain


def test_the_publisher_is_the_outermost_voice(hearing: Hearing) -> None:
    (line,) = hearing.at("The Taliban took Khulm.", "took")
    assert [(v.text, v.kind, v.side) for v in line.chain] == [(OUTLET, VoiceKind.OUTLET, "independent")]


def test_an_outlet_of_a_party_speaks_for_it(hearing: Hearing) -> None:
    (line,) = hearing.at("The whole district belongs to the mujahideen, the spokesman said.", "belongs", outlet="Voice of Jihad")
    assert (line.chain[0].side, line.side) == ("taliban", "taliban")


def test_both_sides_are_two_voices(hearing: Hearing) -> None:
    text = "Afghan forces and the Taliban fought at the bridge, with both sides claiming to rule the town."
    assert {a.side for a in hearing.at(text, "rule")} == {"afghan_government", "taliban"}


# what stays the outlet's own


@pytest.mark.parametrize(
    ("text", "own", "said"),
    [
        ("The army retook Khulm, which the Taliban seized last week, the ministry said.", "seized", "retook"),
        ("The army retook Khulm days after losing the place, the ministry said.", "losing", "retook"),
        ("The ministry said the army had retaken Khulm after the Taliban withdrew from the bazaar.", "withdrew", "retaken"),
        ("The Taliban took Khulm, the last stronghold of the army in the valley, a trader said.", "stronghold", "took"),
        ("The ministry said soldiers had cleared the warehouses that the Taliban had stormed.", "stormed", "cleared"),
        ("After a month of shelling the Taliban took Khulm, a trader said.", "shelling", "took"),
    ],
)
def test_background_inside_reported_speech_is_the_outlets(hearing: Hearing, text: str, own: str, said: str) -> None:
    assert hearing.who(text, own) == []
    assert len(hearing.who(text, said)) == 1


def test_a_speaker_inside_a_relative_clause_speaks_there_only(hearing: Hearing) -> None:
    text = "The gate, which the Taliban said they had captured, was handed over to traders, a councillor said."
    assert hearing.who(text, "captured") == ["the Taliban"]
    assert hearing.who(text, "handed") == ["a councillor"]


# denials


@pytest.mark.parametrize(
    ("text", "word", "stances"),
    [
        ("The army denied that Khulm had fallen.", "fallen", {("The army", True)}),
        ("The army denied having abandoned Khulm.", "abandoned", {("The army", True)}),
        ("The army denied the loss of Khulm.", "loss", {("The army", True)}),
        ("The army denied reports that Khulm had fallen.", "fallen", {("The army", True), ("reports", False)}),
        ("Reports that Khulm had fallen were denied by the army.", "fallen", {("the army", True), ("Reports", False)}),
        ("The army dismissed the Taliban's claim that Khulm had fallen.", "fallen", {("The army", True), ("the Taliban", False)}),
        ("The army called reports of the fall of Khulm a lie.", "fall", {("The army", True), ("reports", False)}),
        ("The claim that Khulm has fallen is false, the army said.", "fallen", {("the army", True), ("The claim", False)}),
        ("The Taliban's claim to have captured Khulm is false, the army said.", "captured", {("the army", True), ("The Taliban", False)}),
        ("The army acknowledged that the bridge was lost but denied that Khulm had fallen.", "fallen", {("The army", True)}),
        ("The army acknowledged that the bridge was lost but denied that Khulm had fallen.", "lost", {("The army", False)}),
        (
            "A spokesman in the ministry rejected rumours that Khulm was surrounded.",
            "surrounded",
            {("A spokesman in the ministry", True), ("rumours", False)},
        ),
    ],
)
def test_denials_keep_both_who_denies_and_whom(hearing: Hearing, text: str, word: str, stances: set[tuple[str, bool]]) -> None:
    assert hearing.stances(text, word) == stances


@pytest.mark.parametrize(
    ("denial", "by"),
    [
        ("The army denied it.", "The army"),
        ("The army rejected the claim.", "The army"),
        ('The army called the claim "propaganda".', "The army"),
        ("The army said the reports were false.", "The army"),
        ("The reports are rumours, the army said.", "the army"),
        ('"It is pure fiction," the army spokesman said.', "the army spokesman"),
        ('The mayor: "Nonsense. Walk in and look."', "The mayor"),
    ],
)
def test_a_denial_of_what_was_said_before_finds_it(hearing: Hearing, denial: str, by: str) -> None:
    text = f"The Taliban said on Monday that they had captured Khulm.\n\n{denial}"
    (found,) = hearing.attribution(text).denials
    assert found.by.chain[-1].text == by
    assert found.by.denies
    assert found.denied is not None
    assert "captured Khulm" in text[found.denied.start : found.denied.end]


@pytest.mark.parametrize("text", ["The Taliban rejected the offer to leave Khulm.", "The president dismissed the governor of Khulm."])
def test_what_is_turned_down_is_not_denied(hearing: Hearing, text: str) -> None:
    assert not any(a.denies for a in hearing.at(text, "Khulm"))


def test_a_denied_claim_is_still_somebodys(hearing: Hearing) -> None:
    text = "The Taliban said that they had captured Khulm. The army denied it."
    assert hearing.stances(text, "captured") == {("The Taliban", False)}
    assert hearing.stances(text, "denied") == {("The army", True)}


def test_hedges_are_marked(hearing: Hearing) -> None:
    assert hearing.at("The Taliban have reportedly captured Khulm.", "captured")[0].hedged
    assert not hearing.at("The Taliban have captured Khulm.", "captured")[0].hedged
