"""Tags: one letter for each token of a sentence, by its word and what stands around it.

A word that may be noun or verb ("attack", "control") is decided last, when its neighbours are known.
"""

from __future__ import annotations

from heldby.read.tagging_either import either
from heldby.read.text import Token
from heldby.read.words import Form, VerbForm, Words


def tag(tokens: tuple[Token, ...], inside: list[int], words: Words) -> list[str]:
    """One letter a token. `inside[k]` is -1, or the name that token k is part of.

    D determiner, N nominal, V verb, X be/have/do, M modal, T to, R adverb, P preposition, C and/or, S subordinator, W relative, A "that",
    O pronoun, G possessive, K negator, Q quotation mark, "," and "." marks.
    """
    tags = [_first_tag(tokens, k, inside[k], words) for k in range(len(tokens))]
    for k, t in enumerate(tags):
        if t == "?":
            tags[k] = either(tokens, tags, k, words)
    for k, t in enumerate(tags):
        if (
            t == "S"
            and tokens[k].lower in ("after", "before", "since", "until", "till", "as")
            and not _clause_ahead(tokens, tags, k, words)
        ):
            tags[k] = "P"
    return tags


def _clause_ahead(tokens: tuple[Token, ...], tags: list[str], k: int, words: Words) -> bool:
    """Whether a verb follows before the next boundary: "after the city fell" against "after weeks of fighting"."""
    for r in range(k + 1, len(tags)):
        t = tags[r]
        if t in ("X", "M"):
            return True
        if t == "V":
            return (
                r == k + 1
                or tags[r - 1] in ("R", "K")
                or any(f.form is not Form.ING for f in words.verbs.get(tokens[r].lower, ()))
                or tags[r - 1] in ("O", "N")
            )
        if t in (",", ".", "S", "W", "A"):
            return False
        if t == "D" and tags[r - 1] == "N" and r > k + 1:
            return False  # "after two weeks of siege the Taliban swept"
    return False


def _first_tag(tokens: tuple[Token, ...], k: int, name: int, words: Words) -> str:
    token = tokens[k]
    low = token.lower
    if name >= 0:
        return "N"
    if low == "'s":
        return "G"
    if not token.is_word:
        return _mark(token.text)
    if token.capital and (words.has("month", low) or words.has("weekday", low)) and (k or low not in ("may", "march")):
        return "N"
    before = tokens[k - 1].lower if k else ""
    after = tokens[k + 1] if k + 1 < len(tokens) else None
    if low == "to":
        return "P" if before == "according" else "T"
    if low == "that":
        starts = not k or not tokens[k - 1].is_word or words.has("conjunction", before) or words.has("preposition", before)
        return "D" if starts and after is not None and words.has("place-noun", after.lower) else "A"
    for kind, letter in (("be", "X"), ("have", "X"), ("do", "X"), ("modal", "M")):
        if words.has(kind, low) and not (
            low == "may" and token.capital and (before in ("in", "since", "of", "early", "late", "mid") or not k)
        ):
            return letter
    if low in ("not", "never") or (low == "no" and after and after.lower == "longer"):
        return "K"
    if (low == "no" and _no_more(tokens, k, words)) or (low == "more" and before == "no" and _no_more(tokens, k - 1, words)):
        return "K" if low == "no" else "R"
    if words.has("conjunction", low):
        return "C"
    if low in ("where", "when") or (words.has("relative", low)):
        return "W" if low not in ("when",) else "S"
    if words.has("subordinator", low):
        return _subordinator(low, before, after, words)
    if (
        low in ("all", "both", "each")
        and after is not None
        and (words.has("have", before) or words.has("be", before))
        and after.lower in words.verbs
    ):
        return "R"  # "have all fallen"
    if words.has("pronoun", low) and _stands_alone(low, after, words):
        return "O"
    if words.has("time-noun", low):
        inside = low in _DAYS and any(words.has(c, before) for c in ("have", "be", "modal"))
        return "R" if inside and after is not None and after.lower in words.verbs else "N"  # "have today handed over"
    if words.has("determiner", low):
        return "D"
    forms = words.verbs.get(low)
    if forms and not (token.capital and k and tokens[k - 1].is_word and low not in words.either):
        return _verb_tag(tokens, k, forms, words)
    if low in _RANKS and words.has("determiner", before) and after is not None and after.lower in ("to", "that", "of"):
        return "N"  # "the first to fall"
    if words.has("adverb", low) and low not in ("north", "south", "east", "west"):
        return "R"
    if words.has("preposition", low) and not (low in ("north", "south", "east", "west") and (after is None or after.lower != "of")):
        if low in ("north", "south", "east", "west") and before == "the":
            return "N"
        return "P"
    if low.endswith("ed") and (low == "armed" or words.has("determiner", before)) and after and words.has("agent-noun", after.lower):
        return "N"  # "the armed forces", "a pro-government armed group"
    return "N" if words.has("number", low) else _by_ending(tokens, k, words)  # "hundred" is no participle


def _no_more(tokens: tuple[Token, ...], k: int, words: Words) -> bool:
    """Whether "no" and "more" mean "no longer": "is no more in government hands"."""
    pair = k > 0 and k + 2 < len(tokens) and tokens[k + 1].lower == "more"
    return pair and words.has("be", tokens[k - 1].lower) and words.has("preposition", tokens[k + 2].lower)


