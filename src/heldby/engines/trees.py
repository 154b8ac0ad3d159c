"""A dependency tree over our tokens as the `Parse` that frames look at: chunks stay ours, who governs whom is the tree's.

Labels are those of Universal Dependencies (UD) and of the CLEAR scheme that English spaCy pipelines use. A label that neither knows
attaches its chunk to the nearest verb above and fills no role.
"""

from __future__ import annotations

from heldby.engines.trees_chunks import ChunkTree, Tree
from heldby.read.chunks import Chunk, Group, Kind
from heldby.read.document import Parsed
from heldby.read.predicates import Link, Parse, Predicate
from heldby.read.words import Form

SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass", "nsubj:outer", "csubj", "csubjpass", "csubj:pass", "expl"})
OBJECTS = frozenset({"dobj", "obj", "attr", "oprd", "iobj", "dative"})
PARTICLES = frozenset({"prt", "compound:prt"})
RELATIVE = frozenset({"relcl", "acl:relcl"})
REPORTED = frozenset({"ccomp", "parataxis"})
OPENERS = frozenset({"mark", "case", "prep", "advmod"})
KNOWN = SUBJECTS | OBJECTS | {"prep", "pobj", "case", "obl", "nmod", "conj", "cc", "advcl", "acl", "xcomp", "ccomp", "mark", "agent"}


def parse_of(parsed: Parsed, tree: Tree) -> Parse:
    """The predicates of a sentence and what hangs on them."""
    return _Builder(parsed, tree).build()


