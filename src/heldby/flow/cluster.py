"""Reading on a cluster: Dask carries the shard function to machines that see the same store; no engine of our own.

    sources -> shards -> workers: items -> `read_shard` -> a file of results          (`read_on_cluster`)
    files of results, in order -> ledger                                              (`add_results`)

Only names travel through the scheduler: a worker reads its shard from the store and writes its results there. What is done is not done again;
a shard over which workers die is named, the others are read, and the next run takes it up.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from itertools import islice
from typing import Any

from heldby.desk import Desk, open_desk
from heldby.errors import HeldbyError, UsageError
from heldby.flow.intake import Intake, Keeping, Progress
from heldby.flow.results import FORMAT, Figures, Results, Row
from heldby.flow.sharding import read_shard
from heldby.gather import GatherOptions, Item
from heldby.gather.shards import EXTRA, Shard, shard_items, shards_of, whole_address
from heldby.ledger import Ledger, Provenance
from heldby.model.ident import digest
from heldby.model.report import Report
from heldby.model.when import utc_text
from heldby.settings import Settings

AHEAD = 4  # shards under way for each thread of the cluster
BATCH = 24
_ONE_AT_A_TIME = threading.Lock()  # threads of one worker process gain nothing by reading at once


@dataclass(frozen=True, slots=True)
class Recipe:
    """All a worker needs to read a shard as we would: settings, the rules it must have, what sources do not say, and where results go."""

    settings: Settings
    provenance: Provenance
    out: str
    outlet: str
    published: str
    url: str
    now: datetime

    def key(self, shard: Shard) -> str:
        """What names a shard's results: the shard, and by what it is read."""
        return digest([FORMAT, asdict(shard), asdict(self.provenance), self.outlet, self.published, self.url, utc_text(self.now)])[:32]

    def run(self) -> dict[str, Any]:
        return {"provenance": asdict(self.provenance), "now": utc_text(self.now), "given": [self.outlet, self.published, self.url]}


@dataclass(frozen=True, slots=True)
class ClusterRun:
    """What a run did: shards read now, shards done before, what all of them hold, and shards that could not be read, with the cause."""

    read: int
    done_before: int
    figures: Figures
    failed: tuple[tuple[str, str], ...]


def recipe_for(desk: Desk, out: str, outlet: str = "", published: str = "", url: str = "") -> Recipe:
    """The recipe of a run into `out`: a run that was begun there goes on, with its instant of gathering.

    Raises UsageError where `out` holds readings by other rules or options.
    """
    if desk.engine is not None:
        raise UsageError("--engine", "our own rules read on a cluster; another engine reads on one machine")
    mine = desk.settings  # of which the ledger's address and whoever may write to it are nobody's business on the cluster
    theatres = mine.theatres.absolute() if mine.theatres else None
    settings = Settings(theatre=mine.theatre, theatres=theatres, language=mine.language, max_report_bytes=mine.max_report_bytes)
    recipe = Recipe(settings, desk.provenance, whole_address(out), outlet, published, url, desk.clock())
    begun = Results(out).begun()
    if begun is None:
        return recipe
    recipe = replace(recipe, now=datetime.fromisoformat(str(begun["now"])))
    if {k: begun.get(k) for k in recipe.run()} != recipe.run():
        raise UsageError("--out", f"{out} holds readings by other rules, another theatre or other options: name another folder")
    return recipe


def read_here(recipe: Recipe, shard: Shard) -> tuple[str, Figures]:
    """In a worker: read a shard and write its results. Raises HeldbyError where this machine would read otherwise or the shard cannot be had."""
    with _ONE_AT_A_TIME:
        desk = _desk(recipe.settings)
        if desk.provenance != recipe.provenance:
            raise HeldbyError("a worker of the cluster", "has another heldby, other rules or another theatre than the one that asks")
        options = replace(desk.gather_options(recipe.outlet, recipe.published, recipe.url), now=recipe.now)
        try:
            return Results(recipe.out).put(recipe.key(shard), _rows(desk, shard, options))
        except OSError as e:
            raise HeldbyError(str(shard), f"cannot be read ({e})") from None


