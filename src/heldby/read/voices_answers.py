"""What an answer answers: the words that "denied it", "called the report a lie", "confirmed the claim" speak of."""

from __future__ import annotations

from heldby.model.who import Voice
from heldby.read.document import Document
from heldby.read.text import Span
from heldby.read.voices_record import Record, Utterance, same_voice, voices_of

FAR = 60  # sentences back at most


class Answers:
    """Finds, for utterances that answer others, the characters of what they answer and whose words those are."""

    def __init__(self, document: Document, record: Record, publisher: Voice) -> None:
        self._document = document
        self._record = record
        self._publisher = publisher

    def of(self, answer: Utterance) -> tuple[Span | None, Voice | None]:
        """What was said before by somebody else: by whom the answer names, else the nearest that speaks of places or parties.

        The voice is None where the words are the outlet's own; both are None where nothing fits.
        """
        if answer.answered is not None:
            return answer.answered, None
        if answer.about and (named := self._before(answer, answer.about))[0] is not None:
            return named
        return self._before(answer, frozenset())

    def _before(self, answer: Utterance, about: frozenset[str]) -> tuple[Span | None, Voice | None]:
        own = answer.speaker is not None and answer.speaker.voice.key == self._publisher.key  # an outlet takes back its own words
        for k in range(answer.sentence, max(-1, answer.sentence - FAR), -1):
            s = self._document.parsed[k].sentence
            stop = answer.words.start if k == answer.sentence else s.end
            heard = [u for u in self._record.own(k) if u.speaker is not None and u.cue < answer.words.start]
            fit = [u for u in heard if not u.denies and (own or not same_voice(u, answer)) and (not about or about & _words(u))]
            spans = [x for u in fit for x in u.spans if x.end <= max(stop, s.end) and x.start < stop and self._tells(x)]
            if spans:
                first = self._run(k, fit[-1], about, 0 if answer.whole else self._paragraph(k))
                first = min(first, *(x.start for x in spans)) if not answer.whole else first
                return Span(first, max(x.end for x in spans)), voices_of(fit[-1])[-1]
            own_line = Span(s.start, min(s.end, stop))
            his = any(u.covers(own_line.start) and same_voice(u, answer) for u in self._record.over(k))
            clause = k < answer.sentence or self._clause(k, stop)
            if not heard and not his and not about and clause and own_line.start < own_line.end and self._tells(own_line):
                return own_line, None
        return None, None

    def _clause(self, k: int, stop: int) -> bool:
        """Whether sentence `k` tells anything in a clause of its own before character `stop`."""
        parsed = self._document.parsed[k]
        return any(p.group.finite and parsed.span(p.at)[1] <= stop for p in parsed.parse.predicates)

    def _paragraph(self, k: int) -> int:
        """The first sentence of the paragraph of sentence `k`."""
        own = self._document.parsed[k].sentence.paragraph
        return next(n for n in range(k + 1) if self._document.parsed[n].sentence.paragraph == own)

    def _run(self, k: int, last: Utterance, about: frozenset[str], least: int) -> int:
        """Where the run of sentences up to sentence `k` in which one voice, or whom `about` names, speaks begins; not before `least`."""
        start = min((x.start for u in self._mine(k, last, about) for x in u.spans), default=0)
        while k > least and (before := [x.start for u in self._mine(k - 1, last, about) for x in u.spans]):
            start, k = min(before), k - 1
        return start

    def _mine(self, k: int, last: Utterance, about: frozenset[str]) -> list[Utterance]:
        return [u for u in self._record.own(k) if u.speaker is not None and (same_voice(u, last) or about & _words(u))]

    def _tells(self, span: Span) -> bool:
        """Whether a place or a party is spoken of between two characters: what cannot be about control is not what is denied."""
        parsed = self._document.parsed[max(0, self._document.sentence_at(span.start))]
        if parsed.mentions_in(span.start, span.end):
            return True
        near = [t for t in parsed.tokens if span.start <= t.start < span.end]
        return any(parsed.words.has(kind, t.lower) for t in near for kind in ("place-noun", "agent-noun"))


def _words(u: Utterance) -> frozenset[str]:
    """The words of a speaker and of his side."""
    assert u.speaker is not None
    return u.speaker.content | frozenset(u.speaker.voice.side.split("_"))
