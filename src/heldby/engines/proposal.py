"""What an engine may propose: claims made of words of the report and of words of the vocabulary, and nothing else.

An answer is JSON, {"claims": [...]}. Fields that are not named here are never looked at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from heldby.engines.failing import Reason
from heldby.model.claim import Modality, Polarity, Relation
from heldby.model.ident import Plain

MOST_CLAIMS = 200  # of one answer
MOST_PLACES, MOST_SPEAKERS = 40, 6
LONGEST_QUOTE = 600  # characters of one quoted string
E = TypeVar("E", bound=StrEnum)
_FENCE = re.compile(r"\A```(?:json)?\s*\n|\n```\Z")  # how some models wrap what they answer


class NotJson(ValueError):
    """The answer is not JSON of the agreed kind."""


@dataclass(frozen=True, slots=True)
class ProposedPlace:
    """A place as quoted, and the name it goes back to where the quoted words are a reference ("" where they name it themselves)."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One claim as an engine proposes it. Every text is a quotation still to be found; "" where the engine gives none."""

    evidence: str
    relation: Relation
    actor: str
    actor_id: str
    loser: str
    places: tuple[ProposedPlace, ...]
    speakers: tuple[str, ...]
    when: str
    polarity: Polarity
    modality: Modality
    hedged: bool


def read_answer(text: str) -> tuple[tuple[Proposal, ...], tuple[Reason, ...]]:
    """The proposals of an answer, and why others are none. Raises NotJson where the whole is not {"claims": [...]}."""
    try:
        value = json.loads(_FENCE.sub("", text.strip()))
    except (ValueError, RecursionError) as e:
        raise NotJson(f"no JSON ({type(e).__name__})") from None
    listed = value.get("claims") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise NotJson('JSON without a list of "claims"')
    found: list[Proposal] = []
    refused = [Reason.TOO_MANY] * max(0, len(listed) - MOST_CLAIMS)
    for item in listed[:MOST_CLAIMS]:
        try:
            found.append(_proposal(item))
        except LookupError:
            refused.append(Reason.VOCABULARY)
        except (TypeError, ValueError):
            refused.append(Reason.SHAPE)
    return tuple(found), tuple(refused)


def _proposal(item: Any) -> Proposal:
    if not isinstance(item, dict):
        raise TypeError
    places = item.get("places")
    speakers = item.get("speakers") or []
    if not isinstance(places, list) or not isinstance(speakers, list) or len(places) > MOST_PLACES or len(speakers) > MOST_SPEAKERS:
        raise TypeError
    return Proposal(
        evidence=_text(item.get("evidence"), needed=True),
        relation=_word(Relation, item.get("relation")),
        actor=_text(item.get("actor")),
        actor_id=_text(item.get("actor_id")),
        loser=_text(item.get("from_actor")),
        places=tuple(_place(p) for p in places),
        speakers=tuple(_text(s, needed=True) for s in speakers),
        when=_text(item.get("when")),
        polarity=_word(Polarity, item.get("polarity")),
        modality=_word(Modality, item.get("modality")),
        hedged=_flag(item.get("hedged", False)),
    )


def _place(value: Any) -> ProposedPlace:
    if not isinstance(value, dict):
        raise TypeError
    return ProposedPlace(_text(value.get("text"), needed=True), _text(value.get("name")))


def _text(value: Any, *, needed: bool = False) -> str:
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_QUOTE or (needed and not value.strip()):
        raise TypeError
    return value.strip()


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _word(kind: type[E], value: Any) -> E:
    """A word of the vocabulary. Raises TypeError where it is no text, LookupError where it is another word."""
    if not isinstance(value, str):
        raise TypeError
    try:
        return kind(value)
    except ValueError:
        raise LookupError from None


def answer_schema(actor_ids: tuple[str, ...]) -> dict[str, Plain]:
    """The JSON schema of an answer, in the strict subset that endpoints accept: every field required, none beside them."""
    words: dict[str, Plain] = {"type": "string"}
    maybe: dict[str, Plain] = {"type": ["string", "null"]}
    claim: dict[str, Plain] = {
        "evidence": words,
        "relation": {"type": "string", "enum": [str(r) for r in Relation]},
        "actor": maybe,
        "actor_id": {"type": ["string", "null"], "enum": [*actor_ids, None]},
        "from_actor": maybe,
        "places": {"type": "array", "items": _closed({"text": words, "name": maybe})},
        "speakers": {"type": "array", "items": words},
        "when": maybe,
        "polarity": {"type": "string", "enum": [str(p) for p in Polarity]},
        "modality": {"type": "string", "enum": [str(m) for m in Modality]},
        "hedged": {"type": "boolean"},
    }
    return _closed({"claims": {"type": "array", "items": _closed(claim)}})


def _closed(properties: dict[str, Plain]) -> dict[str, Plain]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
