"""A day of watching by an injected clock: each change told once and in time, outages and silence told, restarts unnoticed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from newsday import MORNING, Day, make_day

from heldby.alerts.rules import Rule
from heldby.alerts.sending import ToFile
from heldby.desk import Desk, open_desk
from heldby.errors import HeldbyError
from heldby.flow.watching import Post, Round, Watch, read_healths
from heldby.gather.catalogue import parse_catalogue
from heldby.gather.fetching import Limits
from heldby.gather.health import Notice, NoticeKind
from heldby.gather.web import Web
from heldby.ledger import open_ledger
from heldby.model.place import PlaceKind
from heldby.settings import Settings

MINUTE = timedelta(minutes=1)


class Newsroom:
    """A watch over a simulated day that can be stopped and begun again; what it told, with the minute."""

    def __init__(self, day: Day, desk: Desk, folder: Path) -> None:
        self.day, self.desk, self.folder = day, desk, folder
        self.notices: list[Notice] = []
        self.rounds: list[Round] = []
        self.alerts: list[tuple[datetime, dict[str, Any]]] = []

    def watch(self, minutes: int, **options: Any) -> Watch:
        """Run for so many minutes, then stop as a crash would: nothing is said goodbye to."""
        ledger = open_ledger(self.folder / "watch.db")
        try:
            log: Any = lambda *_: None  # noqa: E731
            post = Post((Rule("falls", probability=0.5),), self.folder / "rules.state", (ToFile(self.folder / "alerts.jsonl"),), log)
            web = Web(self.day.clock, Limits(1_000_000, 1, 1), fetch=self.day.fetch, pause=0.0)
            sources = parse_catalogue(self.day.catalogue("3h" if self.day.minutes > 180 else "30m"), "sources.toml")
            said: dict[str, Any] = {"tell": self.notices.append, "post": post, "workers": 1, **options}
            watch = Watch(self.desk, ledger, sources, self.folder / "state.json", web, self.day.clock, **said)
            watch.run(self.day.now + minutes * MINUTE, self._note)
            return watch
        finally:
            ledger.close()

    def _note(self, done: Round) -> None:
        self.rounds.append(done)
        for message in done.alerts.messages if done.alerts else ():
            self.alerts += [(done.at, dict(alert)) for alert in message["alerts"]]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"))


def districts(desk: Desk, many: int) -> list[tuple[str, str, str]]:
    """Districts and their provinces' names, one in so many over the whole country."""
    theatre = desk.theatre
    units = [u for u in theatre.units if u.kind is PlaceKind.DISTRICT]
    step = max(1, len(units) // many)
    found = []
    for unit in units[::step][:many]:
        province = theatre.unit(theatre.lexicon.gazetteer.areas(unit.id)[0])
        assert province
        found.append((unit.id, unit.name.removesuffix(" District"), province.name.removesuffix(" Province")))
    return found


def with_clock(desk: Desk, day: Day) -> Desk:
    from dataclasses import replace

    return replace(desk, clock=lambda: day.now)


def test_a_day_of_feeds(desk: Desk, tmp_path: Path, proving: bool) -> None:
    """200 feeds and 5,000 items in full; stopped and begun again in the middle."""
    feeds, items, minutes, falls = (200, 5000, 1440, 120) if proving else (10, 14, 48, 3)
    day = make_day(districts(desk, falls), feeds, items, minutes, 3)
    room = Newsroom(day, with_clock(desk, day), tmp_path)
    first = minutes * 2 // 3
    room.watch(first)
    room.watch(minutes - first)

    told = [(at, a["change"]) for at, a in room.alerts if a["kind"] == "change"]
    taken_back = [(at, a) for at, a in room.alerts if a["kind"] == "correction"]
    assert Counter(a["unit_id"] for _, a in told if a["after"] == "taliban") == {f.unit_id: 1 for f in day.falls}
    for fall in day.falls:
        at = next(at for at, a in told if a["unit_id"] == fall.unit_id)
        assert fall.at <= at <= fall.at + MINUTE
    assert {a["unit_id"] for _, a in taken_back} == {f.unit_id for f in day.falls if f.back and f.back < day.now}
    for fall in day.falls:
        if fall.back:
            assert [fall.back <= at <= fall.back + MINUTE for at, a in taken_back if a["unit_id"] == fall.unit_id] == [True]

    kinds = {kind: sorted(n.source for n in room.notices if n.kind is kind) for kind in NoticeKind}
    down = sorted({host for host, _, _ in day.outages})
    assert kinds[NoticeKind.FAILING] == kinds[NoticeKind.BACK] == down
    mute = sorted(host for host, said in day.feeds.items() if not said)
    assert set(mute) <= set(kinds[NoticeKind.SILENT])
    assert max(Counter((n.source, n.at) for n in room.notices if n.kind is NoticeKind.SILENT).values()) == 1
    silence = timedelta(minutes=180 if minutes > 180 else 30)
    assert all(n.at <= MORNING + silence + MINUTE for n in room.notices if n.kind is NoticeKind.SILENT and n.source in mute)
    kept = open_ledger(tmp_path / "watch.db")
    reports = len(kept.view().reports())
    kept.close()
    published = sum(1 + bool(i.changed and i.changed < day.now) for feed in day.feeds.values() for i in feed)
    assert reports == published
    assert len((tmp_path / "alerts.jsonl").read_text().splitlines()) == len({a["key"] for _, a in room.alerts})


def test_a_run_that_was_cut_off_is_made_up_for(desk: Desk, tmp_path: Path) -> None:
    """Killed between ledger and memory: the next run meets the reports again and still tells the change."""
    day = make_day(districts(desk, 1), 5, 4, 20)
    room = Newsroom(day, with_clock(desk, day), tmp_path)
    room.watch(1)

    class Killed(Exception):
        pass

    def kill(*_: Any) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heldby.flow.watching.write_healths", kill)
        day.now = day.falls[0].at + timedelta(seconds=1)
        with pytest.raises(Killed):
            room.watch(1)
    assert [a for _, a in room.alerts] == []
    room.watch(1)
    assert [a["change"]["unit_id"] for _, a in room.alerts] == [day.falls[0].unit_id]
    assert room.rounds[-1].intake.claims == 0  # met again, not read again as news


def test_hosts_are_looked_at_beside_one_another_with_the_same_result(desk: Desk, tmp_path: Path) -> None:
    hashes = []
    for workers in (1, 4):
        day = make_day(districts(desk, 1), 6, 12, 10)
        folder = tmp_path / str(workers)
        folder.mkdir()
        day.now = MORNING + 9 * MINUTE
        Newsroom(day, with_clock(desk, day), folder).watch(1, workers=workers, post=None)
        ledger = open_ledger(folder / "watch.db")
        hashes.append(ledger.view().sorted_content_hash())
        ledger.close()
    assert hashes[0] == hashes[1]


def test_a_state_that_is_not_whole_is_an_error_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    assert read_healths(path) == {}
    for text in ("{", "[]", '{"format": 9, "sources": {}}', '{"format": 1, "sources": {"x": {"nonsense": 1}}}', json.dumps({"format": 1})):
        path.write_text(text)
        with pytest.raises(HeldbyError):
            read_healths(path)
        assert path.read_text() == text
