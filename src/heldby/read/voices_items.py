"""The chunks of a sentence as attribution needs them: what the chunker could not know without the sense of the words is put right.

"The Taliban claim to hold it" has a verb in it, "an unnamed official" is one phrase, "before according to which" is a preposition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heldby.read.chunks import Chunk, Group, Kind
from heldby.read.document import Parsed
from heldby.read.text import Token
from heldby.read.words import Form, Words

Items = tuple[Chunk, ...]
DETERMINERS = ("the", "a", "an", "its", "their", "his", "her", "that", "this")
OPENING = ("(", "--", "\u2014", "\u2013", "-")


def items_of(parsed: Parsed) -> Items:
    """The sentence's chunks, regrouped."""
    said = _dismissed(_pointing(_said_nouns(parsed), parsed), parsed)
    return _marked(_subordinate(_split_verbs(_join(said, parsed.tokens), parsed)), parsed.tokens)


def _dismissed(chunks: list[Chunk], parsed: Parsed) -> list[Chunk]:
    """ "The army [dismissed as propaganda] reports that P": the verb with what it calls them, and what it dismisses as a noun."""
    out: list[Chunk] = []
    k, words = 0, parsed.words
    while k < len(chunks):
        c = chunks[k]
        tail = chunks[k + 1 : k + 4]
        if len(tail) == 3 and c.group is not None and c.j - c.i == 1 and c.group.form in (Form.PAST, Form.PART):
            denies = words.has("denial-verb", c.word) or words.value("voice-verb", c.word) == "deny"
            low = parsed.tokens[tail[2].j - 1].lower
            said = words.has("speaking-noun", low) or words.has("said-noun", low)
            if denies and said and tail[0].word == "as" and tail[1].kind is Kind.NOUN and tail[2].kind in (Kind.NOUN, Kind.VERB):
                group = replace(c.group, finite=True, passive=False, form=Form.PAST)
                out += [replace(c, j=tail[1].j, group=group), Chunk(Kind.NOUN, tail[2].i, tail[2].j, tail[2].j - 1, low)]
                k += 4
                continue
            first = parsed.tokens[tail[1].i].lower
            last = parsed.tokens[tail[1].j - 1].lower
            split = tail[1].j - tail[1].i == 2 and words.has("denial-word", first) and words.has("speaking-noun", last)
            if denies and split and tail[0].word == "as" and tail[1].kind is Kind.NOUN:  # "dismissed as false reports that P"
                group = replace(c.group, finite=True, passive=False, form=Form.PAST)
                out += [replace(c, j=tail[1].i + 1, group=group), Chunk(Kind.NOUN, tail[1].j - 1, tail[1].j, tail[1].j - 1, last)]
                k += 3
                continue
        out.append(c)
        k += 1
    return out


def _marked(items: Items, tokens: Sequence[Token]) -> Items:
    """With an item for each quotation mark between items; the chunker keeps only those that part clauses."""
    out: list[Chunk] = []
    for c in items:
        at = out[-1].j if out else 0
        out += [Chunk(Kind.QUOTE, t, t + 1, t, '"') for t in range(at, c.i) if tokens[t].text == '"']
        out.append(c)
    at = out[-1].j if out else 0
    out += [Chunk(Kind.QUOTE, t, t + 1, t, '"') for t in range(at, len(tokens)) if tokens[t].text == '"']
    return tuple(out)


def _said_nouns(parsed: Parsed) -> list[Chunk]:
    """ "denied reports that", "the claim that", "Russia's claim": nouns where no verb can stand."""
    out: list[Chunk] = []
    for c in parsed.chunks:
        before = out[-1] if out else None
        single = c.kind is Kind.VERB and c.j - c.i == 1 and parsed.words.has("speaking-noun", parsed.tokens[c.i].lower)
        if single and (before is None or before.kind in (Kind.STOP, Kind.QUOTE, Kind.PREP)):
            out.append(Chunk(Kind.NOUN, c.i, c.j, c.i, parsed.tokens[c.i].lower))
            continue
        if single and before is not None:
            last = parsed.tokens[before.j - 1]
            single = before.j - before.i == 1 and last.lower in DETERMINERS
            one = parsed.tokens[before.i].lower in ("a", "an") and parsed.tokens[c.i].lower in ("report", "claim")  # "a Taliban report"
            if before.kind is Kind.NOUN and (last.text in ("'s", "'") or single or one):
                out[-1] = Chunk(Kind.NOUN, before.i, c.j, c.i, parsed.tokens[c.i].lower)
                continue
            if before.kind is Kind.VERB and not (before.group and before.group.copula):
                out.append(Chunk(Kind.NOUN, c.i, c.j, c.i, parsed.tokens[c.i].lower))
                continue
        out.append(c)
    return out


