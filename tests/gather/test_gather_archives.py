"""Archives and exports: mailboxes, chats, web archives, zips; streamed, and what is damaged in one is said and passed over."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from gather_scene import Gathered, gathered

from heldby.gather.chats import is_telegram, is_whatsapp
from heldby.gather.unpacking import understood
from heldby.gather.warc import Record, is_archive, records
from heldby.gather.zips import read_zip
from heldby.model.report import Gap, GapKind

PAGE = "<html><head><title>T</title><meta property='article:published_time' content='2021-07-14T08:00:00+00:00'></head><body><article><p>{}</p></article></body></html>"
STORY = "Fighters took the customs office of the crossing shortly after dawn, an official of the district said by telephone. " * 4


def record(block: bytes, kind: str = "response", uri: str = "http://hill.example/a", length: int | None = None, **headers: str) -> bytes:
    lines = ["WARC/1.1", f"WARC-Type: {kind}", f"WARC-Target-URI: {uri}", "WARC-Date: 2021-07-15T10:00:00Z"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(block) if length is None else length}", "", ""]).encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *(headers or ("Content-Type: text/html",)), "", ""]).encode() + body


def page(text: str) -> bytes:
    return http(PAGE.format(text).encode())


def read(tmp_path: Path, data: bytes, name: str = "a.warc", **changed: object) -> Gathered:
    path = tmp_path / name
    path.write_bytes(data)
    return gathered(path, **changed)


def zstd(data: bytes) -> bytes:
    from backports import zstd as module

    return bytes(module.compress(data))


ONE, TWO = record(page("One. " + STORY)), record(page("Two. " + STORY), uri="http://hill.example/b")
PACKINGS = {
    "plain": ONE + TWO,
    "member by member": gzip.compress(ONE) + gzip.compress(TWO),
    "as a whole": gzip.compress(ONE + TWO),
    **({"zstd": zstd(ONE) + zstd(TWO)} if "zstd" in understood() else {}),
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_an_archive_gives_its_pages_however_it_is_packed(packing: str, tmp_path: Path) -> None:
    assert is_archive(PACKINGS[packing])
    got = read(tmp_path, PACKINGS[packing], "crawl")
    assert [(r.text[:4], r.url, r.origin) for r in got.reports] == [
        ("One.", "http://hill.example/a", "crawl:record 1"),
        ("Two.", "http://hill.example/b", "crawl:record 2"),
    ]
    report = got.reports[0]
    assert (report.published and report.published.text, report.fetched and report.fetched.day, report.outlet) == (
        "2021-07-14T08:00:00+00:00",
        15,
        "hill.example",
    )


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    others = (
        record(b"GET / HTTP/1.1\r\n\r\n", "request"),
        record(b"software: x", "warcinfo", ""),
        record(http(b"\x89PNG", "Content-Type: image/png")),
        record(http(b"", "Location: /b", status="301 Moved")),
        record(http(b"gone", status="404 Not Found")),
        record(b"x", "metadata"),
        record(b"text", "resource", Content_Type="text/css"),
        record(b"A text.", "resource", "http://hill.example/c", Content_Type="text/plain"),
        record(b"A name.", "resource", "urn:x", Content_Type="text/plain"),
    )
    assert [r.text for r in read(tmp_path, b"".join(others)).reports] == ["A text."]
    assert read(tmp_path, others[0]).gap.kind is GapKind.EMPTY


@pytest.mark.parametrize(
    "block",
    [
        http(gzip.compress(PAGE.format(STORY).encode()), "Content-Type: text/html", "Content-Encoding: gzip"),
        http(
            PAGE.format(STORY).encode(), "Content-Type: text/html", "Content-Encoding: gzip"
        ),  # the packing was taken off, its name was not
        http(
            b"5\r\n<html\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE.format(STORY)) - 5, PAGE.format(STORY)[5:].encode()),
            "Transfer-Encoding: chunked",
        ),
        http(PAGE.format(STORY).encode(), "Content-Type: text/html", "Transfer-Encoding: chunked"),
        http(PAGE.format(STORY).encode(), "Content-Type:\r\n text/html"),
    ],
)
def test_pages_as_archives_keep_them(block: bytes, tmp_path: Path) -> None:
    assert read(tmp_path, record(block)).report.text.startswith("Fighters took")


def test_damage_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    got = read(tmp_path, ONE + b"bytes of nobody\r\n" + TWO)
    assert (len(got.reports), got.gap.cause) == (2, "17 bytes before record 2 belong to no record: passed over")
    for broken, cause in (
        (record(b"x" * 10, length=99_999_999_999_999), "says"),
        (ONE.replace(b"Content-Length", b"Content-Size"), "says no length"),
        (record(b"no answer at all"), "no answer of HTTP"),
        (record(page(STORY), uri="http://[hill.example/"), "is no address"),
    ):
        got = read(tmp_path, broken + TWO)
        assert cause in got.gaps[0].cause
    assert [r.text[:4] for r in read(tmp_path, record(b"no answer at all") + TWO).reports] == ["Two."]
    cut = read(tmp_path, ONE + TWO[:-300])
    assert ([r.text[:4] for r in cut.reports], "is cut off" in cut.gap.cause) == (["One."], True)
    torn = read(tmp_path, gzip.compress(ONE) + gzip.compress(TWO)[:-40])
    assert ([r.text[:4] for r in torn.reports], any("ends too early" in g.cause for g in torn.gaps)) == (["One."], True)


def test_a_page_too_large_is_a_gap_and_takes_no_memory(tmp_path: Path) -> None:
    bomb = gzip.compress(record(http(b" " * 5_000_000))) + gzip.compress(TWO)
    got = read(tmp_path, bomb, max_report_bytes=20_000)
    assert (got.gap.kind, got.report.text[:4]) == (GapKind.TOO_LARGE, "Two.")
    inner = record(http(gzip.compress(b" " * 5_000_000), "Content-Type: text/html", "Content-Encoding: gzip"))
    assert read(tmp_path, inner).gap.kind is GapKind.TOO_LARGE


def test_records_are_read_in_any_pieces() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(7, size or 7))

    got = list(records(Slow(ONE + TWO), 1_000_000))
    assert [(r.number, r.url) for r in got if isinstance(r, Record)] == [(1, "http://hill.example/a"), (2, "http://hill.example/b")]


MAIL = """From someone@hill.example Wed Jul 14 10:00:00 2021
From: "Hill Gazette" <news@hill.example>
Subject: =?utf-8?q?The_crossing_=E2=80=93_taken?=
Date: Wed, 14 Jul 2021 10:00:00 +0430
Message-ID: <7@hill.example>
Content-Type: text/plain; charset=utf-8

