"""How well our own annotated reports are read (`bench/reports`): development and held part apart.

    python bench/read_reports.py [--theatre world] [--part portal --part wire]

Which documents are held says `held`; of those only figures are printed (bench/reports/README.md). Measures are those of heldby.score: units by class
and by holder with the interval of F1 over documents, the recall of denials, and how often speaker, chain, side and date of the units matched are right.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from heldby.interchange import reading_line
from heldby.locate import Locator
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.score import pair, score_readings, units_of
from heldby.theatres import load_theatre
from read_gold import report_of

Line = Mapping[str, Any]

REPORTS = Path(__file__).parent / "reports"
FILES = ("portal", "wire")
SALT, HELD_BELOW = "cold", 0x73
ORDINARY = "coldf-"  # the ordinary style: every second line is held


def held(ident: str) -> bool:
    """Whether a document is not to be read while rules are written."""
    if ident.startswith(ORDINARY):
        return int(ident.removeprefix(ORDINARY)) % 2 == 0
    return hashlib.sha256((SALT + ident).encode()).digest()[0] < HELD_BELOW


def style_of(ident: str) -> str:
    return "ordinary" if ident.startswith(ORDINARY) else "rarer wordings"


def denials(gold: Sequence[Line], read: Sequence[Line]) -> tuple[int, int]:
    """Denied units of the gold that were read as denied, by class, and all of them; doubted ones count in neither."""
    answers = {line["id"]: line for line in read}
    found = all_denied = 0
    for line in gold:
        units = units_of(line)
        matched = {i for i, _ in pair(units, units_of(answers[line["id"]]), "class")[0]}
        denied = [i for i, u in enumerate(units) if u.polarity == "denied" and not u.doubted]
        found += sum(i in matched for i in denied)
        all_denied += len(denied)
    return found, all_denied


def show(title: str, gold: Sequence[Line], read: Sequence[Line]) -> None:
    """Print the figures of `gold` as read; says so where there is nothing to score."""
    if not gold:
        print(f"{title}: no documents")
        return
    table = score_readings(gold, read)
    print(f"{title}: {len(gold)} documents")
    for level in ("class", "holder"):
        t = table[level]
        between = " to ".join(f"{v:.3f}" for v in t.get("f1_95", ())) or "too few documents"
        print(f"  {level:7} precision {t['precision']:.3f} recall {t['recall']:.3f} f1 {t['f1']:.3f} ({between})")
    print(f"  false claims on documents without any: {table['class']['fp_on_documents_without_claims']}")
    found, all_denied = denials(gold, read)
    print(f"  denials read: {found} of {all_denied}" + (f" ({found / all_denied:.3f})" if all_denied else ""))
    tallies = table["tallies"]
    print(f"  tallies f1 {tallies['f1']:.3f}  tp {tallies['tp']} fp {tallies['fp']} fn {tallies['fn']}")
    print(f"  on matched units: {table['on_matched_units']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--theatre", default="world")
    parser.add_argument("--part", action="append", choices=FILES, help="one file only (repeatable); default: both")
    options = parser.parse_args()
    lexicon = load_theatre(options.theatre).lexicon
    reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)
    gold = {
        name: [json.loads(line) for line in (REPORTS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for name in options.part or FILES
    }
    read = {}
    for line in (line for lines in gold.values() for line in lines):
        report = report_of(line)
        read[line["id"]] = reading_line(report, locator.locate(reader.read(report), report))
    for name, lines in gold.items():
        for style in ("rarer wordings", "ordinary"):
            for part, inside in (("development", False), ("held", True)):
                chosen = [line for line in lines if held(line["id"]) is inside and style_of(line["id"]) == style]
                show(f"{name}, {style}, {part}", chosen, [read[line["id"]] for line in chosen])


if __name__ == "__main__":
    main()
