"""Reading on a cluster: shards of what lies on a store, results whole or not there, done once, the same ledger as when read here."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import Call
from heldby.desk import Desk, open_desk
from heldby.errors import HeldbyError, UsageError
from heldby.flow import cluster
from heldby.flow.cluster import add_results, read_here, read_on_cluster, recipe_for
from heldby.flow.intake import add_sources
from heldby.flow.results import Results
from heldby.gather.shards import shard_items, shards_of
from heldby.ledger import open_ledger
from heldby.model.report import Gap, Report
from heldby.settings import Settings

fsspec = pytest.importorskip("fsspec")
distributed = pytest.importorskip("distributed")
parquet = pytest.importorskip("pyarrow.parquet")
pyarrow = pytest.importorskip("pyarrow")

NOW = datetime(2021, 9, 1, tzinfo=UTC)
PLACES = ("Kunduz", "Zaranj", "Herat", "Taloqan", "Aybak")
ROWS = [
    {
        "id": str(n),
        "text": f"Taliban fighters seized the centre of {place} on Sunday, a councillor said. {n} shops were closed.",
        "published": "2021-08-08" if n else None,
        "outlet": "Harbour Agency",
        "url": None,
    }
    for n, place in enumerate(PLACES)
]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"), clock=lambda: NOW)


@pytest.fixture
def there() -> Iterator[Any]:
    """A store in memory, with five reports as Parquet and a broken line beside a retraction as JSON Lines."""
    fs = fsspec.filesystem("memory")
    fs.store.clear()
    with fs.open("/in/a.parquet", "wb") as file:
        parquet.write_table(pyarrow.Table.from_pylist(ROWS), file, row_group_size=3)
    fs.pipe_file("/in/b.jsonl", b'{"no": json\n{"retract": "http://a.example/1", "published": "2021-08-09", "outlet": "Harbour Agency"}\n')
    fs.pipe_file("/in/.hidden", b"not looked at")
    yield fs
    fs.store.clear()


@pytest.fixture
def two_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "shards_of", lambda sources: shards_of(sources, rows=2))


@dataclasses.dataclass(slots=True)
class Inline:
    """A future of `InlineDask`."""

    value: Any = None
    error: BaseException | None = None

    @property
    def status(self) -> str:
        return "error" if self.error else "finished"

    def result(self) -> Any:
        return self.value

    def exception(self) -> BaseException | None:
        return self.error

    __hash__ = object.__hash__


class InlineDask:
    """As much of `distributed` as is used, in this process; shards whose label is in `deadly` fail as where their workers die."""

    deadly: frozenset[str] = frozenset()
    most = 0  # futures under way at once
    loop = None

    def Client(self, address: str, **_: object) -> InlineDask:
        assert address.startswith("tcp://")
        return self

    def __enter__(self) -> InlineDask:
        return self

    def __exit__(self, *_: object) -> None: ...

    def nthreads(self) -> dict[str, int]:
        return {"a": 1}

    def submit(self, work: Any, recipe: Any, shard: Any, *, pure: bool) -> Inline:
        assert not pure
        if shard.label in self.deadly:
            return Inline(error=RuntimeError("the worker died four times"))
        try:
            return Inline(work(*pickle.loads(pickle.dumps((recipe, shard)))))
        except HeldbyError as e:
            return Inline(error=e)

    def as_completed(self, futures: list[Inline], loop: object) -> Any:
        waiting = list(reversed(futures))

        class Arriving:
            def add(self, future: Inline) -> None:
                waiting.append(future)

            def __iter__(me) -> Iterator[Inline]:
                while waiting:
                    self.most = max(self.most, len(waiting))
                    yield waiting.pop()

        return Arriving()


@pytest.fixture
def scheduler(proving: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a cluster of two workers where long proofs run, else of none: what would travel runs here."""
    if proving:
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0") as local:
            yield local.scheduler_address
        return
    monkeypatch.setattr(cluster, "_distributed", InlineDask)
    yield "tcp://nowhere:8786"


@pytest.mark.usefixtures("there")
def test_shards_cover_every_row_once_and_never_cross_a_row_group(desk: Desk) -> None:
    shards = list(shards_of(["memory://in"], rows=2))
    assert [(s.label, s.group, s.first, s.rows) for s in shards] == [
        ("a.parquet", 0, 0, 2), ("a.parquet", 0, 2, 1), ("a.parquet", 1, 0, 2), ("b.jsonl", -1, 0, 0),
    ]  # fmt: skip
    items = [item for shard in shards for item in shard_items(shard, desk.gather_options())]
    reports = [i for i in items if isinstance(i, Report)]
    assert [r.given_id for r in reports] == ["0", "1", "2", "3", "4"]
    assert reports[1].published is not None
    assert reports[0].published is None


@pytest.mark.parametrize(
    "source", ["http://198.51.100.1/a.parquet", "simplecache::s3://bucket/a", "github://a:b@c/d", "memory://nowhere/x"]
)
def test_what_is_no_store_or_not_there_is_refused(there: object, source: str) -> None:
    with pytest.raises(UsageError):
        list(shards_of([source]))