Fighters took the crossing.
>From the north came others.

"""
LIST_MAIL = """From x Wed Jul 14 11:00:00 2021
From: Somebody Private <private@mail.example>
List-Id: Valley Monitors <monitors.valley.example>
Date: Wed, 14 Jul 2021 11:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=windows-1251
Content-Transfer-Encoding: base64

PHA+zO7x8iDi5//yLjwvcD4=
--b
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
"""


def test_a_mailbox_gives_its_mails(tmp_path: Path) -> None:
    got = read(tmp_path, (MAIL + LIST_MAIL).encode(), "box")
    one, two = got.reports
    assert (one.text, one.outlet, one.title, one.url) == (
        "Fighters took the crossing.\nFrom the north came others.\n",
        "Hill Gazette",
        "The crossing – taken",
        "mid:7@hill.example",
    )
    assert (one.published and one.published.text, one.origin) == ("2021-07-14T10:00:00+04:30", "box:mail 1")
    assert (two.text, two.outlet) == ("Мост взят.", "Valley Monitors")


def test_mails_without_a_text_too_long_or_undated_are_gaps(tmp_path: Path) -> None:
    long = MAIL.replace("Fighters", "x" * 500_000)
    got = read(
        tmp_path, (MAIL.partition("\n\n")[0] + "\n\n\n" + long + MAIL.replace("Date: Wed, 14", "Date: the 14th of")).encode(), "box.mbox"
    )
    assert [g.kind for g in got.gaps] == [GapKind.NO_TEXT, GapKind.TOO_LARGE, GapKind.UNDATED]
    assert got.report.text.startswith("Fighters")


TELEGRAM: dict[str, Any] = {
    "name": "Valley “News”",
    "type": "public_channel",
    "id": 5,
    "messages": [
        {"id": 1, "type": "service", "date": "2021-07-14T09:00:00", "action": "create_channel", "text": ""},
        {"id": 2, "type": "message", "date": "2021-07-14T10:00:00", "date_unixtime": "1626256800", "text": "The bridge was taken."},
        {
            "id": 3, "type": "message", "date": "2021-07-14T11:00:00", "edited": "2021-07-14T12:00:00", "from": "Private Name",
            "text": ["The ", {"type": "bold", "text": "road"}, " is open again, \"messages\": [ said nobody."],
        },
        {"id": 4, "type": "message", "date": "2021-07-14T11:00:00", "photo": "x.jpg", "text": ""},
    ],
}  # fmt: skip


def test_an_export_of_telegram_gives_its_messages(tmp_path: Path) -> None:
    data = json.dumps(TELEGRAM, indent=1, ensure_ascii=False).encode()
    assert is_telegram(data)
    got = read(tmp_path, data, "result.json")
    assert [(r.text, r.outlet, r.published and r.published.text, r.given_id) for r in got.reports] == [
        ("The bridge was taken.", "Valley “News”", "2021-07-14T10:00:00Z", "2"),
        ('The road is open again, "messages": [ said nobody.', "Valley “News”", "2021-07-14T12:00:00", "3"),
    ]
    assert got.gaps == []
    assert "Private" not in "".join(r.text + r.outlet + r.origin for r in got.reports)
    account = {
        "about": "x",
        "chats": {"about": "y", "list": [TELEGRAM, {**TELEGRAM, "name": "Other", "messages": TELEGRAM["messages"][1:2]}]},
    }
    assert [r.outlet for r in read(tmp_path, json.dumps(account).encode(), "result.json").reports] == ["Valley “News”"] * 2 + ["Other"]


def test_an_export_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    data = json.dumps(TELEGRAM).encode()
    got = read(tmp_path, data[:-120], "result.json")
    assert (len(got.reports), "what follows was not read" in got.gap.cause) == (1, True)
    odd = {**TELEGRAM, "messages": [7, "x", None, {"id": 8, "text": "So."}, {"text": [3, {"text": 4}]}]}
    got = read(tmp_path, json.dumps(odd).encode(), "result.json")
    assert ([g.kind for g in got.gaps], got.report.text) == ([GapKind.MALFORMED] * 3 + [GapKind.UNDATED], "So.")


WHATSAPP = """\u200e[14/07/2021, 10:00:05] Valley Monitors: \u200eMessages and calls are end-to-end encrypted.
[14/07/2021, 10:01:00] +93 70 000 0000: The bridge was taken
in the morning.
[14/07/2021, 10:02:00] Private Name: \u200eimage omitted
[14/07/2021, 10:03:00] Private Name: It is open again.
"""


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (WHATSAPP, "2021-07-14T10:01:00"),
        ("7/13/21, 10:01 PM - A B joined\n7/13/21, 10:05 PM - A B: The bridge was taken\nin the morning.\n", "2021-07-13T22:05:00"),
        ("2021-07-14, 10:01 - A: The bridge was taken\nin the morning.\n2021-07-14, 10:02 - B: <Media omitted>\n", "2021-07-14T10:01:00"),
        ("3.7.21, 10:01 - A: The bridge was taken\nin the morning.\n13.7.21, 10:01 - A: null\n", "2021-07-03T10:01:00"),
    ],
)
def test_an_export_of_whatsapp_gives_its_messages_without_who_wrote_them(text: str, first: str, tmp_path: Path) -> None:
    assert is_whatsapp(text.encode())
    got = read(tmp_path, text.encode(), "WhatsApp Chat with Valley.txt")
    report = next(r for r in got.reports if "bridge" in r.text)
    assert (report.text, report.outlet, report.published and report.published.text) == (
        "The bridge was taken\nin the morning.",
        "Valley",
        first,
    )
    assert "Private" not in "".join(r.text + r.outlet + r.title for r in got.reports)


def test_dates_that_could_be_two_are_not_guessed(tmp_path: Path) -> None:
    got = read(tmp_path, b"01/02/2021, 10:00 - A: One thing.\n01/02/2021, 10:01 - B: Another.\n", "chat.txt")
    assert [g.kind for g in got.gaps] == [GapKind.UNDATED] * 3
    assert "day before month and as month before day" in got.gaps[0].cause
    assert all(r.published is None for r in got.reports)


def zipped(*members: tuple[str, bytes], link: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
        if link:
            info = zipfile.ZipInfo(link)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def test_a_zip_is_read_member_by_member(tmp_path: Path) -> None:
    data = zipped(
        ("b/two.txt", b"Two."),
        ("a.jsonl", b'{"text": "One."}\n'),
        (".hidden", b"no"),
        ("w.warc.gz", gzip.compress(ONE)),
        ("p.png", b"\x89PNG"),
    )
    got = read(tmp_path, data, "bundle.zip")
    assert [(r.text[:4], r.origin) for r in got.reports] == [
        ("One.", "bundle.zip:a.jsonl:1"),
        ("Two.", "bundle.zip:b/two.txt"),
        ("One.", "bundle.zip:w.warc.gz:record 1"),
    ]
    assert GapKind.BINARY in {g.kind for g in got.gaps}


def test_a_wacz_gives_the_pages_of_its_archives(tmp_path: Path) -> None:
    data = zipped(("datapackage.json", b"{}"), ("pages/pages.jsonl", b'{"text": "no"}\n'), ("archive/data.warc.gz", gzip.compress(ONE)))
    assert [r.origin for r in read(tmp_path, data, "crawl.wacz").reports] == ["crawl.wacz:archive/data.warc.gz:record 1"]


def test_members_that_lead_out_are_gaps_and_nothing_is_written(tmp_path: Path) -> None:
    data = zipped(("../out.txt", b"x"), ("/abs.txt", b"x"), ("C:/win.txt", b"x"), ("in.txt", b"In."), link="link.txt")
    folder = tmp_path / "inner"
    folder.mkdir()
    got = read(folder, data, "evil.zip")
    assert ([r.text for r in got.reports], [g.kind for g in got.gaps].count(GapKind.UNREADABLE)) == (["In."], 4)
    assert [p.name for p in tmp_path.rglob("*")] == ["inner", "evil.zip"]


def test_a_member_without_a_name_is_read_and_takes_no_other_with_it(tmp_path: Path) -> None:
    data = zipped(("xx.txt", b"One."), ("in.txt", b"In.")).replace(b"xx.txt", b"\0x.txt")  # a name ends at its NUL
    assert [(r.text, r.origin) for r in read(tmp_path, data, "odd.zip").reports] == [
        ("One.", "odd.zip:a member without a name"),
        ("In.", "odd.zip:in.txt"),
    ]


def test_a_damaged_directory_is_told_whatever_it_says(proving: bool) -> None:
    """The directory at a zip's end alone, where a change anywhere in the file rarely falls."""
    chance = random.Random(34)
    data = zipped(("a.txt", b"One."), ("b/two.txt", b"Two."), ("c.txt", b"Three."))
    begins = data.index(b"PK\x01\x02")
    for _ in range(20_000 if proving else 600):
        spoiled = bytearray(data)
        for _ in range(chance.randint(1, 5)):
            spoiled[chance.randrange(begins, len(data))] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        for item in read_zip(io.BytesIO(spoiled), "spoiled.zip", lambda stream, label, suffix: iter(())):
            assert isinstance(item, Gap)


