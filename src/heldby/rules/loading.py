"""TOML files of one language -> a Rulebook. Strict: an unknown key, a wrong value or a frame without examples is a fault, and all are named.

`frames*.toml` hold [[frame]] tables, `words.toml`, `nouns.toml` and `voices.toml` [[cue]] tables, and [[example]] tables for what several
cues do together; dates and tallies are phrasebooks (see heldby.rules.phrases).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from heldby.errors import Faults, HeldbyError, UsageError
from heldby.model.claim import Modality, Polarity, Relation
from heldby.model.rulebook import Build, Cue, Example, Frame, Phrasebook, Role, Rulebook
from heldby.rules.phrases import load_phrasebook, origins

FRAME_KEYS = {f.name for f in fields(Frame)} - {"origin"}
CUE_KEYS = {"kind", "value", "words"}
LISTS = ("verbs", "nouns", "objects", "preps", "block", "beside", "sorts")
PHRASEBOOKS = ("dates", "tallies")
MIN_POSITIVE, MIN_NEGATIVE = 2, 1  # examples of each frame
E = TypeVar("E", bound=StrEnum)


@cache
def load_rulebook(language: str = "en") -> Rulebook:
    """The rules shipped for `language`. Raises UsageError for a language without rules, Faults that name every wrong entry."""
    folder = resources.files("heldby.rules") / language
    if not language.isalpha() or not folder.is_dir():
        known = sorted(d.name for d in resources.files("heldby.rules").iterdir() if d.is_dir() and len(d.name) == 2)
        raise UsageError(f"language {language}", f"no rules for it; known: {', '.join(known)}")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".toml"))
    present = [s for s in PHRASEBOOKS if f"{s}.toml" in names]
    raw = {n: (folder / n).read_bytes() for n in names if n.removesuffix(".toml") not in PHRASEBOOKS}
    return parse_rulebook(raw, language, tuple(load_phrasebook(s, language) for s in present))


def parse_rulebook(raw: Mapping[str, bytes], language: str, phrasebooks: tuple[Phrasebook, ...] = ()) -> Rulebook:
    """A rulebook from the bytes of its files by name. Raises Faults."""
    faults: list[HeldbyError] = []
    frames: list[Frame] = []
    cues: list[Cue] = []
    examples: list[Example] = []
    for name in sorted(raw):
        table = _parse(name, raw[name], faults)
        for key in sorted(set(table) - {"frame", "cue", "example"}):
            faults.append(HeldbyError(f"{language}/{name}", "no such table; known: frame, cue, example", key))
        file = f"{language}/{name}"
        examples += [x for entry in table.get("example", []) if (x := _example(entry, file, faults))]
        for entry, origin in origins(raw[name], "frame", table.get("frame", []), file):
            frames += [replace(f, origin=origin)] if (f := _frame(entry, file, faults)) else []
        for entry, origin in origins(raw[name], "cue", table.get("cue", []), file):
            cues += [replace(c, origin=origin) for c in _cues(entry, file, faults)]
    ids = [f.id for f in frames]
    faults += [HeldbyError(language, "two frames of this id", i) for i in sorted({i for i in ids if ids.count(i) > 1})]
    if faults:
        raise Faults(f"rules {language}", faults)
    seal = hashlib.sha256()
    for name in sorted(raw):
        seal.update(name.encode() + b"\0" + hashlib.sha256(raw[name]).digest())
    for book in phrasebooks:
        seal.update(book.digest.encode())
    return Rulebook(language, tuple(frames), tuple(cues), seal.hexdigest(), tuple(examples), phrasebooks)


def _parse(name: str, raw: bytes, faults: list[HeldbyError]) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        faults.append(HeldbyError(name, str(e)))
        return {}


def _cues(entry: Mapping[str, Any], name: str, faults: list[HeldbyError]) -> list[Cue]:
    kind = str(entry.get("kind", ""))
    place = f"cue {kind or '?'}"
    for key in sorted(set(entry) - CUE_KEYS):
        faults.append(HeldbyError(name, f"no such key; known: {', '.join(sorted(CUE_KEYS))}", f"{place}, {key}"))
    words = entry.get("words")
    if not kind or not isinstance(words, list) or not all(isinstance(w, str) and w and w == w.lower() for w in words):
        faults.append(HeldbyError(name, "a cue needs a kind and words in lower case", place))
        return []
    return [Cue(kind, word, str(entry.get("value", ""))) for word in dict.fromkeys(words)]


def _frame(entry: Mapping[str, Any], name: str, faults: list[HeldbyError]) -> Frame | None:
    place = f"frame {entry.get('id', '?')}"
    before = len(faults)

    def fault(key: str, cause: str) -> None:
        faults.append(HeldbyError(name, cause, f"{place}, {key}"))

    for key in sorted(set(entry) - FRAME_KEYS):
        fault(key, f"no such key; known: {', '.join(sorted(FRAME_KEYS))}")
    for key in ("id", "relation", "build"):
        if not isinstance(entry.get(key), str):
            fault(key, "a text is missing here")
    for key in LISTS:
        value = entry.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
            fault(key, "expected a list of texts")
    if len(faults) > before:
        return None
    frame = Frame(
        id=entry["id"],
        relation=_one(Relation, entry["relation"], "relation", fault),
        build=_one(Build, entry["build"], "build", fault),
        verbs=tuple(entry.get("verbs", ())),
        nouns=tuple(entry.get("nouns", ())),
        objects=tuple(entry.get("objects", ())),
        preps=tuple(entry.get("preps", ())),
        block=tuple(entry.get("block", ())),
        subject=_one(Role, entry.get("subject", "actor"), "subject", fault),
        object=_one(Role, entry.get("object", "place"), "object", fault),
        modifier=_one(Role, entry.get("modifier", "none"), "modifier", fault),
        parts=tuple((str(p), _one(Role, str(r), "parts", fault)) for p, r in dict(entry.get("parts", {})).items()),
        needs=tuple(_one(Role, str(r), "needs", fault) for r in entry.get("needs", ["place"])),
        home=_one(Relation, entry["home"], "home", fault) if "home" in entry else None,
        shifts=tuple((str(v), _one(Relation, str(r), "shifts", fault)) for v, r in dict(entry.get("shifts", {})).items()),
        polarity=_one(Polarity, entry.get("polarity", "asserted"), "polarity", fault),
        modality=_one(Modality, entry.get("modality", "factual"), "modality", fault),
        strict=bool(entry.get("strict", False)),
        passive=bool(entry.get("passive", True)),
        again=_one(Relation, entry["again"], "again", fault) if "again" in entry else None,
        ongoing=_one(Relation, entry["ongoing"], "ongoing", fault) if "ongoing" in entry else None,
        lasting=_one(Relation, entry["lasting"], "lasting", fault) if "lasting" in entry else None,
        moves=bool(entry.get("moves", False)),
        echoes=bool(entry.get("echoes", False)),
        borrow=bool(entry.get("borrow", False)),
        beside=tuple(entry.get("beside", ())),
        sorts=tuple(entry.get("sorts", ())),
        definite=bool(entry.get("definite", False)),
        only=_one(Polarity, entry["only"], "only", fault) if "only" in entry else None,
        examples=_examples(entry, fault),
    )
    return frame if len(faults) == before else None


def _one(kind: type[E], value: str, key: str, fault: Any) -> E:
    try:
        return kind(value)
    except ValueError:
        fault(key, f"{value!r} is none of {', '.join(kind)}")
        return next(iter(kind))


def _example(entry: Any, name: str, faults: list[HeldbyError]) -> Example | None:
    claims = entry.get("claims", []) if isinstance(entry, dict) else None
    if not isinstance(claims, list) or not isinstance(entry.get("text"), str) or set(entry) - {"text", "claims"}:
        faults.append(HeldbyError(name, "an example is { text = ..., claims = [...] }", f"example {str(entry)[:40]}"))
        return None
    return Example(entry["text"], tuple(str(c) for c in claims))


def _examples(entry: Mapping[str, Any], fault: Any) -> tuple[Example, ...]:
    out = []
    for example in entry.get("examples", []):
        faults: list[HeldbyError] = []
        if (made := _example(example, "", faults)) is None:
            fault("examples", faults[0].cause)
        else:
            out.append(made)
    positive = sum(bool(e.claims) for e in out)
    if positive < MIN_POSITIVE or len(out) - positive < MIN_NEGATIVE:
        fault("examples", f"a frame needs {MIN_POSITIVE} examples with claims and {MIN_NEGATIVE} without")
    return tuple(out)