def test_read_on_a_cluster_and_added_it_is_the_ledger_that_reading_here_gives(
    desk: Desk, there: Any, two_at_a_time: None, tmp_path: Path, scheduler: str
) -> None:
    first = read_on_cluster(recipe_for(desk, "memory://out"), ["memory://in"], scheduler)
    assert (first.read, first.done_before, first.failed) == (4, 0, ())
    assert (first.figures.reports, first.figures.source_gaps, first.figures.retractions) == (5, 2, 1)  # 2: the line, and an undated report
    names = sorted(there.find("/out"))
    there.rm(next(n for n in names if n.endswith(".parquet")))
    later = dataclasses.replace(desk, clock=lambda: datetime(2022, 1, 1, tzinfo=UTC))
    again = read_on_cluster(recipe_for(later, "memory://out"), ["memory://in"], scheduler)
    assert (again.read, again.done_before, again.figures) == (1, 3, first.figures)
    assert sorted(there.find("/out")) == names  # to the byte: a file's name is its hash
    on_cluster, here = open_ledger(tmp_path / "cluster.db"), open_ledger(tmp_path / "here.db")
    taken = add_results(desk, on_cluster, ["memory://out"])
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in ROWS))
    (tmp_path / "b.jsonl").write_bytes(there.cat_file("/in/b.jsonl"))
    added = add_sources(desk, here, [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")], desk.gather_options())
    assert [k.known for k in on_cluster.view().kept()] == [k.known for k in here.view().kept()]
    assert [k.reading for k in on_cluster.view().kept()] == [k.reading for k in here.view().kept()]
    assert [k.fingerprint for k in on_cluster.view().kept()] == [k.fingerprint for k in here.view().kept()]
    assert (taken.outcomes, taken.claims, taken.retractions) == (added.outcomes, added.claims, added.retractions)
    assert taken.claims >= 5
    assert add_results(desk, on_cluster, ["memory://out"]).outcomes == {"known": 5}
    on_cluster.close()
    here.close()


def test_a_shard_over_which_workers_die_is_named_and_read_by_the_next_run(
    desk: Desk, there: Any, two_at_a_time: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_distributed", InlineDask)
    monkeypatch.setattr(cluster, "AHEAD", 2)
    monkeypatch.setattr(InlineDask, "deadly", frozenset({"b.jsonl"}))
    recipe = recipe_for(desk, "memory://out")
    run = read_on_cluster(recipe, ["memory://in"], "tcp://nowhere:8786")
    assert (run.read, [shard for shard, _ in run.failed]) == (3, ["b.jsonl"])
    with pytest.raises(HeldbyError, match="no finished readings"):
        Results("memory://out").files()
    monkeypatch.setattr(InlineDask, "deadly", frozenset())
    run = read_on_cluster(recipe, ["memory://in"], "tcp://nowhere:8786")
    assert (run.read, run.done_before, run.failed, len(Results("memory://out").files())) == (1, 3, (), 4)


def test_a_torn_or_changed_file_does_not_count(desk: Desk, there: Any) -> None:
    recipe = recipe_for(desk, "memory://out")
    results = Results("memory://out")
    (shard,) = shards_of(["memory://in/b.jsonl"])
    name, _ = read_here(recipe, shard)
    assert results.done() == {recipe.key(shard): name}
    whole = there.cat_file(f"/out/{name}")
    assert [isinstance(item, Gap) for item, _ in results.rows(name)] == [True, False]
    there.pipe_file(f"/out/{name}", whole[:-1])
    assert results.done() == {}
    there.pipe_file(f"/out/{name}", whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(HeldbyError, match="not as it was written"):
        list(results.rows(name))


def test_readings_by_other_rules_are_neither_mixed_nor_taken_in(desk: Desk, there: Any, tmp_path: Path) -> None:
    recipe = recipe_for(desk, "memory://out")
    Results("memory://out").begin(recipe.run())
    other = dataclasses.replace(desk, rulebook=dataclasses.replace(desk.rulebook, digest="0" * 64))
    with pytest.raises(UsageError, match="other rules"):
        recipe_for(other, "memory://out")
    with pytest.raises(HeldbyError, match="another heldby, other rules"):
        read_here(dataclasses.replace(recipe, provenance=other.provenance), next(iter(shards_of(["memory://in/b.jsonl"]))))
    ledger = open_ledger(tmp_path / "l.db")
    with pytest.raises(UsageError, match="other rules"):
        add_results(other, ledger, ["memory://out"])
    with pytest.raises(HeldbyError, match="no finished readings"):
        add_results(desk, ledger, ["memory://out"])
    ledger.close()


def test_the_command_says_what_it_needs(call: Call, there: Any) -> None:
    half = call("read", "--engine", "dask", "memory://in")
    assert (half.code, "needs --scheduler ADDRESS and --out" in half.err) == (2, True)
    stray = call("read", "--out", "x", "memory://in")
    assert (stray.code, "--engine dask" in stray.err) == (2, True)
