"""Words that may be noun or verb ("attack", "control"): which of the two, by what stands around them."""

from __future__ import annotations

from heldby.read.text import Token
from heldby.read.words import Form, Words


def either(tokens: tuple[Token, ...], tags: list[str], k: int, words: Words) -> str:
    """A word that may be noun or verb."""
    low = tokens[k].lower
    b = k - 1
    while b >= 0 and tags[b] == "R":
        b -= 1
    before = tags[b] if b >= 0 else ""
    after = tags[k + 1] if k + 1 < len(tags) else "."
    if after == "A" and words.has("reporting", low.removesuffix("s")):
        return "V"
    if before == "T":
        return "N" if after in ("P", "S") and b > 0 and tags[b - 1] in ("N",) and low in ("attack",) else "V"
    if before == "M" or (
        before in ("X", "K")
        and b >= 0
        and (
            words.has("do", tokens[b].lower)
            or (before == "K" and b > 0 and tags[b - 1] in ("M", "X") and not words.has("be", tokens[b - 1].lower))
        )
    ):
        return "V"
    if before == "X":
        forms = {f.form for f in words.verbs.get(low, ())}
        return "V" if forms & {Form.PART, Form.ING} else "N"
    if before in ("D", "G", "P", "V", "") or (before == "C" and b == 0):
        if before == "V" and b >= 0 and tokens[b].lower in ("help", "helped"):
            return "V"
        return "N" if before != "" or after not in ("D", "O") else "V"
    if before == "W" or (before == "O" and tokens[b].lower not in ("them", "him", "us", "it", "there", "both")):
        return "V"
    if before in (",", "C") and after in ("D", "O") and _has_verb_left(tags, b):
        return "V"
    if before in ("C",) and _has_verb_left(tags, b) and words.verbs.get(low) and low.endswith("s") and after in ("N", "D", "P"):
        return "V"
    by = k + 1 < len(tokens) and (
        tokens[k + 1].lower == "by" or [t.lower for t in tokens[k + 1 : k + 3]] in (["off", "by"], ["off", "from"])
    )
    if by and any(f.form is Form.PART for f in words.verbs.get(low, ())):
        return "V"  # "the town, run by the rebels"
    if before in (",", "C", "Q", "."):
        return "N" if after not in ("D",) else "V"
    return _after_noun(tokens, tags, k, words)


def _has_verb_left(tags: list[str], k: int) -> bool:
    return any(t in ("V", "X") for t in tags[:k])


def _owes_a_verb(tags: list[str], k: int) -> bool:
    """Whether token `k` stands behind the subject of a relative clause that has no verb yet."""
    left = next((r for r in range(k - 1, -1, -1) if tags[r] not in ("D", "N", "G", "R", "O")), -1)
    return left >= 0 and tags[left] == "W" and left < k - 1


_HOLDING = frozenset(("hold", "control", "occupy", "capture", "leave", "abandon", "win", "claim", "recapture", "rule", "attack"))


def _base(low: str) -> str:
    return low[:-3] + "y" if low.endswith("ies") else low.removesuffix("s")


def _runs_ahead(tokens: tuple[Token, ...], tags: list[str], k: int, words: Words) -> bool:
    """Whether a verb before a comma belongs to what runs ahead of the clause: "after taking the town, "."""
    gerund = {f.form for f in words.verbs.get(tokens[k].lower, ())} <= {Form.ING}
    return gerund and (k == 0 or tags[k - 1] in ("P", "S"))


_TIES = frozenset(("allied", "affiliated", "aligned", "linked", "belonging", "opposed", "associated", "close"))
_MEASURING = frozenset(("full", "total", "complete", "firm", "tight", "partial", "effective"))


