"""Looks over everything a run depends on, and says of each whether it is well and how to mend it. Writes nothing into the ledger.

settings -> ledger and storage, disk, clock, evidence, engine, theatre, rules -> findings, worst told by the exit code
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from heldby.desk import Clock, Desk, open_desk, present, theatre_of
from heldby.errors import HeldbyError
from heldby.ledger import Ledger, ledger_exists, open_ledger, where_in_words
from heldby.ledger.condition import Finding, Grade
from heldby.read.examples import check_examples
from heldby.settings import SETTINGS_FILE, Settings

TIGHT, FULL = 1_000_000_000, 100_000_000  # bytes free below which a disk is worth a word, or a fault
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)  # a clock that says less was never set
AHEAD = timedelta(minutes=5)


def findings(settings: Settings, folder: Path, clock: Clock = present) -> Iterator[Finding]:
    """Everything that was looked at, one after the other."""
    own = ""
    ledger, failed = _opened(settings)
    if failed is not None:
        yield failed
    yield from _secrets(settings, folder)
    yield from _disks(settings)
    try:
        if ledger is not None:
            yield from _standing(ledger, settings)
            own = theatre_of(ledger)
        yield _clock(ledger, clock())
        yield _evidence(settings)
        yield from _reading(settings, own, ledger, clock)
    finally:
        if ledger is not None:
            ledger.close()


def _opened(settings: Settings) -> tuple[Ledger | None, Finding | None]:
    """The ledger, or why there is none."""
    try:
        where = where_in_words(settings.ledger)
        if not ledger_exists(settings.ledger):
            return None, Finding(Grade.WARN, "ledger", f"there is none at {where}", "`heldby add` makes one; --ledger names another")
        return open_ledger(settings.ledger), None
    except HeldbyError as e:
        return None, Finding(Grade.FAULT, "ledger", str(e), "see the cause; `heldby restore` brings a backup back")


def _standing(ledger: Ledger, settings: Settings) -> Iterator[Finding]:
    try:
        yield from ledger.condition()
        head = ledger.head()
        at = f"revision {head.number}, {head.recorded}" if head else "empty"
        yield Finding(Grade.OK, "ledger", f"{where_in_words(settings.ledger)} at {at} (`heldby verify` looks at every record)")
    except HeldbyError as e:
        yield Finding(Grade.FAULT, "ledger", str(e), "`heldby verify` says where; `heldby restore` brings a backup back")


def _secrets(settings: Settings, folder: Path) -> Iterator[Finding]:
    if isinstance(settings.ledger, str) and urlsplit(settings.ledger).password:
        words = "the password of the database stands in its address, where others can see it"
        yield Finding(Grade.WARN, "permissions", words, "put it into ~/.pgpass (chmod 600) or PGPASSWORD")
    file = folder / SETTINGS_FILE
    if file.is_file() and file.stat().st_mode & stat.S_IWOTH:
        yield Finding(Grade.WARN, "permissions", f"everybody on this machine may change {file}", f"chmod o-w {file}")


def _disks(settings: Settings) -> Iterator[Finding]:
    """Room, and whether a file can be made, where ledger and evidence lie."""
    places = [settings.ledger.parent] if isinstance(settings.ledger, Path) else []
    places += [settings.evidence_folder.parent] if settings.evidence_folder is not None else []
    for place in sorted({p.resolve() for p in places}):
        there = next(p for p in (place, *place.parents) if p.is_dir())
        free = shutil.disk_usage(there).free
        words = f"{free / 1e9:,.1f} GB free at {there}"
        if free < TIGHT:
            yield Finding(Grade.FAULT if free < FULL else Grade.WARN, "disk", words, "make room, or keep ledger and evidence elsewhere")
            continue
        try:
            with tempfile.TemporaryFile(dir=there):
                yield Finding(Grade.OK, "disk", words)
        except OSError as e:
            yield Finding(Grade.WARN, "disk", f"no file can be made at {there} ({e.strerror})", "chmod u+w, for whoever adds")


def _clock(ledger: Ledger | None, now: datetime) -> Finding:
    mend = "set the clock, and let it follow a time server (timedatectl set-ntp true)"
    if now < BEFORE_ALL:
        return Finding(Grade.FAULT, "clock", f"this machine's clock says {now:%Y-%m-%d}", mend)
    head = ledger.head() if ledger is not None else None
    last = datetime.fromisoformat(head.recorded) if head else None
    if last is not None and last > now + AHEAD:
        return Finding(Grade.FAULT, "clock", f"the ledger's last entry was recorded at {last:%Y-%m-%d %H:%M}, later than now", mend)
    return Finding(Grade.OK, "clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _evidence(settings: Settings) -> Finding:
    folder = settings.evidence_folder
    if folder is None:
        return Finding(Grade.WARN, "evidence", "what is fetched is not kept", 'set `evidence = ""`, or a folder')
    if folder.is_dir() and not os.access(folder, os.W_OK):
        return Finding(Grade.FAULT, "evidence", f"{folder} cannot be written to", f"chmod u+w {folder}")
    return Finding(Grade.OK, "evidence", f"{folder}" + ("" if folder.is_dir() else ", made when something is fetched"))


def _reading(settings: Settings, own: str, ledger: Ledger | None, clock: Clock) -> Iterator[Finding]:
    """Engine, theatre and rules, as a run would have them; then whether the ledger was read by the same."""
    from dataclasses import replace

    if own and settings.theatre and own != settings.theatre:
        yield Finding(Grade.FAULT, "theatre", f"the ledger belongs to {own}, and {settings.theatre} is asked for", "leave out --theatre")
    try:
        desk = open_desk(replace(settings, theatre=own or settings.theatre), clock)
        reader = desk.reader
    except HeldbyError as e:
        yield Finding(Grade.FAULT, "theatre, rules or engine", str(e), "mend what is named; `heldby theatre check`, `heldby rules check`")
        return
    yield Finding(Grade.OK, "engine", desk.engine.label if desk.engine else f"heldby's own rules ({type(reader).__name__})")
    yield Finding(Grade.OK, "theatre", f"{desk.theatre.id}, {len(desk.theatre.units):,} units")
    failures = check_examples(desk.rulebook, desk.theatre.lexicon)
    if failures:
        words = f"{len(failures)} examples are read otherwise than they say, the first of {failures[0].rule}"
        yield Finding(Grade.FAULT, "rules", words, "`heldby rules check` shows each")
    else:
        yield Finding(Grade.OK, "rules", f"{len(desk.rulebook.frames)} frames, and every example is read as it says")
    if ledger is not None:
        yield _read_as_now(desk, ledger)


def _read_as_now(desk: Desk, ledger: Ledger) -> Finding:
    now = desk.provenance
    kept = ledger.view().kept()
    other = sum((k.provenance.rulebook, k.provenance.theatre) != (now.rulebook, now.theatre) for k in kept)
    if other:
        return Finding(Grade.WARN, "rules", f"{other} of {len(kept)} reports were read by other rules or names", "`heldby reread`")
    return Finding(Grade.OK, "rules", f"all {len(kept)} reports of the ledger were read by them")
