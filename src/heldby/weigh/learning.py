"""The record of a theatre's voices, learned from what others bore out: MAP, from testimonies known by an instant and nothing else.

units, sampled by name -> lessons (each unit's testimonies laid out once)
  -> E-step: forward and backward over all its evidence, and over each origin's word alone -> M-step: exponents, paces -> again

**Exponents.** Origin o speaks as a line of the table with ratios L; its own are L^b. b maximises, over units u, the conditional likelihood

    sum over u of [ log P(all evidence on u) - log P(what o alone says of u) ] - (b - 1)^2 / (2 sd^2)

that is: of what the others say, given what o says. Its gradient is the expected agreement of o with everything known, less the agreement its own word
would lead one to expect: at the optimum o is borne out exactly as often as its word alone says. A composite likelihood (Besag 1975; Varin,
Reid & Firth 2011) is taken because ratios, unlike the words of a finite vocabulary, have no normalised full one; what only o speaks of
gives it no credit, and neither do its own repetitions. Steps are those of Berndt, Hall, Hall & Hausman (1974): the information is the sum over units of
squared gradients. The agreement of sources with hidden truth by EM is Dawid & Skene 1979.

**Paces.** Changes that somebody announced are counted at their steps, others between steps, by the posterior; `missed` is the share of those nobody
announced, over all sides. A side loses places unannounced at the rate of its announced losses times the odds of a miss, shrunk to the table's motion. The
rate cannot be had from the chain's own likelihood: reports come where things happen, and it runs away (decision 3).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from heldby.model.status import Testimony
from heldby.weigh.chain import Chain, build_chain
from heldby.weigh.lessons import Lesson, Sums, expect, lesson_of
from heldby.weigh.record import OriginRecord, Record, SideRecord
from heldby.weigh.terms import Terms

_LEAST, _MOST = 0.05, 2.0  # no voice is turned round, none counts for more than twice the bits assumed
_SLOWEST, _FASTEST = 0.1, 5.0
_STRIDE = 0.4
_DONE = 2e-3
_DIGITS = 3  # of what is learned: more would be noise, and would differ with the machine


def learn(heard: Mapping[str, Sequence[Testimony]], until: datetime, terms: Terms) -> Record:
    """The record as of `until` (UTC). The order of `heard` changes nothing."""
    lessons = _lessons(heard, until, terms)
    record = Record(until=until)
    if not lessons:
        return record
    end = max(lesson.known for lesson in lessons)
    chains: dict[tuple[object, ...], Chain] = {}
    for _ in range(terms.priors.learning.rounds):
        sums = Sums()
        exponents = {(o.origin, o.line): o.exponent for o in record.origins}
        paces = {s.side: s.pace for s in record.sides}
        for lesson in lessons:
            mine = tuple(paces.get(s, 1.0) for s in lesson.sides)
            chain = chains.get((lesson.sides, mine))
            if chain is None:
                chain = chains[lesson.sides, mine] = build_chain(lesson.sides, terms.priors, paces)
            expect(lesson, chain, np.array([exponents.get(k, 1.0) for k in lesson.keys]), end, sums)
        before, record = record, _improved(record, sums, terms)
        if _moved(before, record) < _DONE:
            break
    return record


def _lessons(heard: Mapping[str, Sequence[Testimony]], until: datetime, terms: Terms) -> list[Lesson]:
    """Units in the order of the hash of their ids, until they hold as many testimonies as are learned from at most: the cost is bounded."""
    out: list[Lesson] = []
    room = terms.priors.learning.testimonies
    for unit in sorted(heard, key=lambda u: (zlib.crc32(u.encode()), u)):
        lesson = lesson_of(heard[unit], until, terms)
        if lesson is None:
            continue
        room -= len(lesson.keys)
        if room < 0 and out:
            break
        out.append(lesson)
    return out


def _improved(record: Record, sums: Sums, terms: Terms) -> Record:
    """The M-step."""
    given = terms.priors.learning
    precision = 1 / given.exponent_sd**2
    origins = []
    for key in sorted(sums.told):
        now = record.exponent(*key)
        pull = sums.gradient[key] - (now - 1.0) * precision
        stride = min(max(pull / (sums.information[key] + precision), -_STRIDE), _STRIDE)
        exponent = min(max(now + stride, _LEAST), _MOST)
        origins.append(OriginRecord(*key, round(exponent, _DIGITS), sums.told[key], sums.borne_out[key], sums.expected[key]))
    return Record(tuple(origins), _paces(sums, terms), record.until)


def _paces(sums: Sums, terms: Terms) -> tuple[SideRecord, ...]:
    given, motion = terms.priors.learning, terms.priors.motion
    told, untold = sum(sums.announced.values()), sum(sums.unannounced.values())
    odds = (untold + given.missed * given.changes) / (told + (1 - given.missed) * given.changes)
    assumed = motion.take + motion.contest
    out = []
    for side in sorted(sums.days):
        days, announced = sums.days[side], sums.announced.get(side, 0.0)
        rate = (assumed * given.unit_days + announced * odds) / (given.unit_days + days)
        pace = round(min(max(rate / assumed, _SLOWEST), _FASTEST), _DIGITS - 1)
        out.append(SideRecord(side, pace, announced, sums.unannounced.get(side, 0.0), days))
    return tuple(out)


def _moved(before: Record, after: Record) -> float:
    words = [abs(o.exponent - before.exponent(o.origin, o.line)) for o in after.origins]
    return max([*words, *(abs(s.pace - before.pace(s.side)) for s in after.sides)], default=0.0)
