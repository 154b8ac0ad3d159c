"""The publisher as a voice: who speaks where nobody else is named."""

from __future__ import annotations

from dataclasses import dataclass

from heldby.model.theatre import Lexicon
from heldby.model.who import INDEPENDENT, Chain, Voice, VoiceKind
from heldby.read.document import Document


@dataclass(frozen=True, slots=True)
class Alone:
    """The outlet in its own voice."""

    chain: Chain
    side: str
    denies: bool = False
    hedged: bool = False


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """An attribution that hears the outlet everywhere."""

    alone: Alone

    def at(self, sentence_index: int, offset: int) -> tuple[Alone, ...]:
        return (self.alone,)


class Publisher:
    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def of(self, document: Document) -> OwnVoice:
        name = document.report.outlet
        known = self._lexicon.outlet(name)
        voice = Voice(name, known.kind, known.side, outlet_id=known.id) if known else Voice(name, VoiceKind.OUTLET, INDEPENDENT)
        return OwnVoice(Alone((voice,), voice.side))
