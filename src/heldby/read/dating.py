"""Which of a text's times belongs to an event: not "said on Thursday", not the other clause's.

Every time of the sentence is priced by what lies between it and the event's trigger: commas cost little, relative pronouns and
conjunctions much, a verb of saying most. The cheapest below a limit dates the event; none is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from heldby.model.rulebook import Phrasebook
from heldby.model.when import Precision, When
from heldby.read.dates import DateMention
from heldby.read.timeforms import Classes

LIMIT = 4.0  # at this price a time is somebody else's
COMMA, SEMICOLON, QUOTE_MARK, WORD = 0.8, 3.0, 3.0, 0.03
OTHER_CLAUSE = 4.5
OPENING = 2.0  # price at most of a day that opens its sentence, for the verbs of its main clause
AUXILIARY = 24  # characters before a trigger in which its "has been" stands
THEN = 1.5  # "by then" dates only what nothing better does
_GOES_ON = re.compile(r"\b(?:has|have|had|been)\b|['’](?:ve|s)\sbeen\b", re.I)
_PREPOSITION = re.compile(r"\s*(?:[-•*]\s*)?(?:(?:on|in|by|at|during|the|early|late)\s+)*", re.I)
RELATIVES = frozenset({"which", "who", "whom", "whose", "where", "that"})
CONJUNCTIONS = frozenset({"after", "before", "until", "since", "as", "following"})
SAME_TIME = frozenset({"when", "as", "while"})  # behind a date they open a clause that shares it
Span = tuple[int, int]


class Dater:
    """Attaches the times of a text to its events, with the clause words of one language's phrasebook."""

    def __init__(self, book: Phrasebook) -> None:
        classes = Classes(book)
        self._prices = {w.text: float(w.value) for w in book.of("opener")}
        self._opener = re.compile(rf"(?<!\w)(?:{classes.alternatives('opener')})(?!\w)", re.I)
        self._saying = re.compile(rf"(?<!\w)(?:{classes.alternatives('saying')})(?!\w)", re.I)
        self._reported = re.compile(
            rf"(?<!\w)(?:{classes.alternatives('saying')}|claim|report|statement|denial|news|fears|admission)\s\Z", re.I
        )
        self._bound = re.compile(rf"\W(?:{classes.alternatives('bound')}|at|late|early)\s*\Z", re.I)
        self._verb = re.compile(rf"(?<!\w)(?:{classes.alternatives('verb')}|\w{{2,}}ed)(?!\w)", re.I)
        self._participle = re.compile(
            rf"\s(?:(?:briefly|first|last|also|re\w+)\s)?(?:{classes.alternatives('verb')}|\w{{2,}}ed|retaken|overrun)\b", re.I
        )

    def attach(
        self,
        mentions: Sequence[DateMention],
        text: str,
        trigger: Span,
        sentence: Span,
        *,
        rivals: Sequence[Span] = (),
        state: bool = False,
        carry: bool = False,
        lasting: bool = False,
    ) -> When | None:
        """The time of the event whose trigger (verb or noun) stands at `trigger`, inside `sentence`; None if the text gives none.

        `rivals` are the triggers of other events of the sentence: a time much nearer to one of them is theirs. `state` says that the
        trigger tells a state, which an "as of Wednesday:" over a list dates. `carry` (for texts without a day of publication:
        encyclopaedias, chronicles) lets the last dated event of an earlier sentence stand for this one.
        """
        best: tuple[float, int] | None = None
        for index, mention in enumerate(mentions):
            if not (sentence[0] <= mention.start and mention.end <= sentence[1]):
                continue
            if mention.saying or mention.kind in ("vague", "lasting") or mention.when is None:
                continue
            price = self._price(text, trigger, mention, sentence) + (THEN if mention.form == "then" else 0.0)
            if price >= LIMIT or any(self._price(text, r, mention, sentence) < price - 0.5 for r in rivals):
                continue
            if best is None or (price, index) < best:
                best = (price, index)
        if best is not None:
            return self._apposed(mentions, text, best[1]).when
        if lasting and (began := self._lasted(mentions, text, trigger, sentence, rivals)) is not None:
            return began
        if carry and (said := self._announced(mentions, text, trigger, sentence)) is not None:
            return said
        return self._carried(mentions, text, sentence[0], state=state, carry=carry)

    def _lasted(self, mentions: Sequence[DateMention], text: str, trigger: Span, sentence: Span, rivals: Sequence[Span]) -> When | None:
        """ "has been besieged for two months": a state that goes on began so long ago."""
        for m in mentions:
            inside = sentence[0] <= m.start and m.end <= sentence[1] and m.kind == "lasting"
            if not inside or not _GOES_ON.search(text, max(sentence[0], trigger[0] - AUXILIARY), trigger[1]):
                continue
            price = self._price(text, trigger, m, sentence)
            if price < LIMIT and not any(self._price(text, r, m, sentence) < price for r in rivals):
                return m.when
        return None

    @staticmethod
    def _apposed(mentions: Sequence[DateMention], text: str, index: int) -> DateMention:
        """ "a week earlier, on 24 August": the calendar's word is the better one."""
        one = mentions[index]
        nxt = mentions[index + 1] if index + 1 < len(mentions) else None
        plain = nxt is not None and nxt.when is not None and nxt.kind == "absolute" and one.kind in ("relative", "anchored", "clock")
        return nxt if plain and nxt is not None and re.fullmatch(r",?\s(?:on\s)?", text[one.end : nxt.start]) else one

    @staticmethod
    def _announced(mentions: Sequence[DateMention], text: str, trigger: Span, sentence: Span) -> When | None:
        """In a chronicle, "declared on 3 November that it had retaken it" dates what is declared."""
        said = [m for m in mentions if m.saying and m.when is not None and sentence[0] <= m.start and m.end <= trigger[0]]
        told = said and re.match(r"\s*that\b", text[said[-1].end :]) and said[-1].kind == "absolute"
        return said[-1].when if told else None

    def _price(self, text: str, trigger: Span, mention: DateMention, sentence: Span) -> float:
        """What parts the mention from the trigger; 0 is side by side."""
        if mention.end <= trigger[0]:
            between = text[mention.end : trigger[0]]
            price = self._cost(between)
            if mention.kind == "anchored":
                return price + 0.5  # "three days after the city was overrun": made for what follows, yet a date in there is better
            if mention.ahead and "," in between:
                return OTHER_CLAUSE
            if price > OPENING and self._opens(text, mention, sentence) and (told := self._main(between)) is not None:
                price = min(price, OPENING + WORD * told)  # "On 23 May gunmen fanned out, hoisted flags, set fires and occupied": dates all
            if re.fullmatch(r"\s+(?:and\s+|then\s+|[,-]+\s*)*(?:\w+\s+){0,2}", between):
                return price
            return price + self._closed_before(text, mention, sentence)
        if mention.start >= trigger[1]:
            between = text[trigger[1] : mention.start]
            return self._cost(between, mention) + self._closed_behind(text, trigger, mention, sentence)
        return 0.0

    @staticmethod
    def _opens(text: str, mention: DateMention, sentence: Span) -> bool:
        """Whether a calendar day opens its sentence: nothing but a preposition stands before it."""
        before = text[sentence[0] : mention.start]
        return mention.kind in ("absolute", "weekday") and mention.bound == "on" and bool(_PREPOSITION.fullmatch(before))

    def _main(self, between: str) -> int | None:
        """The words between an opening date and a verb of the same main clause; None if another clause or voice begins between."""
        kept = between
        for part in re.findall(r",[^,;]*(?=,)", between):
            opened = self._opener.match(part.lstrip(", "))
            if opened is not None and opened.group().casefold() not in ("and", "but"):
                kept = kept.replace(part, "", 1)
        if ";" in kept or self._saying.search(kept) or re.search(r"[\"“”:]|\s--\s", kept):
            return None
        clauses = [m.group().casefold() for m in self._opener.finditer(kept)]
        return None if any(c not in ("and", "then") for c in clauses) else len(kept.split())

    def _cost(self, between: str, mention: DateMention | None = None) -> float:
        """Commas, quotation marks and the words that open clauses; a preposition right before the mention is its own."""
        bound = self._bound.search(between) if mention else None
        words = between[: bound.start()] if bound else between
        parenthetical = mention is not None and words.rstrip().endswith(",")
        cost = COMMA * words.count(",") + SEMICOLON * words.count(";") + QUOTE_MARK * len(re.findall(r"[\"“”]", words))
        for hit in self._opener.finditer(words):
            word = re.sub(r"\s+", " ", hit.group().casefold())
            clause = words[hit.end() :].split(",")[0] if parenthetical or word in CONJUNCTIONS else words[hit.end() :]
            shared = mention is None and word in SAME_TIME and not words[: hit.start()].strip(" ,")
            gerund = word in CONJUNCTIONS and re.match(r"\s\w+ing\b", clause)
            empty = word in CONJUNCTIONS and not self._verb.search(clause)
            light = shared or gerund or empty or (parenthetical and word in RELATIVES)
            cost += 0.5 if light else self._prices[word]
        cost += 4.0 * sum(1 for _ in self._saying.finditer(words))
        return cost + WORD * len(words.split())

    def _closed_before(self, text: str, mention: DateMention, sentence: Span) -> float:
        """A time that ends a clause opened before it ("which fell on Tuesday, ...") is that clause's, not what follows."""
        left = text[sentence[0] : mention.start]
        comma_after = text[mention.end : mention.end + 1] == ","
        if comma_after and "," in left and self._participle.match(left[left.rindex(",") + 1 :]):
            return OTHER_CLAUSE
        left = re.split(r",\s(?:and|but)\s|;|\s--\s", left)[-1]
        openers = list(self._opener.finditer(left))
        if not openers:
            return 0.0
        last, word = openers[-1], openers[-1].group().casefold()
        words = re.findall(r"[^\W_]+", left[last.end() :])
        after_saying = word == "that" and self._reported.search(left[: last.start()])
        without_verb = word in CONJUNCTIONS and not self._verb.search(left, last.end())
        if len(words) < 3 or after_saying or without_verb or self._saying.fullmatch(last.group()):
            return 0.0
        return self._prices[re.sub(r"\s+", " ", word)]

    def _closed_behind(self, text: str, trigger: Span, mention: DateMention, sentence: Span) -> float:
        """A trigger inside a clause that ends before the time does not own it; nor does one before "and by Saturday held"."""
        if mention.kind == "anchored":
            return LIMIT
        between = text[trigger[1] : mention.start]
        if mention.ahead and "," in between:
            return OTHER_CLAUSE
        if re.search(r"\band\s(?:by|since|on|in|at)\s\Z", between) and re.match(r"\s(?!and\b)\w", text[mention.end :]):
            return OTHER_CLAUSE
        left = re.split(r"[,;]\s", text[sentence[0] : trigger[0]])[-1]
        openers = [m for m in self._opener.finditer(left) if m.group().casefold() in RELATIVES]
        if openers and "," in between and not self._reported.search(left[: openers[-1].start()]):
            return OTHER_CLAUSE
        return 0.0

    @staticmethod
    def _carried(mentions: Sequence[DateMention], text: str, start: int, *, state: bool, carry: bool) -> When | None:
        """The time of an earlier sentence: an "as of Wednesday:" over a list, or in a chronicle the last dated event."""
        earlier = [m for m in mentions if m.end <= start and m.when is not None and not m.saying]
        heading = next((m for m in reversed(earlier) if m.bound == "as-of" and re.match(r"\s*:\s*\n", text[m.end : m.end + 6])), None)
        if heading is not None and state:
            return heading.when
        if not carry:
            return None
        exact = (Precision.DAY, Precision.PART_OF_DAY, Precision.MONTH)
        events = (m.when for m in reversed(earlier) if m.kind in ("absolute", "relative", "clock") and m.bound == "on")
        return next((w for w in events if w is not None and w.precision in exact), None)
