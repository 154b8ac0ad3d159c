"""Small invented worlds of claims."""

from __future__ import annotations

import numpy as np

from heldby.weigh.learned import Alphabet, ClaimTable, Source

FIRST = 738000
SOURCES = (
    Source("gazette", "media"),
    Source("mapper", "map"),
    Source("north command", "belligerent", "north"),
    Source("south command", "belligerent", "south"),
    Source("wire", "media"),
)


def random_table(seed: int, units: int = 12, days: int = 40, rows: int = 260, holders: tuple[str, ...] = ("north", "south")) -> ClaimTable:
    """Claims at random: echoes, doubles, denials, late ones and all."""
    rng = np.random.default_rng(seed)
    alphabet = Alphabet(holders)
    day = rng.integers(0, days, rows)
    known = np.minimum(day + rng.integers(0, 4, rows), days - 1)
    source = rng.integers(0, len(SOURCES), rows)
    of = np.array([0, 2, 3, 4])  # relays of relays, and rings, among them; of no map
    relayed = np.where(source == 4, 0, of[rng.integers(0, 4, rows)])
    echo = np.where((rng.random(rows) < np.where(source == 4, 0.6, 0.25)) & (source != 1) & (relayed != source), relayed, -1)

    def column(x: np.ndarray) -> np.ndarray:
        return np.asarray(x, np.int32)

    return ClaimTable(
        units=tuple(f"u{i:02}" for i in range(units)),
        sources=SOURCES,
        alphabet=alphabet,
        unit=column(rng.integers(0, units, rows)),
        day=column(FIRST + day),
        known=column(FIRST + known),
        source=column(source),
        symbol=column(rng.integers(0, alphabet.symbols, rows)),
        echo=column(echo),
    )


def steady_table(seed: int, units: int = 60, days: int = 120, turn: int = 60) -> tuple[ClaimTable, np.ndarray]:
    """North holds half the units; south takes a quarter of all on day `turn`. Returns the table and the truth [units, days] (0 north, 1 south)."""
    rng = np.random.default_rng(seed)
    truth = np.repeat((np.arange(units) % 2)[:, None], days, 1)
    truth[::4, turn:] = 1
    rows: list[tuple[int, int, int, int, int]] = []
    for u in range(units):
        for d in range(days):
            for s in range(len(SOURCES)):
                if rng.random() < 0.06:
                    says = int(truth[u, d]) if rng.random() < 0.9 else 1 - int(truth[u, d])
                    says = s - 2 if s in (2, 3) and rng.random() < 0.5 else says
                    rows.append((u, d, min(d + int(rng.integers(0, 3)), days - 1), s, says))
            if d == turn and u % 4 == 0:
                rows.append((u, d, d, 0, 4))
    a = np.array(rows, np.int32)
    sides = ("north", "south")
    table = ClaimTable(
        tuple(f"u{i:02}" for i in range(units)),
        SOURCES,
        Alphabet(sides),
        a[:, 0],
        a[:, 1] + FIRST,
        a[:, 2] + FIRST,
        a[:, 3],
        a[:, 4],
        a[:, 4] * 0 - 1,
    )
    return table, truth


def retaken_table(seed: int, units: int = 60, days: int = 120) -> ClaimTable:
    """North and south hold half the units each, lose each on a day before 45 and have it back 30 days later. The gazette tells of nine in ten losses and
    no recapture, the wire and both commands of every second change; all say now and then who holds."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, int, int, int, int]] = []
    for u in range(units):
        lost = 15 + int(rng.integers(0, 30))
        for d in range(days):
            turned = lost <= d < lost + 30
            held = (u + turned) % 2
            rows += [(u, d, d, s, held) for s in range(len(SOURCES)) if s != 1 and rng.random() < 0.04]
            if d in (lost, lost + 30):
                told = ((0, 0.9 if turned else 0.0), (2, 0.5), (3, 0.5), (4, 0.5))
                rows += [(u, d, d, s, 3 + held) for s, often in told if rng.random() < often]
    a = np.array(rows, np.int32)
    names = tuple(f"u{i:02}" for i in range(units))
    return ClaimTable(
        names,
        SOURCES,
        Alphabet(("north", "south")),
        a[:, 0],
        a[:, 1] + FIRST,
        a[:, 2] + FIRST,
        a[:, 3],
        a[:, 4],
        np.full(len(a), -1, np.int32),
    )
