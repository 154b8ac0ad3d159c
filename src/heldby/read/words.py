"""Words of one language compiled from a rulebook: closed classes, verb forms, nouns that type a phrase."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.model.rulebook import Rulebook

_VOWELS = "aeiou"
IDIOMS = ("denial-idiom", "denial-answer", "voice-idiom")  # classes whose words are a verb and what goes with it


class Form(StrEnum):
    BASE = "base"
    S = "s"
    PAST = "past"
    PART = "participle"
    ING = "ing"


@dataclass(frozen=True, slots=True)
class VerbForm:
    """One reading of a word as a verb."""

    lemma: str
    form: Form


@dataclass(frozen=True, slots=True)
class Words:
    """Lookups by lower-case word. `classes[kind]` maps a word (or phrase) to its value ("" where the class has none)."""

    classes: dict[str, dict[str, str]]
    verbs: dict[str, tuple[VerbForm, ...]]
    either: frozenset[str]  # base and -s forms that may be nouns
    longest: dict[str, int]  # words in the longest phrase of a class
    all_values: dict[tuple[str, str], tuple[str, ...]]  # every value of a word that a class lists more than once
    idioms: dict[tuple[str, str], tuple[tuple[str, ...], ...]]  # by class and verb: the words that go with it, "brush" -> ("off",)

    @classmethod
    def of(cls, rulebook: Rulebook) -> Words:
        classes: dict[str, dict[str, str]] = {}
        longest: dict[str, int] = {}
        several: dict[tuple[str, str], tuple[str, ...]] = {}
        for cue in rulebook.cues:
            if cue.kind in ("irregular-verb", "verb", "noun-or-verb"):
                continue
            classes.setdefault(cue.kind, {}).setdefault(cue.text, cue.value)
            several[cue.kind, cue.text] = (*several.get((cue.kind, cue.text), ()), cue.value)
            longest[cue.kind] = max(longest.get(cue.kind, 1), cue.text.count(" ") + 1)
        irregular = {c.text.split()[0]: c.text.split() for c in rulebook.of("irregular-verb")}
        lemmas = {c.text for k in ("verb", "reporting", "failure") for c in rulebook.of(k)} | set(irregular)
        idioms: dict[tuple[str, str], tuple[tuple[str, ...], ...]] = {}
        for cue in (c for kind in IDIOMS for c in rulebook.of(kind)):
            verb, *rest = cue.text.split()
            idioms[cue.kind, verb] = (*idioms.get((cue.kind, verb), ()), tuple(rest))
            lemmas.add(verb)
            classes.setdefault("denying-verb", {})[verb] = ""
        lemmas |= {v.split()[0] for f in rulebook.frames for v in f.verbs}
        verbs: dict[str, list[VerbForm]] = {}
        for lemma in sorted(lemmas):
            for form, text in conjugate(lemma, irregular.get(lemma)):
                verbs.setdefault(text, []).append(VerbForm(lemma, form))
        stems = {c.text for c in rulebook.of("noun-or-verb")}
        either = {text for stem in stems for text in (stem, third_person(stem))}
        return cls(classes, {k: tuple(v) for k, v in verbs.items()}, frozenset(either), longest, several, idioms)

    def has(self, kind: str, word: str) -> bool:
        return (words := self.classes.get(kind)) is not None and word in words

    def value(self, kind: str, word: str) -> str | None:
        """The value of `word` in a class, None if it is not in it."""
        return self.classes.get(kind, {}).get(word)

    def values(self, kind: str, word: str) -> tuple[str, ...]:
        """Every value of `word` in a class, in the order of the rules."""
        return self.all_values.get((kind, word), ())


def third_person(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def conjugate(base: str, irregular: list[str] | None = None) -> list[tuple[Form, str]]:
    """Forms of a verb, regular by the rules of spelling unless past and participle are given."""
    head, _, tail = base.rpartition("-")
    stem, prefix = tail or base, f"{head}-" if head else ""
    double = stem[-1] if _doubles(stem) else ""
    if stem.endswith("e") and not stem.endswith(("ee", "oe", "ye")):
        ing, past = stem[:-1] + "ing", stem + "d"
    elif stem.endswith("y") and stem[-2:-1] not in _VOWELS:
        ing, past = stem + "ing", stem[:-1] + "ied"
    else:
        ing, past = f"{stem}{double}ing", f"{stem}{double}ed"
    past, part, ing = prefix + past, prefix + past, prefix + ing
    if irregular:
        past, part = irregular[1], irregular[2]
        ing = irregular[3] if len(irregular) > 3 else ing
    return [(Form.BASE, base), (Form.S, third_person(base)), (Form.PAST, past), (Form.PART, part), (Form.ING, ing)]


def _doubles(stem: str) -> bool:
    """One short vowel before one consonant in a word of one syllable: stop, stopping."""
    vowels = sum(c in _VOWELS for c in stem)
    return len(stem) >= 3 and vowels == 1 and stem[-2] in _VOWELS and stem[-1] not in "aeiouwxy"
