"""How well reports are read: the gold's own measures, for the part anybody may look at and, apart, for the part set aside.

    python bench/read_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world]

A document belongs to the part set aside if the SHA-256 of its id begins below 0x33; of that part only figures are printed. Reads nothing of a
line but id, text, published, outlet and url.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from heldby.interchange import reading_line
from heldby.locate import Locator
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.score import LEVELS, score_readings
from heldby.theatres import load_theatre

Line = Mapping[str, Any]


def set_aside(ident: str) -> bool:
    return hashlib.sha256(ident.encode()).hexdigest() < "33"


def report_of(line: Line) -> Report:
    published = Published.parse(line["published"]) if line.get("published") else None
    return Report.of(line["text"], outlet=line.get("outlet") or "", url=line.get("url") or "", published=published, given_id=line["id"])


def show(title: str, gold: Sequence[Line], reader: Reader, locator: Locator) -> None:
    """Read `gold` and print its figures."""
    if not gold:
        return
    start = time.perf_counter()
    reports = [report_of(line) for line in gold]
    read = [reading_line(r, locator.locate(reader.read(r), r)) for r in reports]
    took = time.perf_counter() - start
    table = score_readings(gold, read)
    print(f"{title}: {len(gold)} documents, {len(gold) / took:.0f} a second")
    for level in (*LEVELS, "tallies"):
        t = table[level]
        print(
            f"  {level:9} precision {t['precision']:.3f} recall {t['recall']:.3f} f1 {t['f1']:.3f}  tp {t['tp']} fp {t['fp']} fn {t['fn']}"
        )
    print(f"  false claims on documents without any: {table['class']['fp_on_documents_without_claims']}")
    print(f"  on matched units: {table['on_matched_units']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--theatre", default="world")
    options = parser.parse_args()
    lexicon = load_theatre(options.theatre).lexicon
    reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)
    for path in options.gold:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        whole = len(lines) == 1  # the founding page is everybody's
        show(f"{path.name}, development part", [x for x in lines if whole or not set_aside(x["id"])], reader, locator)
        show(f"{path.name}, part set aside", [x for x in lines if not whole and set_aside(x["id"])], reader, locator)


if __name__ == "__main__":
    main()
