"""How well published tallies are read, on the gold (development part).

    python bench/tallies_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world] [--misses]

Prints, per file, precision, recall and F1 as the gold scores them: same actor, unit and polarity, and the same count or a share within one
point. Ids whose SHA-256 begins below 0x33 are set aside. Reports go through reading alone; nothing else of heldby is needed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
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
from heldby.score import score_tallies
from heldby.theatres import load_theatre


def documents(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [d for d in lines if d["id"] == "founding" or hashlib.sha256(d["id"].encode()).hexdigest()[:2] >= "33"]


def report_of(line: dict[str, Any]) -> Report:
    published = Published.parse(line["published"]) if line["published"] else None
    return Report.of(line["text"], outlet=line["outlet"] or "", url=line["url"] or "", published=published)


def percent(tally: dict[str, Any]) -> str:
    return str(tally["count"]) if tally.get("count") is not None else f"{100 * (tally.get('share') or 0):.1f}%"


def in_words(tally: dict[str, Any]) -> str:
    polarity = "" if tally.get("polarity", "asserted") == "asserted" else "denied "
    return f"{polarity}{tally['actor_canonical']} {tally['relation']} {percent(tally)} {tally['unit']}"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("files", nargs="+", type=Path)
    ask.add_argument("--theatre", default="world")
    ask.add_argument("--misses", action="store_true")
    given = ask.parse_args()
    rulebook, lexicon = load_rulebook(), load_theatre(given.theatre).lexicon
    documents_of, voices_of = DocumentReader(Words.of(rulebook), lexicon), Voices(rulebook, lexicon)
    reader = TallyReader(rulebook, lexicon)
    for path in given.files:
        gold, read = {}, {}
        for line in documents(path):
            document = documents_of.read(report_of(line))
            found = [tally_line(t) for t in reader.read(document, voices_of.of(document))]
            gold[line["id"]], read[line["id"]] = line, {"tallies": found}
            if given.misses and (score_tallies({line["id"]: line}, read)["fp"] or score_tallies({line["id"]: line}, read)["fn"]):
                print(line["id"])
                for side, tallies in (("  gold", line["tallies"]), ("  read", found)):
                    for t in tallies:
                        print(side, in_words(t), "|", t["evidence"][:140], "|", t["source_chain"][-1], "|", t.get("rule", ""))
        print(f"{path.name}: {score_tallies(gold, read)}")


if __name__ == "__main__":
    main()
