"""One look at one source: ask politely whether anything changed, and read what is new.

source + what is remembered -> conditional request -> feed | sitemap | page, table, text -> what is new -> items, outcome
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from heldby.errors import HeldbyError
from heldby.gather.catalogue import Source
from heldby.gather.evidence import Taken
from heldby.gather.feed import Entry, Feed, read_feed
from heldby.gather.fetching import Answered, Fetched
from heldby.gather.files import readers
from heldby.gather.filing import Item, read_published
from heldby.gather.health import Bad, Good, Health, Outcome, retry_after
from heldby.gather.kinds import HEAD, answers_feed, entry_reports, read_answer
from heldby.gather.markup import BadMarkup
from heldby.gather.options import GatherOptions
from heldby.gather.sitemap import is_sitemap, read_sitemap
from heldby.gather.unpacking import TooLarge
from heldby.gather.web import Forbidden, Web
from heldby.model.ident import digest
from heldby.model.report import Gap, GapKind, Report

MOST_FOLLOWED = 50  # pages fetched in one look; the rest waits for the next
MOST_INDEXED = 20  # sitemaps that an index leads to
_PAUSED = (429, 503)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a source gave."""

    source: Source
    outcome: Outcome
    taken: tuple[Taken, ...] = ()


@dataclass(slots=True)
class _Pages:
    """Pages that a feed or sitemap leads to, fetched within `MOST_FOLLOWED`."""

    source: Source
    web: Web
    options: GatherOptions
    left: int = MOST_FOLLOWED
    taken: list[Taken] = field(default_factory=list)

    def take(self, url: str, published: str = "") -> bool | str:
        """The reports of a page: True; False where the bound is reached; the cause where it cannot be had."""
        if self.left <= 0:
            return False
        self.left -= 1
        try:
            got = self.web.get(url, heed_robots=self.source.robots)
        except TooLarge as e:
            return f"sends {e}"
        except OSError as e:
            return str(e)
        options = self.options
        with suppress(ValueError):  # no date that is known: the page may have one
            options = replace(options, published=read_published(published, options.outlet, options) if published else None)
        self.taken += [Taken(item, got) for item in read_answer(url, got, options)]
        return True


def look(source: Source, health: Health, options: GatherOptions, web: Web, now: datetime) -> Look:
    """Look at a source. What fails is an outcome, never an error."""
    options = replace(options, outlet=source.outlet or options.outlet, now=now)
    if source.path:
        return _files(source, health, options)
    headers = {
        key: value
        for key, value in (("If-None-Match", health.etag), ("If-Modified-Since", health.modified))
        if value and value.isprintable()
    }
    try:
        got = web.get(source.url, heed_robots=source.robots, headers=headers)
    except Answered as e:
        wait = retry_after(e.retry_after, now) if e.status in _PAUSED else timedelta(0)
        return Look(source, Bad(str(e), wait, gone=e.status == 410))
    except TooLarge as e:
        return Look(source, Bad(f"sends {e}"))
    except OSError as e:
        return Look(source, Bad(str(e)))
    if got.status == 304:
        return Look(source, Good(0, health.etag, health.modified, None, health.moved_to))
    good = Good(0, got.header("ETag"), got.header("Last-Modified"), {}, _moved(got))
    try:
        if answers_feed(got):
            return _feed(source, health, good, got, _Pages(source, web, options))
        if is_sitemap(got.body[:HEAD]):
            return _sitemap(source, health, good, got, _Pages(source, web, options))
    except BadMarkup as e:
        return Look(source, Bad(f"it {e}"))
    except HeldbyError as e:
        return Look(source, Bad(e.cause))
    return _whole(source, health, good, got, options)


def _moved(got: Fetched) -> str:
    """Where a source says it has gone for good: only where every step of the way says so."""
    return got.url if got.for_good else ""


def _told(taken: list[Taken]) -> int:
    return sum(isinstance(t.item, Report) for t in taken)


def _feed(source: Source, health: Health, good: Good, got: Fetched, pages: _Pages) -> Look:
    feed = read_feed(got.body, got.url, got.charset)
    seen: dict[str, str] = {}
    taken: list[Taken] = []
    more = False
    for entry in reversed(feed.entries):
        said = digest([entry.url, entry.title, entry.text, entry.known])
        if health.seen.get(entry.key) != said:
            items = _entry(source, entry, feed, got, pages)
            if items is None:
                more = True
                if entry.key in health.seen:
                    seen[entry.key] = health.seen[entry.key]
                continue
            taken += items
            if any(isinstance(t.item, Gap) and t.item.kind is GapKind.FUTURE for t in items):
                continue  # read again once its time has come
        seen[entry.key] = said
    if feed.left_out:
        cause = f"is a feed of more than {len(feed.entries):,} entries: {feed.left_out:,} were left out"
        taken.append(Taken(Gap(GapKind.TOO_LARGE, source.url, cause), got))
    kept = replace(good, new=_told(taken), seen=seen, more=more, **({"etag": "", "modified": ""} if more else {}))
    return Look(source, kept, tuple(taken))


