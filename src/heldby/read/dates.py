"""Every time a text names, dated against the day of publication and against the other dates of the text.

News looks back: a weekday or a bare day and month lies before the publication (the day itself included) unless the clause speaks of the
future. What cannot be dated keeps its place with `when` None. The forms and words are the "dates" phrasebook (rules/en/dates.toml).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

import heldby.read.almanac as almanac
from heldby.model.rulebook import Phrasebook
from heldby.model.when import Precision, When, days
from heldby.read.numbers import ORDINAL
from heldby.read.timeforms import Classes, TimeForm, TimeScanner
from heldby.read.timesense import Ground, hours_of
from heldby.read.timesenses import SENSES

DAY_VALUES = frozenset({"day", "weekday", "near-day", "figures"})  # forms that a part of the day may refine
LOOKING_BACK = 90  # characters of a clause looked at for tense, bounds and the verb of saying
_CLAUSE_END = re.compile(r"[.;:!?\"”“\n]|,\s(?:who|which|and|but)\b")
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n")
_BY_WHOM = re.compile(r"\b[Bb]y (?:the )?[A-Z][\w/]+(?: [A-Z][\w/]+)*,? \Z")
_RECORD = re.compile(rf"{ORDINAL}|\b(?:last|only|lowest|highest|the most|the least|[a-z]{(3,)}(?:gg|g|rs|ck|s|l|f|w)est)\b", re.I)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A time as a text names it: characters [start, end), what it means (None: cannot be dated), and how it stands.

    `kind`: absolute, weekday, relative, interval, vague, clock (a time of day), anchored ("two days after ..."). `bound`: on, about,
    from (since), until, before, after, by, as-of. `saying` marks the date of a statement ("said on Monday"); `quoted`, a time inside
    quotation marks; `ahead`, one whose clause speaks of the future.
    """

    start: int
    end: int
    when: When | None
    kind: str
    bound: str = "on"
    saying: bool = False
    quoted: bool = False
    ahead: bool = False
    form: str = ""


