"""How fast pages of a web archive go through heldby, beside trafilatura's fast mode on the same archive in the same run.

    python bench/archive_speed.py [--pages 2000] [--theatre world] [--pack gzip] [--armed 0.02]

Pages are made with a fixed seed: one in twenty tells of control, the others of prices, matches and courts, some of
retired soldiers (bench/read_speed.py), in a site's usual
dress: styles, scripts, a menu, headlines of other stories beside the text (some of them of war), comments, a footer. Printed, pages a second of one
core each: trafilatura.extract(fast=True) on every page, given the page's bytes; heldby's gathering of the archive (unpacking, gate, parsing,
text, date, outlet), and the same with every page parsed; gathering and reading. Checked: that every page whose text the reader would look at is
kept (by parsing them all), and that the text of what is kept is trafilatura's.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import trafilatura

from heldby.desk import Desk, open_desk
from heldby.flow.sharding import read_shard
from heldby.gather import GatherOptions, Item, gather
from heldby.gather.warc import records
from heldby.model.report import Gap, GapKind, Report
from heldby.settings import Settings
from read_speed import ACTORS, PLACES, SEED, document

RELEVANT_EVERY = 20
MENU = [
    "World",
    "Politics",
    "Business",
    "Markets",
    "Culture",
    "Sport",
    "Science",
    "Health",
    "Travel",
    "Opinion",
    "Video",
    "Weather",
    "Letters",
    "Archive",
    "Contact",
]
TEASERS = (
    "Bread prices rise again in the north",
    "How to keep bees in a dry year",
    "{actor} seize post near {place}, residents say",
    "Troops return to {place} after two years",
    "Museum of carpets opens its doors",
    "Rain expected over the hills",
    "Ceasefire talks in {place} to resume",
    "A goalkeeper remembers",
)
SCRIPT = "window.dataLayer=window.dataLayer||[];function track(e,t){for(var n=0;n<t.length;n++){if(t[n]&&e>n){dataLayer.push({event:e,value:t[n]})}}}"
ICON = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm1 5v4h4v2h-4v4h-2v-4H7v-2h4V7z" * 2
STYLE = ".card{display:flex;margin:0 0 1rem;padding:.5rem}.card>a{color:#123}.grid{display:grid;grid-template-columns:repeat(3,1fr)}"


def page(rng: random.Random, number: int, relevant: bool, armed: float) -> bytes:
    """A page of some 90 kB in the dress of one of seven sites."""
    site = rng.randrange(7)
    paragraphs = document(rng, relevant, armed).split("\n")
    headline = paragraphs[0].split(". ")[0]
    entries = [*MENU, *(f"{a} and {b}" for a in MENU[:5] for b in MENU[5:]), *["War"] * (site % 2)]
    menu = "".join(
        f'<li class="menu-item menu-item-{i}"><a href="/{m.lower().replace(" ", "-")}">{m}</a></li>' for i, m in enumerate(entries)
    )
    share = "".join(
        f'<button class="share {n}" aria-label="{n}"><svg viewBox="0 0 24 24"><path d="{ICON}"/></svg></button>' for n in MENU[:6]
    )

    def teasers(count: int) -> str:
        out = []
        for _ in range(count):
            title = rng.choice(TEASERS).format(actor=rng.choice(ACTORS).capitalize(), place=rng.choice(PLACES))
            number = rng.randrange(10**6)
            out.append(
                f'<li class="card"><a class="card-link" href="/story/{number}" data-tracking="module:related;position:{number % 30}">'
                f'<span class="pic"><img src="/i/{number}.jpg" srcset="/i/{number}-320.jpg 320w, /i/{number}-640.jpg 640w" alt="" loading="lazy"></span>'
                f'<span class="t">{title}</span></a></li>'
            )
        return "<ul>" + "".join(out) + "</ul>"

    def dressed(text: str) -> str:
        words = text.split(" ")
        at = rng.randrange(len(words))
        words[at] = f'<a href="/topic/{at}">{words[at]}</a>' if rng.random() < 0.5 else f"<b>{words[at]}</b>"
        return f"<p>{' '.join(words)}</p>"

    body = "\n".join(map(dressed, paragraphs))
    side = f"<aside>{teasers(30)}</aside>" if site % 3 else f'<div class="related"><h3>More stories</h3>{teasers(30)}</div>'
    comments = "".join(f'<li class="comment"><p>I agree, {rng.choice(MENU)} matters. {n}</p></li>' for n in range(15))
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{headline} | Site {site}</title><style>{STYLE * 100}</style>'
        f'<meta property="og:site_name" content="Site {site}"><meta property="article:published_time" content="2021-08-{1 + number % 14:02}T08:00:00Z">'
        f'<link rel="canonical" href="https://site{site}.example/{number}"><script>{SCRIPT * 120}</script></head><body class="s{site}">'
        f'<header><nav><ul>{menu}</ul></nav></header><main><article><h1>{headline}</h1><p class="by">By the desk of site {site}</p>{share}{body}{share}</article>'
        f'{side}<div id="comments"><ol>{comments}</ol></div></main><script>{SCRIPT * 60}</script>'
        f"<footer><p>All rights reserved. Site {site}.</p><ul>{menu}</ul></footer></body></html>"
    )
    return text.encode()


def archive(path: Path, count: int, pack: str, armed: float) -> list[bytes]:
    """Writes a WARC of so many pages, each record a member of its own; the pages."""
    rng = random.Random(SEED)
    pages = [page(rng, n, n % RELEVANT_EVERY == 0, armed) for n in range(count)]
    with path.open("wb") as file:
        for number, body in enumerate(pages):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://site.example/{number}\r\nWARC-Date: 2021-08-20T00:00:00Z\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            record = head.encode() + answer + b"\r\n\r\n"
            file.write(gzip.compress(record, 6) if pack == "gzip" else record)
    return pages


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def bodies(path: Path) -> Iterator[tuple[str, bytes]]:
    """Address and page of every record."""
    with path.open("rb") as file:
        for record in records(io.BufferedReader(file), 10_000_000):
            assert not isinstance(record, str), record
            yield record.url, (record.block or b"").partition(b"\r\n\r\n")[2]


def check(kept: list[Item], everything: list[Item], desk: Desk, path: Path) -> int:
    """Pages lost (of which the reader would have looked at the text) and texts that are not trafilatura's; printed, and their number."""
    reports = {i.origin: i for i in kept if isinstance(i, Report)}
    reader = desk.reader
    admits: Callable[[str], bool] = reader.admits  # type: ignore[attr-defined]
    whole = [i for i in everything if isinstance(i, Report)]
    lost = [r.origin for r in whole if r.origin not in reports and admits(r.text)]
    pages = dict(enumerate((body for _, body in bodies(path)), start=1))
    other = []
    for origin, report in reports.items():
        theirs = trafilatura.extract(pages[int(origin.rpartition(" ")[2])], fast=True, include_comments=False) or ""
        if report.text != theirs:
            other.append(origin)
    looked_at = sum(admits(r.text) for r in whole)
    print(
        f"{len(reports)} of {len(whole)} pages kept; the reader would look at {looked_at}; {len(lost)} of these lost; {len(other)} texts differ"
    )
    return len(lost) + len(other)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--theatre", default="world")
    parser.add_argument("--pack", choices=("gzip", "none"), default="gzip")
    parser.add_argument(
        "--armed", type=float, default=0.02, help="share of the other pages that speak of armies, but of nothing held or taken"
    )
    asked = parser.parse_args()
    desk = open_desk(Settings(theatre=asked.theatre))
    options = desk.gather_options()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pages.warc{'.gz' if asked.pack == 'gzip' else ''}"
        pages = archive(path, asked.pages, asked.pack, asked.armed)
        size = sum(map(len, pages))
        print(f"{len(pages)} pages, {size / 1e6:.1f} MB, {size / len(pages) / 1e3:.0f} kB each; archive {path.stat().st_size / 1e6:.1f} MB")
        warm(desk, path)
        return measure(desk, options, path, pages)


