"""A dependency tree, in either scheme, gives frames the clauses they look at; whatever a pipeline answers, nothing breaks."""

from __future__ import annotations

import pytest
from engine_scene import report, rulebook, theatre
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_scene import CLEAR, UD, laid_out, sentence, tree, words_of

from heldby.engines.trees import parse_of
from heldby.engines.trees_chunks import Tree
from heldby.model.claim import Claim
from heldby.read import Reader
from heldby.read.document import Parsed
from heldby.read.predicates import Parse

BOTH = [pytest.param(scheme, id=name) for name, scheme in (("clear", CLEAR), ("ud", UD))]


def parsed(drawn: str) -> Parse:
    return parse_of(laid_out(drawn), tree(drawn))


def told(drawn: str, parse: Parse) -> list[tuple[str, str, str, str, str]]:
    """Each predicate: its verb, how it hangs, its opener, the words of subject and object."""
    tokens = words_of(drawn)

    def words(chunks: list[int]) -> str:
        return ", ".join(" ".join(tokens[parse.chunks[k].i : parse.chunks[k].j]) for k in chunks)

    return [(p.group.lemma, str(p.link), p.word, words(p.subject), words(p.object)) for p in parse.predicates]


def claims(drawn: str) -> tuple[Claim, ...]:
    reader = Reader(rulebook(), theatre().lexicon, lambda p: parse_of(p, tree(drawn)))
    return reader.read(report(sentence(drawn))).claims


@pytest.mark.parametrize("scheme", BOTH)
def test_a_relative_clause_has_its_own_subject_and_its_noun_as_object(scheme: dict[str, str]) -> None:
    drawn = scheme["relative"]
    assert told(drawn, parsed(drawn)) == [
        ("hold", "rel", "which", "government forces", "Nerkh district"),
        ("overrun", "main", "", "Nerkh district", ""),
    ]
    assert {(str(c.relation), c.actor) for c in claims(drawn)} >= {("captured", "taliban")}


@pytest.mark.parametrize("scheme", BOTH)
def test_what_is_said_before_its_speaker_is_a_main_clause_with_its_phrases(scheme: dict[str, str]) -> None:
    drawn = scheme["said"]
    parse = parsed(drawn)
    assert told(drawn, parse) == [
        ("capture", "main", "", "Taliban fighters", "Nerkh district"),
        ("say", "main", "", "a provincial councillor", ""),
    ]
    assert [p for p, _ in parse.predicates[0].parts] == ["in", "on"]
    assert parse.tails[2] == [("in", [4])]
    (claim,) = claims(drawn)
    assert (claim.speaker_side, claim.places[0].parent_names) == ("afghan_government", ("Wardak",))


@pytest.mark.parametrize("scheme", BOTH)
def test_whoever_launches_an_offensive_would_retake_and_it_is_planned(scheme: dict[str, str]) -> None:
    drawn = scheme["offensive"]
    parse = parsed(drawn)
    assert told(drawn, parse)[1] == ("retake", "inf", "to", "The militants", "Herat")
    assert parse.predicates[1].noun == 2
    assert [(str(c.relation), c.actor, str(c.modality)) for c in claims(drawn)] == [("retook", "taliban", "planned")]


@pytest.mark.parametrize("scheme", BOTH)
def test_verbs_that_share_a_subject_each_have_it(scheme: dict[str, str]) -> None:
    drawn = scheme["two verbs"]
    parse = parsed(drawn)
    assert told(drawn, parse) == [
        ("seize", "ing", "after", "the rebels", "Nerkh"),
        ("pull", "main", "", "the rebels", ""),
        ("take", "and", "", "the rebels", "Spin Boldak"),
    ]
    assert [p.particle for p in parse.predicates] == ["", "out", "over"]
    assert [(str(c.relation), c.places[0].text) for c in claims(drawn)] == [
        ("captured", "Nerkh"),
        ("withdrew", "Jalrez"),
        ("captured", "Spin Boldak"),
    ]


@pytest.mark.parametrize("scheme", BOTH)
def test_a_list_is_one_object_and_a_backer_is_no_actor(scheme: dict[str, str]) -> None:
    (listed,) = claims(scheme["list"])
    assert [p.text for p in listed.places] == ["Nerkh", "Jalrez", "Herat"]
    assert (listed.actor, listed.from_actor) == ("taliban", "afghan_government")
    assert told(scheme["backed"], parsed(scheme["backed"])) == [
        ("back", "part", "", "Militants", ""),
        ("capture", "main", "", "Militants", "Herat"),
    ]


def test_a_copula_governs_where_the_scheme_hangs_it_on_what_is_said() -> None:
    drawn = UD["copula"]
    parse = parsed(drawn)
    assert told(drawn, parse)[0][:4] == ("be", "main", "", "Nerkh district")
    assert ("in", [3]) in parse.predicates[0].parts
    assert [(str(c.relation), c.actor) for c in claims(drawn)] == [("controls", "taliban")]


