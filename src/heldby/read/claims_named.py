"""Names that stand apart from the phrase a verb is told of: "Among the towns taken were A and B", "A and B, two towns that they had taken"."""

from __future__ import annotations

from heldby.read.chunks import Kind
from heldby.read.clauses import Link, Predicate
from heldby.read.document import Parsed
from heldby.read.frames import Match
from heldby.read.nominals import Phrase, class_of, is_plural, phrase_of, phrases_of, place_mentions

NAMING = frozenset({"be", "name", "include", "list", "comprise"})
LYING = frozenset({"of", "in", "with", "between", "near", "at", "on", "to"})


def _describing(parsed: Parsed, match: Match) -> Predicate | None:
    """The relative clause or participle that a match is, where the noun it hangs on is a place of the match."""
    pred = parsed.parse.predicates[match.predicate] if match.own and match.predicate >= 0 else None
    told = pred is not None and pred.noun >= 0 and pred.link in (Link.REL, Link.PART)
    return pred if told else None


def among(parsed: Parsed, match: Match) -> tuple[Phrase, ...]:
    """The names on the other side of a verb: "Among the towns captured were A and B", "A and B are the districts that were retaken",
    "the towns that they took include A and B"; () where there are none."""
    pred = _describing(parsed, match)
    if pred is None:
        return ()
    preds = parsed.parse.predicates
    if pred.noun and parsed.chunks[pred.noun - 1].word == "among":
        after = [p for p in preds[match.predicate + 1 :] if p.group.copula]
        return phrases_of(parsed, after[0].object) if after else ()
    if all(p.chunk != pred.noun for p in match.places):
        return ()
    above = preds[pred.parent] if pred.parent >= 0 else None
    named = bool(place_mentions(parsed, phrase_of(parsed, pred.noun)))  # "the next target will be A, which X holds"
    if above is not None and above.group.copula and pred.noun in above.object and not named:
        return phrases_of(parsed, above.subject)
    phrase = phrase_of(parsed, pred.noun)
    if class_of(parsed, phrase, "place-noun") is None or not is_plural(parsed, phrase) or place_mentions(parsed, phrase):
        return ()
    naming = [p for p in preds if pred.noun in p.subject and p.at > pred.at and p.group.lemma in NAMING]
    return phrases_of(parsed, naming[0].object) if naming else ()


def apposed(parsed: Parsed, match: Match) -> tuple[Phrase, ...]:
    """The names that a nameless phrase behind a comma describes: "left A and B, two towns that they had taken"; () where there are none."""
    pred = _describing(parsed, match)
    if pred is None or all(p.chunk != pred.noun for p in match.places):
        return ()
    k = pred.noun
    phrase, opener = phrase_of(parsed, k), parsed.tokens[parsed.chunks[k].i]
    several = parsed.words.has("number", opener.lower) or opener.text.isdigit() or is_plural(parsed, phrase)
    while k >= 2 and parsed.chunks[k - 1].word == "of" and parsed.chunks[k - 2].kind is Kind.NOUN:
        k -= 2
    nameless = class_of(parsed, phrase, "place-noun") is not None and not place_mentions(parsed, phrase)
    if k < 2 or parsed.chunks[k - 1].kind is not Kind.COMMA or not nameless:
        return ()
    return _names_before(parsed, k - 1, several) if several or opener.lower in ("a", "an", "the") else ()


def _names_before(parsed: Parsed, comma: int, several: bool) -> tuple[Phrase, ...]:
    """The names of the list that ends before a comma, or only its last."""
    names: list[Phrase] = []
    for at in range(comma - 1, -1, -1):
        c = parsed.chunks[at]
        behind = at >= 1 and parsed.chunks[at - 1].kind is Kind.NOUN
        if c.kind is Kind.PREP and c.word in LYING and behind:
            continue
        if c.kind not in (Kind.COMMA, Kind.AND, Kind.NOUN):
            break
        if c.kind is not Kind.NOUN or (at >= 2 and parsed.chunks[at - 1].word in LYING and parsed.chunks[at - 2].kind is Kind.NOUN):
            continue
        phrase = phrase_of(parsed, at)
        if not place_mentions(parsed, phrase) and not parsed.tokens[phrase.head].capital:
            break
        names.insert(0, phrase)
        if not several:
            break
    return tuple(names)


def tail_end(parsed: Parsed, end: int) -> int:
    """Where the phrase that ends at `end` ends with what says where it lies: "Wesh | in Kandahar", "the crossing | with Pakistan"."""
    for k, c in enumerate(parsed.chunks):
        if c.kind is Kind.NOUN and parsed.tokens[c.j - 1].end == end:
            for prep, chunks in parsed.parse.tails.get(k, ()):
                last = phrase_of(parsed, chunks[-1])
                if prep in LYING and (place_mentions(parsed, last) or parsed.mentions_in(*parsed.span(last.chunk))):
                    return tail_end(parsed, parsed.tokens[last.j - 1].end)
    return end
