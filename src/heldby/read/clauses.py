"""Clauses: from chunks to predicates with their subjects, objects and prepositional parts, by one pass with a stack."""

from __future__ import annotations

from dataclasses import replace

from heldby.read.chunks import GONE, Chunk, Group, Kind
from heldby.read.predicates import Clause, ClauseStack, Link, Parse, Predicate
from heldby.read.words import Form, Words

TELLERS = frozenset({"they", "he", "she", "we", "i"})  # "they cleared out and": no participle

__all__ = ["ClauseParser", "Link", "Parse", "Predicate", "parse_clauses"]


class ClauseParser(ClauseStack):
    """One pass over a sentence's chunks. `quoted` are chunk indices of quotation marks that enclose clauses."""

    def parse(self) -> Parse:
        beyond = 0
        for at, c in enumerate(self._chunks):
            if at < beyond:
                continue
            if c.kind is Kind.COMMA and (beyond := self._said_aside(at)):
                continue
            match c.kind:
                case Kind.NOUN if self._passing(at):
                    self._times.add(at)
                case Kind.NOUN:
                    self._on_whose(at) if self._head_words.get(at) == "whose" else self._on_noun(at)
                case Kind.VERB:
                    self._on_verb(at, c)
                case Kind.PREP:
                    self._on_prep(at, c)
                case Kind.COMMA:
                    self._sep = self._sep or ","
                case Kind.AND:
                    self._sep = "and" if c.word != "but" else "but"
                    self._prep = ""
                case Kind.REL:
                    self._on_relative(at)
                case Kind.THAT:
                    self._on_that(at)
                case Kind.SUB:
                    self._push(Clause(Link.SUB, self._top.last, c.word))
                case Kind.STOP:
                    self._on_stop(at, c)
                case Kind.QUOTE:
                    if at in self._breaking:
                        self._restart()
                case Kind.ADVERB:
                    self._on_adverb(at, c)
        self._lend_subjects()
        tails = {noun: kept for noun, hung in self._tails.items() if (kept := [t for t in hung if t[1]])}
        return Parse(self._chunks, tuple(self._preds), tails)

    def _lend_subjects(self) -> None:
        """A participle that opens its sentence has the subject of the verb it leads up to: "After taking the town, the army moved on"."""
        for k, pred in enumerate(self._preds):
            if pred.subject or pred.parent >= 0 or pred.link not in (Link.ING, Link.PART):
                continue
            main = [p for p in self._preds[k + 1 :] if p.link is Link.MAIN and p.subject and self._chunks[p.subject[0]].word != "nobody"]
            told = [p for p in main if not self._words.has("reporting", p.group.lemma)]  # "After taking it, residents said, they left"
            if told or main:
                pred.subject = list((told or main)[0].subject)

    def _on_verb(self, at: int, c: Chunk) -> None:
        assert c.group is not None
        if c.group.infinitive:
            self._infinitive(at, c.group)
        elif not c.group.finite or self._is_reduced(at, c.group):
            self._participle(at, c.group)
        else:
            self._finite(at, c.group)
        self._forget()

    def _said_aside(self, at: int) -> int:
        """Where a "he said" between commas ends that stands inside another clause; 0 if there is none at the comma `at`."""
        inner = self._chunks[at + 1 : at + 4]
        if len(inner) < 3 or inner[2].kind is not Kind.COMMA or {inner[0].kind, inner[1].kind} != {Kind.NOUN, Kind.VERB}:
            return 0
        verb = inner[0] if inner[0].kind is Kind.VERB else inner[1]
        noun = at + 2 if inner[0].kind is Kind.VERB else at + 1
        group = verb.group
        if group is None or not group.finite or group.passive or not self._words.has("reporting", group.lemma) or self._top.last >= 0:
            return 0
        self._add(Predicate(at + 1 if inner[0] is verb else at + 2, group, Link.MAIN, subject=[noun], word="aside"))
        return at + 4

    def _add(self, pred: Predicate) -> int:
        self._preds.append(pred)
        return len(self._preds) - 1

    def _infinitive(self, at: int, group: Group) -> None:
        parent = self._top.last
        noun = self._noun if self._noun >= 0 and not self._sep else -1
        subject: list[int] = []
        if parent >= 0:
            above = self._preds[parent]
            subject = list(above.subject)
            if above.object and noun >= above.object[0] and self._words.has("object-control", above.group.lemma):
                subject = list(above.object)
            if above.group.passive and not subject:
                subject = list(above.subject)
        elif self._top.subject:
            subject = list(self._top.subject)
        coordinated = self._sep in ("and", "but") and parent >= 0 and self._preds[parent].group.infinitive
        link = Link.AND if coordinated else Link.INF
        index = self._add(Predicate(at, group, link, parent, "to", subject=subject, noun=noun))
        if parent >= 0 or not self._top.subject:
            self._top.last = index
        else:
            self._stack.append(Clause(Link.INF, -1, "to", last=index))

    def _is_reduced(self, at: int, group: Group) -> bool:
        """A bare "captured" that may be past or participle: participle where its clause has or will have another verb, or "by" follows."""
        if (
            group.form is not Form.PAST
            or group.perfect
            or group.modal
            or (self._chunks[at].j - self._chunks[at].i > 1 and self._has_helper(at))
        ):
            return False
        parts = {f.form for f in self._words.verbs.get(self._word_of(at), ())}
        if parts and Form.PART not in parts:
            return False
        if not parts and not self._opens_clause(at):
            return True
        if self._complements(at):
            return True
        nxt = next((c for c in self._chunks[at + 1 :] if c.kind is not Kind.ADVERB), None)
        top = self._top
        if group.lemma in ("say", "tell", "announce", "confirm", "add") or (top.last < 0 and top.link is Link.REL):
            return False
        behind = self._noun == at - 1 and at > 0 and not self._sep
        if behind and group.lemma in ("call", "name", "know", "dub"):
            return nxt is None or not self._words.has("pronoun", nxt.word)  # "a border town called Wesh", but "called it a retreat"
        bare = nxt is None or nxt.kind is not Kind.NOUN or self._is_time(self._chunks.index(nxt, at + 1))
        if nxt is not None and nxt.kind is Kind.PREP and nxt.word == "by":
            return True
        if at >= 2 and self._chunks[at - 2].word == "among" and self._chunks[at - 1].kind is Kind.NOUN:
            return self._finite_ahead(at)  # "Among the towns seized were"
        if top.last < 0:
            if self._sep == ",":
                return self._finite_ahead(at)
            told = [self._chunks[k].word for k in top.subject]
            return bool(told) and told[-1] not in TELLERS and bare and self._finite_ahead(at, apart=False) and self._transitive(at)
        if self._waiting() is not None and top.link in (Link.PART, Link.ING, Link.REL, Link.INF) and not self._sep:
            return False
        if behind and self._preds[top.last].group.lemma in ("declare", "proclaim", "pronounce"):
            return bare and self._transitive(at)  # "declared the city liberated"
        if behind:
            return bare and self._transitive(at) and not (self._in_reporting(top.last) and self._noun in self._preds[top.last].object)
        return self._sep in ("and", "but") and bare and self._transitive(at) and self._passive_above(top.last) >= 0

    def _opens_clause(self, at: int) -> bool:
        """Whether a verb in no list can only be the finite verb of its clause: "the loss stunned the elders"."""
        nxt = self._chunks[at + 1] if at + 1 < len(self._chunks) else None
        alone = self._top.last < 0 and bool(self._top.subject) and not self._sep and not self._finite_ahead(at)
        return alone and nxt is not None and nxt.kind is Kind.NOUN and not self._is_time(at + 1)

    def _passive_above(self, pred: int) -> int:
        while pred >= 0 and not self._preds[pred].group.passive:
            pred = self._preds[pred].parent
        return pred

    def _word_of(self, at: int) -> str:
        return self._head_words[at] if at in self._head_words else self._chunks[at].word

    def _has_helper(self, at: int) -> bool:
        g = self._chunks[at].group
        return g is not None and (g.perfect or g.passive or bool(g.modal))

    def _transitive(self, at: int) -> bool:
        return not self._words.has("intransitive", self._chunks[at].word)

    def _starts_subject(self) -> bool:
        return self._top.last >= 0 and self._noun in self._preds[self._top.last].object

    def _finite_ahead(self, at: int, apart: bool = True) -> bool:
        """Whether the clause has a finite verb still to come; `apart` says that one behind a comma counts."""
        for k in range(at + 1, len(self._chunks)):
            c = self._chunks[k]
            if c.kind in (Kind.SUB, Kind.REL, Kind.THAT, Kind.STOP):
                return False
            if c.kind is Kind.VERB and c.group is not None and c.group.finite:
                if not apart and self._chunks[k - 1].kind is Kind.COMMA:
                    return False  # "gunmen fanned out across the city, hoisted banners"
                return self._chunks[k - 1].kind is not Kind.AND and not self._anew(k, at)  # "swept into X and hoisted" are two finite verbs
        return False

    def _anew(self, at: int, since: int) -> bool:
        """Whether a finite verb has a subject of its own behind an "and" that joins no nouns: "moved out and the rebels took it"."""
        k = at - 1
        while k > since and self._chunks[k].kind is Kind.ADVERB:
            k -= 1
        if k - 2 < since or self._chunks[k].kind is not Kind.NOUN or self._chunks[k - 1].kind is not Kind.AND:
            return False
        return self._chunks[k - 2].kind is not Kind.NOUN or (self._is_time(k - 2) and not self._is_time(k))

    def _participle(self, at: int, group: Group) -> None:
        top = self._top
        behind = self._noun == at - 1 and self._noun >= 0 and not self._sep
        passive = group.form in (Form.PAST, Form.PART) and not group.perfect
        made = group
        if passive:
            made = Group(group.lemma, Form.PART, False, False, group.lemma not in GONE, group.perfect, group.negated, group.modal)
        link = Link.PART if passive else Link.ING
        parent = top.last
        noun = self._noun if behind else -1
        subject: list[int] = [noun] if behind else []
        word = self._prep
        if not subject and top.link is Link.SUB and top.last < 0 and not top.subject:
            word, parent = top.word, top.parent
            subject = self._subject_of(parent)
        elif not subject:
            subject = self._subject_of(parent) or list(top.subject)
            nxt = self._chunks[at + 1] if at + 1 < len(self._chunks) else None
            by = nxt is not None and nxt.word == "by"
            if passive and self._sep == "," and self._last_noun(at) >= 0 and (parent < 0 or by):
                subject = [self._last_noun(at)]
        if passive and self._sep in ("and", "but", ",") and (joined := self._passive_above(parent)) >= 0:
            link, word, parent = Link.AND, "", joined
            subject = list(self._preds[parent].subject)
        index = self._add(Predicate(at, made, link, parent, word, subject=subject, noun=noun))
        if top.last < 0 and (top.subject or top.link is Link.MAIN) and not word:
            self._stack.append(Clause(link, parent, word, noun, last=index))
        else:
            top.last = index if top.last >= 0 or top.link is not Link.MAIN else -1
            if top.last < 0:
                self._stack.append(Clause(link, parent, word, noun, last=index))

    def _subject_of(self, pred: int) -> list[int]:
        return list(self._preds[pred].subject) if pred >= 0 else []

    def _finite(self, at: int, group: Group) -> None:
        if self._top.link in (Link.ING, Link.PART, Link.INF) and self._top.last >= 0 and len(self._stack) > 1:
            self._leave_participle(at)
        top = self._top
        if top.last < 0:
            self._first_of(top, at, group)
            return
        noun = self._own_subject(at)
        if noun >= 0:
            outer = self._waiting()
            if not self._sep_before(noun) and outer is not None and not self._in_reporting(top.last):
                self._pop_to(outer)
                self._first_of(outer, at, group)
                return
            self._new_clause(at, group, noun)
            return
        outer = self._waiting()
        if outer is not None and self._sep != "and":
            self._pop_to(outer)
            self._first_of(outer, at, group)
            return
        self._coordinated(at, group)

    def _leave_participle(self, at: int) -> None:
        below = self._stack[-2]
        joined = self._sep in ("and", "but", ",", "") and (below.last < 0 or self._sep)
        if (joined and self._noun != at - 1) or (below.last < 0 and below.subject):
            self._stack.pop()

    def _sep_before(self, noun: int) -> bool:
        k = noun - 1
        return k >= 0 and self._chunks[k].kind in (Kind.COMMA, Kind.AND)

    def _waiting(self) -> Clause | None:
        """The nearest clause below the top that has a subject and no verb yet."""
        for clause in reversed(self._stack[:-1]):
            if clause.last < 0 and clause.subject:
                return clause
            if clause.last >= 0 and clause.link in (Link.MAIN, Link.THAT):
                return None
        return None

    def _pop_to(self, clause: Clause) -> None:
        while self._stack[-1] is not clause:
            self._stack.pop()

    def _first_of(self, clause: Clause, at: int, group: Group) -> None:
        pred = Predicate(at, group, clause.link, clause.parent, clause.word, noun=clause.noun)
        if clause.link is Link.REL:
            if clause.subject:
                pred.subject = list(clause.subject)
                if clause.word != "where" and (clause.word != "whose" or clause.gap):
                    pred.object = [clause.noun] if clause.noun >= 0 else []
            elif clause.noun >= 0:
                pred.subject = [clause.noun]
        else:
            pred.subject = list(clause.subject)
            if not pred.subject and clause.link is Link.SUB:
                pred.subject = self._subject_of(clause.parent)
        clause.last = self._add(pred)

    def _own_subject(self, at: int) -> int:
        """The noun phrase that stands right before a finite verb as its subject, past its own prepositional phrases; -1 if none does."""
        noun = self._noun
        if noun < 0 or not (noun == at - 1 or self._only_adverbs(noun, at)) or self._is_time(noun):
            return -1
        while noun >= 2 and self._chunks[noun - 1].kind is Kind.PREP:
            if self._chunks[noun - 2].kind is not Kind.NOUN:
                return -1
            noun -= 2
        return noun

    def _new_clause(self, at: int, group: Group, noun: int) -> None:
        """A noun phrase right before a finite verb is its subject, whatever list it had joined."""
        top = self._top
        pred = self._preds[top.last]
        taken = self._take_back(pred, noun, self._words.has("reporting", group.lemma))
        said = self._in_reporting(top.last)
        if said and not self._sep_before(taken[0]):
            clause = Clause(Link.THAT, top.last, "", subject=taken)
            self._stack.append(clause)
        elif pred.object and not self._sep_before(taken[0]) and taken[0] == pred.object[-1] + 1 if pred.object else False:
            clause = Clause(Link.REL, top.last, "", pred.object[-1], subject=taken)
            self._stack.append(clause)
        else:
            clause = Clause(top.link if top.link is not Link.PART else Link.MAIN, top.parent, top.word, subject=taken)
            if top.link in (Link.REL, Link.ING, Link.INF, Link.SUB) and self._sep_before(taken[0]):
                while len(self._stack) > 1 and self._stack[-1].link in (Link.REL, Link.ING, Link.INF, Link.PART, Link.SUB):
                    self._stack.pop()
                base = self._stack[-1]
                clause = Clause(base.link, base.parent, base.word, subject=taken)
            self._stack.append(clause)
        self._first_of(clause, at, group)

    def _take_back(self, pred: Predicate, noun: int, said: bool) -> list[int]:
        """Remove `noun` (and the members of its list joined by "and" to it) from where it was put."""
        taken = [noun]
        if noun in pred.object and noun and self._chunks[noun - 1].word == "but":
            pred.object.remove(noun)  # "claims control of the town, but the victory is hollow"
            return taken
        if noun in pred.object and self._words.has("reporting", pred.group.lemma) and self._in_reporting(self._top.last):
            taken = list(pred.object)  # "said the airport and the barracks were held"
            pred.object.clear()
            return taken
        for target in [pred.object, *[p[1] for p in pred.parts]]:
            if noun in target:
                at = target.index(noun)
                while (
                    at > 0
                    and self._chunks[target[at] - 1].kind is Kind.AND
                    and target[at - 1] == target[at] - 2
                    and self._comma_or_start(target[at - 1])
                ):
                    at -= 1
                first = 1 if target is pred.object and not pred.group.passive and self._transitive(pred.at) else 0
                while not said and at > first and target[at - 1] == target[at] - 2 and self._chunks[target[at] - 1].kind is Kind.COMMA:
                    at -= 1  # "on Thursday, A, B and C had been captured"
                taken = target[at:]
                del target[at:]
                break
        pred.parts[:] = [p for p in pred.parts if p[1]]
        return taken

    def _comma_or_start(self, noun: int) -> bool:
        before = self._chunks[max(0, noun - 2) : noun]
        return bool(before) and (before[-1].kind is Kind.COMMA or (before[-1].kind is Kind.AND and before[0].kind is Kind.COMMA))

    def _bare(self, at: int) -> bool:
        """Whether a verb has no helper of its own."""
        return not any(self._words.has(k, w) for w in (self._word_of(at),) for k in ("be", "have", "do"))

    def _coordinated(self, at: int, group: Group) -> None:
        """ "... and seized": the subject of the nearest predicate of this clause."""
        top = self._top
        told = self._preds[top.last]
        if self._sep == "," and self._in_reporting(top.last) and told.object and told.object[0] == told.at + 1:
            clause = Clause(Link.THAT, top.last, subject=list(told.object))  # "said X, the crossing, had fallen"
            told.object.clear()
            self._stack.append(clause)
            self._first_of(clause, at, group)
            return
        if top.link in (Link.REL, Link.SUB) and self._opened_by_comma(at):
            for clause in reversed(self._stack[:-1]):
                if clause.last >= 0 and clause.link in (Link.MAIN, Link.THAT):
                    self._pop_to(clause)
                    top = clause
                    break
        last = self._preds[top.last]
        if group.form is Form.BASE and not group.modal and not group.negated and self._bare(at):
            if last.group.infinitive:
                group = replace(group, infinitive=True, finite=False)  # "to end the chaos and restore control"
            elif last.group.modal:
                group = replace(group, modal=last.group.modal)  # "will advance and take the town"
        pred = Predicate(at, group, Link.AND, top.last, subject=list(last.subject), noun=last.noun)
        if last.link is Link.REL and last.object == [last.noun]:
            pred.object = list(last.object)
        top.last = self._add(pred)


def parse_clauses(chunks: tuple[Chunk, ...], head_words: dict[int, str], words: Words, breaking: frozenset[int] = frozenset()) -> Parse:
    """Predicates of a chunked sentence. `head_words` gives each verb chunk's main word (of a noun, "whose"); `breaking` the quotation marks
    that part clauses."""
    return ClauseParser(chunks, head_words, words, breaking).parse()
