"""What stands around a tally: whether it is told as a fact, called wrong or hoped for; its scope and its period as written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from heldby.model.rulebook import Phrasebook
from heldby.read.tallies_amounts import Amount
from heldby.read.tallies_signs import Hit
from heldby.read.timeforms import Classes

FACTUAL, DENIED = "factual", "denied"
REACH = 60  # characters before a verb in which a word can take its reality away
_CLAUSE = re.compile(r"[;:,]\s|\s(?:and|but|that|while|as|after|since|when|where|who|which|because)\s")
_TO = re.compile(r"\bto\s(?:\w+ly\s)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Detail:
    """Scope and period as written, None where the text gives none."""

    scope: str | None
    period: str | None


class Stance:
    """Reads stance, scope and period with the words of one phrasebook."""

    def __init__(self, book: Phrasebook, classes: Classes) -> None:
        self._classes = classes
        self._unreal = re.compile(
            rf"(?<![\w-])(?!(?-i:May\b))({classes.alternatives('unreal')})(?![\w-])(?!\s(?:{classes.alternatives('tell')})\b)", re.I
        )
        self._real = re.compile(rf"(?<![\w-])(?:{classes.alternatives('real')})\s(?:have\s)?(?:\w+ly\s)?\Z", re.I)
        wrong = classes.alternatives("wrong")
        self._claim = re.compile(
            rf"\b(?:claims?|reports?|assertions?|statements?|suggestions?|allegations?|figures?)\s(?:that\s|of\s|to\s)(?P<said>.+?)\s(?:is|was|are|were)\s"
            rf"(?:\w+\s)?\"?(?:{wrong})\b",
            re.I,
        )
        self._figures = [(f.id, classes.compile(f.pattern)) for f in book.forms if f.value.startswith("deny ")]
        atoms = {w.text: w.value for w in book.of("atom")}
        self._period = re.compile(atoms["period"], re.I)
        name = r"[A-Z][\w'-]+(?:[ -][A-Z][\w'-]+)*"
        kind = r"(?:\s(?:provinces?|regions?|city|oblasts?|governorates?|states?))?"
        self._scope = re.compile(rf"\s(?:of|in|across)\s(?P<scope>(?:the\s)?{name}(?:(?:,\s|,?\sand\s){name})*{kind})")
        self._owner = re.compile(rf"\bof\s(?P<scope>(?:the\s)?{name}?{kind})(?:'s?\s|\Z)")
        self._called = re.compile(
            rf"\b(?:call|brand|label|describ|dismiss|reject)\w*\b(?P<said>[^.;]*?)\"?(?:\bas\s)?\"?\b(?:{wrong})\b|"
            rf"\b(?:dismiss|reject|describ)\w*\sas\s\"?(?:{wrong})\b(?P<rest>[^.;]*)",
            re.I,
        )

    def of(self, hit: Hit) -> str:
        """ "factual", "denied", or "planned" and "possible" for what is no fact."""
        text, at, first = hit.signed.text, hit.verb_at, hit.found.start()
        before = text[max(0, at - REACH) : at]
        own = _CLAUSE.split(before)[-1]
        if hit.form.subject_first:
            own = _CLAUSE.split(text[max(0, first - REACH) : first])[-1] + text[first : at if hit.word_text else hit.found.end()]
        found = self._unreal.search(own)
        if found:
            return self._classes.value("unreal", found.group(1))
        if hit.form.id == "reduced" and (later := self._unreal.search(text, hit.found.end(), hit.found.end() + REACH)):
            return self._classes.value("unreal", later.group(1))
        gerund = re.match(r"\w+ing\b", text[at:])  # "went from holding 34 to holding 15"
        if _TO.search(before) and not gerund and not self._real.search(before) and hit.form.id not in ("rank-fell",):
            return "planned"
        return FACTUAL

    def called_wrong(self, text: str, span: tuple[int, int], amount: Amount) -> bool:
        """Whether the sentence text[span] calls a claim with this amount wrong: "the claim that ... is propaganda"."""
        sentence = text[span[0] : span[1]]
        at = amount.start - span[0]
        hits = [
            m.span(g) for p in (self._claim, self._called) for m in p.finditer(sentence) for g in ("said", "rest") if m.groupdict().get(g)
        ]
        return any(a <= at < b for a, b in hits)

    def figures_wrong(self, text: str, span: tuple[int, int]) -> tuple[str, int, int] | None:
        """The form and the characters by which the sentence text[span] calls figures told before wrong; None if it does not."""
        hits = ((ident, m) for ident, pattern in self._figures if (m := pattern.search(text, *span)))
        return next(((ident, m.start(), m.end()) for ident, m in hits), None)

    def detail(self, text: str, amount: Amount, span: tuple[int, int]) -> Detail:
        """Scope and period of an amount in the sentence text[span]."""
        inside = self._owner.search(text, amount.start, amount.end)
        behind = self._scope.match(text, amount.end, span[1])
        scope = inside or behind
        periods = list(self._period.finditer(text, span[0], span[1]))
        best = min(periods, key=lambda m: (abs(m.start() - amount.end), m.start()), default=None)
        period = best and (best.group("span") or best.group("since") or best.group("this"))
        if period:
            period = re.sub(r"^(?:the|just|only)\s", "", period[0].lower() + period[1:])
        return Detail(scope.group("scope") if scope else None, period or None)
