"""Editors' notes on who holds a town, read: current holder and date of the last change.

    python bench/read_notes.py ../shared/data/ua_wiki_control/notes.csv [--theatre ukraine-2022] [--misses]

Each note is read as a page of the town it stands beside ("TOWN. note"), published on the day it was last seen. Link texts that the table glues to
the sentence behind them are parted from it, and a list of links ("See Battle of ...") is left out, being titles of other pages. Counted are notes
that always carried one status, Russia's or Ukraine's, and that tell of a taking, a retaking or of control. All others are counted by reason.

Notes whose text has a SHA-256 that begins below 0x33, a fifth, are set aside: of these only figures are printed, never words.

A note may lag behind its status ("Captured by Russia" beside a town that is Ukraine's again): such notes count as wrong, and are counted apart.

The holder read is that of the last plain statement of a gain, a hold or a loss. The date wanted is the one the note itself gives behind its
last change of hands, found by a pattern that knows nothing of the reader; "in 2022" wants the year, "May 2022" the month.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heldby.interchange import event_date
from heldby.locate import Locator
from heldby.model.claim import Claim, Modality, Polarity, Reading, Relation
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

GAINS = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS, Relation.REPELLED})
LOSSES = frozenset({Relation.LOST, Relation.WITHDREW})
STATUS = {"russia": "RU", "dpr_lpr": "RU", "ukraine": "UA"}
OTHER = {"RU": "UA", "UA": "RU"}
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
GLUED = re.compile(r"(?<=[a-z0-9)])(?=[A-Z][a-z]+ (?:by|claimed|of|in|taking)\b)")
FOOTNOTE = re.compile(r"\[\d+\]")
LINKS = re.compile(r"See [^.]*?(?:\. |\Z)")
CHANGE = re.compile(
    r"\b(?:re-?)?captured?\b|\bliberated\b|\bcontrol(?:led)?\b|\bseized\b|\bheld\b|\boccupied\b|\btaken\b|\bwithdr[ae]w\w*", re.I
)
FIGHTING = re.compile(r"\b(?:contested|pressured|fighting|shelled|besieged|encircled|attack\w*|battle)\b", re.I)
SPAN = r"(?:\s?[–/-]\s?\d{1,2}\+?)?"
DATES = (  # the first day of an interval is its date; tried in this order
    re.compile(rf"(?P<day>\d{{1,2}}) (?P<month>{MONTHS})\s?[–-]\s?\d{{1,2}}\+? (?:{MONTHS}),? (?P<year>20\d\d)", re.I),
    re.compile(rf"(?P<day>\d{{1,2}}){SPAN} (?P<month>{MONTHS}),? (?P<year>20\d\d)", re.I),
    re.compile(rf"(?P<month>{MONTHS}) (?P<day>\d{{1,2}}),? (?P<year>20\d\d)", re.I),
    re.compile(rf"(?P<month>{MONTHS}),? (?P<year>20\d\d)", re.I),
    re.compile(r"(?P<year>20\d\d)"),
)
TAKER = re.compile(
    r"captured (?:\w+ ){0,3}?by (?P<who>Russia|Donetsk|Luhansk|Lugansk|DPR|LPR|Ukrain)|\b(?P<left>Russian) forces withdrew", re.I
)
SENTENCE = re.compile(r"[^.]+")


@dataclass(frozen=True, slots=True)
class Note:
    """A note beside one town: its text cleaned, the holder its editors gave, the day it was last seen."""

    text: str
    holder: str
    place: str
    seen: str
    aside: bool


def cleaned(note: str) -> str:
    """Footnotes out, lines that the table runs together parted, the list of links dropped."""
    text = GLUED.sub(". ", FOOTNOTE.sub("", note)).strip()
    text = re.sub(r"(?<=[a-z0-9])\.(?=[A-Z])", ". ", text)
    text = re.sub(r"(?<=\d) (?=(?:Rec|C)aptured\b)", ". ", text)
    return LINKS.sub("", text + " ", count=1).strip() if text.startswith("See ") else text


def chosen(rows: Sequence[Mapping[str, str]], left_out: Counter[str]) -> list[Note]:
    """The notes that count; the reasons of the others are added to `left_out`."""
    statuses: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        statuses[row["more_information"]].add(row["held_by_norm"])
    out: dict[str, Note] = {}
    for row in rows:
        note, holder = row["more_information"], row["held_by_norm"]
        if note in out:
            continue
        text = cleaned(note)
        if len(statuses[note]) > 1:
            left_out["rows of notes that stood beside more than one status"] += 1
        elif holder not in OTHER:
            left_out["contested or other status"] += 1
        elif not text:
            left_out["links to other pages only"] += 1
        elif not CHANGE.search(text):
            kind = "fighting or pressure only, no change of hands" if FIGHTING.search(text) else "nothing on control"
            left_out[kind] += 1
        else:
            out[note] = Note(text, holder, re.sub(r"#\d+| \(.*\)", "", row["example_place"]), row["last_seen"][:10], set_aside(note))
    return list(out.values())


def last_change(text: str) -> str | None:
    """The date behind the note's last change of hands as ISO date, month or year; None if it gives none."""
    told = [s.group() for s in SENTENCE.finditer(text) if CHANGE.search(s.group())]
    found = next((m for p in DATES if told and (m := p.search(told[-1]))), None)
    if found is None:
        return None
    parts = found.groupdict()
    if "month" not in parts:
        return parts["year"]
    number = MONTHS.lower().split("|").index(parts["month"].lower()) + 1
    return f"{parts['year']}-{number:02d}-{int(parts['day']):02d}" if "day" in parts else f"{parts['year']}-{number:02d}"


