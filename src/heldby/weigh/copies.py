"""When one text was written from another: shares of sentences and of words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from heldby.model.status import Located
from heldby.weigh.priors import Copy

Rewritten: TypeAlias = Callable[[str, str], bool]  # two reports by id: whether one is the other with its sentences retouched

_WORD = re.compile(r"\w+")


def containment(a: frozenset[int] | frozenset[str], b: frozenset[int] | frozenset[str]) -> float:
    """Share of the smaller set that is also in the other (0 if one is empty): the right measure for cut and enlarged copies."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def never(one: str, two: str) -> bool:
    """For claims whose reports' texts are not at hand."""
    return False


def copied_report(a: Located, b: Located, line: Copy, rewritten: Rewritten = never) -> bool:
    """Whether two reports share so many sentences, to the word or retouched, that one was made from the other."""
    if a.claim.report_id == b.claim.report_id:
        return False
    same = containment(frozenset(a.fingerprint), frozenset(b.fingerprint)) >= line.report
    return same or rewritten(*sorted((a.claim.report_id, b.claim.report_id)))


def copied_passage(a: Located, b: Located, line: Copy) -> bool:
    """Whether two passages of six words or more say nearly the same in the same words."""
    one, two = words_of(a), words_of(b)
    return min(len(one), len(two)) >= 6 and containment(one, two) >= line.passage


def words_of(located: Located) -> frozenset[str]:
    return _words(located.claim.passage.quote)


@lru_cache(maxsize=8192)  # a passage is held against many others of its place
def _words(quote: str) -> frozenset[str]:
    return frozenset(_WORD.findall(quote.casefold()))
