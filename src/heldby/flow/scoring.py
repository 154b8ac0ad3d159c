"""Reading measured against annotated reports.

gold lines -> gather (five fields of each) -> read -> locate -> lines in the gold's names -> score, development and set-aside part apart
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from heldby.desk import Desk
from heldby.errors import HeldbyError
from heldby.flow.intake import Progress, read_sources
from heldby.interchange import reading_line
from heldby.model.report import Gap, Retraction
from heldby.score import score_readings

SET_ASIDE_BELOW = "33"  # ids whose SHA-256 begins below this are kept apart by everybody


def set_aside(ident: str) -> bool:
    return hashlib.sha256(ident.encode()).hexdigest()[:2] < SET_ASIDE_BELOW


def score_gold(desk: Desk, path: str, progress: Progress = lambda _: None) -> dict[str, dict[str, Any]]:
    """Measures by part ("development", "set aside"). Raises HeldbyError where the file is no gold."""
    gold = _gold_lines(path)
    read: dict[str, dict[str, Any]] = {}
    for done, item in enumerate(read_sources(desk, [path], desk.gather_options()), start=1):
        if not isinstance(item, Gap | Retraction):
            line = reading_line(*item)
            read[line["id"]] = line
        progress(done)
    parts = {"development": [g for g in gold if not set_aside(g["id"])], "set aside": [g for g in gold if set_aside(g["id"])]}
    return {
        name: {"documents": len(lines), **score_readings(lines, [read[g["id"]] for g in lines if g["id"] in read])}
        for name, lines in parts.items()
        if lines
    }


def _gold_lines(path: str) -> list[dict[str, Any]]:
    lines = []
    for number, text in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if not isinstance(line["id"], str) or not isinstance(line["claims"], list):
                raise TypeError("id or claims of the wrong kind")
        except (ValueError, KeyError, TypeError) as e:
            raise HeldbyError(path, f"not a line of gold: {e}", f"line {number}") from None
        lines.append(line)
    return lines