def set_aside(text: str) -> bool:
    """Whether a note belongs to the fifth that nobody looks at."""
    return hashlib.sha256(text.encode()).digest()[0] < 0x33


def told_holder(text: str) -> str:
    """The taker that the note's own last words of a taking name, by a pattern that knows nothing of the reader; "" if it finds none."""
    found = list(TAKER.finditer(text))
    if not found:
        return ""
    return "UA" if found[-1]["left"] or found[-1]["who"].lower() == "ukrain" else "RU"


def decisive(reading: Reading) -> Claim | None:
    """The last plain statement of who has the place; what only a party claims counts where the note itself says nothing."""
    plain = [
        c
        for c in reading.claims
        if c.polarity is Polarity.ASSERTED
        and c.modality in (Modality.FACTUAL, Modality.PAST_BACKGROUND)
        and c.relation in GAINS | LOSSES
        and c.actor in STATUS
    ]
    return max(plain, key=lambda c: (len(c.chain) == 1, c.passage.start), default=None)


def holder_of(claim: Claim | None) -> str:
    """RU, UA, or "" where nothing was read."""
    if claim is None:
        return ""
    status = STATUS[claim.actor]
    return OTHER[status] if claim.relation in LOSSES else status


def counted(note: Note, claim: Claim | None, n: Counter[str]) -> bool:
    """Adds one note's outcome to the counts of its part; whether holder and date are right."""
    holder, wanted, date = holder_of(claim), last_change(note.text), event_date(claim.when) if claim else None
    against = told_holder(note.text) not in ("", note.holder)
    right, dated = holder == note.holder, wanted is None or str(date or "") == wanted
    n["notes"] += 1
    n["holder"] += right
    n["silent"] += claim is None
    n["against"] += against
    n["with"] += not against and right
    n["against, read as told"] += against and holder == told_holder(note.text)
    n["dated"] += wanted is not None
    n["date"] += wanted is not None and dated
    return right and dated


def show(part: str, n: Counter[str]) -> None:
    rest = n["notes"] - n["against"]
    print(f"{part}: {n['notes']} notes counted")
    print(f"  current holder right: {n['holder']} of {n['notes']} = {n['holder'] / n['notes']:.3f} (nothing read in {n['silent']})")
    print(
        f"  {n['against']} notes tell of a later taker than the status beside them has; of those {n['against, read as told']} are read as they tell; "
        f"of the other {rest} the holder is right in {n['with']} = {n['with'] / rest:.3f}"
    )
    print(f"  date of the last change right: {n['date']} of {n['dated']} = {n['date'] / n['dated']:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--theatre", default="world")
    parser.add_argument(
        "--misses", action="store_true", help="print the town and what was wanted and read, of notes that are not set aside"
    )
    asked = parser.parse_args()
    with asked.notes.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    left_out: Counter[str] = Counter()
    notes = chosen(rows, left_out)
    lexicon = load_theatre(asked.theatre).lexicon
    reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)
    parts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    for note in notes:
        report = Report.of(f"{note.place}. {note.text}", outlet="Wikipedia", published=Published.parse(note.seen))
        claim = decisive(locator.locate(reader.read(report), report))
        right = counted(note, claim, parts[note.aside])
        if asked.misses and not right and not note.aside:
            date = event_date(claim.when) if claim else None
            print(f"{note.place}: want {note.holder} {last_change(note.text)}, read {holder_of(claim) or 'nothing'} {date} | {note.text}")
    print(f"{len(rows)} rows; left out: " + "; ".join(f"{c} {why}" for why, c in sorted(left_out.items())))
    show("all", parts[False] + parts[True])
    show("set aside", parts[True])


if __name__ == "__main__":
    main()
