"""What weighing assumes: likelihood ratios per kind of voice and interest, rates of change, windows. A table an analyst can edit."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from importlib import resources
from math import isfinite
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

from heldby.errors import Faults, HeldbyError
from heldby.model.ident import digest
from heldby.model.who import VoiceKind


class Stake(StrEnum):
    """How a claim stands to the interest of the voice that makes it."""

    SERVING = "serving"
    LEANING = "leaning"
    NONE = "none"
    RELUCTANT = "reluctant"
    ADMISSION = "admission"


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """One line of the table: likelihood ratios against "another side holds the place" (see priors.toml for each)."""

    id: str
    interest: Stake
    kinds: tuple[str, ...]
    event: float
    again: float
    state: float
    denial: float
    contest: float
    why: str


@dataclass(frozen=True, slots=True)
class Motion:
    """Rates of change a day; `fresh` multiplies those of a fresh hold."""

    take: float
    contest: float
    resolve: float
    settle: float
    fresh: float


@dataclass(frozen=True, slots=True)
class Start:
    """Share of places contested at the first evidence, and how a false announcement of a capture splits."""

    contested: float
    exaggerated: float


@dataclass(frozen=True, slots=True)
class Weight:
    """Share of a testimony that counts as an independent look, 0 to 1."""

    hedged: float
    linked: float
    background: float
    attack: float
    repeat: float
    reexamine: float
    certain: float


@dataclass(frozen=True, slots=True)
class Window:
    """Spans in days."""

    same_event: int
    narration: int
    relay: int
    reprint: int
    repeat: int
    live: int
    dispute: int
    quiet: int
    recent: int


@dataclass(frozen=True, slots=True)
class Copy:
    """From which containment (0 to 1) on a report or a passage is a copy."""

    report: float
    passage: float


@dataclass(frozen=True, slots=True)
class SupportLine:
    """Leading probabilities below which a quiet status is stale, and names no holder."""

    commit: float
    hold: float


@dataclass(frozen=True, slots=True)
class TallyLine:
    """Variance inflation and the normal quantile of a tally's interval."""

    design_effect: float
    quantile: float


@dataclass(frozen=True, slots=True)
class Learning:
    """How strongly the lines above hold against what is learned, and how often that is renewed (see priors.toml)."""

    renew: int
    exponent_sd: float
    missed: float
    changes: float
    testimonies: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Priors:
    """All of priors.toml. `digest` is the SHA-256 of its values: part of every status's provenance."""

    voices: tuple[VoiceLine, ...]
    motion: Motion
    start: Start
    weight: Weight
    window: Window
    copy: Copy
    support: SupportLine
    tally: TallyLine
    learning: Learning
    reliability: tuple[tuple[str, float], ...]
    digest: str

    def line(self, kind: VoiceKind, stake: Stake) -> VoiceLine:
        """The first line that fits; load_priors has made sure that there is one."""
        return next(v for v in self.voices if v.interest is stake and (kind.value in v.kinds or "*" in v.kinds))

    def reliability_of(self, origin: str) -> float:
        return next((w for o, w in self.reliability if o == origin), 1.0)


_SHARES = {
    "start": ("contested", "exaggerated"),
    "weight": tuple(f.name for f in fields(Weight)),
    "copy": ("report", "passage"),
    "support": ("commit", "hold"),
    "learning": ("missed",),
}
_Section = TypeVar("_Section")


