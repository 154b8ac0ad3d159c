"""How a report was read, drawn as text: every sentence with what it names, which rule read it, who speaks, how it stands, and what was refused.

Trace + Reading -> lines of (text, style) segments. Pure: the lines are the same with colour and without; a style only repeats what marks and
words say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rich.console import Console
from rich.text import Text

from heldby.cli.explaining_rows import GUTTER, Line, Row, Segment, Stroke, drawn, rows_of
from heldby.cli.options import printable
from heldby.cli.readings import claim_words, tally_words, voices
from heldby.model.claim import Claim, Modality, Polarity, Reading
from heldby.model.place import Place
from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.trace import REASONS, Considered, Hearing, Mark, MarkKind, Refusal, SentenceTrace, Trace, Turn

SIGNS = {MarkKind.PLACE: "P", MarkKind.ACTOR: "A", MarkKind.OUTLET: "O", MarkKind.TIME: "T", MarkKind.UNKNOWN: "?"}
STYLES = {
    MarkKind.PLACE: "green",
    MarkKind.ACTOR: "red",
    MarkKind.OUTLET: "magenta",
    MarkKind.TIME: "blue",
    MarkKind.UNKNOWN: "yellow",
}
VOICE, ANCHOR, TURN = "cyan", "bold", "italic yellow"
WITHHELD = frozenset({Refusal.REPEATED, Refusal.COUNTED})
NEAR = frozenset({Refusal.PASSIVE, Refusal.PERSON, Refusal.BLOCKED, Refusal.MISSING_PART, Refusal.GOING_ON, Refusal.TOLD_BELOW})
FAR = frozenset(
    {Refusal.PARTICLE, Refusal.OTHER_VERB, Refusal.NO_OBJECT, Refusal.PREPOSITION, Refusal.OTHER_OBJECT}
)  # another rule's words
LEGEND = (
    "marks   P place  A actor  O outlet  T time  ? written like a name, known to nobody (small p: in no claim here)   1^^ a rule's word",
    "        !-- turns the stance   a.. what a voice says   a:: the words that bring it in   unmarked: the outlet's own words",
)
WIDEST = 140  # columns: longer lines are hard to read
LEAST = 0.01  # score of a candidate worth a line beside the one chosen
RIVALS = 3  # candidates of a place shown
CUT = 70  # characters of a sentence that is only listed


@dataclass(frozen=True)
class Explanation:
    """One report's reading beside its trace, as it is drawn `width` columns wide."""

    report: Report
    reading: Reading
    trace: Trace
    rulebook: Rulebook
    width: int = 100

    def lines(self) -> Iterator[Line]:
        """Everything, line by line."""
        report = self.report
        when = report.published.text if report.published else "undated"
        marks = f" [{', '.join(m.replace('-', ' ') for m in report.marks)}]" if report.marks else ""
        yield ((printable(f"{report.given_id or report.origin or report.id}  {report.outlet or 'unnamed outlet'}, {when}{marks}"), "bold"),)
        if self.trace.refusal is not None:
            yield from self._wrapped("not read: ", REASONS[self.trace.refusal].words, _mend(self.trace.refusal, ""))
        found = (_counted(self.reading.claims, "claim"), _counted(self.reading.tallies, "tally"), _counted(self.reading.gaps, "gap"))
        yield ((f"{', '.join(found)} from {_counted(self.trace.sentences, 'sentence')}", ""),)
        drawn_ones = [s for s in self.trace.sentences if _telling(s)]
        for row in drawn_ones:
            yield ()
            yield from self._sentence(row)
        yield from self._left_out([s for s in self.trace.sentences if s not in drawn_ones])
        yield from self._gaps()
        yield ()

    # ---- a sentence

    def _sentence(self, row: SentenceTrace) -> Iterator[Line]:
        anchors = self._anchors(row)
        letters = {id(h): ascii_lowercase[n % 26] for n, h in enumerate(row.heard)}
        yield from drawn(self.report.text, row.start, row.end, self._rows(row, anchors, letters), str(row.index + 1), self.width)
        placed: set[Place] = set()
        for k in row.claims:
            yield from self._claim(k, row, anchors, letters)
            for place in self.reading.claims[k].places:
                yield from self._place(place, place in placed)
                placed.add(place)
        for k in row.tallies:
            tally = self.reading.tallies[k]
            yield from self._wrapped(f"tally {k + 1}", tally_words(tally), style="bold")
            yield from self._wrapped("rule", f"{tally.rule}  {self.rulebook.where(tally.rule)}")
            yield from self._wrapped("voice", voices(tally.chain))
        yield from self._refusals(row, anchors)
        yield from self._unheard(row, letters)
        if row.details:  # a sentence that was let through, and nothing was found in it
            why = f"{'; '.join(row.details)}, but the parser found no clause there with a word of a rule"
            yield from self._wrapped("no claim", why, style="yellow")
        if row.unruled:
            yield from self._wrapped("verbs", f"no rule of frames.toml knows {', '.join(self._quoted(a, b) for a, b in row.unruled)}")
        taken = [(p.start, p.end) for c in row.considered if c.claims for p in c.parts]
        if unknown := [m for m in row.marks if m.kind is MarkKind.UNKNOWN and not _within(m, taken)]:
            yield from self._wrapped("names", f"known to nobody: {', '.join(self._quoted(m.start, m.end) for m in unknown)}")

    def _anchors(self, row: SentenceTrace) -> dict[tuple[int, int], int]:
        """The words at which rules are shown, numbered."""
        spans = dict.fromkeys((c.start, c.end) for c in row.considered if c.claims or c.refusal is not None)
        return {span: n for n, span in enumerate(spans, start=1)}

    def _rows(self, row: SentenceTrace, anchors: dict[tuple[int, int], int], letters: dict[int, str]) -> list[Row]:
        taken = [(p.start, p.end) for c in row.considered if c.claims for p in c.parts]
        names = [Stroke(m.start, m.end, self._sign(m, taken), "-", STYLES[m.kind]) for m in row.marks]
        rules = [Stroke(a, b, str(n), "^", ANCHOR) for (a, b), n in anchors.items()]
        turns = [Stroke(t.start, t.end, "!", "-", TURN) for t in dict.fromkeys(t for c in row.considered for t in c.stance)]
        said = [Stroke(a, b, letters[id(h)], ".", VOICE) for h in row.heard for a, b in h.spans]
        cues = [Stroke(h.start, h.end, letters[id(h)], ":", VOICE) for h in row.heard if row.start <= h.start and h.end <= row.end]
        return [*rows_of("names", names), *rows_of("rules", rules), *rows_of("stance", _apart(turns)), *rows_of("voices", [*said, *cues])]

    @staticmethod
    def _sign(mark: Mark, taken: Sequence[tuple[int, int]]) -> str:
        sign = SIGNS[mark.kind]
        used = _within(mark, taken)
        if used and mark.kind is MarkKind.UNKNOWN:
            return SIGNS[MarkKind.PLACE]  # no gazetteer knows it, but a rule took it for a place
        return sign if used or mark.kind not in (MarkKind.PLACE, MarkKind.ACTOR) else sign.lower()

    # ---- what was claimed

    def _claim(self, k: int, row: SentenceTrace, anchors: dict[tuple[int, int], int], letters: dict[int, str]) -> Iterator[Line]:
        claim = self.reading.claims[k]
        yield from self._wrapped(f"claim {k + 1}", claim_words(claim), style="bold")
        made = next((c for c in row.considered if k in c.claims), None)
        at = f"{anchors[made.start, made.end]} {self._quoted(made.start, made.end)}: " if made else ""
        yield from self._wrapped("rule", f"{at}{claim.rule}  {self.rulebook.where(claim.rule)}")
        if made:
            parts = "; ".join(f"{p.role} {self._quoted(p.start, p.end)}" for p in made.parts)
            yield from self._wrapped("parts", "; ".join((parts, *made.details)) if parts else "; ".join(made.details))
        elif answer := [d for h in row.heard if k in h.claims for d in h.details]:
            yield from self._wrapped("parts", answer[0])
        told = [letters[id(h)] for h in row.heard if k in h.claims]
        yield from self._wrapped("voice", f"{''.join(f'{x} ' for x in told)}{voices(claim.chain)}  (side: {claim.speaker_side})")
        yield from self._wrapped("stance", "; ".join((_stance(claim), *(self._turned(t) for t in (made.stance if made else ())))))
        if claim.when:
            times = [m for m in row.marks if m.kind is MarkKind.TIME]
            rules = ", ".join(f"{self._quoted(m.start, m.end)} by {m.rule} {self.rulebook.where(m.rule)}" for m in times)
            yield from self._wrapped("time", f"{claim.when.edtf()}{f'  ({rules})' if rules else ''}")

    def _turned(self, turn: Turn) -> str:
        words = [f"{w.kind}: {w.text}{f' = {w.value}' if w.value else ''} {self.rulebook.where_word(w.kind, w.text)}" for w in turn.rules]
        because = f" ({'; '.join(words)})" if words else ""
        return f"{', '.join(e.replace('_', ' ') for e in turn.effects)} by {self._quoted(turn.start, turn.end)}{because}"

    def _place(self, place: Place, again: bool) -> Iterator[Line]:
        if again:
            yield from self._wrapped("place", f"“{place.text}” is {place.unit_id or 'no unit'}, as above")
            return
        back = (f"goes back to “{place.referent}”",) if place.referent else ()
        why = "; ".join((*back, *place.why))
        if place.unit_id:
            yield from self._wrapped("place", f"“{place.text}” is {place.unit_id}, {place.canonical} ({place.kind or 'place'}): {why}")
        else:
            yield from self._wrapped("place", f"“{place.text}” is no unit: {why or 'nothing of this name'}", style="yellow")
            yield from self._wrapped("mend", "the theatre's names.csv")
        rivals = [c for c in place.candidates if c.unit_id != place.unit_id and (not place.unit_id or c.score >= LEAST)]
        for c in rivals[:RIVALS]:
            yield from self._wrapped("", f"not {c.unit_id} ({c.score:.2f}): {', '.join(c.reasons)}", style="dim")

    # ---- what was refused

    def _refusals(self, row: SentenceTrace, anchors: dict[tuple[int, int], int]) -> Iterator[Line]:
        for (start, end), number in anchors.items():
            here = [c for c in row.considered if (c.start, c.end) == (start, end)]
            made = any(c.claims for c in here)
            refused = [c for c in here if c.refusal is not None and not (made and c.refusal not in WITHHELD)]
            best = min((_rank(c) for c in refused), default=0)
            for c in refused:
                if _rank(c) == best < 2:
                    yield from self._refused(number, c)
            if clause := [] if made else list(dict.fromkeys(f"{p.role} {self._quoted(p.start, p.end)}" for c in refused for p in c.clause)):
                heading = "clause" if best < 2 else "no claim"
                yield from self._wrapped(heading, f"{'' if best < 2 else f'{number} {self._quoted(start, end)}: '}{', '.join(clause)}")
            if others := _by_rule([c for c in refused if _rank(c) > best or best == 2]):
                yield from self._wrapped("nor" if best < 2 or clause else "no claim", others, style="dim")

    def _refused(self, number: int, row: Considered) -> Iterator[Line]:
        assert row.refusal is not None
        head = f"{number} {self._quoted(row.start, row.end)}: {row.rule}  {self.rulebook.where(row.rule)}"
        yield from self._wrapped("no claim", head, style="yellow")
        yield from self._wrapped("why", "; ".join((REASONS[row.refusal].words, *row.details, *(self._turned(t) for t in row.stance))))
        if mend := _mend(row.refusal, row.rule):
            yield from self._wrapped("mend", mend)

    def _unheard(self, row: SentenceTrace, letters: dict[int, str]) -> Iterator[Line]:
        for h in row.heard:
            if h.claims:
                continue
            why = "; ".join((REASONS[h.refusal].words, *h.details)) if h.refusal else "nothing claimed here"
            yield from self._wrapped("voice", f"{letters[id(h)]} {self._voice(h)}: {why}", style="dim")

    @staticmethod
    def _voice(hearing: Hearing) -> str:
        return f"{' <- '.join(hearing.voices)} (side: {hearing.side}){', denies' if hearing.denies else ''}"

    def _left_out(self, rows: Sequence[SentenceTrace]) -> Iterator[Line]:
        """Sentences that are not drawn: those that name something, or only lack a known place, one by one; the others counted."""
        kinds = (MarkKind.PLACE, MarkKind.ACTOR)
        telling = [s for s in rows if s.refusal is Refusal.NO_WHERE or any(m.kind in kinds for m in s.marks)]
        if telling:
            yield ()
            yield (("left out", "bold"),)
        for s in telling:
            text = self.report.text[s.start : s.end]
            yield from self._wrapped(str(s.index + 1), f"“{text[:CUT]}{'...' if len(text) > CUT else ''}”")
            why = REASONS[s.refusal].words if s.refusal else "let through by the gate, but no rule found its words beside one another"
            verbs = ", ".join(self._quoted(a, b) for a, b in s.unruled)
            names = ", ".join(self._quoted(m.start, m.end) for m in s.marks if m.kind is MarkKind.UNKNOWN)
            more = (f"verbs without a rule: {verbs}" if verbs else "", f"names known to nobody: {names}" if names else "")
            yield from self._wrapped("why", "; ".join((why, *s.details, *(m for m in more if m))), style="dim")
            if near := _by_rule([c for c in s.considered if c.refusal]):
                yield from self._wrapped("nor", near, style="dim")
            if s.refusal and (mend := _mend(s.refusal, "")):
                yield from self._wrapped("mend", mend, style="dim")
        if rest := len(rows) - len(telling):
            yield ()
            yield ((f"and {rest} more, which name no place and no party", "dim"),)

    def _gaps(self) -> Iterator[Line]:
        if self.reading.gaps:
            yield ()
            yield (("gaps", "bold"),)
        for g in self.reading.gaps:
            yield from self._wrapped(str(g.kind), f"{g.subject}: {g.cause}")

    # ---- text

    def _quoted(self, start: int, end: int) -> str:
        return f"“{self.report.text[start:end]}”"

    def _wrapped(self, head: str, text: str, more: str = "", style: str = "") -> Iterator[Line]:
        """`text` behind `head`, broken at blanks under itself."""
        indent = GUTTER + 2
        head = f"{' ' * GUTTER}{head:<8}  " if len(head) <= 8 else f"{' ' * GUTTER}{head}  "
        if not text:
            return
        room = max(30, self.width - indent - 8)
        line: list[str] = []
        first = True
        for word in printable(f"{text}{f'  {more}' if more else ''}").split(" "):
            if line and len(" ".join((*line, word))) > room:
                yield _spoken(head if first else " " * len(head), " ".join(line), style)
                line, first = [], False
            line.append(word)
        yield _spoken(head if first else " " * len(head), " ".join(line), style)


