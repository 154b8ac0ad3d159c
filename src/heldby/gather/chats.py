"""Exports of chats: Telegram's JSON (of one channel, or of an account) and WhatsApp's text, message by message.

A chat's name is the outlet; who wrote stays out of it, for people in groups are private (the release gate knows them by role only, and here not
even that). A message that a channel forwards is the same text again, which counts as a copy.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from heldby.gather.decoding import Decoded, clean, decode, head_of
from heldby.gather.filing import Found, Item, file_report, too_large
from heldby.gather.options import GatherOptions
from heldby.model.report import Gap, GapKind
from heldby.model.when import utc_text

CHUNK = 262_144  # characters read at a time
HEADER = 4_096  # characters before a list of messages in which the chat's fields stand
ROOM = 8  # a message with all its marks may take so many times a report's bytes
_LIST = re.compile(r'"messages"\s*:\s*\[')
_FIELD = re.compile(r'"(name|username)"\s*:\s*("(?:[^"\\]|\\.)*")')
_TELEGRAM = re.compile(rb'"(?:messages|chats)"\s*:')
_STAMP = (
    r"\u200e?\[?(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{2,4}),?[ \u202f]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2}))?"
    r"[ \u202f]?(?P<half>[AaPp]\.?[Mm]\.?)?\]?(?: -)? "
)
_LINE = re.compile(_STAMP + r"(?:(?P<who>[^:\n]{1,80}): )?(?P<text>.*)")
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e]")
_NO_TEXT = re.compile(
    r"<[^<>]{1,40}(?:omitted|attached|weggelassen|omitido)[^<>]{0,40}>|.{1,80} omitted|This message was deleted|null", re.IGNORECASE
)


def is_telegram(head: bytes) -> bool:
    """Whether a JSON document that begins with `head` is Telegram's export."""
    start = head_of(head[:65_536]).lstrip()
    return start.startswith(b"{") and bool(_TELEGRAM.search(start)) and b'"type"' in start


def is_whatsapp(head: bytes) -> bool:
    """Whether a text that begins with `head` is WhatsApp's export: its first two messages bear their stamps."""
    text = head_of(head[:8192]).decode("utf-8", "replace").lstrip("\ufeff")
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and bool(_LINE.match(lines[0])) and sum(bool(_LINE.match(line)) for line in lines[:20]) >= min(2, len(lines))


def read_telegram(stream: io.BufferedReader, label: str, options: GatherOptions) -> Iterator[Item]:
    """A report of each message with a text, or gaps. Message by message: an export of any size takes the memory of its longest message."""
    text = io.TextIOWrapper(stream, "utf-8", errors="replace", newline="\n")
    chat, number, told = _Chat(), 0, False
    try:
        for chat, message in _messages(text, ROOM * options.max_report_bytes):
            number += 1
            for item in _telegram_message(chat, message, number, label, options):
                told = True
                yield item
    except _Broken as e:
        told = True
        yield Gap(GapKind.MALFORMED, f"{label}:{chat.name or 'chat'}", f"{e}, after {number:,} messages: what follows was not read")
    finally:
        text.detach()
    if not told:
        yield Gap(GapKind.EMPTY, label, "holds no message with a text")


class _Broken(ValueError):
    """Where an export is no longer what it should be."""


@dataclass(frozen=True, slots=True)
class _Chat:
    """What an export says of a chat before its messages."""

    name: str = ""
    username: str = ""


def _messages(text: io.TextIOWrapper, most: int) -> Iterator[tuple[_Chat, Any]]:
    """Each value in each list of messages, with its chat. The words before a list are the chat's fields."""
    decoder = json.JSONDecoder()
    waiting, found, ended = "", None, False
    while not ended:
        more = text.read(CHUNK)
        waiting, ended = waiting + more, not more
        while True:
            if found is None:
                start = _LIST.search(waiting)
                if start is None:
                    waiting = waiting[-HEADER:]
                    break
                found, waiting = _chat(waiting[: start.start()]), waiting[start.end() :]
            waiting = waiting.lstrip(" \t\r\n,")
            if waiting.startswith("]"):
                found, waiting = None, waiting[1:]
                continue
            try:
                value, end = decoder.raw_decode(waiting)
            except (ValueError, RecursionError):
                if len(waiting) > most or (ended and waiting):
                    raise _Broken("holds a message that is no JSON, or is cut off in the middle") from None
                break
            if end == len(waiting) and not ended:
                break  # a number may go on
            waiting = waiting[end:]
            yield found, value
    if found is not None:
        raise _Broken("is cut off before the end of its messages")


def _chat(header: str) -> _Chat:
    try:
        said = {key: json.loads(value, strict=False) for key, value in _FIELD.findall(header)}
    except ValueError:
        raise _Broken("bears a name that is no JSON") from None
    return _Chat(clean(said.get("name", "")).text, said.get("username", ""))


