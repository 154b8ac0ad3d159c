"""The reader: a report in, everything it claims out. Gate, layout, voices, frames, claims, tallies. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from heldby.model.claim import Claim, PublishedTally, Reading, Relation
from heldby.model.report import Gap, GapKind, Report
from heldby.model.rulebook import Build, Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.trace import Refusal, Trace
from heldby.read.actors import Cast, Parties
from heldby.read.claims import ClaimMaker, formerly, without_repeats
from heldby.read.claims_draft import UNDER_ATTACK, Draft, Drafter
from heldby.read.claims_party import PartyFinder
from heldby.read.claims_time import Timer
from heldby.read.clauses import Parse
from heldby.read.dates import DateMention
from heldby.read.document import Document, DocumentReader, Parsed
from heldby.read.frames import Match, VerbFrames
from heldby.read.frames_gate import FrameGate
from heldby.read.frames_nominal import NominalFrames
from heldby.read.gate import Gate
from heldby.read.language import language
from heldby.read.notes import Notes
from heldby.read.places import PlaceReader
from heldby.read.places_names import Spot, vouched
from heldby.read.places_nouns import FEW
from heldby.read.tallies import NUMBERS, TallyReader
from heldby.read.text import normalise
from heldby.read.tracing import Tracer
from heldby.read.tracing_reasons import Reasons
from heldby.read.voices import Voices
from heldby.read.words import Words

_YEAR_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
PRONOUNS = frozenset(
    {"it", "they", "there", "here", "them", "both", "latter", "neither", "either", "none", "nothing"}
)  # may stand for a place
PLACELESS = (*sorted(PRONOUNS), "by")  # "Captured by the army" stands under the name of its town
FOLLOWS = 3  # sentences from what was told to "the attack was beaten off"
LENDING = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS, Relation.ATTACKED, Relation.CONTESTS})


class Reader:
    """Reads reports in one language with one lexicon. The same report always gives the same reading."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon, parser: Callable[[Parsed], Parse] | None = None) -> None:
        """`parser` finds the clauses of a sentence in place of our own parser."""
        self._language = rulebook.language
        self._lexicon = lexicon
        self._words = Words.of(rulebook)
        self._documents = DocumentReader(self._words, lexicon, parser)
        self._parties = Parties(lexicon)
        self._places = PlaceReader(lexicon.gazetteer, frozenset(self._parties.nationalities), self._parties.metonyms)
        self._verbs = VerbFrames(rulebook.frames)
        self._nominals = NominalFrames(rulebook.frames)
        self._openers = FrameGate(rulebook.frames, self._words)
        self._attacks = {o for f in rulebook.frames if f.relation is Relation.REPELLED for o in f.objects}
        self._timer = Timer(rulebook.phrasebook("dates"))
        self._voices = Voices(rulebook, lexicon)
        self._tallies = TallyReader(rulebook, lexicon)
        self._gate = self._front_gate()

    def _front_gate(self) -> Gate:
        nouns = [w for w in self._words.classes.get("place-noun", ()) if " " not in w]
        gazetteer = self._lexicon.gazetteer
        war = (*self._words.classes.get("war-word", ()), *self._parties.names)
        return Gate(self._openers.words, (*nouns, *PLACELESS), self._tallies.units, NUMBERS, lambda text: bool(gazetteer.find(text)), war)

    def read(self, report: Report) -> Reading:
        """Claims, tallies and gaps of a report. Looks at its text, publication, outlet and address, never at the id it was given."""
        return self._read(report, None)

    def explain(self, report: Report) -> tuple[Reading, Trace]:
        """The same reading as `read` gives, with the trace of what was considered and refused on the way."""
        notes = Notes()
        reading = self._read(report, notes)
        if language(report.text) != self._language:
            return reading, Trace(report.id, refusal=Refusal.LANGUAGE)
        document = notes.document or self._documents.read(report)
        times = self._timer.times(document.text, document.day, _year_of(report.url))
        attribution = notes.attribution or self._voices.of(document)
        admitted = self.admits(report.text)
        tracer = Tracer(document, attribution, times, Reasons(document, self._places, self._verbs.lemmas), self._openers)
        return reading, tracer.trace(notes, reading, admitted)

    def _read(self, report: Report, notes: Notes | None) -> Reading:
        spoken = language(report.text)
        if spoken != self._language:
            name = spoken or "unknown"
            return Reading(report.id, gaps=(Gap(GapKind.LANGUAGE, name, f"only {self._language} is read", report.id),))
        if not self.admits(report.text):
            return Reading(report.id)
        document = self._documents.read(report)
        gated = [self.gate(parsed) for parsed in document.parsed]
        if not any(gated) and not self._tallies.may_count(document):
            return Reading(report.id)
        attribution = self._voices.of(document)
        cast = Cast(document, self._parties)
        parties = PartyFinder(document, cast, attribution)
        drafter = Drafter(document, cast, self._places, self._lexicon.gazetteer, parties, notes)
        if notes is not None:
            notes.document, notes.attribution = document, attribution
        told: list[list[Draft]] = []
        for index, parsed in enumerate(document.parsed):
            before = told[-1] if told else []
            named = [c for d in before if d.sentence == index - 1 and (c := drafter.continued(index, d))]
            open_here = gated[index] or self._follows(index, parsed, before)
            if drafts := named or (self._drafts(index, parsed, drafter, before) if open_here else []):
                told.append(drafts)
        claims: list[Claim] = []
        gaps: list[Gap] = []
        if told:  # voices and times are looked for only where there is something to tell
            maker = ClaimMaker(report, cast, attribution, attribution.denials, profile=document.profile)
            times = self._timer.times(document.text, document.day, _year_of(report.url))
            for drafts in told:
                claims += self._claims(document, drafts, maker, times, notes)
                gaps += [g for d in drafts if (g := maker.gap(d))]
            claims += [*maker.denials(claims, cast.country), *maker.confirmations(claims, attribution.confirmations)]
        tallies = self._tallies.read(document, attribution)
        kept = tuple(c for c in without_repeats(claims) if not _counted(c, tallies))
        open_ = [g for g in (*gaps, *drafter.gaps) if not any(t.passage.start < g.end and g.start < t.passage.end for t in tallies)]
        return Reading(report.id, kept, tallies, tuple(sorted(dict.fromkeys(open_), key=lambda g: (g.start, g.end, g.kind))))

    def admits(self, text: str, *, whole: bool = True) -> bool:
        """Whether `text` could hold anything at all: one fast pass, which errs on the side of reading. Not `whole`: a report may be in it."""
        return self._gate.admits(normalise(text), whole=whole)

    def gate(self, parsed: Parsed) -> bool:
        """Whether a sentence could hold a claim: the words of a frame, and a place, a place noun or a pronoun, or a heading above it.

        Nothing is parsed for it.
        """
        lows = {t.lower for t in parsed.tokens}
        if not self._openers.opens(lows):
            return False
        if any(m.unit_ids for m in parsed.mentions) or any(self._words.has("place-noun", w) or w in PRONOUNS for w in lows):
            return True
        if "all" in lows and not lows.isdisjoint(FEW):
            return True  # "retook all three"
        if any(t.capital and vouched(self._words, parsed.gone_to, t.text) for t in parsed.tokens[1:]):
            return True
        return len(parsed.tokens) > 1 and parsed.tokens[1].lower == "by" and parsed.tokens[0].lower in self._openers.words

    def _follows(self, index: int, parsed: Parsed, before: Sequence[Draft]) -> bool:
        """Whether a sentence without a place may go on from the one before: "The attack was beaten off"."""
        if not before or index - before[-1].sentence > FOLLOWS:
            return False
        lows = {t.lower for t in parsed.tokens}
        next_to = index - before[-1].sentence == 1
        return (next_to or not self._attacks.isdisjoint(lows)) and self._openers.opens(lows)

    def _claims(
        self, document: Document, drafts: list[Draft], maker: ClaimMaker, times: Sequence[DateMention], notes: Notes | None
    ) -> Iterator[Claim]:
        drafts = [formerly(d, drafts) for d in drafts]
        for draft in sorted(drafts, key=lambda d: (d.match.start, d.match.end)):
            made = tuple(c for part, when in self._timer.split(document, draft, drafts, times) for c in maker.claims(part, when))
            if notes is not None:
                notes.tell(draft, made)
            yield from made

    def _drafts(self, index: int, parsed: Parsed, drafter: Drafter, before: list[Draft]) -> list[Draft]:
        """States first, then verb frames in the order of the predicates, then nominal ones on nouns that no verb frame has used."""
        out: list[Draft] = []
        used: set[int] = set()
        declined = drafter.notes.declining(index) if drafter.notes is not None else None
        nominal = list(self._nominals.candidates(parsed, declined))
        for match in (m for m in nominal if m.frame.build is Build.STATE):
            if self._keep(drafter, index, match, out):
                used.add(match.noun)
        stated = {d.match.predicate for d in out if d.match.own}
        waiting: list[Match] = []
        for k in range(len(parsed.parse.predicates)):
            for match in self._verbs.candidates(parsed, k, declined) if k not in stated else ():
                if not match.places:
                    waiting.append(match)
                elif self._keep(drafter, index, match, out):
                    used |= _nouns_of(parsed, match)
                    break
        waiting += [m for m in nominal if not m.places and m.noun not in used]
        for match in (m for m in nominal if m.places):
            if match.noun not in used and match.frame.build is not Build.STATE and self._keep(drafter, index, match, out):
                used |= {match.noun} if match.frame.build is not Build.COMPOUND else set()
        self._borrow(drafter, index, waiting, out, before)
        return out

    @staticmethod
    def _keep(drafter: Drafter, index: int, match: Match, out: list[Draft], borrowed: tuple[Spot, ...] = ()) -> bool:
        draft = drafter.draft(index, match, borrowed)
        if isinstance(draft, Draft):
            drafter.accept(draft)
            out.append(draft)
            out += [given] if (given := drafter.given(draft)) is not None else []
            return True
        drafter.refuse(index, match, draft)
        return False

    def _borrow(self, drafter: Drafter, index: int, waiting: list[Match], out: list[Draft], before: list[Draft]) -> None:
        """Events without a place of their own take that of their sentence; an attack beaten off, that of the sentence before."""
        told = {d.match.predicate for d in out if d.match.own}
        for match in waiting:
            if match.own and match.predicate in told:
                drafter.refuse(index, match, Refusal.TOLD_ALREADY)
                continue
            here = [d for d in out if d.relation in LENDING and (d.match.predicate != match.predicate or not match.own)]
            here.sort(key=lambda d: abs(d.match.start - match.start) if d.relation in UNDER_ATTACK else -1)
            gone = match.relation is Relation.WITHDREW and any(d.relation is Relation.WITHDREW for d in out)
            spots = here[0].spots if here else () if gone else drafter.opening(index) or (drafter.heading(index) if match.entry else ())
            if match.entry and not spots:
                drafter.refuse(index, match, Refusal.NOTHING_TO_BORROW)
                continue
            if not spots and not gone and before and before[-1].sentence >= index - 1:
                told_before = [d for d in before if match.relation is not Relation.REPELLED or d.relation in UNDER_ATTACK] or [
                    d for d in before if d.stance.negated and d.relation is Relation.CAPTURED
                ]  # "have not captured it: they were pushed back"
                spots = told_before[-1].spots if told_before else ()
            spots = spots or (drafter.attacked(index) if match.relation is Relation.REPELLED and match.frame.borrow else ())
            if not spots:
                drafter.refuse(index, match, Refusal.NOTHING_TO_BORROW)
            elif self._keep(drafter, index, match, out, _whole(spots)) and match.own:
                told.add(match.predicate)


def _nouns_of(parsed: Parsed, match: Match) -> set[int]:
    """The chunks a verb frame took its trigger from: its object noun ("an attack", "control")."""
    pred = parsed.parse.predicates[match.predicate]
    chunks = [*pred.object, *pred.subject]
    return {k for k in chunks if parsed.chunks[k].word in match.frame.objects}


def _whole(spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Of places told of together what can be left or defended as a whole: the town, not its hospital beside it."""
    return tuple(s for s in spots if s.sort != "base") or spots


def _counted(claim: Claim, tallies: Sequence[PublishedTally]) -> bool:
    """Whether a claim only repeats a tally: a set without names that the tally counts."""
    unnamed = all(p.unnamed or p.part for p in claim.places) and claim.relation in (Relation.CONTROLS, Relation.CONTESTS)
    unnamed = unnamed or all(p.unnamed for p in claim.places)
    return unnamed and any(t.passage.start < claim.passage.end and claim.passage.start < t.passage.end for t in tallies)


def _year_of(url: str) -> int | None:
    found = _YEAR_IN_ADDRESS.search(url)
    return int(found[1]) if found else None
