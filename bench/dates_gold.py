"""How well times are read and attached, on the gold (development part): given each claim's evidence, predict its event date.

    python bench/dates_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--misses]

Prints, per file, the share of dated claims whose date is right, and how many undated claims get a date. Ids whose SHA-256 begins below
0x33 are set aside. The trigger is taken as the first control word of the evidence, which is less than the reader will know.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

from heldby.interchange import event_date
from heldby.model.when import Precision
from heldby.read.dates import DateFinder
from heldby.read.dating import Dater
from heldby.rules.phrases import load_phrasebook

TRIGGER = re.compile(
    r"\b(?:re)?(?:captur|took|take|taken|taking|seiz|overr[au]n|fell|fall|lost|loss|lose|losing|retak|retook|recaptur|withdr|abandon|left|leav|"
    r"control|held|hold|hands|storm|enter|besieg|surround|attack|repel|beat|beaten|clear|liberat|regain|won|pull|quit|given|gave|swept|"
    r"surrender|repuls|driven|drove|broke|raised|hoist|went|march|cut|clash|walk|flag|encircl|blocked|handed|rammed|free|secured|expel|thrown|siege)\w*",
    re.I,
)
ADDRESS_YEAR = re.compile(r"/(?:[^/]*_)?((?:19|20)\d\d)(?:_[^/]*)?/?$")
SENTENCE = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(*-]?\s?[A-Z])|\n+")


def documents(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [d for d in lines if hashlib.sha256(d["id"].encode()).hexdigest()[:2] >= "33"]


def predicted(finder: DateFinder, dater: Dater, doc: dict[str, Any], claim: dict[str, Any]) -> str | None:
    evidence: str = claim["evidence"]
    text, published = doc["text"], date.fromisoformat(doc["published"]) if doc["published"] else None
    address = ADDRESS_YEAR.search(doc["url"] or "")
    mentions = finder.find(text, published, int(address.group(1)) if address else None)
    start = text.find(evidence)
    trigger = TRIGGER.search(text, start, start + len(evidence))
    at = (trigger.start(), trigger.end()) if trigger else (start, start + 1)
    cuts = [0, *(m.end() for m in SENTENCE.finditer(text)), len(text)]
    sentence = next((a, b) for a, b in itertools.pairwise(cuts) if a <= at[0] < b)
    when = dater.attach(mentions, text, at, sentence, state=claim["relation"] == "controls", carry=published is None)
    if when and when.approximate and when.precision in (Precision.DAYS, Precision.PART_OF_DAY):
        return None  # "overnight", "last week": the gold keeps no date of these
    return event_date(when)


def main() -> None:
    book = load_phrasebook("dates")
    finder, dater = DateFinder(book), Dater(book)
    for name in (a for a in sys.argv[1:] if not a.startswith("-")):
        dated = right = undated = false = 0
        for doc in documents(Path(name)):
            for claim in doc["claims"]:
                got, want = predicted(finder, dater, doc, claim), claim.get("event_date")
                dated, undated = dated + bool(want), undated + (not want)
                right += bool(want and str(got or "").startswith(want))
                false += bool(not want and got)
                if "--misses" in sys.argv and ((want and not str(got or "").startswith(want)) or (not want and got)):
                    print(f"{doc['id']} {doc['published']} want {want} got {got} | {claim['modality']} | {claim['evidence'][:150]}")
        print(f"{Path(name).name}: date right {right}/{dated} = {right / dated:.3f}; a date on {false} of {undated} undated claims")


if __name__ == "__main__":
    main()