def _telegram_message(chat: _Chat, message: Any, number: int, label: str, options: GatherOptions) -> Iterator[Item]:
    ident = message.get("id", number) if isinstance(message, dict) else number
    origin = f"{label}:{chat.name or 'chat'}/{ident}"
    if not isinstance(message, dict):
        yield Gap(GapKind.MALFORMED, origin, "is no message but another value")
        return
    text = _telegram_text(message.get("text"))
    if message.get("type", "message") != "message" or not text.strip():
        return  # a member who joined, a picture without words
    if len(text.encode("utf-8", "replace")) > options.max_report_bytes:
        yield too_large(origin, "the message is too long for a report", options)
        return
    url = f"https://t.me/{chat.username}/{ident}" if re.fullmatch(r"\w{1,64}", chat.username, re.ASCII) else ""
    outlet = options.outlet or chat.name
    yield from file_report(Found(clean(text), origin, outlet, url, _telegram_date(message), given_id=str(ident)), options)


def _telegram_text(value: Any) -> str:
    """Text is a string, or a list of strings and objects that mark a piece up."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        pieces = (p if isinstance(p, str) else p.get("text", "") if isinstance(p, dict) else "" for p in value)
        return "".join(p for p in pieces if isinstance(p, str))
    return ""


def _telegram_date(message: dict[str, Any]) -> str:
    """The edit's time where there was one, for this is the edited text; the export's own seconds are UTC, its dates the exporter's local time."""
    for key in ("edited_unixtime", "date_unixtime"):
        try:
            return utc_text(datetime.fromtimestamp(int(message[key]), UTC))
        except (KeyError, ValueError, TypeError, OverflowError, OSError):
            continue
    return str(message.get("edited") or message.get("date") or "")


@dataclass(slots=True)
class _Message:
    line: int
    stamp: re.Match[str]
    text: str


def read_whatsapp(stream: io.BufferedReader, label: str, options: GatherOptions) -> Iterator[Item]:
    """A report of each message with words, in the zone of the outlet named (--outlet), or gaps; `label` gives the chat its name."""
    name = re.sub(r"\.txt$|^_?chat$", "", label.rpartition("/")[2], flags=re.IGNORECASE)
    name = re.sub(r"^WhatsApp Chat (?:with|-) ", "", name).strip() or "WhatsApp chat"
    messages = list(_whatsapp_messages(stream, options))
    order = _order([m.stamp for m in messages])
    if order is None:
        yield Gap(GapKind.UNDATED, label, "its dates can be read as day before month and as month before day: none is trusted")
    for message in messages:
        origin = f"{label}:{message.line}"
        text = _MARKS.sub("", message.text).strip()
        if message.stamp["who"] is None or not text or _NO_TEXT.fullmatch(text):
            continue
        if len(text) > options.max_report_bytes:
            yield too_large(origin, "the message is too long for a report", options)
            continue
        published = _whatsapp_date(message.stamp, order) if order else ""
        yield from file_report(Found(clean(text), origin, outlet=options.outlet or name, published=published), options)
    if not messages:
        yield Gap(GapKind.EMPTY, label, "holds no message")


def _whatsapp_messages(stream: io.BufferedReader, options: GatherOptions) -> Iterator[_Message]:
    held: _Message | None = None
    for number, raw in enumerate(iter(lambda: stream.readline(options.max_report_bytes + 1), b""), start=1):
        decoded = decode(raw)
        line = (decoded.text if isinstance(decoded, Decoded) else raw.decode("utf-8", "replace")).rstrip("\r\n")
        found = _LINE.match(line)
        if found:
            if held:
                yield held
            held = _Message(number, found, found["text"])
        elif held and len(held.text) <= options.max_report_bytes:
            held.text += f"\n{line}"
    if held:
        yield held


def _order(stamps: list[re.Match[str]]) -> str | None:
    """Whether days stand before months ("dmy", "mdy") or the year first ("ymd"): by what is a month in none of its places; None: cannot be told."""
    if any(len(s["a"]) == 4 for s in stamps):
        return "ymd"
    if any(int(s["a"]) > 12 for s in stamps):
        return "dmy"
    if any(int(s["b"]) > 12 for s in stamps):
        return "mdy"
    days = {order: [_whatsapp_date(s, order) for s in stamps] for order in ("dmy", "mdy")}
    rising = [order for order, dates in days.items() if "" not in dates and dates == sorted(dates)]
    return rising[0] if len(rising) == 1 else None


def _whatsapp_date(stamp: re.Match[str], order: str) -> str:
    a, b, c = (int(stamp[part]) for part in "abc")
    year, month, day = (a, b, c) if order == "ymd" else (c, b, a) if order == "dmy" else (c, a, b)
    hour = int(stamp["h"])
    if stamp["half"]:
        hour = hour % 12 + 12 * (stamp["half"][0] in "Pp")
    try:
        return datetime(year + 2000 * (year < 100), month, day, hour, int(stamp["m"]), int(stamp["s"] or 0)).isoformat()  # noqa: DTZ001
    except ValueError:
        return ""
