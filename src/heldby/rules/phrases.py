"""Phrasebooks: the word classes and written forms of dates and tallies, one TOML file a subject beside this module.

A file holds `[atoms]` (name = regular expression), `[words.CLASS]` tables (text = value), `[[form]]` tables (id, pattern, value, given,
examples, note) and nothing else. A pattern uses atoms and classes as {name}.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

from heldby.errors import Faults, HeldbyError
from heldby.model.rulebook import Cue, Example, Form, Phrasebook

FORM_KEYS = frozenset({"id", "pattern", "value", "given", "examples", "note"})
CLASS_IN_PATTERN = re.compile(r"\{([a-z_]+)\}")


def load_phrasebook(subject: str, language: str = "en") -> Phrasebook:
    """The phrasebook shipped for `subject` ("dates", "tallies"). Raises HeldbyError naming the file, Faults naming every wrong entry."""
    name = f"{language}/{subject}.toml"
    file = resources.files("heldby.rules") / language / f"{subject}.toml"
    if not file.is_file():
        raise HeldbyError(name, "no such rules")
    return parse_phrasebook(file.read_bytes(), subject, language, name)


def parse_phrasebook(raw: bytes, subject: str, language: str, name: str) -> Phrasebook:
    """A phrasebook from the bytes of its TOML file; `name` is what errors call it."""
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise HeldbyError(name, str(e)) from None
    faults: list[HeldbyError] = []
    words = tuple(Cue(kind, text, str(value)) for kind, entries in table.get("words", {}).items() for text, value in entries.items())
    words += tuple(Cue("atom", atom, str(pattern)) for atom, pattern in table.get("atoms", {}).items())
    classes = {w.text if w.kind == "atom" else w.kind for w in words}
    entries = origins(raw, "form", table.get("form", []), name)
    forms = tuple(replace(_form(entry, name, classes, faults), origin=origin) for entry, origin in entries)
    for key in sorted(set(table) - {"atoms", "words", "form"}):
        faults.append(HeldbyError(name, "no such table; known: atoms, words, form", key))
    ids = [f.id for f in forms]
    faults += [HeldbyError(name, "two forms of this id", i) for i in sorted({i for i in ids if ids.count(i) > 1})]
    if faults:
        raise Faults(name, faults)
    return Phrasebook(subject, language, words, forms, hashlib.sha256(raw).hexdigest())


def origins(raw: bytes, table: str, entries: Sequence[Any], file: str) -> list[tuple[Any, str]]:
    """The entries [[table]] of a TOML file, each with file and line at which it begins ("en/frames.toml:31"); the file alone where entries
    are written otherwise."""
    header = re.compile(rb"\s*\[\[\s*%b\s*\]\]" % table.encode())
    lines = [number for number, line in enumerate(raw.split(b"\n"), start=1) if header.match(line)]
    known = len(lines) == len(entries)
    return [(entry, f"{file}:{lines[k]}" if known else file) for k, entry in enumerate(entries)]


def _form(entry: Mapping[str, Any], name: str, classes: set[str], faults: list[HeldbyError]) -> Form:
    ident = str(entry.get("id", "?"))
    for key in sorted(set(entry) - FORM_KEYS):
        faults.append(HeldbyError(name, f"no such key; known: {', '.join(sorted(FORM_KEYS))}", f"form {ident}, {key}"))
    for key in ("id", "pattern", "value"):
        if not isinstance(entry.get(key), str):
            faults.append(HeldbyError(name, "a text is missing here", f"form {ident}, {key}"))
    pattern = str(entry.get("pattern", ""))
    for word_class in sorted(set(CLASS_IN_PATTERN.findall(pattern)) - classes):
        faults.append(HeldbyError(name, f"the pattern uses an unknown class of words {{{word_class}}}", f"form {ident}"))
    try:
        re.compile(CLASS_IN_PATTERN.sub("x", pattern))
    except re.error as e:
        faults.append(HeldbyError(name, f"the pattern is no regular expression: {e}", f"form {ident}"))
    examples = tuple(Example(str(e["text"]), tuple(str(x) for x in e.get("read", ()))) for e in entry.get("examples", ()))
    return Form(ident, pattern, str(entry.get("value", "")), str(entry.get("given", "")), examples)