def warm(desk: Desk, path: Path) -> None:
    """Loads what is loaded once: the gazetteer, trafilatura's rules."""
    read_shard(desk, [Report.of("Troops seized the town of Kunduz on Sunday.", outlet="Bench")])
    trafilatura.extract(next(bodies(path))[1], fast=True)


def measure(desk: Desk, options: GatherOptions, path: Path, pages: list[bytes]) -> int:
    """Times and checks; the exit code."""
    kept: list[Item] = []
    everything: list[Item] = []
    gated = timed(lambda: kept.extend(gather([str(path)], options)))
    theirs = timed(lambda: [trafilatura.extract(p, fast=True) for p in pages])
    whole = timed(lambda: everything.extend(gather([str(path)], replace(options, wanted=None))))
    reading = timed(lambda: read_shard(desk, [i for i in kept if isinstance(i, Report)]))
    for name, seconds in (
        ("trafilatura.extract(fast=True)", theirs),
        ("heldby, gate before parsing", gated),
        ("heldby, every page parsed", whole),
        ("heldby, gate, and the kept read", gated + reading),
    ):
        print(f"{name:34} {len(pages) / seconds:9.0f} pages a second and core: {theirs / seconds:6.2f} of trafilatura's")
    for gap in (i for i in kept if isinstance(i, Gap)):
        print(f"gap ({gap.kind}): {gap.cause}" if gap.kind is GapKind.TURNED_AWAY else f"unexpected gap: {gap}")
    return 1 if check(kept, everything, desk, path) else 0


if __name__ == "__main__":
    raise SystemExit(main())
