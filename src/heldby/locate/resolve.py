"""From a name to a unit: look up, weigh, choose or abstain; spellings nearby only inside the areas given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from heldby.locate.answer import Answer, unplaced
from heldby.locate.nouns import Noun, Role, answers
from heldby.locate.phrase import Area
from heldby.locate.rank import ENOUGH, Question, candidates, families, member, scores, weigh
from heldby.locate.remembered import Remembered
from heldby.locate.setting import Mention, Setting, bearers, province_of
from heldby.model.place import Candidate, PlaceKind, Unit
from heldby.model.report import GapKind
from heldby.model.theatre import Lexicon

ALIKE_INSIDE, ALIKE_THEATRE = 0.84, 0.88  # least spelling scores inside an area named beside, and in the whole theatre
ALIKE_LEAD = 0.03  # by which the best spelling must lead the next that is another place
REACH = 1200  # characters before a noun without a name in which what it refers to stands
BACK = 12  # how many earlier names a noun without a name ("the airport") may refer to
CLAIMED_NEARER = 0.4  # a place that a claim is about counts as this much of its distance
SENTENCE_NEARER = 0.3  # so does one of the same sentence
FOCUS_REACH = 500  # characters before a place in which another claim's place says which province is spoken of
CLEAR = 0.55  # least share of a report's other places in one country for a name without an entry to be told as there
_HOLDERS = (PlaceKind.PROVINCE, PlaceKind.COUNTRY, PlaceKind.DISTRICT, PlaceKind.REGION)


class Resolver:
    """Names to units within one report."""

    def __init__(self, lexicon: Lexicon, gazetteer: Remembered, setting: Setting, no_places: frozenset[str] = frozenset()) -> None:
        """`no_places` are words for countries and fighters ("Iraqi", "Taliban"), which name no place."""
        self._no_places = no_places
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.setting = setting
        self._found: dict[tuple[str, Noun | None], Answer] = {}
        self._told: list[tuple[int, Answer]] = []

    def knows(self, name: str) -> bool:
        return name not in self._no_places and bool(self.gazetteer.lookup(name))

    def remember(self, start: int, answer: Answer) -> None:
        """Keep what a claim's place at character `start` was, for the nouns that refer to it later."""
        if answer.unit or answer.inside or answer.name:
            self._told.append((start, answer))

    def last_unlisted(self, start: int, asked: Noun) -> tuple[Answer, int] | None:
        """The claims' last place before character `start` if it is one without an entry that may be what the noun means."""
        before = [(at, a) for at, a in self._told if at < start]
        if not before:
            return None
        at, answer = max(before, key=lambda row: row[0])
        return (answer, at) if answer.unit is None and answer.name and answer.kind in (None, asked.kind) else None

    def spoken(self, start: int, asked: Noun | None) -> Iterator[tuple[Unit, int]]:
        """Places named before character `start`, with the distance, nearest first; places of claims count as nearer than others."""
        rows: list[tuple[float, int, Unit | Mention]] = [
            ((start - at) * CLAIMED_NEARER, at, u) for at, a in self._told if at < start and (u := a.unit or a.inside)
        ]
        begun = self.setting.sentence_start(start)
        rows += [((start - m.end) * (SENTENCE_NEARER if m.start >= begun else 1.0), m.start, m) for m in self.setting.before(start, BACK)]
        seen: set[str] = set()
        for _, at, told in sorted(rows, key=lambda r: r[:2]):
            unit = told if isinstance(told, Unit) else self._mentioned(told, asked, at)
            if unit and unit.id not in seen:
                seen.add(unit.id)
                yield unit, start - at

    def _mentioned(self, mention: Mention, asked: Noun | None, at: int) -> Unit | None:
        """The unit a mention means: with the noun beside it where that makes a name of its own ("Spin Boldak crossing")."""
        if mention.noun and mention.noun.role in (Role.CROSSING, Role.SITE):
            for unit in self.units_named(f"{mention.name} {mention.noun.text}"):
                if unit.kind is mention.noun.kind:
                    return unit
        return self.bare(mention.name, asked, at).unit

    def bare(self, name: str, asked: Noun | None, at: int) -> Answer:
        """What a name means by itself in this report; remembered."""
        if (name, asked) not in self._found:
            self._found[name, asked] = self.named(name, asked, (), at)
        return self._found[name, asked]

    def area_ids(self, areas: Iterable[Area], beside: bool) -> tuple[str, ...]:
        """Units that the areas' names mean, where they can hold others; those a noun asks for alone where it does."""
        found: list[str] = []
        for area in areas:
            if area.beside is not beside:
                continue
            units = self.units_named(area.name)
            holders = [u for u in units if u.kind in _HOLDERS] or [u for u in units if u.kind is PlaceKind.CITY]
            if area.noun and area.noun.role is Role.OWN:
                holders = [u for u in holders if answers(u, area.noun)] or holders
            elif any(u.kind is PlaceKind.PROVINCE for u in holders):
                holders = [u for u in holders if u.kind is not PlaceKind.DISTRICT]
            if not beside:
                holders += [
                    p
                    for u in holders
                    if u.kind in (PlaceKind.CITY, PlaceKind.DISTRICT) and (p := self.gazetteer.unit(province_of(self.gazetteer, u)))
                ]
            found += [u.id for u in holders if u.id not in found]
        return tuple(found)

    def units_named(self, name: str) -> tuple[Unit, ...]:
        """The units that bear `name`, with or without a noun in it."""
        return bearers(self.gazetteer, self.gazetteer.lookup(name))

    def asking(self, name: str, asked: Noun | None, areas: Sequence[Area], at: int) -> Question:
        return Question(name, asked, self.area_ids(areas, beside=True), self.area_ids(areas, beside=False), at, self._focus(at))

    def _focus(self, at: int) -> str:
        near = [(start, u) for start, a in self._told if at - FOCUS_REACH < start < at and (u := a.unit or a.inside)]
        return province_of(self.gazetteer, max(near, key=lambda row: row[0])[1]) if near else ""

    def named(self, name: str, asked: Noun | None, areas: Sequence[Area], at: int = -1, siblings: Iterable[PlaceKind] = ()) -> Answer:
        """The unit that `name`, standing at character `at`, means beside these areas."""
        question = replace(self.asking(name, asked, areas, at), row=frozenset(siblings))
        units = self.units_named(name)
        answer = self.chosen(question, units)
        if answer.unit is None or answer.missing is GapKind.OUTSIDE_THEATRE:
            other = self._alike(question, answer)
            return other if other else answer
        return answer

    def chosen(self, question: Question, units: Sequence[Unit]) -> Answer:
        """The one of `units` that is meant, or an answer that abstains and lists them."""
        asked = question.noun
        kind = asked.kind if asked else None
        if not units:
            return self.unlisted(question, kind)
        if asked and asked.role in (Role.OWN, Role.LAND) and not self._answered(units, asked):
            return self._other_kind(question, asked, units)
        groups = families(weigh(question, units, self.setting, self.gazetteer, self.lexicon.countries), self.gazetteer)
        shares = scores(groups)
        best = groups[0]
        listed = candidates(groups)
        if shares[0] < ENOUGH:
            if len(groups) == 1 or shares[0] + sum(shares[1:]) < ENOUGH:
                lone = best[0].unit
                cause = f"no {question.name} is known here, only elsewhere ({lone.name}, {lone.country})"
                return replace(self.unlisted(question, kind), candidates=listed, why=(cause, *best[0].reasons), cause=cause)
            return self._open(question, groups[0][0].unit, groups[1][0].unit, listed, "homonyms that nothing decides between")
        if asked and asked.role in (Role.OWN, Role.LAND) and not self._answered([w.unit for w in best], asked):
            return self._other_kind(question, asked, [w.unit for w in best])
        unit, why = member(best, question, self.setting)
        if unit is None:
            return self._open(question, best[0].unit, best[-1].unit, listed, why)
        reasons = next(w.reasons for w in best if w.unit is unit)
        answer = Answer(unit, candidates=candidates(groups, unit), why=(why, *reasons))
        return self._outside(answer, unit)

    def unlisted(self, question: Question, kind: PlaceKind | None) -> Answer:
        """A name no gazetteer has: told which area or country it lies in, as far as the report says."""
        cause = f"no place called {question.name} is known"
        inside = next((u for a in (*question.beside, *question.near) if (u := self.gazetteer.unit(a))), None)
        return self.told_there(unplaced(cause, question.name, kind, inside), question.at, question.name)

    def told_there(self, answer: Answer, at: int, besides: str = "") -> Answer:
        """`answer` with the country the report speaks of there, where nothing says more."""
        if answer.unit or answer.inside:
            return answer
        country, why = self.country(at, besides)
        return replace(answer, country=country).because(why)

    def country(self, at: int, besides: str = "") -> tuple[str, str]:
        """The country (ISO2) that the report speaks of around character `at`, and why; "" where that is not clear."""
        if len(self.lexicon.countries) == 1:
            return self.lexicon.countries[0], "the country of the theatre"
        shares, _ = self.setting.shares(besides, at)
        top = max(shares, key=lambda c: (shares[c], c), default="")
        return (top, f"{shares[top]:.0%} of the report's other places lie in {top}") if top and shares[top] >= CLEAR else ("", "")

    def _answered(self, units: Iterable[Unit], asked: Noun) -> bool:
        """Whether one of `units` is what the noun asks for; the sizes of settlements may differ, as reports and gazetteers often do."""
        settled = (PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.VILLAGE, PlaceKind.CROSSING)
        return any(answers(u, asked) or (u.kind in settled and asked.kind in settled) for u in units)

    def _other_kind(self, question: Question, asked: Noun, units: Sequence[Unit]) -> Answer:
        """The name is known, but not for what the noun says: told where it lies, no unit."""
        found = self.chosen(replace(question, noun=None), units)
        if found.unit is None or found.missing:
            return replace(found, kind=asked.kind)
        cause = f"no {asked.text} called {question.name} is known, only a {found.unit.kind}"
        return Answer(None, found.unit, question.name, asked.kind, found.candidates, (cause, *found.why), GapKind.UNPLACED, cause)

    def _outside(self, answer: Answer, unit: Unit) -> Answer:
        home = self.lexicon.countries
        if not home or not unit.country or unit.country in home:
            return answer
        cause = f"{unit.name} lies in {unit.country}, outside the theatre"
        return Answer(unit, candidates=answer.candidates, why=(*answer.why, cause), missing=GapKind.OUTSIDE_THEATRE, cause=cause)

    def _open(self, question: Question, one: Unit, other: Unit, listed: tuple[Candidate, ...], why: str) -> Answer:
        """Abstain; what the candidates agree in is kept."""
        named = ", ".join(f"{u.name} ({u.id})" for c in listed if (u := self.gazetteer.unit(c.unit_id)))
        kind = question.noun.kind if question.noun else one.kind if one.kind is other.kind else None
        agreed = self._common(one, other)
        cause = f"{why}: {named}"
        country = one.country if one.country == other.country else None
        return Answer(None, agreed, question.name, kind, listed, (why,), GapKind.AMBIGUOUS_PLACE, cause, country)

    def _common(self, one: Unit, other: Unit) -> Unit | None:
        mine = (one.id, *self.gazetteer.areas(one.id))
        shared = next((a for a in (other.id, *self.gazetteer.areas(other.id)) if a in mine), "")
        return self.gazetteer.unit(shared)

    def _alike(self, question: Question, exact: Answer) -> Answer | None:
        """A place spelled much like the name, inside the areas beside it or inside the theatre; None if there is no clear one."""
        if len(question.name) < 4 or exact.missing is GapKind.AMBIGUOUS_PLACE:
            return None
        inside = question.beside or question.near
        if not inside and (not self.lexicon.countries or exact.missing is GapKind.OUTSIDE_THEATRE):
            return None
        least = ALIKE_INSIDE if question.beside else ALIKE_THEATRE
        found = [c for c in self.gazetteer.similar(question.name, inside) if c.score >= least]
        rows = [
            (c, u)
            for c in found
            if (u := self.gazetteer.unit(c.unit_id)) and (not question.noun or answers(u, question.noun) or not question.noun.asks)
        ]
        if not rows:
            return None
        best, unit = rows[0]
        near = [u for c, u in rows if c.score >= best.score - ALIKE_LEAD]
        answer = self.chosen(replace(question, name=unit.name), near)
        if answer.unit is None:
            return None
        told = f"{question.name} is {best.reasons[0] if best.reasons else 'spelled alike'}, {best.score:.2f}"
        return replace(answer, why=(told, *answer.why))