def _entry(source: Source, entry: Entry, feed: Feed, got: Fetched, pages: _Pages) -> list[Taken] | None:
    """The reports of an entry, or of the page it leads to; None where it has to wait for the next look."""
    missed: list[Taken] = []
    if source.follow and entry.url:
        before = len(pages.taken)
        done = pages.take(entry.url, entry.known)
        if done is False:
            return None
        fresh, pages.taken = pages.taken[before:], pages.taken[:before]
        if _told(fresh):
            return fresh
        cause = done if isinstance(done, str) else "holds no report"
        missed = fresh or [Taken(Gap(GapKind.UNREADABLE, entry.url, f"{cause}; the entry's own text was taken"), got)]
    items = entry_reports(entry, feed, source.url, pages.options, got.url)
    return [*missed, *(Taken(item, got) for item in items)]


def _sitemap(source: Source, health: Health, good: Good, got: Fetched, pages: _Pages) -> Look:
    listed = list(read_sitemap(got.body, got.url, got.charset))
    taken: list[Taken] = []
    indexes = sorted((i for i in listed if i.index), key=lambda i: i.changed, reverse=True)
    for index in indexes[:MOST_INDEXED]:
        try:
            inner = pages.web.get(index.url, heed_robots=source.robots)
            listed += [i for i in read_sitemap(inner.body, inner.url, inner.charset) if not i.index]
        except (OSError, TooLarge, BadMarkup) as e:
            taken.append(Taken(Gap(GapKind.UNREADABLE, index.url, f"a sitemap that cannot be read: {e}"), got))
    if len(indexes) > MOST_INDEXED:
        cause = f"leads to {len(indexes):,} sitemaps, of which the {MOST_INDEXED} changed last were read"
        taken.append(Taken(Gap(GapKind.TOO_LARGE, source.url, cause), got))
    seen: dict[str, str] = {}
    more = False
    for page in sorted((i for i in listed if not i.index), key=lambda i: i.published or i.changed, reverse=True):
        said = page.changed or page.published or "listed"
        if health.seen.get(page.url) != said:
            done = pages.take(page.url, page.published)
            if done is False:
                more = True
                continue
            if isinstance(done, str):
                taken.append(Taken(Gap(GapKind.UNREADABLE, page.url, done), got))
        seen[page.url] = said
    taken += pages.taken
    kept = replace(good, new=_told(taken), seen=seen, more=more, **({"etag": "", "modified": ""} if more else {}))
    return Look(source, kept, tuple(taken))


def _whole(source: Source, health: Health, good: Good, got: Fetched, options: GatherOptions) -> Look:
    """A page, a text or a table: read where it is not what it was."""
    said = digest(got.body.decode("latin-1"))
    if health.seen.get(source.url) == said:
        return Look(source, replace(good, seen=health.seen))
    taken = tuple(Taken(item, got) for item in read_answer(source.url, got, options))
    return Look(source, replace(good, new=_told(list(taken)), seen={source.url: said}), taken)


def _files(source: Source, health: Health, options: GatherOptions) -> Look:
    """A file, or the files of a folder: those that are new or have changed."""
    path = Path(source.path)
    if not path.exists():
        return Look(source, Bad("there is no such file or folder"))
    seen: dict[str, str] = {}
    taken: list[Taken] = []
    for key, said, items in _changed(path, health.seen, options):
        seen[key] = said
        taken += [Taken(item) for item in items]
    return Look(source, Good(_told(taken), seen=seen), tuple(taken))


def _changed(path: Path, before: Mapping[str, str], options: GatherOptions) -> Iterator[tuple[str, str, list[Item]]]:
    for file, read in readers(path, options):
        try:
            state = file.stat()
            said = f"{state.st_size} {state.st_mtime_ns}"
        except OSError as e:
            said = str(e)
        yield str(file), said, [] if before.get(str(file)) == said else list(read())


__all__ = ["Forbidden", "Look", "look"]
