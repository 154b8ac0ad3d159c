"""The reader: a report in, everything it claims out. Gate, layout, voices, frames, claims, tallies. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from heldby.model.claim import Claim, Reading, Relation
from heldby.model.report import Gap, GapKind, Report
from heldby.model.rulebook import Build, Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import When
from heldby.read.actors import Cast, Parties
from heldby.read.claims import ClaimMaker, Draft
from heldby.read.dates import DateFinder, DateMention
from heldby.read.dating import Dater
from heldby.read.document import Document, DocumentReader, Parsed
from heldby.read.frames import Match, VerbFrames
from heldby.read.frames_nominal import NominalFrames
from heldby.read.language import language
from heldby.read.places import PlaceReader
from heldby.read.tallies import TallyReader
from heldby.read.voices import Voices
from heldby.read.words import Words

_YEAR_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
WEAK = frozenset({Relation.ATTACKED, Relation.CONTESTS, Relation.BESIEGES})
STRONG = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.REPELLED, Relation.CONTROLS})


class Reader:
    """Reads reports in one language with one lexicon. The same report always gives the same reading."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        self._language = rulebook.language
        self._lexicon = lexicon
        self._words = Words.of(rulebook)
        self._documents = DocumentReader(self._words, lexicon)
        self._parties = Parties(lexicon)
        self._places = PlaceReader(lexicon.gazetteer, frozenset(self._parties.nationalities))
        self._verbs = VerbFrames(rulebook.frames)
        self._nominals = NominalFrames(rulebook.frames)
        self._triggers = self._trigger_words(rulebook)
        self._dates = DateFinder(rulebook.phrasebook("dates"))
        self._dater = Dater(rulebook.phrasebook("dates"))
        self._voices = Voices(rulebook, lexicon)
        self._tallies = TallyReader(rulebook, lexicon)

    def _trigger_words(self, rulebook: Rulebook) -> frozenset[str]:
        lemmas = self._verbs.lemmas
        forms = {text for text, readings in self._words.verbs.items() if any(f.lemma in lemmas for f in readings)}
        return frozenset(forms | {w.split()[-1] for w in self._nominals.words})

    def read(self, report: Report) -> Reading:
        """Claims, tallies and gaps of a report. Looks at its text, publication, outlet and address, never at the id it was given."""
        spoken = language(report.text)
        if spoken != self._language:
            name = spoken or "unknown"
            return Reading(report.id, gaps=(Gap(GapKind.LANGUAGE, name, f"only {self._language} is read", report.id),))
        document = self._documents.read(report)
        attribution = self._voices.of(document)
        maker = ClaimMaker(document, Cast(document, self._parties), self._places, self._lexicon.gazetteer, attribution)
        dates = self._dates.find(document.text, document.day, _year_of(report.url))
        claims: list[Claim] = []
        for index, parsed in enumerate(document.parsed):
            if self.gate(parsed):
                claims += self._sentence(document, index, maker, dates)
        kept = _without_repeats(claims)
        return Reading(report.id, tuple(kept), self._tallies.read(document, attribution), tuple(sorted(maker.gaps, key=lambda g: (g.start, g.kind))))

    def gate(self, parsed: Parsed) -> bool:
        """Whether a sentence could hold a claim: a word of control, and a place, a place noun or a pronoun. Nothing is parsed for it."""
        lows = {t.lower for t in parsed.tokens}
        trigger = not self._triggers.isdisjoint(lows) or any("-" in w and w.endswith(tuple(self._nominals.suffixes)) for w in lows)
        if not trigger:
            return False
        if any(m.unit_ids for m in parsed.mentions):
            return True
        return any(self._words.has("place-noun", w) or w in ("it", "they", "there", "here", "them") for w in lows)

    def _sentence(self, document: Document, index: int, maker: ClaimMaker, dates: Sequence[DateMention]) -> list[Claim]:
        parsed = document.parsed[index]
        drafts = sorted(self._drafts(index, parsed, maker), key=lambda d: (d.match.start, d.match.end))
        triggers = [(d.match.start, d.match.end) for d in drafts]
        out: list[Claim] = []
        for draft in drafts:
            rivals = [t for t in triggers if t != (draft.match.start, draft.match.end)]
            out += maker.claims(draft, self._when(document, parsed, draft, dates, rivals))
        return out

    def _when(
        self, document: Document, parsed: Parsed, draft: Draft, dates: Sequence[DateMention], rivals: Sequence[tuple[int, int]]
    ) -> When | None:
        trigger = (draft.match.start, draft.match.end)
        span = (parsed.sentence.start, parsed.sentence.end)
        state = draft.relation is Relation.CONTROLS
        return self._dater.attach(dates, document.text, trigger, span, rivals=rivals, state=state, carry=document.day is None)

    def _drafts(self, index: int, parsed: Parsed, maker: ClaimMaker) -> list[Draft]:
        """Verb frames first, in the order of the predicates; then nominal ones on nouns that no verb frame has used."""
        out: list[Draft] = []
        used: set[int] = set()
        states = [m for m in self._nominals.candidates(parsed) if m.frame.build is Build.STATE]
        for match in states:
            if (draft := maker.draft(index, match)) is not None:
                out.append(draft)
                used.add(match.noun)
        stated = {d.match.predicate for d in out if d.match.own}
        for k in range(len(parsed.parse.predicates)):
            if k in stated:
                continue
            for match in self._verbs.candidates(parsed, k):
                if (draft := maker.draft(index, match)) is not None:
                    out.append(draft)
                    used |= _nouns_of(parsed, match)
                    break
        for match in self._nominals.candidates(parsed):
            if match.noun in used or match.frame.build is Build.STATE:
                continue
            if (draft := maker.draft(index, match)) is not None:
                out.append(draft)
                if match.frame.build is not Build.COMPOUND:
                    used.add(match.noun)
        return out


def _nouns_of(parsed: Parsed, match: Match) -> set[int]:
    """The chunks a verb frame took its trigger from: its object noun ("an attack", "control")."""
    pred = parsed.parse.predicates[match.predicate]
    chunks = [*pred.object, *pred.subject]
    return {k for k in chunks if parsed.chunks[k].word in match.frame.objects}


def _year_of(url: str) -> int | None:
    found = _YEAR_IN_ADDRESS.search(url)
    return int(found[1]) if found else None


def _without_repeats(claims: list[Claim]) -> list[Claim]:
    """Each thing once by one voice; what is weaker goes where the same voice says something stronger of the same place."""
    out: list[Claim] = []
    seen: set[tuple[object, ...]] = set()
    strong: set[tuple[str, str, str]] = set()
    for c in claims:
        if c.relation in STRONG:
            voice = c.chain[-1].key if c.chain else ""
            strong |= {(p.name.casefold() or p.text.casefold(), voice, a) for p in c.places for a in (c.actor, c.from_actor)}
    for claim in claims:
        voice = claim.chain[-1].key if claim.chain else ""
        places = []
        for place in claim.places:
            key = place.name.casefold() or place.text.casefold()
            same = (claim.relation, claim.actor, key, place.head, claim.polarity, claim.modality, voice)
            if same in seen or (claim.relation in WEAK and claim.polarity == "asserted" and (key, voice, claim.actor) in strong):
                continue
            seen.add(same)
            places.append(place)
        if places:
            out.append(claim if len(places) == len(claim.places) else replace(claim, places=tuple(places)))
    return out
