"""The feed of alerts: Atom 1.0 (RFC 4287), one entry a message, corrections among them, latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from heldby.alerts.telling import message_text
from heldby.publish.markup import el, shape

MOST = 200  # messages that the feed keeps


def alerts_atom(messages: Sequence[Mapping[str, Any]], theatre_id: str) -> str:
    """`messages` (latest last) as an Atom document. An entry's id is its message's key, so that a reader knows it again."""
    latest = list(reversed(messages))
    parts = [
        el("title", f"heldby alerts: {theatre_id}"),
        el("id", f"urn:heldby:alerts:{theatre_id}"),
        el("updated", max((str(m["known_by"]) for m in latest), default="1970-01-01T00:00:00Z")),
        el("author", el("name", "heldby")),
        *(
            el(
                "entry",
                el("title", str(m["title"])),
                el("id", f"urn:heldby:{m['key']}"),
                el("updated", str(m["known_by"])),
                shape("category", term=str(m["rule"])),
                el("content", message_text(m), type="text"),
            )
            for m in latest
        ),
    ]
    return f'<?xml version="1.0" encoding="utf-8"?>\n{el("feed", *parts, xmlns="http://www.w3.org/2005/Atom")}\n'
