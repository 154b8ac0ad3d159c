"""How a clause stands to what it tells: denied, planned, possible, hedged. Over the clauses above the trigger, never over a window of words."""

from __future__ import annotations

from dataclasses import dataclass

from heldby.model.claim import Modality, Relation
from heldby.read.chunks import Kind
from heldby.read.clauses import Link, Parse, Predicate
from heldby.read.document import Parsed
from heldby.read.frames import Match
from heldby.read.stance_negation import (
    BEFORE_LIKE,
    PREVENTING,
    clause_denies,
    in_vain,
    kept_from,
    left_open,
    opens_with_none,
    phrase_denies,
    still_to_come,
    to_no_avail,
)
from heldby.read.words import Form

ORDINALS = frozenset(
    {"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last", "latest", "only", "next"}
)
GAINS = frozenset({Relation.CAPTURED, Relation.RETOOK})
IF = frozenset({"if", "unless", "whether"})
AIMING = frozenset({"for", "at", "of", "on", "towards", "to"})
VOUCHING = frozenset({"confirm", "deny", "verify", "corroborate"})
SPANS = frozenset({"week", "weeks", "month", "months", "year", "years", "decade", "decades"})
HEDGE_NEAR = 60  # characters between a hedge and the trigger it makes doubtful
PRESENT = frozenset({"is", "are", "has", "have", "am", "'s", "'ve"})
VEILING = frozenset(
    {"hide", "conceal", "disguise", "doubt", "dispute", "question", "deny", "contest", "exclude", "forget", "ignore", "overlook"}
)


@dataclass(frozen=True, slots=True)
class Stance:
    """`negated` flips polarity; `dropped` says that the clause claims nothing (a question, a thing prevented)."""

    negated: bool = False
    modality: Modality = Modality.FACTUAL
    hedged: bool = False
    dropped: bool = False
    background: bool = False
    failed: bool = False
    past: bool = False  # "a month after rebels took it"
    aside: bool = False  # "the biggest town held by Ukraine"
    earlier: bool = False  # "the towns that they had taken"
    bygone: bool = False  # told in the past tense
    refused: bool = False  # "refused to hand it over"
    purpose: bool = False  # "used gas to take it": what something else is done for


Step = tuple[int, Stance]  # the predicate looked at (-1: the trigger's own words), and the stance as it stood then


class _Sum:
    """A stance as it gathers on the way up."""

    def __init__(self) -> None:
        self.negated = False
        self.planned = False
        self.possible = False
        self.hedged = False
        self.dropped = False
        self.background = False
        self.failed = False
        self.past = False
        self.aside = False
        self.earlier = False
        self.bygone = False
        self.refused = False
        self.purpose = False

    def total(self) -> Stance:
        modality = Modality.PLANNED if self.planned else Modality.POSSIBLE if self.possible else Modality.FACTUAL
        return Stance(
            self.negated,
            modality,
            self.hedged,
            self.dropped,
            self.background,
            self.failed,
            self.past,
            self.aside,
            self.earlier,
            self.bygone,
            self.refused,
            self.purpose,
        )


def stance_of(parsed: Parsed, match: Match, steps: list[Step] | None = None) -> Stance:
    """The stance of a match, from its own clause upwards; what each step came to is added to `steps`, if given."""
    out = _Sum()
    _own_words(parsed, match, out)
    _note(steps, -1, out)
    parse = parsed.parse
    index = match.predicate
    if match.noun >= 0 and not match.own:
        _around_noun(parsed, match, out)
        _note(steps, -1, out)
    lower: Predicate | None = None
    out.bygone = _in_past(parsed, parse.predicates[index]) if index >= 0 else False
    while index >= 0:
        pred = parse.predicates[index]
        if lower is None:
            _own_group(parsed, pred, match, out)
            if pred.link is Link.AND and pred.group.infinitive:
                pred = _joined_to(parse, pred)  # "vowed to fight on and retake it"
                _link(parsed, pred, out, bool(match.actors))
        else:
            _above(parsed, pred, lower, out)
        _note(steps, index, out)
        lower = pred
        index = _up(parse, pred, index)
    return out.total()


