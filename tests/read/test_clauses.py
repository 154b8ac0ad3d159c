"""Which phrases are subject, object and parts of which verb."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.read.clauses import Link, Predicate
from heldby.read.document import DocumentReader, Parsed
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def documents() -> DocumentReader:
    return DocumentReader(Words.of(load_rulebook()), load_theatre("afghanistan-2021").lexicon)


def parsed(documents: DocumentReader, text: str) -> Parsed:
    (one,) = documents.read(Report.of(text)).parsed
    return one


def verb(p: Parsed, lemma: str) -> Predicate:
    return next(x for x in p.parse.predicates if x.group.lemma == lemma)


def texts(p: Parsed, chunks: list[int]) -> list[str]:
    return [p.text[slice(*p.span(k))] for k in chunks]


def test_a_verb_finds_its_subject_past_another_clause(documents: DocumentReader) -> None:
    p = parsed(documents, "Sangin, which the army had left in May, fell to the Taliban on Friday.")
    assert texts(p, verb(p, "fall").subject) == ["Sangin"]
    assert texts(p, verb(p, "leave").object) == ["Sangin"]


def test_a_speaker_between_commas_parts_nothing(documents: DocumentReader) -> None:
    p = parsed(documents, "Both districts, he said, were under government control.")
    assert texts(p, verb(p, "be").subject) == ["Both districts"]


def test_an_infinitive_shares_the_subject(documents: DocumentReader) -> None:
    p = parsed(documents, "The army sent commandos to retake Sangin.")
    assert verb(p, "retake").link is Link.INF
    assert texts(p, verb(p, "retake").object) == ["Sangin"]


def test_a_participle_behind_a_noun_is_passive(documents: DocumentReader) -> None:
    p = parsed(documents, "Districts captured by the Taliban were quiet.")
    capture = verb(p, "capture")
    assert capture.group.passive
    assert texts(p, capture.subject) == ["Districts"]


def test_two_finite_verbs_of_one_subject(documents: DocumentReader) -> None:
    p = parsed(documents, "The Taliban swept into Herat and hoisted their flag above the prison.")
    assert [x.link for x in p.parse.predicates] == [Link.MAIN, Link.AND]
    assert texts(p, verb(p, "hoist").subject) == ["The Taliban"]


def test_a_new_subject_behind_and_is_taken_back_from_the_list(documents: DocumentReader) -> None:
    p = parsed(documents, "Karukh was lost on Friday, and Adraskan and Shindand were captured.")
    assert texts(p, verb(p, "capture").subject) == ["Adraskan", "Shindand"]


def test_a_time_never_swallows_the_places_behind_it(documents: DocumentReader) -> None:
    p = parsed(documents, "The Taliban captured Bangi on Saturday and Khwaja Ghar on Sunday.")
    assert texts(p, verb(p, "capture").object) == ["Bangi", "Khwaja Ghar"]


def test_words_that_are_nouns_and_verbs(documents: DocumentReader) -> None:
    assert verb(parsed(documents, "Police say the gangs control the market."), "control").group.finite
    p = parsed(documents, "The attack on the base failed.")
    assert [x.group.lemma for x in p.parse.predicates] == ["fail"]


def test_a_short_quotation_parts_nothing_and_a_long_one_does(documents: DocumentReader) -> None:
    p = parsed(documents, 'The army is in "full control" of Kunduz.')
    assert texts(p, verb(p, "be").subject) == ["The army"]
    q = parsed(documents, '"The town has fallen and we are leaving," the mayor said.')
    assert texts(q, verb(q, "fall").subject) == ["The town"]
    assert texts(q, verb(q, "say").subject) == ["the mayor"]
