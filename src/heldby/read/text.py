"""The written surface of a report: same-length normalisation, paragraphs, credits, datelines, quotations, sentences, tokens.

Every offset is a character of the report's own text: `Layout.text` has exactly its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000\u200b\u2060\ufeff\t\x0b\x0c\x85", " "),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u0060\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u00ad", "-"),
        **dict.fromkeys("\u2012\u2015", "\u2014"),
        "\r": "\n",
        "\u2028": "\n",
        "\u2029": "\n",
        **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),  # halves of signs, which no later step can write
    }
)
_TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S.
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?\b"
    r"|'s\b"
    r"|[^\W_]+(?:[-'&](?!s\b)[^\W_]+)*"
    r"|--+|\.\.+|[^\w\s\[\]*]"  # square brackets and asterisks stand inside names ("[Spin] Boldak") and part nothing
)
_MARK = re.compile('"')
_BLANK = re.compile(r"\s+")
_STOP = re.compile(r"[.!?]+[\"')\]]*(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Lt|Col|Maj|Capt|Sgt|Cpl|Brig|Adm|Cmdr|Sen|Rep|Gov|Pres|Rev|Hon|St|Mt|Ft|No|Nos|vs|approx|ca|al"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|Inc|Ltd|Co|Corp|e\.g|i\.e|km|mi|p\.m|a\.m|(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_OPENERS = frozenset(
    ("The", "A", "An", "It", "He", "She", "They", "We", "In", "On", "At", "But", "This", "That", "Meanwhile", "However", "Both", "As")
)
_CREDIT = re.compile(r"\s*\(([^()\n]{2,70})\)[.,;]?")
_DATELINE = re.compile(
    r"\s*(?P<where>[A-Z][A-Z'. /-]{2,40}(?:, ?[A-Z][\w'. ]{2,30}){0,2}|[A-Z][\w'-]+(?: [A-Z][\w'-]+)?(?:, [A-Z][\w'. ]{2,30})?)"
    r"(?:, ?[A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?\s*(?:\((?P<agency>[^()\n]{2,40})\))?\s*(?:--|\u2014|\u2013|-)\s+"
)
_DAY_ONLY = re.compile(
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}\.?|\d{1,2}[./-]\d{1,2})(?:,? \d{2,4}|[./-]\d{2,4})?|[A-Z][a-z]+day"
)
_ARTICLED = re.compile(r"(?:a[a-z]h?|el|as-s|ul|d|l)[-'\u2019][A-Z]")  # the article of an Arabic or a French name
MAX_TOKENS = 400  # a longer "sentence" (a table, a dump) is cut, so that no later step grows with its square


class Token(NamedTuple):
    """A word or mark: characters [start, end) of the report; `lower` for lookups."""

    start: int
    end: int
    text: str
    lower: str

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def capital(self) -> bool:
        """Whether it is written like a name: "Kunduz", "al-Shifa"."""
        return self.text[0].isupper() or (len(self.text) > 4 and _ARTICLED.match(self.text) is not None)


class Quote(NamedTuple):
    """A quotation: characters [start, end) including its marks."""

    start: int
    end: int


class Dateline(NamedTuple):
    """ "KUNDUZ, Afghanistan (DNS) --": the places as written, the agency or "", and where the text proper begins."""

    where: str
    agency: str
    end: int


class Span(NamedTuple):
    """Characters [start, end) of a report."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: characters [start, end), its place in the report, its tokens, and the outlets its item credits at the end."""

    index: int
    paragraph: int
    start: int
    end: int
    tokens: tuple[Token, ...]
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A report's text in its written parts."""

    text: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    dateline: Dateline | None = None


def normalise(text: str) -> str:
    """`text` with blanks, quotation marks, apostrophes and hyphens in one form each; the same length, so that offsets hold."""
    return text.translate(_SAME_LENGTH)


