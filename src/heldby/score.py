"""Readings against gold: how much of what was said was read, and how much was read that was not said.

The measure is the gold's own (its README, part Scoring): every claim becomes one unit per place, and units are paired one to one at three
levels of strictness: `holder` (who has the place afterwards), `class` (gain, hold, loss, contest) and `relation` (the exact one). Units that
the annotators doubted are neither rewarded nor punished.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

Line = Mapping[str, Any]

LEVELS = ("holder", "class", "relation")
GAIN, HOLD, LOSS, CONTEST = "gain", "hold", "loss", "contest"
CLASS_OF = {
    "captured": GAIN, "retook": GAIN, "controls": HOLD, "repelled": HOLD, "lost": LOSS, "withdrew": LOSS,
    "contests": CONTEST, "besieges": CONTEST, "siege_lifted": CONTEST, "attacked": CONTEST,
}  # fmt: skip
# Ids that the gold treats as one party.
ONE_PARTY = (
    ("syria_government", "syrian_government"), ("iraq_government", "iraqi_government"), ("ethiopia_government", "ethiopian_government"),
    ("somalia_government", "somali_government"), ("tigray", "tplf"), ("isis", "isis_k", "iswap", "boko_haram"), ("houthi", "houthis"),
    ("russia", "wagner", "dpr_lpr"), ("armenia_artsakh", "armenia"), ("hts", "nusra_front"), ("krg", "peshmerga"), ("sdf", "ypg"),
    ("nigeria_government", "nigerian_government"), ("syria_opposition", "syrian_opposition"), ("burkina_faso_government", "burkina_government"),
    ("myanmar_eao", "arakan_army"), ("yemen_government", "giants_brigades"), ("us_coalition", "united_states", "nato"),
)  # fmt: skip
PARTY_OF = {other: first for first, *others in ONE_PARTY for other in others}
GENERIC = (
    "the", "a", "an", "of", "in", "district", "districts", "district centre", "province", "oblast", "governorate", "region", "city", "town",
    "village", "border", "crossing", "port", "point", "center", "centre", "al", "el", "e", "i", "ye",
)  # fmt: skip
GENERIC_WORD = re.compile(rf"\b(?:{'|'.join(GENERIC)})\b")
SIMILAR_PLACE, SIMILAR_VOICE = 0.82, 0.6
DRAWS, DRAWS_SEED, LEAST_DOCUMENTS = 2000, 0, 10


def fold(text: str | None) -> str:
    """Letters and digits of `text` in ASCII lower case, generic place words dropped unless nothing else is left."""
    ascii_text = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower()
    ascii_text = ascii_text.replace("-", " ").replace("'", "").replace("`", "")
    bare = re.sub(r"[^a-z0-9]+", "", GENERIC_WORD.sub(" ", ascii_text))
    return bare or re.sub(r"[^a-z0-9]+", "", ascii_text)


def party(actor_id: str | None) -> str:
    ident = (actor_id or "").lower().strip().replace(" ", "_").replace("-", "_")
    return PARTY_OF.get(ident, ident)


def similar(a: str, b: str, least: float) -> bool:
    return bool(a) and bool(b) and (a == b or SequenceMatcher(None, a, b).ratio() >= least)


@dataclass(frozen=True, slots=True)
class Unit:
    """One claim about one place, as it is scored."""

    claim: Line
    names: tuple[str, ...]
    relation: str
    actor: str
    opponent: str
    polarity: str
    factual: bool
    speaker: str
    doubted: bool

    @property
    def kind(self) -> str:
        return CLASS_OF[self.relation]


def innermost(chain: list[str] | None) -> str:
    """The folded speaker behind the publisher; "" if the publisher speaks for himself."""
    return fold(chain[-1]) if chain and len(chain) > 1 else ""


def units_of(line: Line) -> list[Unit]:
    seen: set[tuple[Any, ...]] = set()
    units = []
    for claim in line.get("claims", []):
        for place in claim.get("places") or []:
            place = {"text": place} if isinstance(place, str) else place
            names = tuple(n for n in (fold(place.get("canonical")), fold(place.get("text"))) if n)
            unit = Unit(
                claim=claim,
                names=names,
                relation=claim["relation"],
                actor=party(claim.get("actor_canonical")),
                opponent=party(claim.get("from_actor")),
                polarity=claim.get("polarity", "asserted"),
                factual=claim.get("modality", "factual") == "factual",
                speaker=innermost(claim.get("source_chain")),
                doubted=bool(
                    line.get("doubtful")
                    or claim.get("doubtful")
                    or claim.get("optional")
                    or place.get("canonical", place.get("text")) is None
                ),
            )
            key = (names[:1], unit.kind, unit.actor, unit.polarity, unit.factual, unit.speaker)
            if key not in seen:
                seen.add(key)
                units.append(unit)
    return units


def same_place(a: Unit, b: Unit) -> bool:
    return any(similar(x, y, SIMILAR_PLACE) for x in a.names for y in b.names)


def agree(gold: Unit, read: Unit, level: str) -> bool:
    """Whether a unit read answers one of the gold at `level`."""
    if gold.polarity != read.polarity or gold.factual != read.factual or not read.actor:
        return False
    if level == "holder" and {gold.kind, read.kind} == {GAIN, LOSS}:
        # One event seen from two sides: Y's gain is Z's loss.
        return read.actor != gold.actor and (read.actor == gold.opponent or read.opponent == gold.actor) and same_place(gold, read)
    if read.actor != gold.actor and not (gold.kind == CONTEST and read.actor == gold.opponent):
        return False
    outcome = {GAIN: "has", HOLD: "has", LOSS: "left", CONTEST: "contest"}
    same = {"relation": gold.relation == read.relation, "class": gold.kind == read.kind, "holder": outcome[gold.kind] == outcome[read.kind]}
    return same[level] and same_place(gold, read)


def same_speaker(gold: Unit, read: Unit) -> bool:
    a, b = gold.speaker, read.speaker
    return (not a and not b) or similar(a, b, SIMILAR_VOICE) or (len(b) > 3 and b in a)


def pair(gold: list[Unit], read: list[Unit], level: str) -> tuple[list[tuple[int, int]], set[int]]:
    """One-to-one pairs (gold, read), same speakers first, then nearest in order; and all read units that some gold unit would answer."""
    possible = [(not same_speaker(g, r), abs(i - j), i, j) for i, g in enumerate(gold) for j, r in enumerate(read) if agree(g, r, level)]
    taken_gold: set[int] = set()
    taken_read: set[int] = set()
    pairs = []
    for _, _, i, j in sorted(possible):
        if i not in taken_gold and j not in taken_read:
            taken_gold.add(i)
            taken_read.add(j)
            pairs.append((i, j))
    return pairs, {j for *_, j in possible}


def rates(hits: int, extra: int, missed: int) -> dict[str, float | int]:
    precision = hits / (hits + extra) if hits + extra else 0.0
    recall = hits / (hits + missed) if hits + missed else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4), "tp": hits, "fp": extra, "fn": missed}


@dataclass(frozen=True, slots=True)
class Count:
    """One document's units at one level: found, read but not there, missed."""

    hits: int
    extra: int
    missed: int


