"""How names are compared: a fold for exact lookups, a consonant skeleton for transliterations.

The fold keeps letters and digits only, so "Deir ez-Zor", "Deir Ezzor" and "Dayr-ez-Zōr"'s spellings meet where they differ by blanks, hyphens,
apostrophes, case or accents alone. The skeleton drops vowels and merges what transliterations exchange (q/k, w/v, g/h ...): it is far too
loose for the whole world and is used within one province or country only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from heldby.model.place import Candidate

_LETTERS = str.maketrans(
    {"ə": "a", "ǝ": "a", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ħ": "h"}
)
_ARTICLE = re.compile(r"(?:al|ar|as|ash|at|an|ad|adh|az|el|es|ed|er|en)[-’' ]+(?=\w)", re.IGNORECASE)
_MERGED = (
    (re.compile(r"dzh|dj|zh"), "j"),
    (re.compile(r"tsch|tch|ch|ç"), "c"),
    (re.compile(r"sch|sh"), "s"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"ck|q|x"), "k"),
    (re.compile(r"ts|tz"), "s"),
    (re.compile(r"w"), "v"),
    (re.compile(r"[gh]"), ""),
    (re.compile(r"[aeiouy]"), ""),
)
_APOSTROPHES = re.compile("['’‘`´ʼʿʾ]")
_ARTICLES = frozenset(["ad", "adh", "al", "an", "ar", "as", "ash", "at", "az", "ed", "el", "en", "er", "es", "ez", "il", "l", "ul"])
_WORD_FORMS = dict.fromkeys(("kfar", "kafar", "kefr", "kafer"), "kafr") | dict.fromkeys(("kherbet", "khirbet", "khirba"), "khirbat")
_ROMANISED = (
    *(("kh", "x"), ("dj", "j"), ("dh", "d"), ("gh", "g"), ("th", "t"), ("ch", "sh"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k")),
    *(("ou", "u"), ("oo", "u"), ("ee", "i"), ("ei", "ai"), ("ay", "ai"), ("ey", "ai"), ("au", "aw"), ("ow", "aw"), ("y", "i")),
    *(("e", "a"), ("o", "u")),
)
_FEMININE = re.compile(r"(?<=i)ah?\Z|a?h?\Z")
_NO_ALNUM = re.compile(r"[^a-z0-9]+")
_NO_LETTER = re.compile(r"[^a-z]+")
_DOUBLED = re.compile(r"(.)\1+")

SHORTEST_KEY = 4  # letters of an Arabic key that may stand for a name
SAME_SKELETON = 0.86  # score of names with one skeleton before their letters are compared
LEAST_RATIO = 76.0  # rapidfuzz ratio (0..100) below which spellings are not called alike


def fold(name: str) -> str:
    """Letters and digits of `name`, lower case, without accents, blanks, hyphens and apostrophes; other scripts keep their letters."""
    if name.isascii():
        low = name.lower()
        return low if low.isalnum() else _NO_ALNUM.sub("", low)
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    return "".join(c for c in plain if c.isalnum() and not unicodedata.combining(c) and not "ʰ" <= c <= "˿")


def bare(name: str) -> str:
    """`name` without a leading Arabic article ("al-Bab" -> "Bab"); unchanged if there is none."""
    return _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name


def arabic_key(name: str) -> str:
    """What romanisations of one Arabic name have in common ("Jub al-Jarrah", "Jubb al Jarrāḩ"): no articles, vowels in three classes, letters
    that stand for one another merged, no feminine ending. "" for names with digits and for keys too short to tell names apart.
    """
    return arabic_keys([name])[0]


def arabic_keys(names: Sequence[str]) -> list[str]:
    """The `arabic_key` of each name. A country's worth is asked for at once: they are folded as one text, a line each, and every word is
    romanised once."""
    plain = unicodedata.normalize("NFKD", "\n".join(" ".join(name.splitlines()) for name in names).lower())
    marks = {ord(c): None for c in set(plain) if unicodedata.combining(c)}
    lines = _APOSTROPHES.sub("", plain.translate(marks)).split("\n")
    written: dict[str, str] = {}
    return [_key_of(line, written) for line in lines[: len(names)]]


def _key_of(letters: str, written: dict[str, str]) -> str:
    if any(map(str.isdigit, letters)):
        return ""
    key = ""
    for word in _NO_LETTER.split(letters):
        if word and word not in _ARTICLES:
            if word not in written:
                written[word] = _romanised(_WORD_FORMS.get(word, word))
            key += written[word]
    return key if len(key) >= SHORTEST_KEY else ""


def _romanised(word: str) -> str:
    for written, letter in _ROMANISED:
        if written in word:
            word = word.replace(written, letter)
    word = _DOUBLED.sub(r"\1", word)
    return _FEMININE.sub("", word) if len(word) > 3 else word


def skeleton(folded: str) -> str:
    """The consonants of a folded name with exchangeable ones merged; the first letter is kept as a class of its own if it is a vowel."""
    rest = folded
    for pattern, letter in _MERGED:
        rest = pattern.sub(letter, rest)
    rest = _DOUBLED.sub(r"\1", rest)
    return f"a{rest}" if folded[:1] in tuple("aeiou") else rest


def alike(name: str, others: Iterable[tuple[str, str]], *, limit: int = 5) -> tuple[Candidate, ...]:
    """Candidates among `others` (unit id, spelling), best first, ties by id: same skeleton, else a rapidfuzz ratio of at least 76.

    After section 2.2 of the engine survey: sound only where `others` are the names of one province or country.
    """
    wanted = fold(bare(name))
    bones = skeleton(wanted)
    if len(wanted) < 4:
        return ()
    best: dict[str, Candidate] = {}
    for unit_id, spelling in others:
        other = fold(bare(spelling))
        ratio = fuzz.ratio(wanted, other)
        same = len(bones) >= 2 and skeleton(other) == bones and ratio >= 50.0
        if not same and ratio < LEAST_RATIO:
            continue
        score = round(max(ratio / 100.0, SAME_SKELETON * (0.8 + ratio / 500.0)) if same else ratio / 100.0 * 0.95, 4)
        if unit_id not in best or score > best[unit_id].score:
            reason = f"spelled like {spelling}" + (" (same consonants)" if same else "")
            best[unit_id] = Candidate(unit_id, score, (reason,))
    return tuple(sorted(best.values(), key=lambda c: (-c.score, c.unit_id))[:limit])
