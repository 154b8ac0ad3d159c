"""A table of claims from rows of text: strict, every fault at once with its row, the same arrays for any order of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from heldby.errors import Faults, HeldbyError, UsageError
from heldby.weigh.learned.alphabet import CONTEST_WORDS, CONTESTED, RELATIONS, Alphabet
from heldby.weigh.learned.table import KINDS, ClaimTable, Source

COLUMNS = ("unit", "date", "known", "source", "kind", "side", "relation", "holder", "stance", "echo_of")
REQUIRED = ("unit", "date", "source", "kind", "relation", "holder", "stance")
STANCES = ("asserted", "denied")
SHOWN = 50
MOST_HOLDERS = 60


class Coder:
    """Strings as small integers, column by column, in blocks of rows: a table of millions of rows never lies in memory as strings."""

    def __init__(self, name: str, header: Sequence[str]) -> None:
        self.name = name
        faults = [HeldbyError(name, f"column {c!r} is missing", "header") for c in REQUIRED if c not in header]
        faults += [HeldbyError(name, f"column {c!r} twice", "header") for c in sorted({c for c in header if list(header).count(c) > 1})]
        if faults:
            raise Faults(name, faults)
        self.header = tuple(header)
        self.codes: dict[str, dict[str, int]] = {c: {} for c in COLUMNS}
        self.blocks: dict[str, list[NDArray[np.int32]]] = {c: [] for c in COLUMNS}
        self.faults: list[HeldbyError] = []
        self.rows = 0

    def add(self, rows: list[list[str]], line: int) -> None:
        """One block of rows; `line` is the number of its first row, the header being 1."""
        width = len(self.header)
        good = rows
        if any(len(r) != width for r in rows):
            for i, r in enumerate(rows):
                if len(r) != width:
                    self.faults.append(HeldbyError(self.name, f"{len(r)} fields where the header has {width}", f"row {line + i}"))
            good = [r if len(r) == width else [""] * width for r in rows]
        columns = dict(zip(self.header, zip(*good, strict=True), strict=True)) if good else {}
        for c in COLUMNS:
            self.take(c, columns.get(c, ("",) * len(good)))
        self.rows += len(good)

    def take(self, column: str, values: Iterable[str | None]) -> None:
        """The codes of one column's block."""
        codes = self.codes[column]
        block = [codes.setdefault(v.strip() if v else "", len(codes)) for v in values]
        self.blocks[column].append(np.array(block, np.int32))

    def column(self, name: str) -> tuple[list[str], NDArray[np.int32]]:
        """The distinct values of a column and the code of each row."""
        blocks = self.blocks.pop(name)
        return list(self.codes[name]), np.concatenate(blocks) if blocks else np.zeros(0, np.int32)

    def fault(self, wrong: NDArray[np.bool_], why: str) -> None:
        """A fault for each of these rows, the first SHOWN of them named."""
        where = np.nonzero(wrong)[0]
        self.faults += [HeldbyError(self.name, why, f"row {int(i) + 2}") for i in where[:SHOWN]]
        if where.size > SHOWN:
            self.faults.append(HeldbyError(self.name, f"{why} ({where.size - SHOWN} more rows)", "further rows"))

    def fault_values(self, values: list[str], code: NDArray[np.int32], bad: dict[str, str]) -> None:
        """A fault for each row with one of the `bad` values: value to reason."""
        for i, value in enumerate(values):
            if value in bad:
                self.fault(code == i, bad[value])


def read_table(name: str, header: Sequence[str], rows: Iterable[list[str]], block: int = 100_000) -> ClaimTable:
    """Rows of a CSV file as a table. `name` is named in faults. Raises `Faults` with every fault found, or `UsageError` where there is no row."""
    coder = Coder(name, header)
    held: list[list[str]] = []
    line = 2
    for row in rows:
        held.append(row)
        if len(held) == block:
            coder.add(held, line)
            line += block
            held = []
    coder.add(held, line)
    return coded_table(coder)


def days_of(coder: Coder, column: str) -> NDArray[np.int32]:
    """Ordinals of a column of dates; faults for those that are none."""
    values, code = coder.column(column)
    ordinals, bad = np.zeros(len(values) + 1, np.int32), {}
    for i, value in enumerate(values):
        try:
            ordinals[i] = date.fromisoformat(value).toordinal() if len(value) == 10 else 0
        except ValueError:
            ordinals[i] = 0
        if ordinals[i] == 0 and not (column == "known" and value == ""):
            bad[value] = f"{column} {value!r} is no date (YYYY-MM-DD)"
    coder.fault_values(values, code, bad)
    return ordinals[code]


