"""From what heldby concluded to rows that may be shown: names spelled out, voices as allowed, quotations masked, marks in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from heldby.model.claim import PublishedTally, Qualifier, Relation
from heldby.model.place import PlaceKind, Unit
from heldby.model.record import Outcomes, SourceRecord, SourceSort
from heldby.model.report import Gap, Mark, Passage
from heldby.model.status import CONTESTED, Change, Comparison, Credibility, Located, Reason, Spell, Status, Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.model.when import When, utc_text
from heldby.model.who import Chain, VoiceKind
from heldby.publish.archived import Told
from heldby.publish.coarse import WITHHELD, Coarsening
from heldby.publish.edition import MARK_WORDS, ChangeRow, ComparisonRow, Evidence, GapRow, Quote, SpellRow, StatusRow
from heldby.publish.sentences import change_sentence, confidence_sentence, status_sentence
from heldby.publish.source_rows import OutcomeCells, SourceRow
from heldby.publish.style import likelihood, side_name
from heldby.publish.surroundings import paragraph, surroundings
from heldby.publish.voices import mask, party_name, show_source, show_voice

_DENIALS = frozenset({Symbol.NOT_TOOK, Symbol.NOT_HOLDS, Symbol.NOT_LOST})
_QUALIFIER = {Qualifier.ABOUT: "about ", Qualifier.OVER: "more than ", Qualifier.UNDER: "fewer than ", Qualifier.NEARLY: "nearly "}


@dataclass(frozen=True, slots=True)
class Rows:
    """Makes rows for one theatre under one release. `every_mark` is what rows without evidence of their own are marked with,
    `private_names` the names (by report id) to mask in whatever is quoted of that report. `bare` statuses carry no evidence. `archived` tells what may be told
    of a report's copy; None where nothing is to be."""

    theatre: Theatre
    coarsening: Coarsening
    private_kinds: tuple[VoiceKind, ...]
    texts: Mapping[str, str]
    every_mark: tuple[Mark, ...]
    private_names: Mapping[str, tuple[str, ...]]
    bare: bool = False
    reviewed: frozenset[str] = frozenset()
    paragraphs: bool = False
    archived: Callable[[str], Told] | None = None

    def words(self, marks: Iterable[Mark]) -> tuple[str, ...]:
        """Marks in the words that stand on rows and pictures, in the enumeration's order."""
        there = set(marks)
        return tuple(MARK_WORDS[m] for m in Mark if m in there)

    def status_marks(self, status: Status) -> tuple[str, ...]:
        testimonies = (*(r.testimony for r in status.reasons), *status.related)
        decided = {Mark.REVIEWED} if status.unit_id in self.reviewed else set()
        return self.words({*decided, *status.marks, *(m for t in testimonies for c in t.claims for m in c.marks)})

    def status(self, status: Status) -> StatusRow:
        unit = self.theatre.unit(status.unit_id)
        origins = _origin_numbers(status)
        shown = () if self.bare else status.related
        evidence = [self._evidence(r.testimony, origins, r) for r in status.reasons]
        related = tuple(self._evidence(t, origins, None) for t in shown if t.unit_id not in self.coarsening.units)
        return StatusRow(
            unit_id=status.unit_id,
            name=unit.name if unit else status.unit_id,
            kind=unit.kind if unit else "",
            scope=unit.scope if unit else "",
            parent=self._parent(unit),
            as_of=status.as_of.isoformat(),
            known_by=utc_text(status.known_by),
            holder=status.holder,
            holder_name=side_name(self.theatre, status.holder),
            letter=next((s.letter for s in self.theatre.sides if s.id == status.holder), ""),
            probability=round(status.probability, 6),
            probabilities=tuple((state, round(p, 6)) for state, p in status.probabilities),
            likelihood=likelihood(status.probability) if status.holder else "",
            confidence=status.confidence,
            support=status.support,
            claimed_by=status.claimed_by,
            origins=status.origins,
            denials=status.denials,
            since=_edtf(status.since),
            last_evidence=status.last_evidence.isoformat() if status.last_evidence else "",
            sentence=self._allowed(status_sentence(status, self.theatre)),
            confidence_sentence=confidence_sentence(status),
            marks=self.status_marks(status),
            evidence=tuple(evidence),
            related=related,
            start=round(status.start, 3) if status.reasons else None,
            would_change=self._allowed(change_sentence(status)),
        )

    def change(self, change: Change, marks: tuple[str, ...] | None) -> ChangeRow:
        unit_id, name, kind, parent = self._place(change.unit_id)
        first = change.when.first_day or change.when.last_day
        likely = change.likely or change.when.last_day or first
        return ChangeRow(
            unit_id=unit_id,
            name=name,
            kind=kind,
            parent=parent,
            before=change.before or "",
            before_name=side_name(self.theatre, change.before),
            after=change.after,
            after_name=side_name(self.theatre, change.after),
            when=change.when.edtf(),
            first_day=first.isoformat() if first else "",
            probability=round(change.probability, 6),
            support=change.support,
            recapture=change.recapture,
            marks=self.words(self.every_mark) if marks is None else marks,
            likely_day=likely.isoformat() if likely else "",
        )

    def spell(self, spell: Spell, marks: tuple[str, ...] | None) -> SpellRow:
        unit_id, name, kind, parent = self._place(spell.unit_id)
        return SpellRow(
            unit_id=unit_id,
            name=name,
            kind=kind,
            parent=parent,
            holder=spell.holder,
            holder_name=side_name(self.theatre, spell.holder),
            start=_edtf(spell.start),
            end=_edtf(spell.end),
            probability=round(spell.probability, 6),
            brief=spell.brief,
            marks=self.words(self.every_mark) if marks is None else marks,
        )

    def comparison(self, comparison: Comparison) -> ComparisonRow:
        theirs, extent = comparison.published, comparison.extent
        chain, masked = self._chain(theirs.chain)
        day = comparison.day or comparison.known.astimezone(self.theatre.zone).date()
        names = [r.name for r in map(self.theatre.roster, comparison.rosters) if r]
        return ComparisonRow(
            outlet=comparison.report_outlet,
            chain=chain,
            known=utc_text(comparison.known),
            day=day.isoformat(),
            actor=self.theatre.side_of(theirs.actor) or theirs.actor,
            actor_name=CONTESTED if theirs.relation is Relation.CONTESTS else self._actor_name(theirs.actor),
            unit=theirs.unit,
            says=_says(theirs),
            count=theirs.count,
            share=theirs.share,
            of=theirs.of,
            rosters=tuple(names),
            roster_id=comparison.roster_id,
            ours=comparison.ours.count if comparison.ours else None,
            low=comparison.ours.low if comparison.ours else None,
            high=comparison.ours.high if comparison.ours else None,
            our_share=_share(comparison, extent.amount) if extent else None,
            our_share_low=_share(comparison, extent.low) if extent else None,
            our_share_high=_share(comparison, extent.high) if extent else None,
            reasons=tuple(self._allowed(r) for r in comparison.reasons),
            quote=self._allowed(mask(theirs.passage.quote, (*masked, *self.private_names.get(theirs.report_id, ())))),
            report_id=theirs.report_id,
            marks=self.words(comparison.marks),
        )

    def gap(self, gap: Gap, *, withheld: bool) -> GapRow:
        """A gap; `withheld` leaves its kind alone, for its words could tell what must wait."""
        subject, cause = (WITHHELD, "") if withheld else (self._allowed(gap.subject), self._allowed(gap.cause))
        return GapRow(gap.kind, subject, cause, gap.report_id, self.words(self.every_mark))

    def source(self, record: SourceRecord) -> SourceRow:
        """A source's record. Who spoke is a role and a side; only parties and the press have names, and none that tells what is coarsened."""
        name, theatre = show_source(record, self.theatre, self.private_kinds), self.theatre
        named = record.sort is not SourceSort.ROLE and not self.coarsening.tells(name)
        lead, learned, side = record.lead, record.learned, record.voice.side
        return SourceRow(
            name=self._allowed(name),
            sort=record.sort,
            kind=record.voice.kind,
            side=side,
            side_name=party_name(theatre, side),
            outlet_id=record.voice.outlet_id if named else "",
            reports=record.reports,
            published=record.published,
            testimonies=record.testimonies,
            carried=record.carried,
            relayed=record.relayed,
            echoed=record.echoed,
            withdrawn=record.withdrawn,
            fights=record.fights,
            outcomes=_outcomes(record.outcomes),
            own=_outcomes(record.own),
            against=_outcomes(record.against),
            denials=_outcomes(record.denials),
            lead=round(lead.median, 2) if lead else None,
            lead_low=round(lead.low, 2) if lead else None,
            lead_high=round(lead.high, 2) if lead else None,
            lead_changes=lead.changes if lead else 0,
            lead_first=lead.first if lead else 0,
            learned=round(learned.mean, 4) if learned else None,
            learned_low=round(learned.low, 4) if learned else None,
            learned_high=round(learned.high, 4) if learned else None,
            learned_cases=round(learned.cases) if learned else 0,
            letter=record.letter,
            letter_why=record.letter_why,
            letter_set=record.letter_set,
            marks=self.words(record.marks),
        )

    def _evidence(self, testimony: Testimony, origins: Mapping[str, int], reason: Reason | None) -> Evidence:
        first = testimony.claims[0] if testimony.claims else None
        chain, masked = self._chain(first.claim.chain if first else (testimony.voice,))
        origin_names = show_voice(testimony.voice, self.theatre.lexicon, self.private_kinds).masked
        names = (*masked, *origin_names)
        judged = reason.credibility if reason else Credibility()
        return Evidence(
            id=testimony.id,
            unit_id=testimony.unit_id,
            symbol=testimony.symbol,
            holder=testimony.holder,
            holder_name=side_name(self.theatre, testimony.holder) if testimony.holder else "",
            leaning=testimony.leaning,
            side=testimony.voice.side,
            chain=chain,
            origin=f"origin {origins[testimony.origin]}",
            said=first.published.isoformat() if first else "",
            meant=testimony.when.edtf(),
            bits=round(reason.bits, 3) if reason else None,
            words=self._allowed(mask(reason.words, names)) if reason else "",
            denial=testimony.symbol in _DENIALS,
            hedged=testimony.hedged,
            withdrawn=testimony.withdrawn is not None,
            via=self._place(testimony.via)[0] if testimony.via else "",
            quotes=tuple(self._quote(c, names, withheld=testimony.via in self.coarsening.units) for c in testimony.claims),
            marks=self.words({m for c in testimony.claims for m in c.marks}),
            record=reason.record if reason else "",
            credibility=judged.number,
            credibility_why=judged.why,
        )

    def _quote(self, located: Located, names: tuple[str, ...], *, withheld: bool) -> Quote:
        claim, passage = located.claim, located.claim.passage
        named = (*names, *self._chain(claim.chain)[1], *self.private_names.get(claim.report_id, ()))
        parts = [mask(part, named) for part in (*self._around(passage), passage.quote, *self._paragraph(passage))]
        if withheld or self.coarsening.tells(" ".join((parts[0], parts[2], parts[1]))):
            parts = ["", "", WITHHELD, "", ""]
        if self.coarsening.tells(" ".join((parts[3], parts[2], parts[4]))):
            parts[3:] = ["", ""]
        hidden = parts[2] == WITHHELD
        copy = self.archived(claim.report_id) if self.archived and not hidden else Told(note="")
        telling = hidden or self.coarsening.tells(located.url.replace("_", "-"))
        return Quote(
            report_id=claim.report_id,
            claim_id=claim.id,
            outlet=located.outlet,
            url="" if telling else located.url,
            published=located.published.isoformat(),
            known=utc_text(located.known),
            text=parts[2],
            before=parts[0],
            behind=parts[1],
            start=passage.start,
            end=passage.end,
            relation=claim.relation,
            withdrawn=located.withdrawn is not None,
            marks=self.words(located.marks),
            paragraph_before=parts[3],
            paragraph_behind=parts[4],
            hash=copy.hash,
            archived_at=copy.at,
            archive_note=copy.note,
        )

    def _paragraph(self, passage: Passage) -> tuple[str, str]:
        text = self.texts.get(passage.report_id, "") if self.paragraphs else ""
        whole = text[passage.start : passage.end] == passage.quote
        return paragraph(text, passage.start, passage.end) if text and whole else ("", "")

    def _around(self, passage: Passage) -> tuple[str, str]:
        text = self.texts.get(passage.report_id, "")
        whole = text[passage.start : passage.end] == passage.quote
        return surroundings(text, passage.start, passage.end) if text and whole else ("", "")

    def _chain(self, chain: Chain) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The chain's labels, and the names to mask in what it says."""
        shown = [show_voice(v, self.theatre.lexicon, self.private_kinds) for v in chain]
        labels = tuple(WITHHELD if self.coarsening.tells(s.label) else s.label for s in shown)
        return labels, tuple(n for s in shown for n in s.masked)

    def _allowed(self, text: str) -> str:
        return WITHHELD if self.coarsening.tells(text) else text

    def _place(self, unit_id: str) -> tuple[str, str, str, str]:
        """Id, name, kind and parent's name of a unit, or of the area that stands for it."""
        unit = self.theatre.unit(unit_id)
        if unit_id not in self.coarsening.units:
            return unit_id, unit.name if unit else unit_id, unit.kind if unit else "", self._parent(unit)
        area = self.coarsening.area_of(unit_id)
        kind = unit.kind if unit else "place"
        return area, f"a {kind} of {self.coarsening.name(area)}" if area else f"a {kind}", kind, self.coarsening.name(area) if area else ""

    def _parent(self, unit: Unit | None) -> str:
        """The name of the province around a unit, else of the nearest area."""
        around = [a for a in map(self.theatre.unit, self.theatre.lexicon.gazetteer.areas(unit.id) if unit else ()) if a is not None]
        return next((a.name for a in around if a.kind is PlaceKind.PROVINCE), around[0].name if around else "")

    def _actor_name(self, actor_id: str) -> str:
        if not actor_id:
            return "nobody named"
        name = next((a.name for a in self.theatre.lexicon.actors if a.id == actor_id), "")
        return name or side_name(self.theatre, self.theatre.side_of(actor_id) or actor_id)