def _in_past(parsed: Parsed, pred: Predicate) -> bool:
    """Whether a verb group is finite and past: "fell", "was held", "had left"; a participle is as past as the verb above it."""
    first = parsed.tokens[parsed.chunks[pred.at].i].lower
    if pred.group.finite:
        return first not in PRESENT and (pred.group.form is Form.PAST or first in ("was", "were", "had", "did"))
    return pred.parent >= 0 and not pred.group.infinitive and _in_past(parsed, parsed.parse.predicates[pred.parent])


def _note(steps: list[Step] | None, predicate: int, out: _Sum) -> None:
    if steps is not None:
        steps.append((predicate, out.total()))


def _joined_to(parse: Parse, pred: Predicate) -> Predicate:
    """The first of the predicates that a coordinated one goes on from."""
    while pred.link is Link.AND and pred.parent >= 0:
        pred = parse.predicates[pred.parent]
    return pred


def _up(parse: Parse, pred: Predicate, index: int) -> int:
    """The predicate above; of a coordinated one, what stands above its first."""
    while pred.link is Link.AND and 0 <= pred.parent < index:
        above = parse.predicates[pred.parent]
        if above.link is not Link.AND:
            return above.parent if above.parent != pred.parent else -1
        index, pred = pred.parent, above
    return pred.parent if pred.parent < index else -1


def _own_words(parsed: Parsed, match: Match, out: _Sum) -> None:
    words = parsed.words
    for phrase in (*match.actors[:1], *match.places[:1]):
        out.dropped |= parsed.tokens[phrase.i].lower == "any" and phrase in match.actors  # "any insurgents who fled"
        if phrase_denies(parsed, phrase):
            out.negated = not out.negated
    for token in parsed.tokens:
        if words.has("hedge", token.lower) and abs(token.start - match.start) < HEDGE_NEAR:
            out.hedged = True


def _own_group(parsed: Parsed, pred: Predicate, match: Match, out: _Sum) -> None:
    group = pred.group
    own = match.own
    if own and (group.negated or clause_denies(parsed, pred, match.predicate)):
        out.negated = not out.negated
        out.dropped |= pred.link is Link.SUB and pred.word in IF  # "if they had not taken it"
        out.dropped |= group.modal == "possible" and match.relation in (Relation.CONTROLS, Relation.REPELLED)  # "could not hold it"
    if own and group.finite and group.form is Form.ING and match.relation in GAINS:
        out.planned = True  # "commandos are clearing the city": an attempt under way
    if own and match.frame.objects:
        carriers = [parsed.chunks[k] for k in pred.object if parsed.chunks[k].word in match.frame.objects]
        if any(opens_with_none(parsed, c.i) for c in carriers[:1]):
            out.negated = not out.negated  # "has no control over"
    if group.modal and own:
        out.planned |= group.modal == "planned"
        out.possible |= group.modal == "possible"
    _link(parsed, pred, out, bool(match.actors))
    if own and match.relation in (Relation.ATTACKED, Relation.CONTESTS) and to_no_avail(parsed, pred):
        out.failed = True
    if own and pred.link is Link.PART and pred.noun >= 0 and match.relation is Relation.CONTROLS:
        out.background |= out.bygone and _ordinal(parsed, pred.noun)  # "the last towns held by ... fell"
        out.aside = True
    if own and pred.link is Link.PART and pred.noun >= 0 and pred.parent >= 0 and _sole_then(parsed, pred):
        out.past = True
    shifted = pred.link is Link.THAT and (out.negated or match.relation is Relation.BESIEGES)  # "said it had never been surrounded"
    if own and group.perfect and pred.at >= 0 and not shifted:
        had = parsed.tokens[parsed.chunks[pred.at].i].lower == "had"
        out.background |= had
        out.earlier |= had and pred.link is Link.REL
    for t in range(max(0, parsed.chunks[pred.at].i - 2), min(len(parsed.tokens), parsed.chunks[pred.at].j + 1)):
        low = parsed.tokens[t].lower
        if low in ("previously", "formerly", "once", "originally") and own:
            out.background = True


