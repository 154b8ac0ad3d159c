"""Sentences with dependency trees made by hand, "word/head/label" with heads counted from 1 and 0 for the root, in both schemes."""

from __future__ import annotations

from functools import cache

from engine_scene import report, rulebook, theatre

from heldby.engines.trees_chunks import Tree
from heldby.read.document import DocumentReader, Parsed
from heldby.read.words import Words

CLEAR = {
    "relative": (
        "Nerkh/2/compound district/13/nsubjpass ,/2/punct which/8/dobj government/6/compound forces/8/nsubj had/8/aux held/2/relcl since/8/prep "
        "2015/9/pobj ,/2/punct was/13/auxpass overrun/0/ROOT by/13/agent militants/14/pobj ./13/punct"
    ),
    "said": (
        "Taliban/2/compound fighters/3/nsubj captured/15/ccomp Nerkh/5/compound district/3/dobj in/5/prep Wardak/8/compound "
        "province/6/pobj on/3/prep Monday/9/pobj ,/15/punct a/14/det provincial/14/amod councillor/15/nsubj said/0/ROOT ./15/punct"
    ),
    "offensive": (
        "The/2/det militants/3/nsubj launched/0/ROOT an/5/det offensive/3/dobj to/7/aux retake/5/acl Herat/7/dobj from/7/prep "
        "the/11/det army/9/pobj ./3/punct"
    ),
    "two verbs": (
        "After/7/prep seizing/1/pcomp Nerkh/2/dobj ,/7/punct the/6/det rebels/7/nsubj pulled/0/ROOT out/7/prep of/8/prep Jalrez/9/pobj "
        "and/7/cc took/7/conj over/12/prt Spin/15/compound Boldak/12/dobj ./7/punct"
    ),
    "list": (
        "Militants/2/nsubj seized/0/ROOT Nerkh/2/dobj ,/3/punct Jalrez/3/conj and/5/cc Herat/5/conj from/2/prep government/10/compound "
        "forces/8/pobj ./2/punct"
    ),
    "backed": ("Militants/7/nsubj backed/1/acl by/2/agent tribal/5/amod elders/3/pobj ,/7/punct captured/0/ROOT Herat/7/dobj ./7/punct"),
}
UD = {
    "relative": (
        "Nerkh/2/compound district/13/nsubj:pass ,/8/punct which/8/obj government/6/compound forces/8/nsubj had/8/aux held/2/acl:relcl "
        "since/10/case 2015/8/obl ,/8/punct was/13/aux:pass overrun/0/root by/15/case militants/13/obl:agent ./13/punct"
    ),
    "said": (
        "Taliban/2/compound fighters/3/nsubj captured/15/ccomp Nerkh/5/compound district/3/obj in/8/case Wardak/8/compound "
        "province/5/nmod on/10/case Monday/3/obl ,/3/punct a/14/det provincial/14/amod councillor/15/nsubj said/0/root ./15/punct"
    ),
    "offensive": (
        "The/2/det militants/3/nsubj launched/0/root an/5/det offensive/3/obj to/7/mark retake/5/acl Herat/7/obj from/11/case the/11/det "
        "army/7/obl ./3/punct"
    ),
    "two verbs": (
        "After/2/mark seizing/7/advcl Nerkh/2/obj ,/2/punct the/6/det rebels/7/nsubj pulled/0/root out/10/case of/10/case Jalrez/7/obl "
        "and/12/cc took/7/conj over/12/compound:prt Spin/15/compound Boldak/12/obj ./7/punct"
    ),
    "list": (
        "Militants/2/nsubj seized/0/root Nerkh/2/obj ,/5/punct Jalrez/3/conj and/7/cc Herat/3/conj from/10/case government/10/compound "
        "forces/2/obl ./2/punct"
    ),
    "backed": ("Militants/7/nsubj backed/1/acl by/5/case tribal/5/amod elders/2/obl ,/1/punct captured/0/root Herat/7/obj ./7/punct"),
    "copula": ("Nerkh/2/compound district/6/nsubj is/6/cop in/6/case the/6/det hands/0/root of/9/case the/9/det Taliban/6/nmod ./6/punct"),
}


@cache
def documents() -> DocumentReader:
    return DocumentReader(Words.of(rulebook()), theatre().lexicon)


def words_of(drawn: str) -> list[str]:
    return [w.rsplit("/", 2)[0] for w in drawn.split()]


def sentence(drawn: str) -> str:
    """The sentence of a drawn tree, commas and stops set close."""
    return " ".join(words_of(drawn)).replace(" ,", ",").replace(" .", ".")


def arcs(drawn: str) -> list[tuple[int, str]]:
    """Head (from 0, its own for the root) and label of each word."""
    out = []
    for at, word in enumerate(drawn.split()):
        _, head, label = word.rsplit("/", 2)
        out.append((int(head) - 1 if head != "0" else at, label))
    return out


def tree(drawn: str) -> Tree:
    return Tree(tuple(h for h, _ in arcs(drawn)), tuple(label for _, label in arcs(drawn)))


def laid_out(drawn: str) -> Parsed:
    """The one sentence of a drawn tree as our reader lays it out, its words being our tokens."""
    (parsed,) = documents().read(report(sentence(drawn))).parsed
    assert [t.text for t in parsed.tokens] == words_of(drawn)
    return parsed