def _by_ending(tokens: tuple[Token, ...], k: int, words: Words) -> str:
    """The tag of a word in no class, by its last letters."""
    token, low = tokens[k], tokens[k].lower
    before = tokens[k - 1].lower if k else ""
    if low.endswith("ly") and len(low) > 4 and low not in _NO_ADVERBS:
        return "R"
    plain = not token.capital and len(low) > 4 and "-" not in low
    if plain and low.endswith("ed"):
        paired = k > 2 and words.has("conjunction", before) and tokens[k - 2].lower.endswith("ed")
        return "N" if words.has("determiner", tokens[k - 3].lower if paired else before) else "V"  # "a retired (and decorated) general"
    return "V" if plain and len(low) > 5 and low.endswith("ing") and not low.endswith("thing") and before in _BEFORE_ING else "N"


_STANDING = frozenset(("remaining", "advancing", "retreating", "defending", "attacking", "opposing", "warring", "invading", "fleeing"))
_DAYS = frozenset(("today", "yesterday", "tonight"))
_RANKS = frozenset(("first", "last", "next", "latest"))
_NO_ADVERBS = frozenset(("family", "july", "assembly", "italy", "supply", "anomaly", "daily", "friendly", "early", "only"))
_BEFORE_ING = frozenset(("is", "are", "was", "were", "been", "after", "before", "by", "while", "without", ","))


def _mark(text: str) -> str:
    if text == ",":
        return ","
    if text == '"':
        return "Q"
    if text in ("'", "%", "$", "/", "#", "+", "\u20ac", "\u00a3"):
        return "G" if text == "'" else "N"
    if text == "&":
        return "C"
    return "."


def _subordinator(low: str, before: str, after: Token | None, words: Words) -> str:
    if low == "as" and (before in ("well", "such") or (after is not None and after.lower in ("well", "many", "much"))):
        return "R"
    if low == "so" and (after is None or after.lower in ("far", "that")):
        return "R"
    if low == "once" and after is not None and (after.lower in words.verbs or after.lower in ("again", "more", "held", "controlled")):
        return "R"
    if low == "since" and after is not None and (after.text[0].isdigit() or after.lower in ("then",)):
        return "P"
    if low == "than":
        return "P"
    return "S"


def _stands_alone(low: str, after: Token | None, words: Words) -> bool:
    if low in (
        "it", "they", "them", "he", "she", "him", "we", "us", "i", "you", "itself", "themselves", "himself", "there", "here", "none",
        "others", "ours", "theirs", "what",
    ):  # fmt: skip
        return True
    if after is None or not after.is_word or after.lower in ("the", "a", "an"):
        return True
    if low in ("these", "those") and after.lower.endswith("s") and not words.has("be", after.lower):
        return False  # "these places"
    return (after.lower in words.verbs and after.lower not in words.either) or any(
        words.has(k, after.lower) for k in ("be", "have", "modal", "do", "preposition", "conjunction")
    )


def _verb_tag(tokens: tuple[Token, ...], k: int, forms: tuple[VerbForm, ...], words: Words) -> str:
    """V, N, or "?" where both are open."""
    low = tokens[k].lower
    before = tokens[k - 1].lower if k else ""
    after = tokens[k + 1] if k + 1 < len(tokens) else None
    kinds = {f.form for f in forms}
    if words.has("pronoun", low):
        return "N"  # "something officials deny"
    if before in ("these", "those") and low.endswith("s"):
        return "N"  # "these places": no verb of theirs ends so
    if kinds <= {Form.ING}:
        if low == "following" and after is not None and after.lower in ("the", "a", "an", "days", "weeks", "months", "heavy"):
            return "P" if before in (",", "") or not words.has("be", before) else "V"
        if low == "including":
            return "P"
        noun_after = after is not None and after.is_word and not _noun_stop(after.lower, words) and not words.has("determiner", after.lower)
        if noun_after and after is not None and low in _STANDING and words.has("agent-noun", after.lower) and not words.has("be", before):
            return "N"  # "Remaining elements of the group"
        if words.has("determiner", before) and noun_after and low not in ("including",):
            return "N"  # "the surrounding areas"
        if before in ("the", "a", "an", "of", "heavy", "their", "its") and (
            after is None
            or after.lower in ("in", "of", "between", "for", "with", ".", ",", "has", "was", "is", "on", "around", "near", "over", "by")
        ):
            return "N"
        if low in (
            "fighting",
            "shelling",
            "bombing",
            "bombings",
            "meeting",
            "building",
            "opening",
            "ruling",
            "morning",
            "evening",
            "training",
            "crossing",
        ) and not (words.has("be", before) or before in ("been", "still")):
            return (
                "N"
                if not (low == "fighting" and after is not None and after.lower in ("the", "against", "for", "to"))
                or before in ("", "heavy", "and")
                else "V"
            )
        return "V"
    if Form.PAST in kinds or Form.PART in kinds:
        degree = before.endswith("ly") and k > 1 and words.has("determiner", tokens[k - 2].lower)
        if degree and after is not None and after.is_word and not _noun_stop(after.lower, words):
            return "N"  # "the heavily defended capital"
        if not kinds & {Form.BASE, Form.S} or low not in words.either:
            if (
                before in ("the", "a", "an", "its", "their", "all", "of", "'s", "several", "other", "some", "many", "recently", "newly")
                and after is not None
                and after.is_word
                and not _noun_stop(after.lower, words)
            ):
                return "N"  # "the captured town"
            return "V"
        return "?"
    return "?" if low in words.either else ("N" if before in ("the", "a", "an", "'s") else "V")


def _noun_stop(low: str, words: Words) -> bool:
    return any(words.has(k, low) for k in ("preposition", "be", "have", "modal", "conjunction", "subordinator", "adverb"))