def _sole_then(parsed: Parsed, pred: Predicate) -> bool:
    """ "X was the only capital captured in the war": told of a time gone by."""
    above = parsed.parse.predicates[pred.parent]
    low = {t.lower for t in parsed.tokens[parsed.chunks[pred.noun].i : parsed.chunks[pred.noun].j]}
    return above.group.copula and pred.noun in above.object and bool(low & {"only", "last", "sole"}) and _in_past(parsed, above)


def _link(parsed: Parsed, pred: Predicate, out: _Sum, told_who: bool = True) -> None:
    words = parsed.words
    if pred.link is Link.SUB and pred.word in IF:
        out.possible = True
    if pred.link in (Link.SUB, Link.ING) and pred.word == "after" and pred.at >= 0:
        mark = next((k for k in range(pred.at, -1, -1) if parsed.chunks[k].word == "after"), 0)
        out.past |= mark > 0 and parsed.chunks[mark - 1].word in SPANS
    if pred.link is Link.ING and pred.word == "up" and pred.parent >= 0 and parsed.parse.predicates[pred.parent].group.lemma == "give":
        out.dropped = True  # "gave up defending the city"
    if pred.link is Link.ING and pred.word == "after":
        out.background = True  # "after holding it for two days"
    out.dropped |= pred.link is Link.ING and pred.word in ("instead of", "rather than")
    if pred.link is Link.ING and pred.word == "without":
        out.negated = not out.negated
    if (again := kept_from(parsed, pred)) is not None:
        out.dropped, out.failed, out.negated = out.dropped or again, True, not out.negated
        return
    if pred.link is not Link.INF and not (pred.link is Link.ING and pred.word in AIMING):
        return
    above = parsed.parse.predicates[pred.parent] if 0 <= pred.parent < len(parsed.parse.predicates) else None
    if pred.noun >= 0 or _wish(parsed, pred):
        at = _effort(parsed, pred.noun) if pred.noun >= 0 else pred.at - 2
        noun = parsed.chunks[at]
        if opens_with_none(parsed, noun.i):
            out.negated = not out.negated  # "no plans to take"
        if words.has("failure", noun.word):
            out.failed = True
            out.negated = not out.negated
            return
        if words.has("planner", noun.word.removesuffix("s")):
            out.planned = True
            out.failed = _fails(parsed, at)
            return
        if "reports" in words.values("role", noun.word):
            return  # "the claim to have captured"
        if pred.link is Link.INF and pred.noun >= 0 and _ordinal(parsed, pred.noun):
            if above is not None and above.group.copula and noun.word in ORDINALS and not above.group.modal:
                return  # "Kunduz was the first to fall"
            out.background = True
            out.dropped |= not told_who or (above is not None and bool(above.group.modal))  # "the tenth city to fall" tells nothing new
            return
    if pred.link is Link.INF and pred.at > 0 and parsed.chunks[pred.at - 1].word == "only":
        return  # "took it, only to lose it a day later"
    if above is None:
        out.planned |= pred.link is Link.INF
        return
    if above.group.copula and words.value("reporting", pred.group.lemma) == "say":
        return  # "it is fair to say that"
    _governed(parsed, pred, above, out)


def _wish(parsed: Parsed, pred: Predicate) -> bool:
    """Whether a gerund hangs on a noun of wanting: "no intention of leaving"."""
    noun = parsed.chunks[pred.at - 2] if pred.at >= 2 and pred.word == "of" else None
    return noun is not None and noun.kind is Kind.NOUN and parsed.words.has("planner", noun.word.removesuffix("s"))


