"""Live: whoever listens is told when the ledger grew, and is not left without a sign of life."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from web_scene import desk_over

from heldby.flow.thawed import over_ledger
from heldby.web.routes_live import heads
from heldby.web.shelf import Shelf


def test_a_ledger_that_grows_is_told_of(demo_ledger: Path) -> None:
    shelf = Shelf(desk_over(demo_ledger), demo_ledger)

    async def listen() -> list[str]:
        events = heads(shelf, look=0.001, alive=0.002)
        told = [await anext(events), await anext(events)]
        shelf._inquiry = replace(over_ledger(shelf.standing, "test"), revision=9999, head="another")
        told += [await anext(events) for _ in range(3)]
        await events.aclose()  # type: ignore[attr-defined]
        return told

    with ThreadPoolExecutor(1) as pool:  # a browser's driver, where tests have started one, runs a loop in this thread
        first, second, *rest = pool.submit(asyncio.run, listen()).result()
    assert first.startswith("event: head\n")
    assert json.loads(first.splitlines()[1].removeprefix("data: "))["head"] == Shelf(desk_over(demo_ledger), demo_ledger).standing.head
    assert second == ": alive\n\n"
    assert sum('"revision": 9999' in event for event in rest) == 1
    assert all(event.endswith("\n\n") for event in (first, second, *rest))