def sources_of(coder: Coder) -> tuple[tuple[Source, ...], NDArray[np.int32], NDArray[np.int32], list[str]]:
    """Sources sorted by name, the source and the echoed source of each row, and the sides named."""
    names, who = coder.column("source")
    kinds, kind = coder.column("kind")
    sides, side = coder.column("side")
    echoes, echo = coder.column("echo_of")
    coder.fault_values(names, who, {"": "source is empty"})
    coder.fault_values(kinds, kind, {k: f"kind {k!r} is none of {', '.join(KINDS)}" for k in kinds if k not in KINDS})
    belligerent = kind == (kinds.index("belligerent") if "belligerent" in kinds else -1)
    coder.fault(belligerent & (side == (sides.index("") if "" in sides else -1)), "a belligerent needs a side")
    first = np.zeros(len(names), np.int64)
    first[who[::-1]] = np.arange(who.size)[::-1]
    for what, code, values in (("kind", kind, kinds), ("side", side, sides)):
        wrong = code != code[first[who]] if who.size else np.zeros(0, np.bool_)
        for i in np.nonzero(wrong)[0][:SHOWN]:
            was = values[code[first[who[i]]]]
            coder.fault(np.arange(who.size) == i, f"source {names[who[i]]!r} has {what} {values[code[i]]!r} here and {was!r} before")
    of = {n: Source(n, kinds[kind[first[i]]], sides[side[first[i]]]) for i, n in enumerate(names)} if who.size else {}
    for e in echoes:
        if e and e not in of:
            of[e] = Source(e, "media")  # relayed, never heard itself
    order = sorted(of)
    place = {n: i for i, n in enumerate(order)} | {"": -1}
    source = np.array([place[n] for n in names], np.int32)[who] if names else who
    relayed = np.array([place[e] for e in echoes], np.int32)[echo] if echoes else echo
    return tuple(of[n] for n in order), source, np.where(relayed == source, -1, relayed).astype(np.int32), [s for s in sides if s]


def coded_table(coder: Coder) -> ClaimTable:
    """The table of a coder that has taken in every row."""
    if not coder.rows and not coder.faults:
        raise UsageError(coder.name, "there is no row of claims")
    units, unit = coder.column("unit")
    coder.fault_values(units, unit, {"": "unit is empty"})
    day, known = days_of(coder, "date"), days_of(coder, "known")
    known = np.where(known == 0, day, known)
    coder.fault((known < day) & (day > 0), "known is before date")
    sources, source, echo, sides = sources_of(coder)
    alphabet, symbol = symbols_of(coder, sides)
    if coder.faults:
        raise Faults(coder.name, coder.faults)
    order = np.argsort(np.array(units, dtype=object), kind="stable")
    place = np.empty(len(units), np.int32)
    place[order] = np.arange(len(units), dtype=np.int32)
    table = ClaimTable(
        units=tuple(units[i] for i in order),
        sources=sources,
        alphabet=alphabet,
        unit=place[unit],
        day=day,
        known=known.astype(np.int32),
        source=source,
        symbol=symbol,
        echo=echo,
        set_aside=int((symbol < 0).sum()),
    )
    return table.rows(symbol >= 0)


def symbols_of(coder: Coder, sides: list[str]) -> tuple[Alphabet, NDArray[np.int32]]:
    """The alphabet over every holder and side named, and the symbol of each row."""
    relations, relation = coder.column("relation")
    holders, holder = coder.column("holder")
    stances, stance = coder.column("stance")
    coder.fault_values(
        relations, relation, {r: f"relation {r!r} is none of {', '.join(sorted(RELATIONS))}" for r in relations if r not in RELATIONS}
    )
    coder.fault_values(stances, stance, {s: f"stance {s!r} is none of asserted, denied" for s in stances if s not in STANCES})
    coder.fault_values(holders, holder, {CONTESTED: "a holder cannot be called 'contested': the relation says it"})
    free = [i for i, r in enumerate(relations) if r in CONTEST_WORDS or r == "siege_lifted"]
    nobody = holders.index("") if "" in holders else -1
    coder.fault(
        (holder == nobody) & ~np.isin(relation, free) & np.isin(relation, [i for i, r in enumerate(relations) if r in RELATIONS]),
        "holder is empty",
    )
    names = tuple(sorted({h for h in (*holders, *sides) if h}))
    if len(names) > MOST_HOLDERS:
        raise UsageError(coder.name, f"{len(names)} holders; at most {MOST_HOLDERS} are weighed")
    alphabet = Alphabet(names or ("nobody",))
    place = {h: i for i, h in enumerate(names)} | {"": 0}
    table = np.full((len(relations) + 1, len(holders) + 1, len(stances) + 1), -1, np.int32)
    for i, r in enumerate(relations):
        for j, h in enumerate(holders):
            for k, s in enumerate(stances):
                if r in RELATIONS and s in STANCES and h in place:
                    table[i, j, k] = alphabet.symbol(r, place[h], s == "denied")
    return alphabet, table[relation, holder, stance]
