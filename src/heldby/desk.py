"""The composition root: one settings object in, the parts laid out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol

from heldby.errors import UsageError
from heldby.ledger import Ledger, Provenance, open_ledger, where_in_words
from heldby.model.claim import Reading
from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon, Theatre
from heldby.model.when import Published
from heldby.rules import load_rulebook
from heldby.settings import Settings, require_theatre
from heldby.theatres import known_theatres, load_theatre
from heldby.weigh import Priors, load_priors

if TYPE_CHECKING:
    from heldby.engines import Engine
    from heldby.gather import GatherOptions
    from heldby.locate import Locator

Clock = Callable[[], datetime]
DEFAULT_THEATRE = "world"


class ReadsReports(Protocol):
    """Our own reader, or an engine of the user's choice in its place."""

    def read(self, report: Report) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a command works with. `clock` gives the present instant (UTC); `engine` is the reader where it is not our own.
    `make_reader` and `make_locator` give the reader and the locator, the same at every call: most commands never read, and are spared their making."""

    settings: Settings
    theatre: Theatre
    rulebook: Rulebook
    make_reader: Callable[[], ReadsReports]
    make_locator: Callable[[], Locator]
    priors: Priors
    clock: Clock
    code_version: str
    engine: Engine | None = None

    @property
    def reader(self) -> ReadsReports:
        return self.make_reader()

    @property
    def locator(self) -> Locator:
        return self.make_locator()

    @property
    def provenance(self) -> Provenance:
        """Under which rules this desk reads; the theatre's id stands before its digest, so that a ledger knows its theatre. The engine, if
        it is not our own, stands behind the reader's version."""
        reader = f"heldby {self.code_version}" + (f", engine {self.engine.label}" if self.engine else "")
        return Provenance(self.rulebook.digest, f"{self.theatre.id}@{self.theatre.digest}", reader)

    def sterner(self) -> Desk:
        """The same desk, whose engine stops at a report it cannot read instead of leaving a gap: for reading kept reports again."""
        return self if self.engine is None else replace(self, make_reader=lambda: stern, engine=(stern := self.engine.sterner()))

    def gather_options(self, outlet: str = "", published: str = "", url: str = "") -> GatherOptions:
        """Options for gathering; `outlet`, `published` and `url` fill what a source does not say. Raises UsageError on a bad date."""
        from heldby.gather import GatherOptions

        outlets = self.theatre.lexicon.outlets
        offsets = {name: o.utc_offset for o in outlets for name in (o.name, *o.aliases)}
        invented = frozenset(name for o in outlets if o.reconstruction for name in (o.name, *o.aliases))
        return GatherOptions(
            outlet=outlet,
            published=parse_published(published, _zone(offsets.get(outlet, "+00:00"))) if published else None,
            url=url,
            max_report_bytes=self.settings.max_report_bytes,
            zones=offsets,
            now=self.clock(),
            reconstructions=invented,
            allow_addresses=self.settings.allow_addresses,
            wanted=self._wanted if self.engine is None else None,
        )

    def _wanted(self, text: str, whole: bool) -> bool:
        """Whether our own reader would look at a text at all."""
        from heldby.read import Reader

        reader = self.reader
        return not isinstance(reader, Reader) or reader.admits(text, whole=whole)


def parse_published(text: str, zone: timezone) -> Published:
    try:
        return Published.parse(text, zone)
    except ValueError as e:
        raise UsageError("--published", str(e)) from None


def _zone(offset: str) -> timezone:
    sign = -1 if offset.startswith("-") else 1
    hours, minutes = offset.lstrip("+-").split(":")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))


def present() -> datetime:
    return datetime.now(UTC)


def open_desk(settings: Settings, clock: Clock = present) -> Desk:
    """The parts for `settings.theatre`. Raises UsageError (unknown theatre, naming the known ones; an engine without what it needs) and
    Faults (broken theatre or rules)."""
    name = require_theatre(settings.theatre or DEFAULT_THEATRE, known_theatres(settings.theatres))
    theatre = load_theatre(name, settings.theatres)
    rulebook = load_rulebook(settings.language)
    lexicon = theatre.lexicon
    engine = None if settings.engine == "rules" else _engine(settings, rulebook, theatre, clock)
    return Desk(
        settings=replace(settings, theatre=name),
        theatre=theatre,
        rulebook=rulebook,
        make_reader=cache(lambda: engine or _reader(rulebook, lexicon)),
        make_locator=cache(lambda: _locator(lexicon)),
        priors=load_priors(),
        clock=clock,
        code_version=version("heldby"),
        engine=engine,
    )


def _reader(rulebook: Rulebook, lexicon: Lexicon) -> ReadsReports:
    from heldby.read import Reader  # many modules, and most commands never read

    return Reader(rulebook, lexicon)


def _locator(lexicon: Lexicon) -> Locator:
    from heldby.locate import Locator

    return Locator(lexicon)


def _engine(settings: Settings, rulebook: Rulebook, theatre: Theatre, clock: Clock) -> Engine:
    from heldby.engines import EngineOptions, open_engine  # the network's modules, only for whoever asks for them

    options = EngineOptions(
        name=settings.engine,
        url=settings.engine_url,
        model=settings.engine_model,
        key_env=settings.engine_key_env,
        cache=settings.engine_cache,
        log=settings.engine_log,
        timeout=settings.engine_timeout,
    )
    return open_engine(options, rulebook, theatre.lexicon, os.environ, clock)


def open_ledger_at(settings: Settings) -> tuple[Ledger, Settings]:
    """The ledger, and settings with its theatre filled in. Raises UsageError where a theatre is named that is not the ledger's own."""
    ledger = open_ledger(settings.ledger)
    own = theatre_of(ledger)
    if own and settings.theatre and own != settings.theatre:
        ledger.close()
        where = where_in_words(settings.ledger)
        raise UsageError("--theatre", f"the ledger {where} belongs to theatre {own!r}, not {settings.theatre!r}; name another --ledger")
    return ledger, replace(settings, theatre=settings.theatre or own)


def theatre_of(ledger: Ledger) -> str:
    """The theatre under which the ledger's reports were read; "" while it is empty."""
    told = ledger.provenance()
    return told.theatre.partition("@")[0] if told else ""


__all__ = ["Clock", "Desk", "open_desk", "open_ledger_at", "parse_published", "present", "theatre_of"]
