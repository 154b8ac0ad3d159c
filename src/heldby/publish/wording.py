"""Short words for rows: what a voice says, whose interest it speaks in, its chain, places, times, intervals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from heldby.model.status import Symbol, Tally
from heldby.model.theatre import Theatre
from heldby.model.who import INDEPENDENT, UNKNOWN, Leaning
from heldby.publish.dates import local_time, long_day
from heldby.publish.edition import ChangeRow, ComparisonRow, Edition, Evidence, Quote, SourceCount, SpellRow, StatusRow
from heldby.publish.plain import printable
from heldby.publish.sentences import side_phrase
from heldby.publish.style import side_name

ARROW = " → "
_CONTENT = {
    Symbol.TOOK: "taken by {h}",
    Symbol.HOLDS: "held by {h}",
    Symbol.LOST: "lost by {h}",
    Symbol.CONTESTS: "fought over",
    Symbol.NOT_TOOK: "taken by {h}",
    Symbol.NOT_HOLDS: "held by {h}",
    Symbol.NOT_LOST: "lost by {h}",
}
_FAVOURS = frozenset({Symbol.TOOK, Symbol.HOLDS, Symbol.NOT_LOST})


def old_news(rows: Iterable[StatusRow]) -> str:
    """The day (ISO) of the newest evidence where there is some and nobody is named as holder of anything any more; "" otherwise."""
    told = tuple(rows)
    return "" if any(row.holder for row in told) else max((row.last_evidence for row in told), default="")


def stance_word(evidence: Evidence) -> str:
    """ "asserts", "denies", and so on: how the voice stands to what it says."""
    return (
        f"{'denies' if evidence.denial else 'asserts'}{', hedged' if evidence.hedged else ''}{', withdrawn' if evidence.withdrawn else ''}"
    )


def content_words(evidence: Evidence, theatre: Theatre) -> str:
    """What is asserted or denied: "taken by the Taliban"."""
    return _CONTENT[Symbol(evidence.symbol)].format(h=side_phrase(theatre, evidence.holder) if evidence.holder else "somebody")


def interest_words(evidence: Evidence) -> str:
    """Whose interest the statement serves, by the theatre's dated table of interests."""
    leaning = Leaning(evidence.leaning)
    if leaning is Leaning.NEUTRAL or evidence.symbol == Symbol.CONTESTS:
        return "no stake known"
    favours = Symbol(evidence.symbol) in _FAVOURS
    if leaning in (Leaning.OWN, Leaning.ENEMY):
        return "in its own interest" if favours is (leaning is Leaning.OWN) else "against its own interest"
    return "in a friend's interest" if favours is (leaning is Leaning.FRIENDLY) else "against a friend's interest"


def voice_side(evidence: Evidence, theatre: Theatre) -> str:
    """The side of the origin: a side's name, "independent", or "side unknown"."""
    if evidence.side in (INDEPENDENT, UNKNOWN, ""):
        return INDEPENDENT if evidence.side == INDEPENDENT else "side unknown"
    actor = next((a.name for a in theatre.lexicon.actors if a.id == evidence.side), "")
    return actor or side_name(theatre, evidence.side)


def chain_text(chain: tuple[str, ...]) -> str:
    """A chain from the publisher to the origin: "The Post → an agency → an official"."""
    return ARROW.join(chain) or "nobody named"


def bits_text(bits: float | None) -> str:
    """How far a testimony moved the status, signed; related evidence moved nothing."""
    if bits is None:
        return "moves nothing here"
    return "±0.0 bits" if abs(bits) < 0.05 else f"{bits:+.1f} bits".replace("-", "−")


def ours_words(c: ComparisonRow) -> str:
    """Our count or share beside a published figure, with its interval."""
    if c.ours is not None:
        return f"{c.ours} [{c.low}–{c.high}]"
    if c.our_share is None or c.our_share_low is None or c.our_share_high is None:
        return "not counted"
    return f"{100 * c.our_share:.0f} % [{100 * c.our_share_low:.0f}–{100 * c.our_share_high:.0f}] of the area"