def _outcomes(found: Outcomes) -> OutcomeCells:
    share = found.share
    numbers = (round(share.mean, 4), round(share.low, 4), round(share.high, 4)) if share else (None, None, None)
    return OutcomeCells(found.borne_out, found.contradicted, found.open, *numbers)


def _share(comparison: Comparison, amount: float) -> float:
    return round(amount / comparison.extent_total, 4) if comparison.extent_total else 0.0


def _origin_numbers(status: Status) -> Mapping[str, int]:
    """Origins numbered in the order first heard: their keys may carry names, and stay inside."""
    testimonies = sorted((*(r.testimony for r in status.reasons), *status.related), key=lambda t: (t.known, t.id))
    numbers: dict[str, int] = {}
    for testimony in testimonies:
        numbers.setdefault(testimony.origin, len(numbers) + 1)
    return numbers


def _edtf(when: When | None) -> str:
    return when.edtf() if when else ""


def _says(tally: PublishedTally) -> str:
    """A published tally in words: "about 80 % of the territory", "212 of 407 districts"."""
    before = _QUALIFIER.get(tally.qualifier, "")
    noun = tally.unit.replace("_share", "").replace("_", " ")
    noun = noun.removesuffix("s") if tally.count == 1 and tally.of is None else noun
    scope = f" ({tally.scope})" if tally.scope else ""
    if tally.count is not None:
        return f"{before}{tally.count}{f' of {tally.of}' if tally.of is not None else ''} {noun}{scope}"
    share = f"{100 * tally.share:g} %" if tally.share is not None else "an unstated share"
    return f"{before}{share} of the {noun}{scope}"
