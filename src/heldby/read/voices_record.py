"""What is heard in a document: utterances, and which of them stand in or touch a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from heldby.model.who import Voice
from heldby.read.document import Document
from heldby.read.speakers import Speaker
from heldby.read.text import Span
from heldby.read.voices_cue import Place


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one voice says: `spans` of characters (in order), the place of its cue, and how it stands to what it says.

    `carriers` are the voices between the publisher and the speaker (an agency), outermost first; `sources` those he cites.
    """

    sentence: int
    cue: int
    words: Span
    place: Place
    speaker: Speaker | None
    spans: tuple[Span, ...]
    carriers: tuple[Speaker, ...] = ()
    sources: tuple[Speaker, ...] = ()
    denies: bool = False
    bare: bool = False
    reported: bool = False  # "reports that": a voice without a person
    noun: bool = False  # the cue is a noun: "the claim that"
    about: frozenset[str] = frozenset()  # words for whose saying is denied
    confirms: bool = False  # "confirmed it": says himself what was said before
    answered: Span | None = None  # the characters it denies, where its own sentence holds them ("despite denials by X")
    whole: bool = False  # all that was said is denied, not only the last of it
    void: bool = False  # nobody says it: "it is not true that P"
    rejected: bool = False  # called untrue in the same sentence by whoever speaks there

    def covers(self, offset: int) -> bool:
        return any(s.start <= offset < s.end for s in self.spans)


class Record:
    """Utterances of one document by sentence; grows as they are heard."""

    def __init__(self, document: Document, utterances: Iterable[Utterance] = ()) -> None:
        self._document = document
        self._own: dict[int, list[Utterance]] = defaultdict(list)
        self._over: dict[int, list[Utterance]] = defaultdict(list)
        self.all: list[Utterance] = []
        for u in utterances:
            self.add(u)

    def add(self, u: Utterance) -> None:
        self.all.append(u)
        self._own[u.sentence].append(u)
        touched = {u.sentence} if u.bare else set()
        for span in u.spans:
            touched |= set(range(max(0, self._document.sentence_at(span.start)), self._document.sentence_at(span.end - 1) + 1))
        for k in sorted(touched):
            self._over[k].append(u)

    def own(self, sentence: int) -> list[Utterance]:
        """Utterances whose cue stands in a sentence, in the order heard."""
        return self._own.get(sentence, [])

    def over(self, sentence: int) -> list[Utterance]:
        """Utterances that cover some of a sentence, in the order heard."""
        return self._over.get(sentence, [])

    def between(self, first: int, last: int) -> list[Utterance]:
        """Utterances whose cue stands in sentences `first` to `last`, both included."""
        return [u for k in range(max(0, first), last + 1) for u in self._own.get(k, ())]


def voices_of(u: Utterance) -> list[Voice]:
    """An utterance's voices in the order of a chain: carriers, speaker, sources."""
    assert u.speaker is not None
    return [*(u.speaker.via or tuple(c.voice for c in u.carriers)), u.speaker.voice, *(s.voice for s in u.sources)]


def same_voice(a: Utterance, b: Utterance) -> bool:
    """Whether one voice speaks in both."""
    return a.speaker is not None and b.speaker is not None and a.speaker.voice.key == b.speaker.voice.key
