"""How much of re3d's "in charge of" is read: its relations between a party and a place in government and encyclopaedia prose.

    python bench/read_re3d.py ../shared/data/text_re3d [--claims]

A relation counts as found if a claim or a tally covers its place and names its party as the one who has, takes, keeps or loses it (as actor
or as the other side); or if the document tells it another time, since the reader gives what one voice repeats only once. Left out, and listed:
targets that are no territory anybody can hold (a cache, a bridge somebody destroyed) and people's houses and jobs; the list is in LEFT_OUT with a
word why. Misses are printed with folder, document and characters, and with why, as far as somebody has looked (WHY). Texts are those of re3d's
makers under their own licences; nothing of them is printed but the names related.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heldby.locate import Locator
from heldby.model.claim import Reading, Relation
from heldby.model.report import Report
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

HOLDING = frozenset(set(Relation) - {Relation.ATTACKED})
PARTIES = {
    "isis": ("daesh", "isil", "islamic state", "jihadist group"),
    "sdf": ("sdf",),
    "iraq_government": ("isf", "iraqi"),
    "syria_government": ("syrian army",),
    "us_coalition": ("cjtf",),
}
LEFT_OUT = {  # target as annotated -> why it is no place that changes hands
    "targets": "what a strike engaged",
    "fighting positions": "what a strike destroyed",
    "IED facilities": "destroyed equipment",
    "bridges": "destroyed equipment",
    "caches": "destroyed equipment",
    "building partner capacity sites": "training sites of a staff",
    "a safehouse": "a person's house",
    "a Muslim Cultural Center": "a building with a permit",
    "a garrison on the Kuwaiti island of Failaka": "a person's command",
}
WHY = {
    ("ISIL", "the hospital"): "used as a base: no word of taking or holding",
    ("the ISF", "the area"): "initials that the document never spells out in brackets; another force of that name is known",
    ("ISIL", "ISIL-held terrain"): "read as a tally of the taker (an area measured), which does not name the loser",
    ("Iraqi forces", "defensive positions"): "positions without a place of their own",
    **{
        (
            "Iraqi security forces",
            target,
        ): "a share of a country behind a noun of taking, with a longer name of the taker between them: no tally is read"
        for target in ("25% of Iraqi territory", "Iraqi territory")
    },
    (
        "The jihadist group",
        "military barracks",
    ): "a nearby barracks: nothing says near what, so it is kept as a gap; placing such sites beside the town told of last cost precision elsewhere",
}


@dataclass(frozen=True, slots=True)
class Charge:
    """One relation: who is said to be in charge of what, and the target's characters [start, end) of the document."""

    folder: str
    document: str
    source: str
    target: str
    start: int
    end: int

    @property
    def party(self) -> str:
        """The source's actor id; "" for a person or a pronoun, which any party answers."""
        low = self.source.lower()
        return next((actor for actor, names in PARTIES.items() if any(n in low for n in names)), "")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(x) for x in path.read_text(encoding="utf-8-sig").splitlines() if x.strip()]


def ident(value: str | Mapping[str, str]) -> str:
    return value if isinstance(value, str) else value["$oid"]


def charges(folder: Path) -> Iterator[tuple[Charge, dict[str, Any]]]:
    """Each relation to a place, with its document; in the order of the file."""
    documents = {ident(d["_id"]): d for d in lines(folder / "documents.json")}
    kinds = {(ident(e["documentId"]), e["begin"], e["end"]): e["type"] for e in lines(folder / "entities.json")}
    for r in lines(folder / "relations.json"):
        document = ident(r["documentId"])
        if r["type"] == "InChargeOf" and kinds.get((document, r["targetBegin"], r["targetEnd"])) == "Location":
            yield Charge(folder.name, document, r["source"], r["target"], r["targetBegin"], r["targetEnd"]), documents[document]


def answers(charge: Charge, reading: Reading) -> list[str]:
    """The claims and tallies that tell the relation, as lines; first those at its place, else the same told elsewhere in the document."""
    here: list[str] = []
    elsewhere: list[str] = []
    for c in reading.claims:
        if c.relation not in HOLDING or charge.party not in ("", c.actor, c.from_actor):
            continue
        line = f"{c.relation} {c.actor or '?'} from {c.from_actor or '?'} {c.modality} ({c.rule})"
        if any((p.start < charge.end and charge.start < p.end) or p.referent == charge.target for p in c.places):
            here.append(line)
        elif charge.party and any(p.name and p.name in charge.target for p in c.places):
            elsewhere.append(f"elsewhere: {line}")
    for t in reading.tallies:
        if t.passage.start < charge.end and charge.start < t.passage.end and charge.party in ("", t.actor):
            here.append(f"tally {t.relation} {t.actor} {t.count or t.share} {t.unit} ({t.rule})")
    return here or elsewhere


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("re3d", type=Path)
    parser.add_argument("--claims", action="store_true", help="also print what was read of each relation")
    asked = parser.parse_args()
    lexicon = load_theatre("world").lexicon
    reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)
    n: Counter[str] = Counter()
    read: dict[str, Reading] = {}
    for folder in sorted(p for p in asked.re3d.iterdir() if (p / "relations.json").is_file()):
        for charge, document in charges(folder):
            n["relations"] += 1
            where = f"{charge.folder} {charge.document[:12]} {charge.start}-{charge.end}: {charge.source} / {charge.target}"
            if charge.target in LEFT_OUT:
                n["left out"] += 1
                print(f"left out  {where}: {LEFT_OUT[charge.target]}")
                continue
            if charge.document not in read:
                report = Report.of(document["text"], outlet=folder.name, given_id=charge.document)
                read[charge.document] = locator.locate(reader.read(report), report)
            found = answers(charge, read[charge.document])
            n["found"] += bool(found)
            n["elsewhere"] += bool(found) and found[0].startswith("elsewhere")
            if not found:
                print(f"missed    {where}: {WHY.get((charge.source, charge.target), 'not looked into yet')}")
            elif asked.claims:
                print(f"found     {where}: {'; '.join(found)}")
    rest = n["relations"] - n["left out"]
    print(
        f'{n["relations"]} relations "in charge of" with a place; {n["left out"]} left out; {n["found"]} of the other {rest} found', end=""
    )
    print(f" ({n['elsewhere']} of them where the document tells it another time)")


if __name__ == "__main__":
    main()
