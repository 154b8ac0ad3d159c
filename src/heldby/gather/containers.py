"""What holds many reports in one file: mailboxes, chats, web archives and zip archives, told by their first bytes; else a single source."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from heldby.gather.chats import is_telegram, is_whatsapp, read_telegram, read_whatsapp
from heldby.gather.filing import Item
from heldby.gather.kinds import HEAD, read_stream
from heldby.gather.mailbox import is_mailbox, read_mailbox
from heldby.gather.options import GatherOptions
from heldby.gather.sifting import counted
from heldby.gather.warc import is_archive, read_archive
from heldby.gather.zips import is_zip, read_zip
from heldby.model.report import Gap, GapKind


def read_any(stream: io.BufferedReader, label: str, suffix: str, options: GatherOptions) -> Iterator[Item]:
    """The reports of a stream of any kind heldby knows; at least a gap, for no source ends without a word. Raises OSError where it cannot be read."""
    empty = True
    for item in _read(stream, label, suffix, options):
        empty = False
        yield item
    if empty:
        yield Gap(GapKind.EMPTY, label, "holds nothing that is a report")


def _read(stream: io.BufferedReader, label: str, suffix: str, options: GatherOptions) -> Iterator[Item]:
    head = stream.peek(HEAD)[:HEAD]
    if is_archive(head):
        yield from read_archive(stream, label, options)
    elif is_zip(head):
        if stream.seekable():
            within = replace(options, sift=True)
            yield from counted(read_zip(stream, label, lambda inner, name, ending: read_any(inner, name, ending, within)), label)
        else:
            yield Gap(GapKind.UNREADABLE, label, "is a zip archive within another, or from a pipe: name it itself to read it")
    elif suffix == ".mbox" or is_mailbox(head):
        yield from read_mailbox(stream, label, options)
    elif suffix in ("", ".json") and is_telegram(head):
        yield from read_telegram(stream, label, options)
    elif suffix in ("", ".txt") and is_whatsapp(head):
        yield from read_whatsapp(stream, label, options)
    else:
        yield from read_stream(stream, label, suffix, options)