class _Builder(ChunkTree):
    """Reads predicates off the tree of a sentence's chunks."""

    def build(self) -> Parse:
        order = [k for k in range(len(self._chunks)) if self._is_verb(k)]
        self._index = {k: i for i, k in enumerate(order)}
        preds = [self._predicate(k) for k in order]
        for pred in sorted(preds, key=lambda p: self._depth(p.at)):
            self._share(preds, pred)
        return Parse(self._chunks, tuple(preds), self._tails())

    def _tails(self) -> dict[int, list[tuple[str, list[int]]]]:
        """Behind each noun phrase the prepositional ones that stand directly behind it, and those that the tree hangs on it."""
        out: dict[int, list[tuple[str, list[int]]]] = {}
        for p, word, nouns, on in self._phrases:
            beside = p - 1 if p and self._chunks[p - 1].kind is Kind.NOUN else -1
            for noun in sorted({n for n in (beside, on) if n >= 0 and self._chunks[n].kind is Kind.NOUN and n < p}):
                out.setdefault(noun, []).append((word, list(nouns)))
        return out

    def _predicate(self, k: int) -> Predicate:
        group = self._chunks[k].group
        assert group is not None
        label, up = self._label[k], self._up[k]
        above = self._verb_above(k)
        noun = up if up >= 0 and self._chunks[up].kind is Kind.NOUN else -1
        subject, object_ = self._nouns(k, SUBJECTS), self._nouns(k, OBJECTS)
        if not subject and self._is_finite(k) and label not in RELATIVE:
            subject = self._taken_for_noun(k, range(k - 1, -1, -1)) or self._said_of(k, noun)
        if not object_ and not group.passive:
            object_ = self._taken_for_noun(k, range(k + 1, min(k + 2, len(self._chunks))))
        opener = self._opener(k)
        link = self._link(label, group, noun, opener, bool(subject))
        if link is Link.THAT and (above > k or self._comes_after(k, above, opener)):
            link = Link.MAIN  # "The town fell, he said"
        if link is Link.AND and above < 0:
            link = Link.MAIN
        parent = -1 if link is Link.MAIN else self._index.get(above, -1)
        participle = link in (Link.PART, Link.ING) or (link is Link.AND and not group.finite)
        if group.form is Form.PAST and not group.passive and not subject and self._undergoes(k, link, above):
            participle, link = True, Link.PART if link is Link.MAIN else link
        if participle and not group.infinitive:
            group = _participle(group)
        hangs = noun if link not in (Link.MAIN, Link.AND, Link.SUB) else -1
        pred = Predicate(k, group, link, parent, "to" if link is Link.INF else opener, subject=subject, object=object_, noun=hangs)
        if link is Link.REL:
            self._relative(pred, k, noun)
        pred.parts = self._parts(k, {*subject, *object_})
        pred.particle = self._particle(k)
        return pred

    def _undergoes(self, verb: int, link: Link, above: int) -> bool:
        """Whether a past form without a subject is a participle: "Captured by the army", "was besieged and captured"."""
        nxt = self._chunks[verb + 1] if verb + 1 < len(self._chunks) else None
        if link is Link.MAIN:
            return nxt is not None and nxt.word == "by"
        group = self._chunks[above].group if link is Link.AND and above >= 0 else None
        return group is not None and group.passive and (nxt is None or nxt.kind is not Kind.NOUN or self._is_time(nxt))

    def _is_time(self, c: Chunk) -> bool:
        return any(self._parsed.words.has(kind, c.word) for kind in ("weekday", "month", "time-noun"))

    def _said_of(self, verb: int, noun: int) -> list[int]:
        """The noun phrase before a verb that hangs on it by an arc between equals: the tree took the noun for the sentence's head."""
        equals = self._label[verb] in ("conj", "parataxis", "appos", "dep", "list")
        beside = self._label[verb] in ("advmod", "amod", "compound") and noun == verb - 1
        return self._with_conjuncts(noun) if (equals or beside) and 0 <= noun < verb and self._preposition(noun) < 0 else []

    def _comes_after(self, verb: int, above: int, opener: str) -> bool:
        """Whether a clause only stands behind another that does not speak: "..., he said", hung on what he said."""
        spoken = self._reports(above)
        return not opener and not spoken and (self._label[verb] == "parataxis" or self._reports(verb))

    def _reports(self, k: int) -> bool:
        group = self._chunks[k].group if k >= 0 else None
        return group is not None and self._parsed.words.has("reporting", group.lemma)

    @staticmethod
    def _link(label: str, group: Group, noun: int, opener: str, own_subject: bool) -> Link:
        if label == "conj":
            return Link.AND
        if label in RELATIVE:
            return Link.REL
        if group.infinitive:
            return Link.INF
        bare = not own_subject and (not group.finite or group.form in (Form.PART, Form.PAST)) and not group.passive
        if label in ("acl", "advcl", "xcomp", "pcomp", "amod") and bare and (opener == "" or not group.finite):
            return Link.ING if group.form is Form.ING or group.perfect else Link.PART
        if label in REPORTED or (label == "acl" and noun >= 0):
            return Link.THAT
        return Link.SUB if label in ("advcl", "pcomp", "csubj", "xcomp") else Link.MAIN

    def _opener(self, k: int) -> str:
        """The subordinator, preposition or "that" before a clause."""
        up = self._up[k]
        if self._label[k] == "pcomp" and up >= 0:
            return self._chunks[up].word
        kinds = (Kind.SUB, Kind.THAT, Kind.PREP)
        before = [m for m in self._below(k, *OPENERS) if m < k and self._chunks[m].kind in kinds]
        return next((self._chunks[m].word for m in before if not self._below(m)), "")

    def _relative(self, pred: Predicate, k: int, noun: int) -> None:
        """Its noun is subject or object, as its pronoun is; without a pronoun it is the object."""
        pronoun = next((m for m in self._below(k) if self._chunks[m].kind in (Kind.REL, Kind.THAT) and m < k), -1)
        pred.word = self._chunks[pronoun].word if pronoun >= 0 else ""
        if noun < 0 or pred.word == "where":
            return
        if not pred.subject:
            pred.subject = [noun]
        elif not pred.object:
            pred.object = [noun]

    def _parts(self, k: int, taken: set[int]) -> list[tuple[str, list[int]]]:
        """The prepositional phrases behind a verb, also those on its noun phrases; times and other bare ones under ""."""
        inside = [
            (p, word, list(nouns))
            for p, word, nouns, _ in self._phrases
            if p > k and (self._verb_above(p) == k or self._verb_above(nouns[0]) == k)
        ]
        used = {n for _, _, nouns in inside for n in nouns}
        used |= set(self._nouns(k, SUBJECTS | OBJECTS)) | taken
        bare = [
            (m, "", self._with_conjuncts(m))
            for m in self._below(k)
            if self._chunks[m].kind is Kind.NOUN and m not in used and m > k and self._label[m] not in ("conj", "parataxis")
        ]
        return [(word, nouns) for _, word, nouns in sorted([*inside, *bare])]

    def _particle(self, k: int) -> str:
        for m in self._below(k, *PARTICLES):
            return self._chunks[m].word
        nxt = self._chunks[k + 1] if k + 1 < len(self._chunks) else None
        if nxt is not None and nxt.word == "out of":
            return "out"
        if nxt is not None and nxt.kind is Kind.PREP and self._parsed.words.has("particle", nxt.word):
            return nxt.word
        adverbs = (c.word for m, c in enumerate(self._chunks) if m > k and c.kind is Kind.ADVERB and self._verb_above(m) == k)
        return next((word for word in adverbs if self._parsed.words.has("particle", word)), "")

    def _share(self, preds: list[Predicate], pred: Predicate) -> None:
        """A clause without a subject of its own takes that of the clause it hangs on."""
        if pred.subject or pred.parent < 0 or pred.link not in (Link.AND, Link.INF, Link.ING, Link.PART, Link.SUB):
            return
        above = preds[pred.parent]
        control = above.object and self._parsed.words.has("object-control", above.group.lemma)
        if pred.noun >= 0 and pred.link in (Link.PART, Link.ING):
            pred.subject = [pred.noun]
        else:
            pred.subject = list(above.object) if pred.link is Link.INF and control else list(above.subject)
        if pred.link is Link.AND and above.link is Link.REL and above.object == [above.noun] and not pred.object:
            pred.object = list(above.object)


def _participle(group: Group) -> Group:
    """A participle as frames know it: not finite, and passive unless it is one in -ing or perfect."""
    passive = group.form in (Form.PAST, Form.PART) and not group.perfect
    return Group(group.lemma, Form.PART if passive else group.form, False, False, passive, group.perfect, group.negated, group.modal)