def tokenise(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of normalised text[start:end]."""
    stop = len(text) if end is None else end
    return tuple([Token(*m.span(), word := m.group(), word.lower()) for m in _TOKEN.finditer(text, start, stop)])


def lay_out(text: str) -> Layout:
    """Paragraphs, then credits, quotations, sentences and tokens. Linear in the length of `text`."""
    plain = normalise(text)
    dateline = find_dateline(plain)
    sentences: list[Sentence] = []
    quotes: list[Quote] = []
    for number, part in enumerate(paragraphs(plain)):
        begin = max(part.start, dateline.end) if dateline and number == 0 else part.start
        quotes.extend(find_quotes(plain, begin, part.end))
        for span, credits in _items(plain, begin, part.end):
            for piece in _pieces(tokenise(plain, span.start, span.end)):
                sentences.append(Sentence(len(sentences), number, piece[0].start, piece[-1].end, piece, credits))
    return Layout(plain, tuple(sentences), tuple(quotes), dateline)


def _pieces(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    return [tokens[i : i + MAX_TOKENS] for i in range(0, len(tokens), MAX_TOKENS)]


def paragraphs(text: str) -> list[Span]:
    """Spans between line ends. A line that stops without a full stop and goes on in lower case is wrapped, not ended."""
    out: list[Span] = []
    start = 0
    for m in re.finditer(r"\n\s*|\Z", text):
        before = text[max(start, m.start() - 2) : m.start()].rstrip()
        wrapped = m.group().count("\n") == 1 and before[-1:] not in ('"', ".", "!", "?", ":", ")") and text[m.end() : m.end() + 1].islower()
        if wrapped:
            continue
        if text[start : m.start()].strip():
            out.append(Span(start, m.start()))
        start = m.end()
    return out


def find_dateline(text: str) -> Dateline | None:
    found = _DATELINE.match(text)
    if not found or found.end() >= len(text):
        return None
    where = found["where"].strip()
    if found["agency"] and _DAY_ONLY.fullmatch(found["agency"]):  # "CITY (May 8) -"
        return Dateline(where, "", found.end()) if where.split(",")[0].isupper() else None
    if not found["agency"] and not where.split(",")[0].isupper():
        return None
    return Dateline(where, found["agency"] or "", found.end())


def find_quotes(text: str, start: int, end: int) -> list[Quote]:
    """Quotations between double marks in text[start:end]; one left open runs to the end of its paragraph."""
    marks = [m.start() for m in _MARK.finditer(text, start, end)]
    out = [Quote(a, b + 1) for a, b in zip(marks[::2], marks[1::2])]
    if len(marks) % 2:
        out.append(Quote(marks[-1], end))
    return out


def _items(text: str, start: int, end: int) -> list[tuple[Span, tuple[str, ...]]]:
    """Sentences of a paragraph with the outlets credited in brackets behind the group they close."""
    out: list[tuple[Span, tuple[str, ...]]] = []
    waiting: list[Span] = []
    at = start
    while at < end:
        stop = _sentence_end(text, at, end)
        body = stop
        credits: list[str] = []
        while (m := _CREDIT.match(text, stop, end)) and _is_credit(m[1]) and _closes(text, at, stop):
            credits.append(m[1].strip())
            stop = m.end()
        span = _trim(text, at, body)
        if not credits and stop >= end and (inner := _trailing(text, span)):
            span, credits = inner
        if span.start < span.end:
            waiting.append(span)
        if credits:
            out.extend((s, tuple(credits)) for s in waiting)
            waiting = []
        at = max(stop, at + 1)
    out.extend((s, ()) for s in waiting)
    return out


def _closes(text: str, start: int, stop: int) -> bool:
    return text[start:stop].rstrip().rstrip("\"')")[-1:] in (".", "!", "?")


def _trailing(text: str, span: Span) -> tuple[Span, list[str]] | None:
    """ "... of the town (Reuters)." : credits before the full stop, or without one, at the end of an item."""
    found = re.search(r"((?:\s*\([^()\n]{2,70}\))+)[.\s]*\Z", text[span.start : span.end])
    if not found or not found.start():
        return None
    names = [n.strip() for n in re.findall(r"\(([^()]+)\)", found[1])]
    if not all(_is_credit(n) for n in names):
        return None
    return Span(span.start, span.start + found.start()), names


def _is_credit(name: str) -> bool:
    """An outlet's name rather than an aside: starts with a capital or a digit, few words, most of them capitalised."""
    words = name.split()
    caps = sum(w[0].isupper() or w[0].isdigit() for w in words)
    return bool(words) and len(words) <= 7 and (words[0][0].isupper() or words[0][0].isdigit() or "." in name) and caps * 2 >= len(words)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _sentence_end(text: str, start: int, end: int) -> int:
    """Where the sentence that begins at `start` ends (after its marks), at most `end`."""
    for m in _STOP.finditer(text, start, end):
        after = _BLANK.match(text, m.end(), end)
        nxt = after.end() if after else m.end()
        if nxt >= end:
            return end
        following = text[nxt : nxt + 24]
        if not (following[0].isupper() or following[0].isdigit() or following[0] in "\"'([") or (
            following[0] == "(" and following[1:2].islower()
        ):
            continue
        head = text[max(start, m.start() - 14) : m.start() + 1]
        if m.group()[0] == "." and len(m.group()) == 1 and _ABBREVIATION.search(head):
            word = re.split(r"\W", following, maxsplit=1)[0]
            if not (
                re.search(r"(?:[a-z]|\w\.\w)\.$", head)
                and word in _OPENERS
                and not re.search(r"(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|St|No)\.$", head)
            ):
                continue
        return m.end()
    return end
