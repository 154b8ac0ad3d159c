"""Places as a sentence names them: bare names, names with a noun, lists under one head, parts, unnamed sets, references back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heldby.model.place import Place, PlaceKind
from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind
from heldby.read.nominals import (
    Phrase,
    phrase_of,
    phrases_of,
    place_mentions,
)
from heldby.read.places_names import EXAMPLES_WITHIN, Spot
from heldby.read.places_nouns import Nouns

ASIDE = frozenset({"known", "called", "formerly", "better", "also", "once"})  # they open an aside about a name
BESIDE = frozenset({"around", "outside", "near", "surrounding", "round"})


class PlaceReader(Nouns):
    """Reads the phrases of a frame's place slot. Pure."""

    def spots(self, parsed: Parsed, phrases: Sequence[Phrase]) -> tuple[Spot, ...]:
        """The places of coordinated phrases; areas that only say where the others lie become their parents."""
        members = [m for p in phrases for m in (p, *self._siblings(parsed, p)) if not self._excepted(parsed, m)]
        listed = [(p, s) for p in members for s in self._examples(parsed, p) or self._phrase(parsed, p)]
        kept = self._listed(parsed, listed)
        spots = [s for _, s in kept]
        if not spots:
            return ()
        around = self._around(parsed, kept[-1][0])
        shared = spots[-1].place.parent_names
        whole = tuple(self._with(s, shared if i < len(spots) - 1 else (), around, spots[-1]) for i, s in enumerate(spots))
        more = () if any(s.refers for s in whole) else self._resumed(parsed, kept[-1][0].chunk)
        return tuple({(s.place.start, s.place.end): s for s in (*whole, *(self._under(s, whole[-1]) for s in more))}.values())

    def _resumed(self, parsed: Parsed, k: int) -> tuple[Spot, ...]:
        """The rest of a list that an aside or a semicolon parts from chunk `k`, its member before: "Argo, where they met no resistance,
        Khash and Jurm", "Argo and Khash in Badakhshan; Rustaq in Takhar"."""
        chunks = parsed.chunks
        k += 1
        while k + 1 < len(chunks) and chunks[k].kind is Kind.PREP and chunks[k + 1].kind is Kind.NOUN:
            k += 2
        if k + 2 >= len(chunks):
            return ()
        if chunks[k].word == ";":
            rest = chunks[k + 1 :]
            return () if any(c.kind is Kind.VERB for c in rest) else self.listing(parsed, k + 1)
        group = chunks[k].group
        reduced = group is not None and not group.finite  # "a town known for its churches"
        if chunks[k].kind is not Kind.COMMA and not reduced:
            return ()
        end = next((n for n in range(k + 1, len(chunks)) if chunks[n].kind in (Kind.COMMA, Kind.STOP)), len(chunks))
        if end + 1 >= len(chunks) or chunks[end].kind is Kind.STOP:
            return ()
        described = chunks[k + 1].kind is Kind.NOUN and parsed.tokens[chunks[k + 1].i].lower in ("a", "an", "the")
        described = described or reduced
        aside = chunks[k + 1].kind is Kind.REL or chunks[k + 1].word in ASIDE or (described and chunks[end + 1].kind is Kind.AND)
        if not aside:
            return ()
        stop = next((n for n in range(end, len(chunks)) if chunks[n].kind in (Kind.STOP, Kind.VERB, Kind.SUB, Kind.REL)), len(chunks))
        joined = any(chunks[n].kind is Kind.AND for n in range(end, stop))
        if not joined or (stop < len(chunks) and chunks[stop].kind is Kind.VERB and chunks[stop - 1].kind is Kind.NOUN):
            return ()  # "X, which they hold, and the army fled"
        return self.listing(parsed, end + 1)

    def _examples(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """The names of "several towns, including Jaramana and Qatana", where the set itself has none."""
        k = phrase.chunk + 1
        stop = min(len(parsed.chunks), k + EXAMPLES_WITHIN)
        while k < stop and parsed.chunks[k].kind in (Kind.PREP, Kind.NOUN, Kind.COMMA) and parsed.chunks[k].word != "including":
            k += 1
        among = next((n for n in range(phrase.chunk + 1, len(parsed.chunks) - 2) if parsed.chunks[n].word == "among"), -1)
        if among >= 0 and parsed.chunks[among + 1].word in ("them", "these") and not any(s.named for s in self._phrase(parsed, phrase)):
            return list(self.listing(parsed, among + 2))
        if k + 1 >= stop or parsed.chunks[k].word != "including":
            return []
        own = self._phrase(parsed, phrase)
        if any(s.named and not s.place.part for s in own):
            return []
        whole = [s for s in own if s.named and s.place.part == "most"]  # "most of Kunduz, including the hospital": both
        for pred in parsed.parse.predicates:
            for prep, chunks in pred.parts:
                if prep == "including" and k + 1 in chunks:
                    return [*whole, *self.spots(parsed, phrases_of(parsed, chunks))]
        tails = [c for t in parsed.parse.tails.values() for prep, c in t if prep == "including" and k + 1 in c]
        return [*whole, *(self.spots(parsed, phrases_of(parsed, tails[0])) if tails else self.listing(parsed, k + 1))]

    @staticmethod
    def _excepted(parsed: Parsed, phrase: Phrase) -> bool:
        """Whether a phrase is what "all but" leaves out."""
        before = parsed.tokens[max(0, phrase.i - 2) : phrase.i]
        return [t.lower for t in before] in (["all", "but"], ["everything", "but"])

    def listing(self, parsed: Parsed, start: int) -> tuple[Spot, ...]:
        """The names from chunk `start` on, each group with the area behind it: "Argo and Zebak in Badakhshan; Nesh in Kandahar"."""
        out: list[Spot] = []
        group: list[Spot] = []
        k = start
        while k < len(parsed.chunks):
            c = parsed.chunks[k]
            if c.kind is Kind.VERB and any(s.place.end == parsed.span(k - 1)[1] for s in group):
                return ()  # a clause of its own: "A and B have also fallen"
            if c.kind is Kind.VERB or (c.kind is Kind.STOP and c.word not in (";", "(", ")")):
                break
            if c.kind is Kind.REL:
                while k < len(parsed.chunks) and parsed.chunks[k].kind is not Kind.COMMA:
                    k += 1
                continue
            bracketed = c.word == "(" and k + 2 < len(parsed.chunks) and parsed.chunks[k + 2].word == ")"
            within = (c.kind is Kind.PREP and c.word in ("in", "of")) or bracketed
            if within and k + 1 < len(parsed.chunks) and parsed.chunks[k + 1].kind is Kind.NOUN and group:
                area = [self._name(parsed, m) for m in place_mentions(parsed, phrase_of(parsed, k + 1))[:1]]
                out += [
                    replace(s, place=replace(s.place, parent_names=tuple(dict.fromkeys((*s.place.parent_names, *area))))) for s in group
                ]
                group = []
                k += 2
                continue
            if c.kind is Kind.NOUN:
                group += [s for s in self._phrase(parsed, phrase_of(parsed, k)) if s.named]
            k += 1
        return (*out, *group)

    def _with(self, spot: Spot, shared: tuple[str, ...], around: tuple[str, ...], last: Spot) -> Spot:
        """A spot with the parents and the noun it shares with the last of its list."""
        place = spot.place
        own = place.parent_names or shared
        parents = tuple(dict.fromkeys(p for p in (*own, *around) if p != place.name))
        if not spot.sort and last.plural and last.sort and last.named and spot is not last:
            place = replace(place, head=last.place.head, kind=last.place.kind)
            spot = replace(spot, sort=last.sort)
        refers = spot.refers and not (shared and not spot.place.parent_names)  # "the runway and the tower of Kunduz airport"
        return replace(spot, refers=refers, place=replace(place, parent_names=parents))

    def _listed(self, parsed: Parsed, listed: list[tuple[Phrase, Spot]]) -> list[tuple[Phrase, Spot]]:
        """A list without its appositions ("Wesh, a border town") and without areas named behind a comma ("Gereshk, Helmand")."""
        out: list[tuple[Phrase, Spot]] = []
        joined = any(self._joined(parsed, p) for p, _ in listed)
        for phrase, spot in listed:
            if out and out[-1][0] is not phrase and not self._joined(parsed, phrase):
                before = out[-1][1]
                if any(prep in BESIDE for prep, _ in parsed.parse.tails.get(out[-1][0].chunk, ())):
                    continue  # "posts around the city of X, capital of Y": the capital is not what is told of
                if self._is_area_of(spot, before):
                    parents = (*before.place.parent_names, spot.place.name)
                    out[-1] = (phrase, replace(before, place=replace(before.place, parent_names=parents)))
                    continue
                article = parsed.tokens[phrase.i].lower
                if (
                    before.named
                    and spot.sort in ("crossing", "base")
                    and not before.sort
                    and not joined
                    and self._superlative(parsed, phrase)
                ):
                    continue  # "Sher Khan Bandar, the main Tajikistan crossing"
                if before.named and not spot.named and (article in ("a", "an") or not joined or self._superlative(parsed, phrase)):
                    if not before.sort and spot.sort:
                        named = replace(before.place, head=spot.place.head, kind=spot.place.kind)
                        out[-1] = (out[-1][0], replace(before, sort=spot.sort, place=named))
                    continue
                if before.plural and not before.named and not before.refers and spot.named and self._counted(parsed, out[-1][0]):
                    listing = Spot(before.place, sort=before.sort, plural=True)
                    out[-1] = (phrase, self._under(spot, listing))  # "two districts, Nerkh and Jalrez"
                    continue
                if spot.place.head.endswith("capital") and not spot.named and before.named:
                    continue  # "Mehtarlam, capital of Laghman"
                if not before.named and spot.named and not spot.sort and not joined:
                    named = replace(spot.place, head=before.place.head, kind=before.place.kind)
                    out[-1] = (phrase, replace(spot, sort=before.sort, place=named))
                    continue
            out.append((phrase, spot))
        return out

    @staticmethod
    def _superlative(parsed: Parsed, phrase: Phrase) -> bool:
        """ "the largest town in the north" describes what was just named."""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.head]]
        return any(w.endswith("est") and len(w) > 5 for w in words) or bool({"main", "last", "only", "second", "third"} & set(words))

    @staticmethod
    def _under(spot: Spot, heading: Spot) -> Spot:
        """A name with the noun of the phrase that announces it."""
        if spot.sort:
            return spot
        place = replace(spot.place, head=heading.place.head, kind=heading.place.kind)
        return replace(spot, sort=heading.sort, place=place)

    def _is_area_of(self, area: Spot, inner: Spot) -> bool:
        if not area.unit_ids or not inner.named:
            return False
        above = {a for u in inner.unit_ids for a in self._gazetteer.areas(u)}
        kinds = {u.kind for i in area.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        if not inner.unit_ids and kinds & {PlaceKind.COUNTRY, PlaceKind.PROVINCE} and not area.sort:
            return True
        if area.unit_ids and not set(area.unit_ids) <= set(inner.unit_ids) and any(u in above for u in area.unit_ids):
            return True
        return area.sort in ("province", "country") and inner.sort not in ("province", "country") and not above

    def _around(self, parsed: Parsed, phrase: Phrase) -> tuple[str, ...]:
        """Areas behind a comma, and the one that opens the sentence ("In Helmand, ...")."""
        out: list[str] = []
        k = phrase.chunk + 1
        chunks = parsed.chunks
        while k < len(chunks) and chunks[k].kind is Kind.PREP and k + 1 < len(chunks) and chunks[k + 1].kind is Kind.NOUN:
            k += 2
        if k + 1 < len(chunks) and chunks[k].kind is Kind.COMMA:
            k += 1
            if chunks[k].kind is Kind.PREP and chunks[k].word in ("in", "near", "of", "at") and k + 1 < len(chunks):
                k += 1
            if chunks[k].kind is Kind.NOUN and not self._joined(parsed, phrase_of(parsed, k)):
                area = phrase_of(parsed, k)
                names = [m for m in place_mentions(parsed, area) if m.kind is MentionKind.PLACE or chunks[k - 1].kind is Kind.PREP]
                person = any(parsed.words.has(c, t.lower) for t in parsed.tokens[area.i : area.j] for c in ("role", "title"))
                goes_on = chunks[k - 1].kind is Kind.COMMA and self._list_ahead(parsed, k + 1)
                if person or (goes_on and not any(self._wide(m) for m in names)):
                    names = []  # "in Robotyne, minister Hanna Maliar said"; "the towns of Tal Kayf, Bartella and Karamlesh"
                out += [self._name(parsed, m) for m in names[:1]]
        if len(chunks) > 2 and chunks[0].kind is Kind.PREP and chunks[0].word == "in" and chunks[1].kind is Kind.NOUN and phrase.chunk > 1:
            out += [self._name(parsed, m) for m in place_mentions(parsed, phrase_of(parsed, 1))[:1]]
        return tuple(out)

    @staticmethod
    def _list_ahead(parsed: Parsed, k: int) -> bool:
        """Whether a comma or an "and" at chunk `k` is followed by another place."""
        chunks = parsed.chunks
        listed = k + 1 < len(chunks) and chunks[k].kind in (Kind.COMMA, Kind.AND) and chunks[k + 1].kind is Kind.NOUN
        return listed and bool(place_mentions(parsed, phrase_of(parsed, k + 1)))

    def _wide(self, mention: Mention) -> bool:
        kinds = {u.kind for i in mention.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        return bool(kinds & {PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION})

    def all_of(self, parsed: Parsed) -> tuple[Spot, ...]:
        """Every place a sentence names, frame or no frame: what later references may go back to. Capitals that act are no places here."""
        out: list[Spot] = []
        for k, c in enumerate(parsed.chunks):
            if c.kind is not Kind.NOUN:
                continue
            for m in place_mentions(parsed, phrase_of(parsed, k)):
                if self._owns(parsed, m) and all(m.start >= o.place.end or m.end <= o.place.start for o in out):
                    out.append(Spot(Place(m.text, m.start, m.end, self._name(parsed, m)), m.unit_ids))  # "Goma's airport"
            acts = k == 0 or parsed.chunks[k - 1].kind is not Kind.PREP
            area = k >= 2 and parsed.chunks[k - 1].word in ("in", "of") and any(s.place.end == parsed.span(k - 2)[1] for s in out)
            for s in self._phrase(parsed, phrase_of(parsed, k)):
                known = s.sure and (s.named or (s.sort == "base" and s.place.parent_names))
                apart = all(s.place.start >= o.place.end or s.place.end <= o.place.start for o in out if o.named)
                if known and apart and not (acts and s.place.name.casefold() in self._metonyms):
                    out.append(replace(s, area=area))
        return tuple(out)