def load_priors(path: Path | None = None) -> Priors:
    """The package's priors.toml, or the one at `path`. Raises Faults that names every missing, unknown or impossible value at once."""
    subject = str(path) if path else "priors.toml"
    try:
        text = path.read_text("utf-8") if path else resources.files("heldby.weigh").joinpath("priors.toml").read_text("utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise HeldbyError(subject, str(e)) from None
    return parse_priors(table, subject)


def parse_priors(table: Mapping[str, Any], subject: str = "priors") -> Priors:
    """Priors from a table shaped as priors.toml. Raises Faults."""
    faults: list[HeldbyError] = []
    names = ("voice", "motion", "start", "weight", "window", "copy", "support", "tally", "learning", "reliability")
    faults += [HeldbyError(subject, f"no such section; known: {', '.join(names)}", key) for key in sorted(set(table) - set(names))]
    voices = tuple(v for i, row in enumerate(_rows(table, subject, faults)) if (v := _voice(row, subject, i, faults)) is not None)
    _cover(voices, subject, faults)
    motion = _section(Motion, "motion", table, subject, faults)
    start = _section(Start, "start", table, subject, faults)
    weight = _section(Weight, "weight", table, subject, faults)
    window = _section(Window, "window", table, subject, faults)
    copy = _section(Copy, "copy", table, subject, faults)
    support = _section(SupportLine, "support", table, subject, faults)
    tally = _section(TallyLine, "tally", table, subject, faults)
    learning = _section(Learning, "learning", table, subject, faults)
    learned = table.get("reliability", {})
    if not isinstance(learned, Mapping):
        faults.append(HeldbyError(subject, "expected a table of weights by origin", "reliability"))
        learned = {}
    faults += [
        HeldbyError(subject, f"expected a weight from 0 to 1, found {w!r}", f"reliability.{o}")
        for o, w in sorted(learned.items())
        if not _number(w) or not 0 <= w <= 1
    ]
    if faults or not (motion and start and weight and window and copy and support and tally and learning):
        raise Faults(subject, faults)
    reliability = tuple(sorted((str(o), float(w)) for o, w in learned.items()))
    return Priors(voices, motion, start, weight, window, copy, support, tally, learning, reliability, digest(dict(table)))


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _section(kind: type[_Section], name: str, table: Mapping[str, Any], subject: str, faults: list[HeldbyError]) -> _Section | None:
    given = table.get(name)
    if not isinstance(given, Mapping):
        faults.append(HeldbyError(subject, "section missing", name))
        return None
    known = {f.name: f.type for f in fields(kind)}  # type: ignore[arg-type]
    before = len(faults)
    for key in sorted(set(given) - set(known)):
        faults.append(HeldbyError(subject, f"no such value; known: {', '.join(known)}", f"{name}.{key}"))
    for key, wanted in known.items():
        value = given.get(key)
        if not _number(value) or (wanted == "int" and not isinstance(value, int)):
            faults.append(HeldbyError(subject, f"expected a number ({wanted}), found {value!r}", f"{name}.{key}"))
        elif value < 0 or (value > 1 and key in _SHARES.get(name, ())):
            faults.append(HeldbyError(subject, f"out of range: {value}", f"{name}.{key}"))
    if len(faults) > before:
        return None
    return kind(**{k: int(given[k]) if wanted == "int" else float(given[k]) for k, wanted in known.items()})


def _rows(table: Mapping[str, Any], subject: str, faults: list[HeldbyError]) -> list[Mapping[str, Any]]:
    given = table.get("voice")
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        faults.append(HeldbyError(subject, "expected [[voice]] tables", "voice"))
        return []
    return given


def _voice(row: Mapping[str, Any], subject: str, index: int, faults: list[HeldbyError]) -> VoiceLine | None:
    place = f"voice {index + 1} ({row.get('id', 'no id')})"
    known = [f.name for f in fields(VoiceLine)]
    before = len(faults)
    faults += [HeldbyError(subject, f"no such value: {k}", place) for k in sorted(set(row) - set(known))]
    faults += [HeldbyError(subject, f"missing: {k}", place) for k in known if k not in row]
    for key in ("event", "again", "state", "denial", "contest"):
        value = row.get(key)
        if key in row and (not _number(value) or not 0 < value <= 1000):
            faults.append(HeldbyError(subject, f"{key}: expected a ratio above 0, at most 1000, found {value!r}", place))
        elif _number(value) and (value > 1 if key == "denial" else value < 1):
            faults.append(HeldbyError(subject, f"{key}: a ratio on the wrong side of 1: {value}", place))
    kinds = ("*", *(k.value for k in VoiceKind))
    given = row.get("kinds", [])
    if not isinstance(given, list):
        faults.append(HeldbyError(subject, f"kinds: expected a list, found {given!r}", place))
        given = []
    faults += [HeldbyError(subject, f"no such kind of voice: {k!r}", place) for k in given if k not in kinds]
    wordless = [k for k in ("id", "why") if k in row and not isinstance(row[k], str)]
    faults += [HeldbyError(subject, f"{k}: expected words, found {row[k]!r}", place) for k in wordless]
    if row.get("interest") not in [s.value for s in Stake]:
        faults.append(HeldbyError(subject, f"no such interest: {row.get('interest')!r}", place))
    if len(faults) > before:
        return None
    numbers = {k: float(row[k]) for k in ("event", "again", "state", "denial", "contest")}
    return VoiceLine(id=str(row["id"]), interest=Stake(row["interest"]), kinds=tuple(row["kinds"]), why=str(row["why"]), **numbers)


def _cover(voices: tuple[VoiceLine, ...], subject: str, faults: list[HeldbyError]) -> None:
    """Every kind of voice with every interest needs a line."""
    for stake in Stake:
        covered = {k for v in voices if v.interest is stake for k in v.kinds}
        missing = [] if "*" in covered else [k.value for k in VoiceKind if k.value not in covered]
        if missing:
            faults.append(HeldbyError(subject, f"no line for {', '.join(missing)}", f"voice, interest {stake.value}"))
