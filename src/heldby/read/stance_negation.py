"""What makes a clause say that something is not so, beside "not" in its verb: "not one of X", "neither ... nor", "never has X", "no plan to"."""

from __future__ import annotations

from heldby.read.chunks import Kind
from heldby.read.clauses import Link, Predicate
from heldby.read.document import Parsed
from heldby.read.nominals import Phrase

NONE_OF = frozenset({"no", "none", "neither", "nobody", "nor", "nothing"})
MORE = frozenset({"fewer", "less", "more", "sooner", "later", "other", "doubt", "wonder", "secret", "stranger", "surprise"})
OPENING = frozenset({"nor", "neither", "never", "nowhere"})
OF_TIME = frozenset({"time", "point", "moment", "stage", "way", "circumstances", "account"})
AUXILIARIES = frozenset({"have", "be", "do", "will", "can"})
BEFORE_LIKE = frozenset({"after", "before", "since", "while", "when", "upon", "on", "until", "despite", "besides", "following", "by"})
FRUITLESS = frozenset({("without", "success"), ("in", "vain"), ("to", "avail"), ("to", "effect"), ("without", "result")})
VAIN = frozenset({"vain", "vainly", "unsuccessfully", "fruitlessly"})
PREVENTING = frozenset({"prevent", "avoid", "avert", "stop", "deter", "forestall", "stave", "keep", "bar", "hinder", "block", "discourage"})
ADDING = frozenset({"only", "just", "merely", "least"})


def phrase_denies(parsed: Parsed, phrase: Phrase) -> bool:
    """Whether a noun phrase says none: "no soldier", "neither town", "not one soldier", "none of X", "not one inch of X".

    "No fewer than", "no other than", "not only" say none of that kind.
    """
    k = phrase.chunk
    if opens_with_none(parsed, phrase.i) or _not_before(parsed, phrase.i):
        return True
    while k >= 2 and parsed.chunks[k - 1].word in ("of", "in") and parsed.chunks[k - 2].kind is Kind.NOUN:
        word = parsed.chunks[k - 1].word
        k -= 2
        i = parsed.chunks[k].i
        if word == "of" and (opens_with_none(parsed, i) or _not_before(parsed, i)):
            return True
    return False


def opens_with_none(parsed: Parsed, i: int) -> bool:
    """Whether the phrase at token `i` begins with "no", "none", "neither": "no plans", but not "no fewer than three"."""
    follows = parsed.tokens[i + 1].lower if i + 1 < len(parsed.tokens) else ""
    return parsed.tokens[i].lower in NONE_OF and follows not in MORE


def _not_before(parsed: Parsed, token: int) -> bool:
    """Whether "not" stands right before a phrase, and is no part of a verb group: "not one soldier", but "there is not one soldier"."""
    low = parsed.tokens[token].lower
    inside = low == "not" and token + 1 < len(parsed.tokens) and parsed.tokens[token + 1].lower in ("one", "a", "an", "all", "every")
    if inside:
        return parsed.tokens[token + 1].lower not in ("all", "every")
    if not token or parsed.tokens[token - 1].lower != "not" or low in ADDING:
        return False
    return not any(c.kind is Kind.VERB and c.i < token <= c.j for c in parsed.chunks)


def clause_denies(parsed: Parsed, pred: Predicate, index: int) -> bool:
    """Whether a word outside its verb group denies a clause: "they [neither] entered", "[nor] did they take", "[never has] X been"."""
    i = parsed.chunks[pred.at].i
    before = parsed.tokens[i - 1].lower if i else ""
    if before == "nor" or (before == "neither" and len(pred.subject) > 1):
        return True
    if _at_no_time(parsed, pred):
        return True
    if not index or not pred.subject or pred.link not in (Link.MAIN, Link.AND, Link.THAT):
        return False
    above = parsed.parse.predicates[index - 1]
    between = parsed.chunks[above.at + 1 : pred.at]
    inverted = above.group.lemma in AUXILIARIES and not above.subject and above.at < pred.subject[0]
    if not inverted or any(c.kind is Kind.VERB for c in between):
        return False
    return above.group.negated or _opened(parsed, above)


def _at_no_time(parsed: Parsed, pred: Predicate) -> bool:
    """ "had [at no moment] been driven out", "was [at no time] under their control": inside or right behind the verb group."""
    first = max(pred.subject, default=-1) + 1
    for k in range(max(first, pred.at - 3), min(pred.at + 2, len(parsed.chunks) - 1)):
        low = [t.lower for t in parsed.tokens[parsed.chunks[k + 1].i : parsed.chunks[k + 1].j]]
        if parsed.chunks[k].word == "at" and low[:1] == ["no"] and low[-1] in OF_TIME:
            return True
    return False


def _opened(parsed: Parsed, auxiliary: Predicate) -> bool:
    """Whether what stands before an inverted auxiliary denies: "nor [have] they", "at no time [did] they"."""
    i = parsed.chunks[auxiliary.at].i
    low = [t.lower for t in parsed.tokens[max(0, i - 3) : i + 1]]
    if len(low) > 1 and (low[-2] in OPENING or low[0] in OPENING):
        return True
    return len(low) == 4 and low[1] == "no" and low[2] in OF_TIME


def in_vain(parsed: Parsed, above: Predicate, pred: Predicate) -> bool:
    """Whether an attempt is called vain: "tried in vain to", "sought unsuccessfully to"."""
    if pred.link is not Link.INF or not parsed.words.has("planner", above.group.lemma):
        return False
    between = parsed.tokens[max(0, parsed.chunks[above.at].i - 1) : parsed.chunks[pred.at].i]
    return any(t.lower in VAIN for t in between)


def to_no_avail(parsed: Parsed, pred: Predicate) -> bool:
    """Whether an attack came to nothing: "attacked it without success", "stormed it in vain"."""
    pairs = [(prep, parsed.chunks[k].word) for prep, chunks in pred.parts for k in chunks]
    around = parsed.tokens[max(0, parsed.chunks[pred.at].i - 1) : parsed.chunks[pred.at].j + 1]
    return any(p in FRUITLESS for p in pairs) or any(t.lower in VAIN for t in around)


def still_to_come(parsed: Parsed, above: Predicate, pred: Predicate) -> bool:
    """Whether "yet" stands between a verb and its infinitive: "have yet to take", "is yet to fall"."""
    between = parsed.tokens[parsed.chunks[above.at].i : parsed.chunks[pred.at].i + 1]
    return pred.link is Link.INF and any(t.lower == "yet" for t in between)


def left_open(parsed: Parsed, pred: Predicate) -> bool:
    """ "could not confirm that", "could neither confirm nor deny that": nothing is said."""
    at = parsed.chunks[pred.at].i
    joined = at > 0 and parsed.tokens[at - 1].lower in ("or", "nor")
    before = parsed.tokens[max(0, at - 4) : at] if joined else ()
    return pred.group.negated or any(t.lower in ("not", "neither", "nor") for t in before)


def kept_from(parsed: Parsed, pred: Predicate) -> bool | None:
    """Whether a gerund tells what was kept from happening, "kept the rebels from taking it": None if not, True if it was not kept from it."""
    if pred.link is not Link.ING or pred.word != "from" or pred.parent < 0:
        return None
    above = parsed.parse.predicates[pred.parent].group
    return above.negated if above.lemma in PREVENTING else None