def test_zip_bombs_end(tmp_path: Path) -> None:
    layers = zipped(("x.txt", b"Deep."))
    for _ in range(4):
        layers = zipped(("x.zip", layers))
    assert "within another" in read(tmp_path, layers, "nested.zip").gap.cause
    flat = zipped(*((f"{n}.jsonl", (b" " * 999 + b"\n") * 3_000) for n in range(8)))
    began = time.monotonic()
    got = read(tmp_path, flat, "flat.zip")
    assert got.gaps[-1].kind is GapKind.TOO_LARGE
    assert "times its size" in got.gaps[-1].cause
    assert time.monotonic() - began < 5
    assert "no zip archive" in read(tmp_path, b"PK\x03\x04" + b"x" * 50, "odd.zip").gap.cause
    assert "office document" in read(tmp_path, zipped(("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")), "a.docx").gap.cause


def test_mutated_archives_give_reports_or_gaps(tmp_path: Path, proving: bool) -> None:
    """Every reader of foreign bytes: no crash, no hang, whatever was done to its input."""
    chance = random.Random(11)
    samples = [
        ("a.warc", ONE + TWO), ("a.warc.gz", PACKINGS["member by member"]), ("a.zip", zipped(("a.txt", b"One."), ("b.warc", ONE))),
        ("a.mbox", (MAIL + LIST_MAIL).encode()), ("result.json", json.dumps(TELEGRAM).encode()), ("chat.txt", WHATSAPP.encode()),
    ]  # fmt: skip
    slowest = 0.0
    for _ in range(7000 if proving else 240):
        name, sample = chance.choice(samples)
        data = bytearray(sample)
        for _ in range(chance.randint(1, 10)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 80)]
                case 2:
                    data[at:at] = bytes(data[at : at + chance.randint(1, 80)])
                case 3:
                    data[at:at] = chance.choice([b"\x00", b"\xff\xfe", b"\r\n\r\n", b"9" * 30, b'"', b"[", b"From x 2021\n", b"PK\x03\x04"])
            data = data or bytearray(b"x")
        began = time.monotonic()
        got = read(tmp_path, bytes(data), name)
        slowest = max(slowest, time.monotonic() - began)
        assert got.items
        for report in got.reports:
            report.text.encode()
    assert slowest < 5
