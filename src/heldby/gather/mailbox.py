"""Mailboxes in mbox: each mail becomes a report, streamed; what is no text in it is left alone.

A mail is published when it says so (Date), by whoever it is from; where the sender wrote for a list (List-Id, or a newsletter), the list is the outlet.
"""

from __future__ import annotations

import email.policy
import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime

from heldby.gather.decoding import Decoded, clean, decode, head_of
from heldby.gather.filing import Found, Item, file_report, too_large
from heldby.gather.markup import plain_text
from heldby.gather.options import GatherOptions
from heldby.model.report import Gap, GapKind

ATTACHED = 20  # a mail with its attachments may take so many times a report's bytes
LONGEST_LINE = 65_536
_FROM = re.compile(rb"From \S+ {1,2}.*\d{4}")
_QUOTED_FROM = re.compile(rb"^>+From ", re.MULTILINE)
_LIST = re.compile(r"<([^<>]+)>\s*$")


def is_mailbox(head: bytes) -> bool:
    """Whether a source that begins with `head` is an mbox: a From line, then headers."""
    lines = head_of(head[:4096]).splitlines()
    return len(lines) > 1 and bool(_FROM.match(lines[0])) and bool(re.match(rb"[A-Za-z-]+:", lines[1]))


def read_mailbox(stream: io.BufferedReader, label: str, options: GatherOptions) -> Iterator[Item]:
    """A report, or a gap, of each mail, numbered from 1; memory is that of one mail."""
    for number, data in _mails(stream, ATTACHED * options.max_report_bytes):
        origin = f"{label}:mail {number}"
        if data is None:
            yield too_large(origin, f"the mail takes more than {ATTACHED} reports' bytes", options)
        else:
            yield from _mail(data, origin, options)


def _mails(stream: io.BufferedReader, most: int) -> Iterator[tuple[int, bytes | None]]:
    """Numbered mails without the blank line behind each; None for one past the bound, which is passed over unread."""

    def whole(lines: list[bytes]) -> bytes:
        data = _QUOTED_FROM.sub(lambda m: m[0][1:], b"".join(lines))
        return data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith((b"\n\n", b"\n\r\n")) else data

    number, size, lines, blank = 0, 0, list[bytes](), True
    while line := stream.readline(LONGEST_LINE):
        if blank and _FROM.match(line):
            if number:
                yield number, whole(lines) if size <= most else None
            number, size, lines = number + 1, 0, []
        elif number:
            size += len(line)
            if size <= most:
                lines.append(line)
            else:
                lines.clear()
        blank = line in (b"\n", b"\r\n")
    if number:
        yield number, whole(lines) if size <= most else None


def _mail(data: bytes, origin: str, options: GatherOptions) -> Iterator[Item]:
    try:
        mail = BytesParser(policy=email.policy.default).parsebytes(data)
        assert isinstance(mail, EmailMessage)
        text, found = _text(mail), _about(mail, origin)
    except Exception as e:  # the standard library's parser of mails fails in many ways on what is none
        yield Gap(GapKind.MALFORMED, origin, f"is no mail that can be read ({type(e).__name__}: {e})"[:300])
        return
    if not text.text.strip():
        yield Gap(GapKind.NO_TEXT, origin, "is a mail without a text")
        return
    yield from file_report(Found(text, origin, **found), options)


def _about(mail: EmailMessage, origin: str) -> dict[str, str]:
    listed = _LIST.search(_header(mail, "List-Id"))
    name, address = parseaddr(_header(mail, "From"))
    outlet = _header(mail, "List-Id").partition("<")[0].strip(' "') or (listed[1] if listed else "") or name or address
    ident = _header(mail, "Message-ID").strip("<> ")
    return {
        "outlet": outlet,
        "url": _header(mail, "Archived-At").strip("<> ") or (f"mid:{ident}" if ident else ""),
        "published": _date(_header(mail, "Date")),
        "title": _header(mail, "Subject"),
        "given_id": ident,
    }


def _header(mail: EmailMessage, name: str) -> str:
    return clean(" ".join(str(mail.get(name, "")).split())).text


def _date(written: str) -> str:
    try:
        return parsedate_to_datetime(written).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return written


def _text(mail: EmailMessage) -> Decoded:
    """The mail's plain text, or its HTML as plain text; attachments are no part of it."""
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return Decoded("")
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return Decoded("")
    decoded = decode(payload, part.get_content_charset() or "")
    if isinstance(decoded, str):
        return Decoded("")
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    return clean(plain_text(text) if part.get_content_type() == "text/html" else text, decoded.broken)