def _effort(parsed: Parsed, noun: int) -> int:
    """The noun an infinitive really hangs on: of "an attempt by the army to take it" the attempt, of "a claim by the army to hold it" the claim."""
    if noun >= 2 and parsed.chunks[noun - 1].word in ("by", "of") and parsed.chunks[noun - 2].kind is Kind.NOUN:
        word = parsed.chunks[noun - 2].word.removesuffix("s")
        said = "reports" in parsed.words.values("role", word)
        if said or parsed.words.has("planner", word) or parsed.words.has("failure", word):
            return noun - 2
    return noun


def _ordinal(parsed: Parsed, noun: int) -> bool:
    """Whether a noun phrase, with those it hangs on, counts: "the first district", "the last of the districts of X"."""
    k = noun
    while k >= 2 and parsed.chunks[k - 1].kind is Kind.PREP and parsed.chunks[k - 2].kind is Kind.NOUN:
        k -= 2
    return any(t.lower in ORDINALS for t in parsed.tokens[parsed.chunks[k].i : parsed.chunks[noun].j])


def _fails(parsed: Parsed, noun: int) -> bool:
    """Whether an attempt is said to have failed: "an attempt by ... to take it failed"."""
    told = [p for p in parsed.parse.predicates if not p.group.negated and not p.group.infinitive]
    failing = [p for p in told if noun in p.subject and parsed.words.has("failing", p.group.lemma)]
    beaten = [p for p in told if noun in _undergoing(p) and parsed.words.has("repelling", p.group.lemma)]
    return bool(failing or beaten)


def _undergoing(pred: Predicate) -> list[int]:
    """What a verb is done to, also behind its particle: "beat off an attempt"."""
    return (
        list(pred.subject)
        if pred.group.passive
        else [*pred.object, *(k for p, chunks in pred.parts if p in ("off", "back") for k in chunks)]
    )


def _governed(parsed: Parsed, pred: Predicate, above: Predicate, out: _Sum) -> None:
    """An infinitive or a gerund under a verb: done, failed, or still to come."""
    words = parsed.words
    lemma = above.group.lemma
    if lemma in ("have", "be", "remain") and still_to_come(parsed, above, pred):
        out.negated = not out.negated  # "have yet to take it"
        return
    heads = [parsed.chunks[k].word for k in above.object]
    adjective = _complement(parsed, above)
    if words.has("failure", lemma) or adjective in ("unable",) or in_vain(parsed, above, pred):
        out.refused = lemma in ("refuse", "decline")
        out.planned |= lemma == "refuse"
        out.failed = lemma not in ("refuse", "decline")
        out.negated = not out.negated
    elif lemma in PREVENTING:
        out.dropped = True
    elif lemma == "go" and above.group.form is Form.ING:
        out.planned = True  # "is going to fall"
    elif adjective in ("able",) or (words.has("success", lemma) and not any(words.has("planner", h) for h in heads)):
        out.hedged |= lemma in ("appear", "seem", "believe", "report", "understand", "think")
    elif words.value("reporting", lemma) == "possible" or adjective in ("likely", "unlikely", "poised"):
        out.possible = True
    elif pred.link is Link.ING:
        out.planned |= (words.has("planner", lemma) and pred.word in AIMING) or pred.word in ("towards", "toward")
    elif pred.group.perfect and words.has("reporting", lemma):
        return
    else:
        out.planned = True
        out.purpose = lemma == "use" or (not words.has("planner", lemma) and not words.has("planner", heads[-1] if heads else ""))


def _complement(parsed: Parsed, pred: Predicate) -> str:
    """The adjective behind a copula ("able", "unlikely"), which the chunker takes for a noun."""
    k = pred.at + 1
    if k < len(parsed.chunks) and parsed.chunks[k].kind in (Kind.NOUN, Kind.ADVERB):
        return parsed.chunks[k].word
    return ""


