"""When the event of a draft was: the time beside its verb, or beside the verb it goes along with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from heldby.model.claim import Relation
from heldby.model.rulebook import Phrasebook
from heldby.model.when import When
from heldby.read.claims_draft import Draft
from heldby.read.clauses import Link, Predicate
from heldby.read.dates import DateFinder, DateMention
from heldby.read.dating import Dater
from heldby.read.document import Document, Parsed
from heldby.read.places_names import Spot

STATES = frozenset({Relation.CONTROLS, Relation.BESIEGES, Relation.CONTESTS})
LASTING = frozenset({Relation.CONTROLS, Relation.BESIEGES})
_YEAR = re.compile(r"\d{4}")
_NAMED_BY = re.compile(r"\b(?:the|its|their)\s\Z", re.I)  # "the 2011 uprising" is a name
_PARTED = re.compile(r"[;:\"“”]|\b(?:which|who|said|while|as)\b")  # a date behind these is another clause's
TOGETHER = (Link.AND, Link.ING)  # "swept in on Thursday and hoisted", "overran three towns on Sunday, taking ..."


class Timer:
    """Finds the times of a document once and gives each draft its own."""

    def __init__(self, book: Phrasebook) -> None:
        self._finder = DateFinder(book)
        self._dater = Dater(book)

    def times(self, text: str, day: date | None, year: int | None) -> tuple[DateMention, ...]:
        found = self._finder.find(text, day, year)
        return tuple(
            m
            for m in found
            if not (
                _YEAR.fullmatch(text, m.start, m.end) and _NAMED_BY.search(text, 0, m.start) and text[m.end : m.end + 2].strip().isalpha()
            )
        )

    def when(self, document: Document, draft: Draft, others: Sequence[Draft], times: Sequence[DateMention]) -> When | None:
        """The event time of a draft; `others` are the drafts of its sentence, whose own times it does not take."""
        parsed = document.parsed[draft.sentence]
        rivals = [(o.match.start, o.match.end) for o in others if o is not draft and not self._joined(parsed, draft, o)]
        trigger = (draft.match.start, draft.match.end)
        found = self._attach(document, parsed, draft, trigger, rivals, times)
        pred = self._own(parsed, draft)
        if found is None and pred is not None and pred.link is Link.ING and not pred.word and pred.parent >= 0:
            above = parsed.span(parsed.parse.predicates[pred.parent].at)
            found = self._attach(document, parsed, draft, above, [r for r in rivals if r != above], times)
        return self._until_told(found, draft.relation, document.day)

    def split(
        self, document: Document, draft: Draft, others: Sequence[Draft], times: Sequence[DateMention]
    ) -> tuple[tuple[Draft, When | None], ...]:
        """A draft with its time; one of a series that dates its places apart, a draft for each time: "A fell on Monday and B on Tuesday"."""
        when = self.when(document, draft, others, times)
        end = document.parsed[draft.sentence].sentence.end
        spots = sorted(draft.spots, key=lambda s: s.place.start)
        dated = [m for m in times if m.when is not None and not m.saying and spots[0].place.end <= m.start and m.end <= end]
        last = spots[-1].place
        if len(dated) < 2 or len(spots) < 2 or not any(m.end <= last.start for m in dated) or dated[-1].start < last.end:
            return ((draft, when),)
        groups: dict[int, list[Spot]] = {}
        for spot in spots:
            mention = next(m for m in dated if m.start >= spot.place.end)
            between = document.text[spot.place.end : mention.start]
            if _PARTED.search(between):
                return ((draft, when),)
            groups.setdefault(mention.start, []).append(spot)
        by_start = {m.start: m for m in dated}
        return tuple(
            (replace(draft, spots=tuple(group)), self._until_told(by_start[at].when, draft.relation, document.day))
            for at, group in groups.items()
        )

    @staticmethod
    def _until_told(when: When | None, relation: Relation, day: date | None) -> When | None:
        """An event "since Friday" happened on some day from then to the report; a state since then goes on."""
        if when is None or relation in STATES or day is None or when.end is not None or when.first_day is None or when.first_day > day:
            return when
        return replace(when, end=datetime.combine(day, time.min) + timedelta(days=1))

    def _attach(
        self,
        document: Document,
        parsed: Parsed,
        draft: Draft,
        trigger: tuple[int, int],
        rivals: Sequence[tuple[int, int]],
        times: Sequence[DateMention],
    ) -> When | None:
        sentence = (parsed.sentence.start, parsed.sentence.end)
        state = draft.relation is Relation.CONTROLS
        return self._dater.attach(
            times,
            document.text,
            trigger,
            sentence,
            rivals=rivals,
            state=state,
            carry=document.day is None,
            lasting=draft.relation in LASTING,
        )

    @staticmethod
    def _own(parsed: Parsed, draft: Draft) -> Predicate | None:
        return parsed.parse.predicates[draft.match.predicate] if draft.match.own and draft.match.predicate >= 0 else None

    @staticmethod
    def _joined(parsed: Parsed, a: Draft, b: Draft) -> bool:
        """Whether two verbs share a subject and a time: one goes on from the other."""
        if not (a.match.own and b.match.own):
            return False
        preds = parsed.parse.predicates
        one, two = a.match.predicate, b.match.predicate
        if min(one, two) < 0:
            return False
        return (preds[two].parent == one and preds[two].link in TOGETHER) or (preds[one].parent == two and preds[one].link in TOGETHER)
