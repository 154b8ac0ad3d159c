"""The record of a theatre's voices, learned from what others bore out: MAP, from testimonies known by an instant and nothing else.

units, sampled by name -> lessons (each unit's testimonies laid out once)
  -> E-step: forward and backward over all its evidence, and over each origin's word alone -> M-step: exponents, paces -> again

**Exponents.** Origin o speaks as a line of the table with ratios L; its own are L^b, one b for what it denies and one for the rest. b
maximises, over units u, the conditional likelihood

    sum over u of [ log P(all evidence on u) - log P(what o alone says of u) ] - (b - 1)^2 / (2 sd^2)

that is: of what the others say, given what o says. Its gradient is the expected agreement of o with everything known, less the agreement its own
word would lead one to expect: at the optimum o is borne out exactly as often as its word alone says. An exhaustive source keeps b = 1 (decision 12):
one that tells of a front first is contradicted by those that look later, and would be believed less for it. A composite likelihood (Besag 1975; Varin, Reid
& Firth 2011) is taken because ratios, unlike the words of a finite vocabulary, have no normalised full one; what only o speaks of gives
it no credit, and neither do its own repetitions. Captures and losses keep the table's ratios: a hold of a day that one side tells of is undone by
the next word, which is no sign that it never was (decision 3). Steps are those of Berndt, Hall, Hall & Hausman (1974): the information is the sum
over units of squared gradients. Agreement of sources with a hidden truth, by EM: Dawid & Skene 1979.

**Pace.** Changes that somebody announced are counted at their steps, others between steps, by the posterior under the table's own motion. The share that nobody
announced, shrunk to what the table assumes (`missed`), sets how fast holds are lost unheard of: where nearly every change is told, silence
says more. One pace for all sides, so that what a side won elsewhere decides no unit; and not from the chain's own likelihood, nor from changes
a day: reports come where things happen, and both run away (decision 3).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from heldby.model.status import Testimony
from heldby.weigh.evidence import standing
from heldby.weigh.lessons import Lesson, Sums, expect, lesson_of
from heldby.weigh.record import ChangeRecord, Key, OriginRecord, Record
from heldby.weigh.terms import Terms

_LEAST, _MOST = 0.05, 2.0  # no voice is turned round, none counts for more than twice the bits assumed
_STRIDE = 0.4
_DONE = 2e-3
_DIGITS = 3  # of what is learned: more would be noise, and would differ with the machine


Lessons = dict[str, tuple[tuple[Testimony, ...], Lesson | None]]  # by unit: what was known of it, and what that teaches


def learn(heard: Mapping[str, Sequence[Testimony]], until: datetime, terms: Terms, kept: Lessons | None = None) -> Record:
    """The record as of `until` (UTC). The order of `heard` changes nothing. `kept`: lessons of earlier calls under the same terms, which grow by
    those made here: a unit of which nothing else is known is laid out once, and worked out once for the same exponents."""
    lessons = _lessons(heard, until, terms, kept if kept is not None else {})
    record = Record(until=until)
    if not lessons:
        return record
    for _ in range(terms.priors.learning.rounds):
        sums = Sums()
        exponents = {o.key: o.exponent for o in record.origins}
        for lesson in lessons:
            expect(lesson, terms.chain(lesson.sides), np.array([exponents.get(k, 1.0) for k in lesson.keys]), sums)
        before, record = record, _improved(exponents, sums, terms, until)
        if _moved(before, record) < _DONE:
            break
    return record


def _lessons(heard: Mapping[str, Sequence[Testimony]], until: datetime, terms: Terms, kept: Lessons) -> list[Lesson]:
    """Units in the order of the hash of their ids, until they hold as many testimonies as are learned from at most: the cost is bounded."""
    out: list[Lesson] = []
    room = terms.priors.learning.testimonies
    for unit in sorted(heard, key=lambda u: (zlib.crc32(u.encode()), u)):
        known = standing(heard[unit], until)
        found = kept.get(unit)
        if found is None or found[0] != known:
            found = kept[unit] = known, lesson_of(known, terms)
        lesson = found[1]
        if lesson is None:
            continue
        room -= len(lesson.keys)
        if room < 0 and out:
            break
        out.append(lesson)
    return out


def _improved(exponents: Mapping[Key, float], sums: Sums, terms: Terms, until: datetime) -> Record:
    """The M-step."""
    given = terms.priors.learning
    precision = 1 / given.exponent_sd**2
    origins = []
    for key in sorted(sums.told):
        now = exponents.get(key, 1.0)
        pull = sums.gradient[key] - (now - 1.0) * precision
        stride = min(max(pull / (sums.information[key] + precision), -_STRIDE), _STRIDE)
        exponent = 1.0 if key[0] in terms.standing else min(max(now + stride, _LEAST), _MOST)
        origins.append(OriginRecord(*key, round(exponent, _DIGITS), sums.told[key], sums.borne_out[key], sums.expected[key]))
    return Record(tuple(origins), _changes(sums, terms), until)


def _changes(sums: Sums, terms: Terms) -> ChangeRecord:
    given = terms.priors.learning
    share = (sums.unannounced + given.missed * given.changes) / (sums.announced + sums.unannounced + given.changes)
    return ChangeRecord(round(share / given.missed, _DIGITS - 1), sums.announced, sums.unannounced)


def _moved(before: Record, after: Record) -> float:
    exponents = {o.key: o.exponent for o in before.origins}
    return max((abs(o.exponent - exponents.get(o.key, 1.0)) for o in after.origins), default=0.0)