def _pointing(chunks: Sequence[Chunk], parsed: Parsed) -> list[Chunk]:
    """ "called [that] a fairy tale", "dismissed [that] report", "laughed at [that] and said": no clause follows."""
    out: list[Chunk] = []
    for k, c in enumerate(chunks):
        before = out[-1] if out else None
        nxt = chunks[k + 1] if k + 1 < len(chunks) else None
        noun = nxt is not None and nxt.kind is Kind.NOUN and parsed.tokens[nxt.i].lower not in DETERMINERS  # "of that province"
        stays = before is None or before.kind not in (Kind.VERB, Kind.PREP) or (noun and before.kind is Kind.PREP)
        if c.kind is not Kind.THAT or stays or _clause_from(chunks, k + 1):
            out.append(c)
        else:
            out.append(Chunk(Kind.NOUN, c.i, c.j, c.i, "that"))
    return out


def _clause_from(chunks: Sequence[Chunk], k: int) -> bool:
    """Whether a clause with a finite verb begins at chunk `k`."""
    for c in chunks[k:]:
        if c.kind in (Kind.COMMA, Kind.STOP, Kind.AND, Kind.SUB, Kind.REL):
            return False
        if c.group is not None:
            return c.group.finite
    return False


def _join(chunks: Sequence[Chunk], tokens: Sequence[Token]) -> list[Chunk]:
    """A lone determiner with the participle and noun behind it; "according to" however it was cut."""
    out: list[Chunk] = []
    k = 0
    while k < len(chunks):
        c = chunks[k]
        nxt = chunks[k + 1] if k + 1 < len(chunks) else None
        after = chunks[k + 2] if k + 2 < len(chunks) else None
        lone = c.kind is Kind.NOUN and c.j - c.i == 1 and tokens[c.i].lower in DETERMINERS
        if lone and nxt and after and nxt.kind is Kind.VERB and after.kind is Kind.NOUN and not _finite(nxt):
            out.append(Chunk(Kind.NOUN, c.i, after.j, after.head, after.word))
            k += 3
        elif c.kind is Kind.PREP and nxt and after and after.kind is Kind.NOUN and _bare_verb(nxt):
            out += [c, Chunk(Kind.NOUN, nxt.i, after.j, after.head, after.word)]  # "according to state media"
            k += 3
        elif c.kind is Kind.PREP and nxt and nxt.kind is Kind.THAT and after and after.kind is Kind.NOUN:
            out += [c, Chunk(Kind.NOUN, nxt.i, after.j, after.head, after.word)]  # "of that province"
            k += 3
        elif nxt and tokens[c.head].lower == "according" and nxt.kind is Kind.PREP and tokens[nxt.i].lower == "to":
            if out and out[-1].kind is Kind.SUB:
                out[-1] = Chunk(Kind.ADVERB, out[-1].i, out[-1].j, out[-1].head, out[-1].word)
            out.append(Chunk(Kind.PREP, c.head, nxt.j, c.head, "according to"))
            k += 2
        else:
            out.append(c)
            k += 1
    return out


def _bare_verb(c: Chunk) -> bool:
    """A present tense without helpers: behind a preposition it is a noun."""
    return c.group is not None and c.j - c.i == 1 and c.group.form in (Form.BASE, Form.S) and not c.group.copula


def _finite(c: Chunk) -> bool:
    return c.group is not None and c.group.finite