MENDED = {  # trees as weak parsers give them: the sentence, and who did what to which place
    "a verb taken for a noun before a noun": (
        "The/2/det Taliban/4/compound seize/4/compound control/0/root of/6/case Herat/4/nmod ./4/punct",
        [("captured", "taliban", "Herat")],
    ),
    "a verb whose subject hangs on it as on a noun": (
        "The/3/det Taliban/3/compound captures/0/root Herat/3/advmod ./3/punct",
        [("captured", "taliban", "Herat")],
    ),
    "a list that goes on behind as well as": (
        "Militants/2/nsubj captured/0/root Nerkh/2/obj as/7/case well/4/fixed as/7/case Herat/2/obl ./2/punct",
        [("captured", "taliban", "Herat"), ("captured", "taliban", "Nerkh")],
    ),
    "a clause that hangs on its subject": (
        "Herat/0/root ,/4/punct once/4/advmod calm/1/appos ,/6/punct fell/1/conj to/8/case the/8/det Taliban/6/obl ./1/punct",
        [("captured", "taliban", "Herat")],
    ),
    "who said it behind what was said": (
        "Militants/2/nsubj captured/0/root Herat/2/obj ,/6/punct residents/6/nsubj said/2/ccomp ./2/punct",
        [("captured", "taliban", "Herat")],
    ),
    "where it happened told before, and what it happened to behind": (
        "In/2/case Kunduz/6/obl the/4/det Taliban/6/compound flag/6/nsubj flew/0/root over/9/case the/9/det square/6/obl ./6/punct",
        [("controls", "taliban", "the square")],
    ),
    "a particle behind the object": (
        "The/2/det army/3/nsubj took/0/root Herat/3/obj back/3/advmod ./3/punct",
        [("retook", "afghan_government", "Herat")],
    ),
    "a participle that shares its passive": (
        "Herat/3/nsubj:pass was/3/aux:pass besieged/0/root by/6/case the/6/det Taliban/3/obl and/8/cc captured/3/conj on/10/case "
        "Monday/8/obl ./3/punct",
        [("captured", "taliban", "Herat")],  # which says more than the siege
    ),
}


@pytest.mark.parametrize(("drawn", "expected"), MENDED.values(), ids=MENDED.keys())
def test_what_our_chunks_know_mends_a_weak_tree(drawn: str, expected: list[tuple[str, str, str]]) -> None:
    found = sorted((str(c.relation), c.actor, p.text) for c in claims(drawn) for p in c.places)
    assert found == expected


def test_a_preposition_behind_its_noun_makes_no_ring() -> None:
    drawn = "Militants/2/nsubj captured/0/root Herat/2/obj from/3/case Kabul/3/nmod ./2/punct"
    parse = parsed(drawn)
    assert all(k > noun for noun, tails in parse.tails.items() for _, nouns in tails for k in nouns)
    assert claims(drawn) != ()


def test_unknown_labels_fill_no_role() -> None:
    drawn = CLEAR["list"]
    heads = tree(drawn).heads
    parse = parse_of(laid_out(drawn), Tree(heads, ("label",) * len(heads)))
    assert [(p.subject, p.object) for p in parse.predicates] == [([], [])]


LABELS = sorted({label for scheme in (CLEAR, UD) for drawn in scheme.values() for label in tree(drawn).labels} | {"", "dep", "csubj"})
SENTENCES = sorted({d for scheme in (CLEAR, UD) for d in scheme.values()})


class Given:
    """A parser that answers with the tree it holds."""

    tree = Tree((), ())

    def parse(self, parsed: Parsed) -> Parse:
        return parse_of(parsed, self.tree)


GIVEN = Given()
READER = Reader(rulebook(), theatre().lexicon, GIVEN.parse)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_heads_and_labels_give_a_parse_that_holds_together(data: st.DataObject) -> None:
    drawn = data.draw(st.sampled_from(SENTENCES))
    laid = laid_out(drawn)
    count = len(laid.tokens)
    heads = data.draw(st.lists(st.integers(0, count - 1), min_size=count, max_size=count))
    labels = data.draw(st.lists(st.sampled_from(LABELS), min_size=count, max_size=count))
    GIVEN.tree = Tree(tuple(heads), tuple(labels))
    parse = parse_of(laid, GIVEN.tree)
    assert parse.chunks == laid.chunks
    for index, pred in enumerate(parse.predicates):
        trail = {index}
        above = pred.parent
        while above >= 0:
            assert above not in trail
            trail.add(above)
            above = parse.predicates[above].parent
        used = [*pred.subject, *pred.object, *(n for _, nouns in pred.parts for n in nouns)]
        assert all(0 <= k < len(parse.chunks) for k in used)
    assert all(k > noun for noun, tails in parse.tails.items() for _, nouns in tails for k in nouns)
    text = sentence(drawn)
    assert all(text[c.passage.start : c.passage.end] == c.passage.quote for c in READER.read(report(text)).claims)
