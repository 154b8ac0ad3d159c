"""One bit turned over anywhere in the ledger's file: found where it is content, and without effect where it is not."""

from __future__ import annotations

import random
import time
from pathlib import Path

from rot_scene import Rows, fill, market

from heldby.errors import LedgerError
from heldby.ledger import Where, open_ledger
from heldby.ledger.log import Break


def looked_at(where: Path) -> tuple[Rows | None, tuple[Break, ...]]:
    """The rows as they are read now (None: not to their end), and what verify finds."""
    try:
        with open_ledger(where) as ledger:
            breaks = ledger.verify()
            try:
                return list(ledger.rows()), breaks
            except LedgerError:
                return None, breaks
    except LedgerError as e:
        return None, (Break(0, e.subject, e.cause),)


def test_a_flipped_bit_is_found_or_means_nothing(tmp_path: Path, proving: bool) -> None:
    where, bad = tmp_path / "ledger.db", tmp_path / "bad.db"
    before = fill(where, *market(60))
    data, chance = where.read_bytes(), random.Random(17)
    contents = [body for _, body in before if body]
    found = unnoticed = harmless = 0
    for number in range(1000 if proving else 40):
        if number % 2:  # within a content, whose record must then be named
            body = chance.choice(contents)[:200]
            at = data.find(body[:40]) + chance.randrange(40) if body[:40] in data else chance.randrange(len(data))
        else:
            at = chance.randrange(len(data))
        bad.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        rows, breaks = looked_at(bad)
        if rows == before:
            harmless += not breaks
            found += bool(breaks)  # in an index, or what holds pages together
            continue
        assert breaks, f"byte {at} was changed, the rows are others, and verify says nothing"
        found += 1
        if rows is None:
            continue  # the file cannot be read to its end, and says so
        changed = [r for r, (was, _) in zip((x for x, _ in rows), before, strict=False) if r != was]
        changed += [r for (r, body), (_, was) in zip(rows, before, strict=False) if body != was]
        for r in changed:
            unnoticed += not any(b.revision == r.number or b.subject == r.subject for b in breaks)
    assert unnoticed == 0
    assert found > harmless > 0
    print(f"{found} found, {harmless} without effect")


def test_records_verified_per_second(place: Where, proving: bool) -> None:
    rows = fill(place, *market(2000 if proving else 20))
    with open_ledger(place) as ledger:
        began = time.perf_counter()
        assert ledger.verify() == ()
        took = time.perf_counter() - began
    print(f"{len(rows) / took:,.0f} records a second, {len(rows)} records")
    assert took < 60