def _split_verbs(chunks: list[Chunk], parsed: Parsed) -> list[Chunk]:
    """A verb of saying that was taken for the noun of its own subject or object."""
    out: list[Chunk] = []
    for k, c in enumerate(chunks):
        nxt = chunks[k + 1] if k + 1 < len(chunks) else None
        at = _hidden_verb(c, nxt, out[-1] if out else None, parsed)
        if at < 0:
            out.append(c)
            continue
        form = next(f for f in parsed.words.verbs[parsed.tokens[at].lower] if f.form in (Form.BASE, Form.S))
        if at > c.i:
            out.append(Chunk(Kind.NOUN, c.i, at, at - 1, parsed.tokens[at - 1].lower))
        out.append(Chunk(Kind.VERB, at, at + 1, at, form.lemma, Group(form.lemma, form.form)))
        if at + 1 < c.j:
            out.append(Chunk(Kind.NOUN, at + 1, c.j, c.j - 1, parsed.tokens[c.j - 1].lower))
    return out


def _hidden_verb(c: Chunk, nxt: Chunk | None, before: Chunk | None, parsed: Parsed) -> int:
    """The token of a noun phrase that is a verb of saying after all, -1 if none is."""
    if c.kind is not Kind.NOUN:
        return -1
    for t in range(c.i, c.j):
        if not says(parsed.tokens[t].lower, parsed.words) or parsed.inside[t] >= 0:
            continue
        if t == c.i:
            if _opens_predicate(c, nxt, before) and not parsed.tokens[t].capital:
                return t
            continue
        mine = speaker_like(parsed, c.i, t) and parsed.tokens[t - 1].text not in ("'s", "'") and not _object(c, before, parsed)
        if t + 1 < c.j:
            opens = parsed.inside[t + 1] >= 0 or parsed.tokens[t + 1].lower in DETERMINERS
        else:
            closes = before is not None and before.kind in (Kind.COMMA, Kind.QUOTE) and (nxt is None or nxt.kind in (Kind.COMMA, Kind.STOP))
            opens = nxt is not None and (nxt.kind is Kind.THAT or (nxt.kind is Kind.VERB and not _finite(nxt)) or nxt.kind is Kind.NOUN)
            opens = opens or closes  # "..., the group claims, ..."
        if mine and opens:
            return t
    return -1


def _object(c: Chunk, before: Chunk | None, parsed: Parsed) -> bool:
    """ "rejecting [a Taliban report] that": an article for one thing, or a verb before, leaves no room for a verb."""
    return parsed.tokens[c.i].lower in ("a", "an", "this", "that") or (before is not None and before.kind is Kind.VERB)


def _opens_predicate(c: Chunk, nxt: Chunk | None, before: Chunk | None) -> bool:
    """ "the two camps also [claim many prisoners]", "and also [claims] that" """
    if before is None:
        return False
    if c.j - c.i > 1:
        return before.kind in (Kind.NOUN, Kind.ADVERB)
    return before.kind in (Kind.AND, Kind.ADVERB) and nxt is not None and nxt.kind is Kind.THAT


def says(word: str, words: Words) -> bool:
    """Whether `word` may be a present tense of a verb of saying."""
    return any(f.form in (Form.BASE, Form.S) and words.has("voice-verb", f.lemma) for f in words.verbs.get(word, ()))


def speaker_like(parsed: Parsed, i: int, j: int) -> bool:
    """Whether tokens [i, j) name an actor or an outlet, hold an office or are a pronoun for a person or body."""
    if any(
        parsed.inside[t] >= 0 and (parsed.mentions[parsed.inside[t]].actors or parsed.mentions[parsed.inside[t]].outlet)
        for t in range(i, j)
    ):
        return True
    return any(parsed.words.has("role", t.lower) or t.lower in ("he", "she", "it", "they", "we") for t in parsed.tokens[i:j])


def _subordinate(chunks: list[Chunk]) -> Items:
    """ "as" before a noun phrase and its verb opens a clause."""
    out = list(chunks)
    for k, c in enumerate(out):
        if c.kind is not Kind.PREP or c.word != "as":
            continue
        for d in out[k + 1 : k + 6]:
            if d.kind is Kind.VERB:
                if _finite(d) and out[k + 1].kind is Kind.NOUN:
                    out[k] = Chunk(Kind.SUB, c.i, c.j, c.head, "as")
                break
            if d.kind not in (Kind.NOUN, Kind.PREP, Kind.ADVERB):
                break
    return tuple(out)