def _above(parsed: Parsed, pred: Predicate, lower: Predicate, out: _Sum) -> None:
    """What a verb higher up adds: "fears that", "did not manage to", "vowed that", "if"."""
    words = parsed.words
    lemma = pred.group.lemma
    inner = lower.link in (Link.INF, Link.THAT) or (lower.link is Link.ING and bool(lower.word) and lower.word not in BEFORE_LIKE)
    told = lower.link in (Link.INF, Link.THAT) and lower.noun >= 0
    judged = told and words.has("truth-word", parsed.chunks[lower.noun].word)  # heard as a denial
    veiled = lower.link is Link.THAT and (lemma in VEILING or (lemma == "rule" and pred.particle == "out"))
    out.possible |= veiled and lemma in ("rule", "exclude") and pred.group.negated  # "has not ruled out that"
    if inner and pred.group.negated and not judged and not veiled and not words.has("reporting", lemma):
        out.negated = not out.negated
    if inner and lower.link is Link.INF and pred.group.modal:
        out.planned |= pred.group.modal == "planned"
        out.possible |= pred.group.modal == "possible"
    if lower.link is Link.SUB and lower.word == "whether":
        out.dropped |= pred.group.negated or lemma == "ask"  # "did not say whether it had fallen"
    if lower.link is Link.THAT:
        value = words.value("reporting", lemma)
        out.possible |= value == "possible"
        out.planned |= value == "planned"
        out.dropped |= lemma in PREVENTING or (lemma in VOUCHING and left_open(parsed, pred))
    if lower.link in (Link.INF, Link.THAT) or lower.link is Link.REL:
        _link(parsed, pred, out) if lower.link is not Link.REL else None
    for word in (parsed.chunks[lower.noun].word,) if lower.link is Link.THAT and lower.noun >= 0 else ():
        out.possible |= words.has("possible", word)


def _around_noun(parsed: Parsed, match: Match, out: _Sum) -> None:
    """A nominal event under a verb or noun that plans, fears, prevents or attempts it."""
    words = parsed.words
    c = parsed.chunks[match.noun]
    inside = {t.lower for t in parsed.tokens[c.i : c.j]}
    out.background |= bool(inside & {"former", "formerly", "previously", "once"})  # "a former rebel-held neighbourhood"
    out.planned |= bool(inside & {"planned", "attempted", "intended"})
    out.possible |= bool(inside & {"possible", "potential", "imminent", "feared", "expected", "threatened"})
    out.negated ^= bool(inside & {"failed"})
    above = [n for n, tails in parsed.parse.tails.items() for _, chunks in tails if match.noun in chunks]
    for n in above:
        out.possible |= words.has("possible", parsed.chunks[n].word)
        out.planned |= parsed.chunks[n].word in ("plan", "plans", "goal", "aim", "preparations", "order", "orders")
    if match.predicate < 0:
        return
    pred = parsed.parse.predicates[match.predicate]
    if match.noun in pred.subject and pred.group.passive and pred.group.lemma in ("order", "plan", "expect", "rule"):
        out.planned |= pred.group.lemma in ("order", "plan")
        out.possible |= pred.group.lemma == "expect"
        out.negated ^= pred.group.negated
    if match.noun in pred.object:
        value = words.value("reporting", pred.group.lemma)
        out.possible |= value == "possible"
        out.planned |= (value == "planned" and pred.group.lemma != "call") or pred.group.lemma in (
            "plan",
            "prepare",
            "order",
            "seek",
            "attempt",
        )
        out.dropped |= pred.group.lemma in PREVENTING or (pred.group.lemma in VOUCHING and left_open(parsed, pred))
        out.negated ^= pred.group.negated and not words.has("reporting", pred.group.lemma)
    if pred.group.lemma == "rule" and any(p == "out" and match.noun in chunks for p, chunks in pred.parts):
        out.planned = True
        out.negated ^= not pred.group.negated  # "ruled out a retreat"