class DateFinder:
    """Reads the times of texts in one language. Pure: the same text and publication day always give the same mentions."""

    def __init__(self, book: Phrasebook) -> None:
        self._classes = Classes(book)
        self._scanner = TimeScanner(book, self._classes)
        c = self._classes
        near = r"(?:the\s|early\s|late\s|about\s|around\s|at\sleast\s|at\sleast\son\s|just\s|early\son\s|late\son\s|as\slate\sas\s|as\searly\sas\s)*"
        self._bound = re.compile(rf"(?:^|(?<=\W))({c.alternatives('bound')})\s{near}\Z", re.I)
        self._lead = re.compile(rf"(?:^|(?<=\W))(?:{c.alternatives('lead')})\s{near}\Z", re.I)
        self._counted = re.compile(rf"\s(?:{c.alternatives('counted')})\b", re.I)
        self._ahead = re.compile(rf"(?<!\w)(?:{c.alternatives('ahead')})(?!\w)")  # as written: "May" is a month
        self._opens_ahead = re.compile(r",?\s(?:\w+\s){0,4}?(?:will|shall|is to|are to)\s", re.I)
        self._saying = re.compile(rf"(?<!\w)(?:{c.alternatives('saying')})(?!\w)", re.I)
        rest = rf"(?:\s+(?:(?i:{c.alternatives('saying_rest')})|[A-Z][\w.'’-]*|U\.S\.|,))*"
        self._said_before = re.compile(rf"(?<!\w)(?i:{c.alternatives('saying')})(?:{rest})\s+(?i:on\s|late\s|early\s|the\s)*\Z")
        self._says_after = re.compile(rf"\s(?:\w+ly\s|also\s|again\s)?(?:{c.alternatives('saying')})\b", re.I)
        self._statement = re.compile(
            r"\b(?:statement|report|message|post|tweet|interview|briefing|remarks|speech)\s(?:\w+ed\s)?(?:on\s|late\s|early\s)*\Z", re.I
        )
        part = c.alternatives("part")
        self._part_before = re.compile(rf"(?P<part>{part})\s(?:of|on)\s(?:the\s)?\Z", re.I)
        self._part_after = re.compile(
            rf"(?:\s(?:at|before|around|by|in\sthe))?\s(?P<part>{part})\b(?!\s(?:raid|operation|prayers?|attack)s?\b)", re.I
        )

    def find(self, text: str, published: date | None, year: int | None = None) -> tuple[DateMention, ...]:
        """The times of `text` in order. `published` is the civil day at the outlet; `year` the one the document is about, if known."""
        forms = tuple(f for f in self._scanner.scan(text) if self._admits(text, f))
        if not forms:
            return ()
        year = year or self._only_year(forms)
        ground = Ground(published, year)
        quotes = quoted_spans(text)
        found: list[DateMention] = []
        for form in forms:
            here = self._in_sentence(text, found, form.start)
            mention = self._mention(text, form, replace(ground, here=here, ahead=self._is_ahead(text, form)))
            quoted = any(a <= mention.start < b for a, b in quotes)
            mention = replace(mention, quoted=quoted, kind=self._kind(text, mention))
            if mention.kind == "clock" and quoted:
                mention = replace(mention, when=None)
            if found and found[-1].end > mention.start:
                found.pop()  # "at dawn on Sunday" is one time
            found.append(mention)
            ground = self._walk(ground, mention)
        return tuple(found)

    def _admits(self, text: str, form: TimeForm) -> bool:
        """Whether a form that other words share (a bare month, year or numeral) really is a time here."""
        before, after = text[max(0, form.start - 30) : form.start], text[form.end : form.end + 30]
        if form.value == "month-bare":
            return bool(self._lead.search(before)) and not re.match(r"\s[A-Z][a-z]+\s(?:said|told)", after)
        if form.value == "year-bare":
            if self._counted.match(after) or re.search(r"[$€£#]\s?\Z|\b(?:No|UTC|GMT)\.?\s\Z", before):
                return False
            adjectival = re.search(r"\b(?:the|its|his|their|[A-Z]\w+’s|\w+'s)\s\Z", before) and re.match(r"\s[a-z]", after)
            bracketed = re.search(r"[(\[,–-]\s?\Z", before) and re.match(r"[)\],.;]", after)
            entry = _BY_WHOM.search(before) and re.match(r"\s*(?:[.;]|\Z)", after)  # "Recaptured by Ukraine 2022."
            return bool(self._lead.search(before) or adjectival or bracketed or entry)
        if form.value in ("day", "day-to-day") and form.end < len(text):
            return not (self._counted.match(after) and "year" not in form.parts and re.search(r"\d\Z", text[form.start : form.end]))
        return True

    def _mention(self, text: str, form: TimeForm, ground: Ground) -> DateMention:
        kind, sense = SENSES[form.value]
        start, end = form.start + _leading_blank(text, form.start), form.end
        when = sense(form, ground, self._classes)
        before = text[max(0, start - LOOKING_BACK) : start]
        if form.value in DAY_VALUES:
            start, end, when = self._refined(text, start, end, when)
            before = text[max(0, start - LOOKING_BACK) : start]
        bound = self._bound_of(before)
        if form.value == "clock":
            when = _clock_bound(when, text[start:end])
        else:
            when = _bounded(when, bound, form)
        clause = before[_last_end(_CLAUSE_END, before) :]
        saying = kind != "anchored" and (
            bool(self._said_before.search(clause) or self._statement.search(clause)) or bool(self._says_after.match(text, end))
        )
        return DateMention(start, end, when, kind, bound, saying, ahead=ground.ahead, form=form.form)

    @staticmethod
    def _kind(text: str, mention: DateMention) -> str:
        """A stretch that only measures a record dates nothing: "the first town since May", "the sixth capital in four days"."""
        if mention.bound == "from" or mention.form == "in-so-long":
            before = text[max(0, mention.start - LOOKING_BACK) : mention.start]
            clause = before[max(_last_end(_CLAUSE_END, before), before.rfind(",") + 1) :]
            if _RECORD.search(clause):
                return "vague"
        return mention.kind

    def _refined(self, text: str, start: int, end: int, when: When | None) -> tuple[int, int, When | None]:
        """A day narrowed to its morning or night, when that stands beside it."""
        hit = self._part_after.match(text, end)
        new = (start, hit.end()) if hit else (start, end)
        if hit is None:
            window = max(0, start - 40)
            hit = self._part_before.search(text, window, start)
            new = (hit.start(), end) if hit else new
        if hit is None or when is None or when.first_day is None or when.precision is not Precision.DAY:
            return (*new, when)
        first, last = hours_of(self._classes.value("part", hit.group("part")))
        return (*new, almanac.part_of_day(when.first_day, first, last))

    def _bound_of(self, before: str) -> str:
        hit = self._bound.search(before)
        return self._classes.value("bound", hit.group(1)) if hit else "on"

    def _is_ahead(self, text: str, form: TimeForm) -> bool:
        before = text[max(0, form.start - LOOKING_BACK) : form.start]
        clause = before[_last_end(_CLAUSE_END, before) :]
        cues = [m.end() for m in self._ahead.finditer(clause)]
        if cues:
            return not self._saying.search(clause, cues[-1])
        opening = not re.search(r"\w", re.sub(r"\A\W*(?:on|by|in)\s\Z", "", clause, flags=re.I))
        return opening and bool(self._opens_ahead.match(text, form.end))

    @staticmethod
    def _only_year(forms: tuple[TimeForm, ...]) -> int | None:
        years = {form.parts[k] for form in forms for k in ("year", "year2") if k in form.parts}
        return int(next(iter(years))) if len(years) == 1 else None

    @staticmethod
    def _in_sentence(text: str, found: list[DateMention], start: int) -> When | None:
        for mention in reversed(found):
            if _SENTENCE_END.search(text, mention.end, start):
                return None
            if not mention.saying and mention.when and mention.kind not in ("vague", "clock", "anchored") and mention.bound in ("on", "by"):
                return mention.when
        return None

    @staticmethod
    def _walk(ground: Ground, mention: DateMention) -> Ground:
        """The ground after a mention: later relative times count from the last event, never from the date of a statement."""
        when = mention.when
        if when is None or mention.saying or when.start is None or mention.kind in ("vague", "anchored"):
            return ground
        if mention.bound in ("from", "until", "before") or (when.approximate and when.precision is Precision.DAYS):
            return ground if mention.bound != "from" or ground.near is not None else replace(ground, last=_start_of(when))
        if when.precision in (Precision.DAY, Precision.PART_OF_DAY, Precision.DAYS):
            return replace(ground, near=when, last=when)
        return replace(ground, last=when)


