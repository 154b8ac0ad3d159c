"""What a caller may say about sources, beyond what they say themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from heldby.model.when import Published


@dataclass(frozen=True, slots=True)
class GatherOptions:
    """`outlet`, `published` and `url` fill what a source does not say; they never overrule it
    (save that an `outlet` given stands before a page's name for its site).

    `max_report_bytes` bounds one report, as bytes of its file, page or text. `zones` maps names of outlets to offsets ("+04:30"), for dates
    without a zone. `now` (aware) is the instant of gathering: what says it was published later is quarantined. `reconstructions` names
    invented outlets, whose reports are marked. `allow_addresses` are "host:port" pairs that a fetch may reach beside public addresses.
    `wanted` tells of a page's text whether it could hold a claim (see `gather.sifting`); None: every page is parsed. With `sift` it is asked of
    pages that are files as well (in a folder, a zip archive, a shard); a page that the user names itself is always parsed.
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
    wanted: Callable[[str, bool], bool] | None = None
    sift: bool = False
    timeout: float = 20.0
    deadline: float = 60.0

    def zone(self, outlet: str) -> timezone:
        """The zone of an outlet's dates: UTC if the outlet is unknown."""
        offset = self.zones.get(outlet) or _folded(self.zones).get(outlet.casefold(), "+00:00")
        sign = -1 if offset.startswith("-") else 1
        hours, minutes = offset.lstrip("+-").split(":")
        return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))

    def invented(self, outlet: str) -> bool:
        """Whether reports of this outlet are reconstructions."""
        return outlet in self.reconstructions or outlet.casefold() in _folded_names(self.reconstructions)


_LAST: list[tuple[Mapping[str, str], dict[str, str]]] = []  # the mapping folded last: one run has one, and asks it for every report


def _folded(zones: Mapping[str, str]) -> dict[str, str]:
    """Offsets by names in small letters."""
    for known, folded in _LAST:
        if known is zones:
            return folded
    folded = {name.casefold(): zones[name] for name in sorted(zones, reverse=True)}
    _LAST[:] = [(zones, folded)]
    return folded


@lru_cache(maxsize=4)
def _folded_names(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)