def count(gold: Line, read: Line, level: str) -> Count:
    g, r = units_of(gold), units_of(read)
    pairs, answered = pair(g, r, level)
    used, found = {j for _, j in pairs}, {i for i, _ in pairs}
    forgiven = {j for j in answered if any(u.doubted and agree(u, r[j], level) for u in g)}
    return Count(
        hits=sum(not g[i].doubted for i in found),
        extra=sum(j not in used and j not in forgiven for j in range(len(r))),
        missed=sum(not u.doubted for i, u in enumerate(g) if i not in found),
    )


def score_claims(gold: Mapping[str, Line], read: Mapping[str, Line], level: str) -> dict[str, Any]:
    """Rates over all documents; `f1_95` is the interval of F1 (see `interval`), none for fewer than ten documents."""
    counts = {ident: count(line, read.get(ident, {}), level) for ident, line in gold.items()}
    totals = rates(*(sum(getattr(c, name) for c in counts.values()) for name in ("hits", "extra", "missed")))
    on_empty = sum(c.extra for ident, c in counts.items() if not gold[ident]["claims"])
    between = {"f1_95": interval(list(counts.values()))} if len(counts) >= LEAST_DOCUMENTS else {}
    return totals | between | {"fp_on_documents_without_claims": on_empty}


def interval(counts: list[Count]) -> list[float]:
    """Percentile bootstrap interval of F1 over documents, which are what was sampled (Efron 1979): 2.5 and 97.5 % of 2,000 draws, seeded."""
    table = np.array([(c.hits, c.extra, c.missed) for c in counts], float)
    draws = np.random.default_rng(DRAWS_SEED).integers(0, len(table), (DRAWS, len(table)))
    hits, extra, missed = table[draws].sum(axis=1).T
    f1 = 2 * hits / np.maximum(2 * hits + extra + missed, 1.0)
    return [round(float(v), 4) for v in np.quantile(f1, (0.025, 0.975))]


