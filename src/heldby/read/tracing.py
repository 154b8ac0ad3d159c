"""From what a reading set down to its trace: sentence by sentence what was named, considered, heard, claimed and refused.

Notes + Reading -> Tracer -> Trace. Nothing is decided here: what the reader decided is put beside the words it decided on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heldby.model.claim import Claim, Reading
from heldby.model.trace import Considered, Hearing, Mark, MarkKind, Part, Refusal, SentenceTrace, Trace
from heldby.read.claims_draft import Draft
from heldby.read.dates import DateMention
from heldby.read.document import Document, Parsed
from heldby.read.frames import Match
from heldby.read.frames_gate import FrameGate
from heldby.read.mentions import MentionKind
from heldby.read.nominals import text_span
from heldby.read.notes import Notes
from heldby.read.tracing_reasons import Reasons, clause_of, stance_turns
from heldby.read.voices import Attribution
from heldby.read.voices_record import Utterance, voices_of

_MARKS = {MentionKind.PLACE: MarkKind.PLACE, MentionKind.ACTOR: MarkKind.ACTOR, MentionKind.OUTLET: MarkKind.OUTLET}
_COMMON = (
    "weekday",
    "month",
    "determiner",
    "role",
    "title",
    "preposition",
    "pronoun",
    "time-noun",
    "agent-noun",
    "place-noun",
    "number",
    "adverb",
)
UNITS_SHOWN = 3
Told = tuple[Draft, tuple[Claim, ...], tuple[int, ...]]  # a draft, its claims, and their numbers in the reading
BESIDE = 6  # words shown that would have to stand beside another


class Tracer:
    """Makes the trace of one document."""

    def __init__(
        self, document: Document, attribution: Attribution, times: Sequence[DateMention], reasons: Reasons, gate: FrameGate
    ) -> None:
        self._document = document
        self._attribution = attribution
        self._times = times
        self._gate = gate
        self._reasons = reasons

    def trace(self, notes: Notes, reading: Reading, admitted: bool) -> Trace:
        """The trace of `reading`; claims and tallies in it are told by their number there."""
        numbers = [self._numbers(made, reading.claims) for _, made in notes.told]
        rows = tuple(self._sentence(n, parsed, notes, numbers, reading) for n, parsed in enumerate(self._document.parsed))
        return Trace(reading.report_id, rows, None if admitted else Refusal.NOT_ADMITTED)

    @staticmethod
    def _numbers(made: Sequence[Claim], final: Sequence[Claim]) -> tuple[int, ...]:
        """Which claims of the reading are these; one that was said before in part has lost some of its places."""
        return tuple(
            k for k, c in enumerate(final) if any(replace(c, places=m.places) == m and set(c.places) <= set(m.places) for m in made)
        )

    def _sentence(self, index: int, parsed: Parsed, notes: Notes, numbers: Sequence[tuple[int, ...]], reading: Reading) -> SentenceTrace:
        told = [(d, made, k) for (d, made), k in zip(notes.told, numbers, strict=True) if d.sentence == index]
        considered = [self._told(parsed, row, notes, reading) for row in told]
        considered += [
            self._refused(parsed, m, why) for m, why in notes.refused.get(index, ()) if not any(d.match is m for d, _, _ in told)
        ]
        considered += [
            Considered(d.frame.id, str(d.frame.relation), d.start, d.end, refusal=d.refusal, details=self._reasons.declined(parsed, d))
            for d in notes.declined.get(index, ())
            if not self._reasons.helping(parsed, d)
        ]
        considered = [replace(c, clause=clause_of(parsed, c.start, c.end)) for c in considered]
        considered.sort(key=lambda c: (c.start, c.end, c.refusal is not None, c.rule))
        gate, details = self._at_the_gate(parsed)
        through = index in notes.open or bool(told)
        start, end = parsed.sentence.start, parsed.sentence.end
        return SentenceTrace(
            index=index,
            start=start,
            end=end,
            marks=self._marks(parsed),
            considered=tuple(considered),
            heard=self._heard(index, parsed, told, reading),
            claims=tuple(k for k, c in enumerate(reading.claims) if start <= c.passage.start < end),
            tallies=tuple(k for k, t in enumerate(reading.tallies) if start <= t.passage.start < end),
            refusal=None if through else gate,
            details=() if through and considered else details,
            unruled=self._reasons.unruled(parsed),
        )

    # ---- rules

    def _told(self, parsed: Parsed, row: Told, notes: Notes, reading: Reading) -> Considered:
        draft, made, numbers = row
        refusal, details = None, self._reasons.told(parsed, draft, made, [d for d, _ in notes.told])
        if not made:
            refusal = Refusal.NAMELESS if draft.nameless else Refusal.NO_ACTOR
        elif gone := [c for c in made if not self._numbers((c,), reading.claims)]:
            refusal, more = self._reasons.withheld(gone, reading)
            details = (*details, *more)
        m = draft.match
        spots = tuple(Part("place", s.place.start, s.place.end) for s in draft.spots)
        actors = (Part("actor", draft.agent.start, draft.agent.end),) if draft.agent is not None else ()
        parts = (*actors, *(p for p in _parts(parsed, m) if p.role == "loser"), *spots)
        turns = stance_turns(parsed, m)
        return Considered(m.frame.id, str(draft.relation), m.start, m.end, parts, numbers, refusal, details, turns)

    def _refused(self, parsed: Parsed, match: Match, refusal: Refusal) -> Considered:
        refusal = Refusal.NOBODY if refusal is Refusal.NO_PARTY and not match.actors else refusal
        details = self._reasons.refused(parsed, match, refusal)
        turns = stance_turns(parsed, match) if refusal is Refusal.NOT_TOLD else ()
        return Considered(
            match.frame.id, str(match.relation), match.start, match.end, _parts(parsed, match), (), refusal, details, turns
        )  # fmt: skip

    def _at_the_gate(self, parsed: Parsed) -> tuple[Refusal, tuple[str, ...]]:
        lows = {t.lower for t in parsed.tokens}
        standing = self._gate.standing(lows)
        if self._gate.opens(lows):
            words = ", ".join(f"“{w}”" for w, beside in standing.items() if not beside)
            return Refusal.NO_WHERE, (f"opened by {words or 'a compound'}",)
        if standing:
            return Refusal.ALONE, tuple(f"“{w}” only beside {', '.join(beside[:BESIDE])} ..." for w, beside in standing.items())
        return Refusal.NO_OPENER, ()

    # ---- names

    def _marks(self, parsed: Parsed) -> tuple[Mark, ...]:
        out = []
        for m in parsed.mentions:
            units = (*m.unit_ids[:UNITS_SHOWN], *(("...",) if len(m.unit_ids) > UNITS_SHOWN else ()))
            what = m.actors if m.kind is MentionKind.ACTOR else units
            out.append(Mark(m.start, m.end, _MARKS[m.kind], (m.outlet.id,) if m.outlet is not None else what))
        inside = (parsed.sentence.start, parsed.sentence.end)
        for t in self._times:
            if inside[0] <= t.start < inside[1] and not any(m.start < t.end and t.start < m.end for m in out):
                out.append(Mark(t.start, t.end, MarkKind.TIME, (t.when.edtf(),) if t.when else (), f"dates.{t.form}"))
        out += self._unknown(parsed, out)
        return tuple(sorted(out, key=lambda m: (m.start, m.end)))

    @staticmethod
    def _unknown(parsed: Parsed, known: Sequence[Mark]) -> list[Mark]:
        """Words written like names, other than the first of a sentence, that neither gazetteer nor actors nor outlets know."""
        out: list[Mark] = []
        for k, t in enumerate(parsed.tokens):
            common = any(parsed.words.has(kind, t.lower) for kind in _COMMON) or not t.is_word or not t.capital or len(t.text) < 3
            opens = k == 0 or not parsed.tokens[k - 1].is_word
            if common or opens or any(m.start < t.end and t.start < m.end for m in known):
                continue
            if out and t.start - out[-1].end == 1:
                out[-1] = replace(out[-1], end=t.end)
            else:
                out.append(Mark(t.start, t.end, MarkKind.UNKNOWN))
        return out

    # ---- voices

    def _heard(self, index: int, parsed: Parsed, told: Sequence[Told], reading: Reading) -> tuple[Hearing, ...]:
        start, end = parsed.sentence.start, parsed.sentence.end
        out = []
        for u in self._attribution.utterances:
            spans = tuple((max(s.start, start), min(s.end, end)) for s in u.spans if s.start < end and start < s.end)
            if u.speaker is None or not (spans or u.sentence == index):
                continue
            own = {k for d, _, numbers in told for k in numbers if u.covers(d.match.start) and _speaks(u, reading.claims[k])}
            answered = {k for k, c in enumerate(reading.claims) if (c.passage.start, c.passage.end) == tuple(u.words) and _speaks(u, c)}
            refusal, details = self._unheard(u, bool(told), reading)
            refusal = None if own | answered else refusal
            voices = tuple(v.text for v in voices_of(u))
            out.append(
                Hearing(voices, u.speaker.voice.side, *u.words, spans, u.denies, tuple(sorted(own | answered)), refusal, details)
            )  # fmt: skip
        return tuple(out)

    def _unheard(self, u: Utterance, told: bool, reading: Reading) -> tuple[Refusal | None, tuple[str, ...]]:
        """Why a voice is in no claim of its sentence; nothing to say where the sentence claims nothing."""
        spans = [a.denied for a in self._attribution.denials if (a.start, a.end) == tuple(u.words)] if u.denies else []
        spans += [a.confirmed for a in self._attribution.confirmations if (a.start, a.end) == tuple(u.words)] if u.confirms else []
        for span in spans:
            if span is None:
                return Refusal.ANSWERS_NOTHING, ()
            words = self._document.report.text[span.start : span.end]
            there = [
                f"claim {k + 1} stands there: of {c.actor}, told by {c.chain[-1].text}; who answers is of {u.speaker.voice.side}"
                for k, c in enumerate(reading.claims)
                if u.speaker is not None and c.passage.start < span.end and span.start < c.passage.end
            ]
            return Refusal.NO_CLAIM_ANSWERED, (f"it answers “{words.strip()}”", *there)
        return (Refusal.OTHER_WORDS, ()) if told else (None, ())


def _parts(parsed: Parsed, match: Match) -> tuple[Part, ...]:
    roles = (("actor", match.actors), ("place", match.places), ("loser", match.losers))
    return tuple(Part(role, *text_span(parsed, p)) for role, phrases in roles for p in phrases)


def _speaks(u: Utterance, claim: Claim) -> bool:
    keys = {v.key for v in voices_of(u)}
    return any(v.key in keys for v in claim.chain)
