"""What share of the gold's actors the theatre's names resolve to the right id (ids whose SHA-256 begins below 0x33 are set aside).

    python bench/actors_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world] [--misses]

Only the string of the claim's actor, the date of the report and the countries of the claim's places are looked at, so this measures the
tables and not the reader: the first name found in the string counts, among its bearers those that fight in the place's country first.
Strings without a proper name (pronouns, "the rebels") are counted apart, by what the generic names give in that country.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from heldby.model.who import Actor, ActorName
from heldby.theatres import load_theatre

_WORD = re.compile(r"[\w.’'&/-]*\w")
# What refers and does not name; and what may begin a sentence in a capital and is no name.
PRONOUNS = "all both he her his it its itself neither one our ours she their theirs them themselves they us we"
COMMON = """army coalition federal fighters forces government gunmen insurgent insurgents islamist jihadist local militants militia mujahideen
opposition police pro-government rebel rebels reinforcements residents revolutionary security separatist soldiers some special troops units"""
_PRONOUN, _COMMON = frozenset(PRONOUNS.split()), frozenset(COMMON.split())
Bearers = dict[str, list[tuple[Actor, ActorName]]]


def bearers(actors: tuple[Actor, ...]) -> Bearers:
    found: Bearers = {}
    for actor in actors:
        for name in actor.names:
            found.setdefault(" ".join(_words(name.text)).casefold(), []).append((actor, name))
    return found


def _words(text: str) -> list[str]:
    plain = [re.sub(r"(?:['’]s|['’])\Z", "", w) for w in _WORD.findall(text.replace("’", "'"))]
    return [w for w in plain if w.casefold() not in ("the", "a", "an")]


def resolve(text: str, known: Bearers, on: date | None, countries: set[str]) -> list[str]:
    """Ids of the actors of the first name in `text`, longest first; several where the names do not decide."""
    words = _words(text)
    for at in range(len(words)):
        for stop in range(min(len(words), at + 8), at, -1):
            found = [p for p in known.get(" ".join(words[at:stop]).casefold(), ()) if _holds(p[1], on, countries)]
            if found:
                found = [p for p in found if not p[1].generic] or found
                near = [a for a, _ in found if countries & set(a.countries)] or [a for a, _ in found]
                home = [a for a in near if a.home in countries] or near
                return list(dict.fromkeys(a.id for a in home))
    return []


def _holds(name: ActorName, on: date | None, countries: set[str]) -> bool:
    dated = on is None or ((name.since is None or name.since <= on) and (name.until is None or on <= name.until))
    placed = not name.countries or bool(countries & set(name.countries))
    return dated and placed


def claims(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        if hashlib.sha256(document["id"].encode()).hexdigest()[:2] >= "33":
            yield from ((document, c) for c in document["claims"] if c.get("actor"))


def is_named(text: str) -> bool:
    """Whether a capital stands in the string that no sentence's beginning explains."""
    words = _words(text)
    begins = bool(words) and text.startswith(words[0]) and words[0].lower() in _COMMON
    first = bool(words) and words[0][0].isupper() and words[0].lower() not in _PRONOUN and not begins
    return first or any(w[0].isupper() for w in words[1:])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--theatre", default="world")
    asked.add_argument("--misses", action="store_true")
    args = asked.parse_args()
    actors = load_theatre(args.theatre).lexicon.actors
    known = bearers(actors)
    counts: dict[str, Counter[str]] = {"named": Counter(), "generic": Counter()}
    for path in args.files:
        for document, claim in claims(path):
            text, wanted = claim["actor"], claim["actor_canonical"]
            on = date.fromisoformat(document["published"]) if document["published"] else None
            countries = {p["country"] for p in claim["places"] if p["country"]}
            kind = "named" if is_named(text) else "generic"
            if kind == "generic" and {w.lower() for w in _words(text)} <= _PRONOUN:
                continue
            got = resolve(text, known, on, countries)
            verdict = "none" if not got else "right" if got == [wanted] else "among several" if wanted in got else "wrong"
            counts[kind][verdict] += 1
            if args.misses and verdict != "right":
                print(
                    f"{kind:8}{verdict:14}{wanted:24}{', '.join(got) or '-':40}{text}  [{document['published']}, {' '.join(sorted(countries))}]"
                )
    for kind, counted in counts.items():
        total = sum(counted.values())
        shares = (
            ", ".join(f"{counted[v]} {v} ({counted[v] / total:.1%})" for v in ("right", "among several", "wrong", "none"))
            if total
            else "none"
        )
        print(f"{kind}: {total} actors: {shares}")


if __name__ == "__main__":
    main()