def quoted_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Characters inside quotation marks, paragraph by paragraph; a mark left open reaches to the paragraph's end."""
    spans: list[tuple[int, int]] = []
    for block in re.finditer(r"[^\n]+", text):
        opened = -1
        for mark in re.finditer(r"[\"“”«»]", block.group()):
            at = block.start() + mark.start()
            if opened < 0:
                opened = at
            else:
                spans.append((opened, at + 1))
                opened = -1
        if opened >= 0:
            spans.append((opened, block.end()))
    return tuple(spans)


def _leading_blank(text: str, start: int) -> int:
    blank = re.compile(r"\s*").match(text, start)
    return blank.end() - start if blank else 0


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((m.end() for m in pattern.finditer(text)), default=0)


def _start_of(when: When) -> When:
    first = when.first_day
    return days(first, first) if first else when


def _bounded(when: When | None, bound: str, form: TimeForm) -> When | None:
    """A time as its preposition bounds it: since = from there on, by = there at the latest."""
    if when is None or form.value in ("recent", "coming", "in-so-long", "anchored", "shifted", "weekend", "ago"):
        return when
    loose = when.approximate or when.precision in (Precision.MONTH, Precision.YEAR)
    first, last = when.first_day, when.last_day
    match bound:
        case "from" | "after" if first is not None and form.value not in (
            "day-to-day",
            "month-to-month",
            "year-to-year",
            "weekday-to-weekday",
        ):
            start = first if bound == "from" or when.precision is Precision.DAY else last
            return days(start, None, approximate=loose) if start else when
        case "until" if last is not None:
            return days(None, last, approximate=loose)
        case "before" if first is not None:
            return days(None, first - timedelta(days=1), approximate=loose)
        case "by":
            return almanac.uncertain(when)
        case "about" if when.precision is not Precision.DAYS:
            return replace(when, approximate=True)
    return when


def _clock_bound(when: When | None, words: str) -> When | None:
    """ "by noon" is from midnight to noon, "after dark" to midnight."""
    if when is None or when.start is None or when.end is None:
        return when
    word = words.split(maxsplit=1)[0].casefold()
    midnight = when.start.replace(hour=0, minute=0)
    if word in ("by", "before", "until", "towards"):
        return replace(when, start=midnight, end=max(when.end, midnight + timedelta(hours=1)))
    if word in ("after", "since"):
        return replace(when, end=max(midnight + timedelta(days=1), when.end))
    return when
