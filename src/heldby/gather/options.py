"""What a caller may say about sources, beyond what they say themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from heldby.model.when import Published


@dataclass(frozen=True, slots=True)
class GatherOptions:
    """`outlet`, `published` and `url` fill what a source does not say; they never overrule it
    (save that an `outlet` given stands before a page's name for its site).

    `max_report_bytes` bounds one report, as bytes of its file, page or text. `zones` maps names of outlets to offsets ("+04:30"), for dates
    without a zone. `now` (aware) is the instant of gathering: what says it was published later is quarantined. `reconstructions` names
    invented outlets, whose reports are marked. `allow_addresses` are "host:port" pairs that a fetch may reach beside public addresses.
    `timeout` bounds one wait on a network connection, `deadline` a whole fetch, both in seconds.
    """

    outlet: str = ""
    published: Published | None = None
    url: str = ""
    max_report_bytes: int = 2_000_000
    zones: Mapping[str, str] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    reconstructions: frozenset[str] = frozenset()
    allow_addresses: tuple[str, ...] = ()
    timeout: float = 20.0
    deadline: float = 60.0

    def zone(self, outlet: str) -> timezone:
        """The zone of an outlet's dates: UTC if the outlet is unknown."""
        offset = self.zones.get(outlet) or self._folded_zones().get(outlet.casefold(), "+00:00")
        sign = -1 if offset.startswith("-") else 1
        hours, minutes = offset.lstrip("+-").split(":")
        return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))

    def invented(self, outlet: str) -> bool:
        """Whether reports of this outlet are reconstructions."""
        return outlet in self.reconstructions or outlet.casefold() in {name.casefold() for name in self.reconstructions}

    def _folded_zones(self) -> dict[str, str]:
        return {name.casefold(): self.zones[name] for name in sorted(self.zones, reverse=True)}
