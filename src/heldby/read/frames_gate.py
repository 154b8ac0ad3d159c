"""Which sentences can open a frame, told by their words alone: each frame's verb or noun with all that it cannot do without.

"took" opens nothing by itself: "took over" does, "took ... control" does, and "took" with a place behind it. What a frame needs follows from the rule
itself, so that nobody has to keep a second list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heldby.model.claim import Polarity
from heldby.model.rulebook import Build, Frame, Role
from heldby.read.words import Words

HELPING = frozenset({"be", "have", "do"})  # their forms stand everywhere: what must stand beside them opens the frame
_NAYS = frozenset({"no", "not", "none", "nobody", "nothing", "never", "neither", "nor", "without", "hardly", "n't"}) | frozenset(
    f"{w}n't" for w in ("is", "are", "was", "were", "has", "have", "had", "do", "does", "did")
)
Needs = tuple[frozenset[str], ...]


class FrameGate:
    """Tells whether the words of a sentence can open any of some frames. Errs on the side of yes."""

    def __init__(self, frames: Sequence[Frame], words: Words) -> None:
        forms: dict[str, set[str]] = {}
        for text, readings in words.verbs.items():
            for reading in readings:
                forms.setdefault(reading.lemma, set()).add(text)
        denying = {text for text, readings in words.verbs.items() if any(words.value("voice-verb", r.lemma) == "deny" for r in readings)}
        nays = _NAYS | denying
        self._needs: dict[str, list[Needs]] = {}
        self._suffixes = tuple(sorted({f"-{n}" for f in frames if f.build is Build.COMPOUND for n in f.nouns}))
        for frame in frames:
            if frame.build is Build.VERB:
                for verb in frame.verbs:
                    first, *rest = verb.split()
                    needs = (*(frozenset({w}) for w in rest), *_verb_needs(frame))
                    needs = (frozenset(frame.beside), *needs) if frame.beside else needs
                    needs = (nays, *needs) if frame.only is Polarity.DENIED else needs
                    if first in HELPING and needs:
                        if frame.echoes and not rest:
                            continue  # "as did X": the sentence is opened by what it echoes
                        telling = (
                            max(range(len(rest)), key=lambda k: (len(rest[k]), -k)) if rest and not (frame.beside or frame.only) else 0
                        )
                        self._open_with(needs[telling], (*needs[:telling], *needs[telling + 1 :], frozenset(words.classes[first])))
                    else:
                        self._open_with(forms.get(first, {first}), needs)
            elif frame.build is Build.TIE:
                self._open_with(_telling(frame.preps), ())
            elif frame.build is not Build.COMPOUND:
                self._open_with({n.split()[-1] for n in frame.nouns}, (_telling(frame.preps),) if frame.build is Build.STATE else ())

    def _open_with(self, openers: Iterable[str], needs: Needs) -> None:
        for word in openers:
            known = self._needs.setdefault(word, [])
            if needs not in known:
                known.append(needs)

    @property
    def words(self) -> frozenset[str]:
        """Every word without which a sentence opens nothing."""
        return frozenset(self._needs) | {s[1:] for s in self._suffixes}

    def opens(self, lows: set[str]) -> bool:
        """Whether a sentence of these words, in small letters, may open a frame."""
        for word in lows & self._needs.keys():
            for needs in self._needs[word]:
                if all(not need.isdisjoint(lows) for need in needs):
                    return True
        return any("-" in w and w.endswith(self._suffixes) for w in lows)

    def standing(self, lows: set[str]) -> dict[str, tuple[str, ...]]:
        """The words of a sentence that can open a frame, each with the words of which it lacks one beside it (none: it opens); for a trace."""
        out: dict[str, tuple[str, ...]] = {}
        for word in sorted(lows & self._needs.keys()):
            lacking = [[w for need in needs if need.isdisjoint(lows) for w in need] for needs in self._needs[word]]
            out[word] = tuple(sorted({w for one in lacking for w in one})) if all(lacking) else ()
        return out


def _verb_needs(frame: Frame) -> Needs:
    """The noun that must head the object, and a preposition where only that can bring the place or the party."""
    needs: list[frozenset[str]] = []
    if frame.objects:
        needs.append(frozenset(o.split()[-1] for o in frame.objects))
    elsewhere = frame.subject is Role.PLACE or frame.modifier is Role.PLACE or (frame.object is Role.PLACE and not frame.objects)
    if Role.PLACE in frame.needs and not frame.borrow and not elsewhere:
        bringing = _telling(p for p, role in frame.parts if role is Role.PLACE)
        needs += [bringing] if bringing else []  # none: the place stands before the noun, "made the town their base"
    if Role.ACTOR in frame.needs and Role.ACTOR not in (frame.subject, frame.object, frame.modifier):
        needs.append(_telling(p for p, role in frame.parts if role is Role.ACTOR))
    return tuple(needs)


def _telling(phrases: Iterable[str]) -> frozenset[str]:
    """The longest word of each phrase: "control" of "in full control of"."""
    return frozenset(max(p.split(), key=len) for p in phrases)