def _clause_of_its_own(tokens: tuple[Token, ...], tags: list[str], k: int, words: Words) -> bool:
    """Whether what stands before shows that a verb is due: "where the rebels rule,", "the only town the government still holds", "took the
    town and the following day push on"."""
    after, low = tags[k + 1] if k + 1 < len(tags) else ".", tokens[k].lower
    left = k - 1
    while left >= 0 and tags[left] in ("N", "G", "R"):
        left -= 1
    if after in (",", ".", "P", "R") and left > 0 and tags[left] == "D" and tags[left - 1] == "N" and _base(low) in _HOLDING:
        return True
    while left >= 0 and tags[left] in ("N", "D", "G", "R"):
        left -= 1
    if after in (",", ".") and left >= 0 and tags[left] == "W":
        return True
    dated = any(words.has(kind, tokens[k - 1].lower) for kind in ("time-noun", "weekday", "month")) or tokens[k - 1].text.isdigit()
    if not dated or after not in ("D", "N", "P", "R") or low.endswith("s"):
        return False
    opened = next((r for r in range(k - 1, -1, -1) if tags[r] not in ("N", "D", "P", "R", "G")), -1)
    return opened >= 0 and tags[opened] == "C" and _has_verb_left(tags, opened)


def _after_noun(tokens: tuple[Token, ...], tags: list[str], k: int, words: Words) -> str:
    """Behind a nominal: a verb if its clause has no other, and what follows can be its object or particle."""
    after = tags[k + 1] if k + 1 < len(tags) else "."
    if after in ("X", "M") or after == "G":
        return "N"
    low = tokens[k].lower
    if _owes_a_verb(tags, k) and after in (".", ",", "P", "R") and not low.endswith("ss"):
        return "V"  # "the town, which the rebels hold."
    if tokens[k - 1].lower in _MEASURING:
        return "N"  # "under our full control"
    if after in ("D", "O") and low.endswith("s") and words.has("reporting", low.removesuffix("s")):
        return "V"  # "a spokesman claims the group is inside"
    if _clause_of_its_own(tokens, tags, k, words):
        return "V"
    many = words.has("agent-noun", tokens[k - 1].lower) and tokens[k - 1].lower.endswith("s")
    if words.has("fierce", tokens[k - 1].lower) and after in ("P", ",", ".", "V", "X"):
        return "N"  # "fierce clashes between"
    lone = not any(t in ("V", "X", "M") for t in tags[:k]) and after == "N" and (tokens[k - 1].capital or many)
    if (words.has("mostly-noun", low) and after not in ("D", "O") and not lone) or (
        after in (",", ".", "") and not words.has("intransitive", low.removesuffix("s"))
    ):
        return "N"
    singular = low.endswith("s") and not low.endswith("ss")
    for r in range(k + 1, len(tags)):
        t = tags[r]
        if t == "X" and tokens[r].lower in ("having", "being"):
            break
        if t in ("X", "M"):
            return "N"
        if t == "V":
            forms = {f.form for f in words.verbs.get(tokens[r].lower, ())}
            if Form.ING in forms and Form.BASE not in forms:
                break
            return "N" if after != "D" else "V"
        if t in (",", "S", "W", "A", ".", "T", "C"):
            break
    apart = False  # a comma stands between
    for left in range(k - 1, -1, -1):
        if apart and (tags[0] == "S" or (tags[left] == "V" and _runs_ahead(tokens, tags, left, words))):
            break  # "A day after attacking Kunduz, fighters attack Doshi"
        if tags[left] == "V" and any(words.has("reporting", f.lemma) for f in words.verbs.get(tokens[left].lower, ())):
            break  # "police say the gangs control"
        if tags[left] == "V" and (
            tokens[left + 1].lower == "by" or (tokens[left].lower in _TIES and tokens[left + 1].lower in ("with", "to"))
        ):
            continue  # "rockets fired by the rebels hit the airport", "forces allied with the army recapture it"
        if tags[left] in ("V", "X", "M"):
            return "N" if after != "D" else "V"
        if tags[left] in ("S", "W", "A", ".", "Q", "C"):
            break
        apart = apart or tags[left] == ","
    if (
        after == "P"
        and not singular
        and tokens[k + 1].lower in ("on", "against", "in", "at", "by", "of", "from")
        and low in ("attack", "assault", "raid", "siege", "claim", "report", "capture", "control")
    ):
        return "N"
    if after in (".", ",") and low in ("control", "siege", "attack", "rule", "fire", "post", "base", "force"):
        return "N"
    return "V"
