"""Sources as a user names them: files, folders, "-" and addresses, each read by its kind."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from heldby.errors import UsageError
from heldby.gather.containers import read_any
from heldby.gather.evidence import Taken
from heldby.gather.fetching import Limits, fetch
from heldby.gather.files import read_path
from heldby.gather.filing import Item, too_large
from heldby.gather.kinds import buffered, read_answer
from heldby.gather.options import GatherOptions
from heldby.gather.reaching import target_of
from heldby.gather.unpacking import TooLarge
from heldby.model.report import Gap, GapKind

STANDARD_INPUT = "-"


def gather(sources: Sequence[str], options: GatherOptions) -> Iterator[Item]:
    """Reports, retractions and gaps of `sources`, in their order; a folder's files in the order of their paths' bytes.

    Raises UsageError at once, before anything is read, where a source is no file, no folder and no address.
    """
    return (taken.item for taken in gather_taken(sources, options))


def gather_taken(sources: Sequence[str], options: GatherOptions) -> Iterator[Taken]:
    """As `gather`, each with the answer of the server it was read from."""
    for source in sources:
        _check(source)
    return _gather(tuple(sources), options)


def _gather(sources: tuple[str, ...], options: GatherOptions) -> Iterator[Taken]:
    for source in sources:
        if is_address(source):
            yield from _fetched(source, options)
            continue
        found = read_any(_standard_input(), "standard input", "", options) if source == STANDARD_INPUT else read_path(Path(source), options)
        yield from (Taken(item) for item in found)


def is_address(source: str) -> bool:
    """Whether a source is an address to be fetched rather than a path."""
    return source.lower().startswith(("http://", "https://"))


def shown_source(source: str) -> str:
    """A source as messages name it: an address without the user name and password it may bear."""
    scheme, mark, rest = source.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _check(source: str) -> None:
    if source == STANDARD_INPUT:
        return
    if is_address(source):
        try:
            target_of(source)
        except OSError as e:
            raise UsageError(shown_source(source), str(e)) from None
        return
    if "://" in source:
        raise UsageError(source, "only http and https addresses are fetched")
    if not source or "\0" in source or not os.path.lexists(source):
        raise UsageError(source or '""', "there is no such file or folder")


def _fetched(address: str, options: GatherOptions) -> Iterator[Taken]:
    try:
        got = fetch(address, Limits.of(options))
    except TooLarge as e:
        yield Taken(too_large(address, f"sends {e}", options))
        return
    except OSError as e:
        yield Taken(Gap(GapKind.UNREADABLE, address, str(e)))
        return
    yield from (Taken(item, got) for item in read_answer(address, got, options))


def _standard_input() -> io.BufferedReader:
    stream = sys.stdin.buffer
    return stream if isinstance(stream, io.BufferedReader) else buffered(stream)