def credibility_words(evidence: Evidence) -> str:
    """The number of the Admiralty scale that is proposed for what is said, and why."""
    return f"credibility {evidence.credibility} proposed ({evidence.credibility_why})"


@dataclass(frozen=True, slots=True)
class Telling:
    """A quotation as it is told: `again` in a later report; `same` where its sentence has been told already."""

    quote: Quote
    again: bool
    same: bool


def tellings(evidence: Evidence) -> tuple[Telling, ...]:
    """Quotations in the order heard, each report's sentence once; copies of a sentence are told by their source alone."""
    told: dict[str, set[str]] = {}
    sentences: set[str] = set()
    found: list[Telling] = []
    for quote in evidence.quotes:
        sentence = printable(quote.before + quote.text + quote.behind)
        here = told.setdefault(quote.report_id, set())
        same = sentence in sentences
        if sentence not in here and not (same and here):
            found.append(Telling(quote, bool(found), same))
        here.add(sentence)
        sentences.add(sentence)
    return tuple(found)


def source_words(telling: Telling, theatre: Theatre) -> str:
    """Where and when a quotation was published, when it counts as known, what must be said of it, and its archived copy."""
    quote = telling.quote
    lead = "the same words again in " if telling.same else "again in " if telling.again else ""
    withdrawn = "; since changed or withdrawn by its outlet" if quote.withdrawn else ""
    marks = f" [{'; '.join(quote.marks)}]" if quote.marks else ""
    known = instant_words(quote.known, theatre)
    return f"{lead}{quote.outlet or 'unnamed outlet'}, {quote.published}; known {known}{withdrawn}{archived_words(quote)}{marks}"


def archived_words(quote: Quote) -> str:
    """ "; archived 14 July 2021, SHA-256 9f86d081884c7d659a2f…", or why there is no copy to show; "" where nobody asked for it."""
    if quote.hash:
        return f"; archived {long_day(datetime.fromisoformat(quote.archived_at).date())}, SHA-256 {quote.hash[:20]}…"
    return f"; {quote.archive_note}" if quote.archive_note else ""


def framed(quote: Quote) -> tuple[str, str, str]:
    """What stands before the passage in its sentence, the passage, and what stands behind, cleaned; blanks between them as in the text."""
    before = printable(quote.before) + (" " if quote.before[-1:].isspace() else "")
    behind = (" " if quote.behind[:1].isspace() else "") + printable(quote.behind)
    return before, printable(quote.text), behind


def place_text(row: StatusRow | ChangeRow | SpellRow) -> str:
    """A place with the area around it: "Spin Boldak (district, Kandahar)"."""
    inside = ", ".join(x for x in (row.kind, row.parent) if x)
    return f"{row.name} ({inside})" if inside else row.name


def instant_words(utc: str, theatre: Theatre) -> str:
    """An instant written as UTC text, in the theatre's civil time with its offset."""
    return local_time(datetime.fromisoformat(utc), theatre)


def clocks_words(edition: Edition) -> str:
    """Both clocks in one line."""
    return f"As of {long_day(edition.as_of)} (end of day), as known by {local_time(edition.known_by, edition.theatre)}"


def counted(n: int, one: str, many: str = "") -> str:
    """ "1 report", "2 reports" """
    return f"{n} {one if n == 1 else many or one + 's'}"


def sources_words(sources: SourceCount) -> str:
    """What the statuses shown rest on, in one sentence."""
    said = f"{counted(sources.testimonies, 'testimony', 'testimonies')} of {counted(sources.origins, 'origin')}"
    return f"Sources: {said} in {counted(sources.reports, 'report')} by {counted(sources.outlets, 'outlet')}."


def roster_words(edition: Edition, tally: Tally) -> tuple[str, str]:
    """A tally's roster by name, and what it counts ("districts")."""
    roster = edition.theatre.roster(tally.roster_id)
    return (roster.name, roster.unit_noun) if roster else (tally.roster_id, "units")
