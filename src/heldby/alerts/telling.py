"""Alerts and messages in words and as JSON: everything in them is of the released edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heldby.alerts.memory import Entry
from heldby.model.ident import content_id
from heldby.model.when import utc_text
from heldby.publish.change_dates import dated
from heldby.publish.edition import ChangeRow, Edition, Evidence
from heldby.publish.plain import plain, printable
from heldby.publish.style import likelihood, side_name
from heldby.publish.wording import chain_text, clocks_words, place_text, stance_word

_QUOTED = 3  # voices that an alert quotes, and every denial beside them


def alert_of(rule: str, key: str, change: ChangeRow, edition: Edition) -> dict[str, Any]:
    """One change as an alert: what, how likely, on whose word, with the first words quoted."""
    row = edition.status(change.unit_id)
    again = " (retaken)" if change.recapture else ""
    before = change.before_name if change.before else "nobody named"
    said = [e for e in (row.evidence if row else ()) if e.quotes]
    chosen = [e for i, e in enumerate(said) if i < _QUOTED or e.denial]
    return {
        "kind": "change",
        "key": key,
        "rule": rule,
        "title": printable(f"{place_text(change)}: {before} to {change.after_name}{again}"),
        "change": plain(change),
        "likelihood": likelihood(change.probability),
        "when": dated(change),
        "status": printable(row.sentence) if row else "",
        "confidence": printable(row.confidence_sentence) if row else "",
        "origins": row.origins if row else None,
        "denials": row.denials if row else None,
        "quotes": [_quoted(e) for e in chosen],
        "marks": list(change.marks),
    }


def _quoted(e: Evidence) -> dict[str, Any]:
    quote = e.quotes[0]
    return {
        "stance": stance_word(e),
        "voice": printable(chain_text(e.chain)),
        "text": printable(quote.text),
        "outlet": printable(quote.outlet),
        "published": quote.published,
        "url": quote.url,
    }


def correction_of(rule: str, entry: Entry, edition: Edition, change: ChangeRow | None) -> dict[str, Any]:
    """What takes an alert back: by its key, with how the unit stands now."""
    row = edition.status(entry.unit_id)
    unit = edition.theatre.unit(entry.unit_id)
    name = change.name if change else row.name if row else unit.name if unit else entry.unit_id
    holder = side_name(edition.theatre, entry.after)
    why = (
        "the evidence known now no longer makes it likelier than not"
        if change is not None
        else "the evidence known now does not tell of it any more"
    )
    return {
        "kind": "correction",
        "key": content_id("alert", "correction", entry.key),
        "rule": rule,
        "corrects": entry.key,
        "title": printable(f"Correction: {name} passing to {holder} (told for {entry.first_day or 'an unknown day'}) is withdrawn"),
        "why": why,
        "unit_id": entry.unit_id,
        "after": entry.after,
        "first_day": entry.first_day,
        "status": printable(row.sentence) if row else "",
        "confidence": printable(row.confidence_sentence) if row else "",
        "marks": list(row.marks if row else edition.marks),
    }


def message_of(rule: str, alerts: Sequence[Mapping[str, Any]], edition: Edition) -> dict[str, Any]:
    """What is sent: one alert, or a digest of several; `key` is the same whenever the same alerts are sent."""
    keys = [str(a["key"]) for a in alerts]
    title = str(alerts[0]["title"]) if len(alerts) == 1 else printable(f"{len(alerts)} changes by the rule {rule}")
    return {
        "key": keys[0] if len(keys) == 1 else content_id("alert", "digest", *keys),
        "rule": rule,
        "title": title,
        "theatre": edition.theatre.id,
        "as_of": edition.as_of.isoformat(),
        "known_by": utc_text(edition.known_by),
        "clocks": clocks_words(edition),
        "edition": edition.digest,
        "release_notes": list(edition.release_notes),
        "alerts": [dict(a) for a in alerts],
    }


def message_text(message: Mapping[str, Any]) -> str:
    """A message for people, in plain text."""
    parts = [str(message["title"])] if len(message["alerts"]) > 1 else []
    parts += [_alert_text(a) for a in message["alerts"]]
    notes = "".join(f" Release: {n}." for n in message["release_notes"])
    foot = f"{message['clocks']}.{notes}\nRule: {message['rule']}. Key: {message['key']}. Edition {message['edition']}."
    return "\n\n".join((*parts, foot)) + "\n"


def _alert_text(alert: Mapping[str, Any]) -> str:
    lines = [str(alert["title"])]
    if alert["kind"] == "correction":
        lines.append(f"Withdrawn, for {alert['why']}. It takes back the alert {alert['corrects']}.")
    else:
        lines.append(f"{alert['when']}; {alert['likelihood']}; rests on: {alert['change']['support']}.")
    lines += [text for text in (alert["status"], alert["confidence"]) if text]
    lines += [f"{q['voice']} {q['stance']}: “{q['text']}” ({q['published']}) {q['url']}".rstrip() for q in alert.get("quotes", ())]
    if alert["marks"]:
        lines.append(f"[{'; '.join(alert['marks'])}]")
    return "\n".join(lines)
