"""How well the voices are found, on the gold (development part), before any claim is read: who speaks where a claim's evidence stands.

    python bench/voices_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world] [--misses]

For each claim and tally the attribution is asked at the first control word of its evidence (or its first word). Among the voices that
speak there the one that fits the gold's chain best is taken, as the reader makes a claim for each of them. Printed per file: the share with
the right innermost speaker, whole chain and side, and of the denied claims whose evidence has a word of denial those marked as denials.
Names are compared as the gold's own scorer does. Ids whose SHA-256 begins below 0x33 are set aside.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read.document import DocumentReader
from heldby.read.voices import Attributed, Attribution, Voices
from heldby.read.words import Words
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre

TRIGGER = re.compile(
    r"\b(?:re-?)?(?:captur|took|take|taken|taking|seiz|overr[au]n|fell|fall|lost|loss|lose|losing|retak|retook|recaptur|withdr|abandon|left|leav|"
    r"control|held|hold|hands|storm|enter|besieg|surround|attack|repel|beat|beaten|clear|liberat|regain|won|pull|quit|given|gave|swept|"
    r"surrender|repuls|driven|drove|broke|raised|hoist|went|march|cut|walk|flag|encircl|blocked|handed|secured|expel|thrown|siege)\w*",
    re.I,
)
STEMS = {
    "captured": "captur|took|tak|seiz|overr|fell|fall|lost|loss|win|won|swept|conquer|hand|gone|surrender|retaken",
    "retook": "ret[ao]|recapt|regain|clear|freed|liberat|driven|drove|back|won|push|recover|again|clean|taking back|reclaim",
    "controls": "control|h[eo]ld|hands|flag|stronghold|rule|under|obey|belong|power|ours|still",
    "lost": "lost|fell|fall|gone|los",
    "withdrew": "withdr|left|leav|abandon|pull|quit|given|gave|hand|retreat|went|pull|fell back|moved",
    "repelled": "repel|beat|repuls|push|thrown|foil|fail",
    "besieges": "sieg|surround|encircl|block|cut",
    "attacked": "attack|storm|raid|shell|hit|fir|bomb",
    "contests": "enter|storm|fight|push|contest|clash|battle|broke|walk|march|inside|swept",
}
DENIAL = re.compile(r"\b(?:den(?:y|ied|ies|ying)|reject\w*|dismiss\w*|called|lie|baseless|disput\w*|fairy|invention|propaganda)\b", re.I)
STOP = re.compile(r"\b(the|a|an|of|in|district|districts|province|region|city|town|village)\b")


def documents(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.name == "founding.jsonl":
        return lines
    return [d for d in lines if hashlib.sha256(d["id"].encode()).hexdigest()[:2] >= "33"]


def plain(s: str) -> str:
    s = unicodedata.normalize("NFKD", s).encode("ascii", "ignore").decode().lower().replace("-", " ").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "", STOP.sub(" ", s)) or re.sub(r"[^a-z0-9]+", "", s)


def like(a: str, b: str) -> bool:
    return a == b or difflib.SequenceMatcher(None, a, b).ratio() >= 0.6


def speaker_ok(gold: list[str], got: list[str]) -> bool:
    a, b = (plain(c[-1]) if len(c) > 1 else "" for c in (gold, got))
    return (not a and not b) or bool(a and b and (like(a, b) or (len(b) > 3 and b in a)))


def chain_ok(gold: list[str], got: list[str]) -> bool:
    return len(gold) == len(got) and all(
        like(plain(a), plain(b)) or plain(a) in plain(b) or plain(b) in plain(a) for a, b in zip(gold, got, strict=True)
    )


def chain(a: Attributed) -> list[str]:
    return [v.text for v in a.chain]


def asked(attribution: Attribution, text: str, claim: dict[str, Any]) -> tuple[Attributed, ...]:
    evidence: str = claim["evidence"]
    start = text.find(evidence)
    denied = claim.get("polarity") == "denied"
    stems = re.compile(rf"\b(?:{STEMS.get(claim.get('relation', ''), 'x')})\w*", re.I)
    found = list(stems.finditer(text, start, start + len(evidence))) or list(TRIGGER.finditer(text, start, start + len(evidence)))
    cue = DENIAL.search(text, start, start + len(evidence)) if denied else None
    at = (
        found[-1].start()
        if cue and found and found[-1].start() > cue.end()
        else cue.start()
        if cue
        else found[0].start()
        if found
        else start + len(evidence) - 1
    )
    heard = attribution.at(max(0, attribution.document.sentence_at(at)), at)
    if denied and not any(a.denies for a in heard):  # a plain verb of denial: what it denies stands behind it
        last = start + len(evidence) - 1
        heard = attribution.at(max(0, attribution.document.sentence_at(last)), last)
    return heard


def best(voices: tuple[Attributed, ...], claim: dict[str, Any]) -> Attributed:
    gold, denied = claim["source_chain"], claim.get("polarity") == "denied"
    return max(
        voices, key=lambda a: (a.denies == denied, speaker_ok(gold, chain(a)), chain_ok(gold, chain(a)), a.side == claim["speaker_side"])
    )


def measure(path: Path, voices: Voices, reader: DocumentReader, misses: bool) -> Counter[str]:
    n: Counter[str] = Counter()
    for doc in documents(path):
        if doc.get("doubtful"):
            continue
        published = Published.parse(doc["published"]) if doc["published"] else None
        attribution = voices.of(reader.read(Report.of(doc["text"], outlet=doc["outlet"] or "", url=doc["url"] or "", published=published)))
        for claim in [*doc["claims"], *doc["tallies"]]:
            if claim.get("optional") or claim.get("doubtful"):
                continue
            got = best(asked(attribution, doc["text"], claim), claim)
            fits = {
                "speaker": speaker_ok(claim["source_chain"], chain(got)),
                "chain": chain_ok(claim["source_chain"], chain(got)),
                "side": got.side == claim["speaker_side"],
            }
            n["claims"] += 1
            n.update(k for k, v in fits.items() if v)
            if claim.get("polarity") == "denied" and DENIAL.search(claim["evidence"]):
                n["denials"] += 1
                n["denied"] += got.denies
                fits["denied"] = got.denies
            if misses and not all(fits.values()):
                wrong = ",".join(k for k, v in fits.items() if not v)
                print(
                    f"{doc['id']} [{wrong}] want {claim['source_chain']} {claim['speaker_side']} got {chain(got)} {got.side} | {claim['evidence'][:110]}"
                )
    return n


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    args.add_argument("gold", nargs="+", type=Path)
    args.add_argument("--theatre", default="world")
    args.add_argument("--misses", action="store_true")
    given = args.parse_args()
    rulebook, lexicon = load_rulebook(), load_theatre(given.theatre).lexicon
    voices, reader = Voices(rulebook, lexicon), DocumentReader(Words.of(rulebook), lexicon)
    for path in given.gold:
        n = measure(path, voices, reader, given.misses)
        shares = "  ".join(f"{k} {n[k]}/{n['claims']} = {n[k] / n['claims']:.3f}" for k in ("speaker", "chain", "side"))
        denied = f"  denied {n['denied']}/{n['denials']} = {n['denied'] / n['denials']:.3f}" if n["denials"] else ""
        print(f"{path.name}: {shares}{denied}")


if __name__ == "__main__":
    main()