def _spoken(head: str, text: str, style: str) -> Line:
    segments: tuple[Segment, ...] = ((head, "dim"), (text, style))
    return segments


def _within(mark: Mark, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a < mark.end and mark.start < b for a, b in spans)


def _apart(strokes: Sequence[Stroke]) -> list[Stroke]:
    return list({(s.start, s.end): s for s in strokes}.values())


def _rank(row: Considered) -> int:
    """How near a refused rule came: 0 it fits the sentence, 1 a part of it is not right, 2 other words would be needed."""
    return 2 if row.refusal in FAR else 1 if row.refusal in NEAR else 0


def _counted(things: Sequence[object], word: str) -> str:
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{len(things)} {word if len(things) == 1 else plural}"


def _by_rule(rows: Sequence[Considered]) -> str:
    """Rules that came less near, each with what it wants."""
    wants: dict[str, list[str]] = {}
    for row in rows:
        wants.setdefault(row.rule, []).append(_short(row))
    return "; ".join(f"{rule} ({'; '.join(dict.fromkeys(reasons))})" for rule, reasons in wants.items())


def _telling(row: SentenceTrace) -> bool:
    """Whether a sentence is drawn: it tells something, or came near to it."""
    named = any(m.kind in (MarkKind.PLACE, MarkKind.ACTOR) for m in row.marks)
    near = any(c.refusal and (_rank(c) == 0 or named) for c in row.considered)
    return bool(row.claims or row.tallies or near or any(h.refusal for h in row.heard))


def _short(row: Considered) -> str:
    assert row.refusal is not None
    return "; ".join(row.details) or REASONS[row.refusal].words


def _stance(claim: Claim) -> str:
    manner = "as fact" if claim.modality is Modality.FACTUAL else claim.modality.replace("_", " ")
    return f"{'denied' if claim.polarity is Polarity.DENIED else 'asserted'}, {manner}{', hedged' if claim.hedged else ''}"


def _mend(refusal: Refusal, rule: str) -> str:
    reason = REASONS[refusal]
    keys = f"{' or '.join(f'`{k}`' for k in reason.keys)} of [{rule}]" if reason.keys and rule else ""
    return ", or ".join(w for w in (keys, reason.file) if w)


def legend() -> Iterator[Line]:
    """What the marks mean."""
    yield from (((line, "dim"),) for line in LEGEND)
    yield ()


def show(out: Console, lines: Iterable[Line]) -> None:
    """Print lines as they are: they are broken already. Without colour there is no bold or dim either."""
    for line in lines:
        out.print(Text.assemble(*((text, "" if out.no_color else style) for text, style in line)), soft_wrap=True)
