"""How well published tallies are read, on the gold (development part).

    python bench/tallies_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world] [--misses]

Prints, per file, precision, recall and F1 as the gold scores them (same actor, unit and polarity, and the same count or a share within one
point), and of the tallies found how many agree on relation, total, qualifier, date, innermost speaker and side. Ids whose SHA-256 begins
below 0x33 are set aside, the founding article apart. Reports go through reading alone; nothing else of heldby is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

from heldby.interchange import tally_line
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read.document import DocumentReader
from heldby.read.tallies import TallyReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.score import innermost, party, score_tallies, similar
from heldby.theatres import load_theatre

Line = dict[str, Any]
DETAILS = ("relation", "of", "qualifier", "as_of", "speaker", "side")


def documents(path: Path) -> list[Line]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [d for d in lines if d["id"] == "founding" or hashlib.sha256(d["id"].encode()).hexdigest()[:2] >= "33"]


def report_of(line: Line) -> Report:
    published = Published.parse(line["published"]) if line["published"] else None
    return Report.of(line["text"], outlet=line["outlet"] or "", url=line["url"] or "", published=published)


def in_words(tally: Line) -> str:
    polarity = "" if tally.get("polarity", "asserted") == "asserted" else "denied "
    number = str(tally["count"]) if tally.get("count") is not None else f"{100 * (tally.get('share') or 0):.1f}%"
    return f"{polarity}{tally['actor_canonical']} {tally['relation']} {number} {tally['unit']}"


def agreeing(gold: Line, read: list[Line]) -> Counter[str]:
    """For each tally of a gold line that was found: which details agree with the first that answers it."""
    out: Counter[str] = Counter()
    left = list(read)
    for tally in gold["tallies"]:
        answer = next((t for t in left if score_tallies({"x": {"tallies": [tally]}}, {"x": {"tallies": [t]}})["tp"]), None)
        if answer is None:
            continue
        left.remove(answer)
        a, b = innermost(tally["source_chain"]), innermost(answer["source_chain"])
        out["found"] += 1
        out["speaker"] += (not a and not b) or similar(a, b, 0.6) or (len(b) > 3 and b in a)
        out["side"] += party(tally["speaker_side"]) == party(answer["speaker_side"])
        for key in ("relation", "of", "qualifier", "as_of"):
            out[key] += tally[key] == answer[key]
    return out


def show(gold: Line, read: list[Line]) -> None:
    score = score_tallies({"x": gold}, {"x": {"tallies": read}})
    if not score["fp"] and not score["fn"]:
        return
    print(gold["id"])
    for side, tallies in (("gold", gold["tallies"]), ("read", read)):
        for t in tallies:
            print(f"  {side} {in_words(t)} | {t['evidence'][:140]} | {t['source_chain'][-1]} | {t.get('rule', '')}")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="+", type=Path)
    ask.add_argument("--theatre", default="world")
    ask.add_argument("--misses", action="store_true")
    given = ask.parse_args()
    rulebook, lexicon = load_rulebook(), load_theatre(given.theatre).lexicon
    lay_out, voices = DocumentReader(Words.of(rulebook), lexicon), Voices(rulebook, lexicon)
    reader = TallyReader(rulebook, lexicon)
    for path in given.files:
        gold: dict[str, Line] = {}
        read: dict[str, Line] = {}
        agreed: Counter[str] = Counter()
        for line in documents(path):
            document = lay_out.read(report_of(line))
            found = [tally_line(t) for t in reader.read(document, voices.of(document))]
            gold[line["id"]], read[line["id"]] = line, {"tallies": found}
            agreed += agreeing(line, found)
            if given.misses:
                show(line, found)
        print(f"{path.name}: {score_tallies(gold, read)}")
        print(f"  of {agreed['found']} found: " + ", ".join(f"{d} {agreed[d]}" for d in DETAILS))


if __name__ == "__main__":
    main()