@lru_cache(maxsize=1)
def _desk(settings: Settings) -> Desk:
    return open_desk(settings)


def _rows(desk: Desk, shard: Shard, options: GatherOptions) -> Iterator[Row]:
    items = shard_items(shard, options)
    while batch := list(islice(items, BATCH)):
        done = iter(read_shard(desk, [i for i in batch if isinstance(i, Report)]))
        for item in batch:
            yield item, next(done) if isinstance(item, Report) else None


def read_on_cluster(
    recipe: Recipe, sources: Sequence[str], scheduler: str, progress: Callable[[int, int], None] = lambda _, __: None
) -> ClusterRun:
    """Read every shard that is not done yet; `progress` gets shards done and all shards. Raises HeldbyError where no scheduler answers."""
    results = Results(recipe.out)
    shards = list(shards_of(sources))
    names: dict[int, str] = {}
    total = Figures()
    done = results.done()
    for number, shard in enumerate(shards):
        if name := done.get(recipe.key(shard)):
            names[number] = name
            total += results.figures(name)
    before = len(names)
    results.begin(recipe.run())
    failed: list[tuple[str, str]] = []
    waiting = [n for n in range(len(shards)) if n not in names]
    for number, outcome in _carried(recipe, shards, waiting, scheduler) if waiting else ():
        if isinstance(outcome, str):
            failed.append((str(shards[number]), outcome))
        else:
            names[number], figures = outcome
            total += figures
        progress(len(names), len(shards))
    if not failed:
        results.finish([names[n] for n in range(len(shards))])
    return ClusterRun(len(names) - before, before, total, tuple(sorted(failed)))


def _carried(
    recipe: Recipe, shards: Sequence[Shard], waiting: Sequence[int], scheduler: str
) -> Iterator[tuple[int, tuple[str, Figures] | str]]:
    """Outcomes as they come: a shard's number with its file and figures, or with why there are none. No more under way than AHEAD a thread."""
    distributed = _distributed()
    try:
        client = distributed.Client(scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as e:
        raise HeldbyError(scheduler, f"no Dask scheduler answers there ({e})") from None
    with client:
        most = AHEAD * max(1, sum(client.nthreads().values()))
        left = iter(waiting)
        under_way = {client.submit(read_here, recipe, shards[n], pure=False): n for n in islice(left, most)}
        arriving = distributed.as_completed(list(under_way), loop=client.loop)
        for future in arriving:
            number = under_way.pop(future)
            if future.status == "finished":
                yield number, future.result()
            else:
                error = future.exception()
                if isinstance(error, HeldbyError) and error.subject == "a worker of the cluster":
                    raise error
                yield number, str(error) if isinstance(error, HeldbyError) else f"{type(error).__name__}: {error}"[:300]
            if (after := next(left, None)) is not None:
                follower = client.submit(read_here, recipe, shards[after], pure=False)
                under_way[follower] = after
                arriving.add(follower)


def _distributed() -> Any:
    try:
        return import_module("distributed")
    except ImportError:
        raise HeldbyError("--engine dask", EXTRA) from None


def add_results(desk: Desk, ledger: Ledger, folders: Sequence[str], progress: Progress = lambda _: None) -> Intake:
    """Keep what was read on a cluster, in the order of its sources. Nothing is read again. Raises UsageError where it was read by other rules."""
    for address in folders:
        begun = Results(address).begun()
        if begun is None or begun.get("provenance") != asdict(desk.provenance):
            cause = (
                "holds no readings"
                if begun is None
                else "was read by other rules, another heldby or for another theatre than this ledger's"
            )
            raise UsageError(address, cause)
        Results(address).files()
    with ledger.writer(desk.clock, desk.settings.author, batch=100) as writer:
        keeping = Keeping(desk, writer)
        rows = (row for address in folders for row in _all_rows(Results(address)))
        for number, (item, done) in enumerate(rows, start=1):
            keeping.keep(item, done)
            progress(number)
    return keeping.intake(ledger.content_hash())


def _all_rows(results: Results) -> Iterator[tuple[Item, Any]]:
    for name in results.files():
        yield from results.rows(name)