def score_matched(gold: Mapping[str, Line], read: Mapping[str, Line]) -> dict[str, float | int | None]:
    """On units matched by class: speaker, chain, side and date. Rates are None where nothing was matched."""
    n = dated = speaker = chain = side = date = 0
    for ident, line in gold.items():
        g, r = units_of(line), units_of(read.get(ident, {}))
        for i, j in pair(g, r, "class")[0]:
            if g[i].doubted:
                continue
            n += 1
            speaker += same_speaker(g[i], r[j])
            chain += _same_chain(g[i].claim.get("source_chain") or [], r[j].claim.get("source_chain") or [])
            side += party(g[i].claim.get("speaker_side")) == party(r[j].claim.get("speaker_side"))
            wanted = g[i].claim.get("event_date")
            dated += bool(wanted)
            date += bool(wanted) and str(r[j].claim.get("event_date") or "").startswith(str(wanted))
    share = {"innermost_speaker": speaker, "full_chain": chain, "speaker_side": side}
    return {
        "n": n,
        **{k: round(v / n, 4) if n else None for k, v in share.items()},
        "date": round(date / dated, 4) if dated else None,
        "dated": dated,
    }


def _same_chain(a: list[str], b: list[str]) -> bool:
    return len(a) == len(b) and all(
        similar(x, y, SIMILAR_VOICE) or x in y or y in x for x, y in zip(map(fold, a), map(fold, b), strict=True)
    )


def score_tallies(gold: Mapping[str, Line], read: Mapping[str, Line]) -> dict[str, float | int]:
    hits = extra = missed = 0
    for ident, line in gold.items():
        left = list(read.get(ident, {}).get("tallies", []))
        for tally in line.get("tallies", []):
            answer = next((t for t in left if _same_tally(tally, t)), None)
            if answer is None:
                missed += not tally.get("doubtful")
                continue
            left.remove(answer)
            hits += not tally.get("doubtful")
        extra += len(left)
    return rates(hits, extra, missed)


def _same_tally(gold: Line, read: Line) -> bool:
    if party(gold.get("actor_canonical")) != party(read.get("actor_canonical")) or gold["unit"] != read.get("unit"):
        return False
    if gold.get("polarity", "asserted") != read.get("polarity", "asserted"):
        return False
    if gold.get("count") is not None and gold["count"] == read.get("count"):
        return True
    a, b = _percent(gold.get("share")), _percent(read.get("share"))
    return a is not None and b is not None and abs(a - b) < 1


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100 if share <= 1 else share


def score_readings(gold: Iterable[Line], read: Iterable[Line]) -> dict[str, dict[str, Any]]:
    """All measures: one table per level, then the matched units and the tallies. Lines are joined by "id"."""
    by_id, answers = {g["id"]: g for g in gold}, {r["id"]: r for r in read}
    table: dict[str, dict[str, Any]] = {level: score_claims(by_id, answers, level) for level in LEVELS}
    return table | {"on_matched_units": score_matched(by_id, answers), "tallies": score_tallies(by_id, answers)}
