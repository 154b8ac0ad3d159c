"""A gazetteer that remembers its answers for the length of one report, in which the same few names are asked for again and again."""

from __future__ import annotations

from heldby.model.place import Candidate, Unit
from heldby.model.theatre import Gazetteer, NameHit


class Remembered:
    """Implements `heldby.model.theatre.Gazetteer` over another one."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._ids: dict[str, tuple[str, ...]] = {}
        self._units: dict[str, Unit | None] = {}
        self._areas: dict[str, tuple[str, ...]] = {}
        self._similar: dict[tuple[str, tuple[str, ...]], tuple[Candidate, ...]] = {}

    @property
    def version(self) -> str:
        return self._gazetteer.version

    def find(self, text: str) -> tuple[NameHit, ...]:
        return self._gazetteer.find(text)

    def lookup(self, name: str) -> tuple[str, ...]:
        if name not in self._ids:
            self._ids[name] = self._gazetteer.lookup(name)
        return self._ids[name]

    def names_country(self, name: str) -> bool:
        return self._gazetteer.names_country(name)

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        if (name, within) not in self._similar:
            self._similar[name, within] = self._gazetteer.similar(name, within)
        return self._similar[name, within]

    def unit(self, unit_id: str) -> Unit | None:
        if unit_id not in self._units:
            self._units[unit_id] = self._gazetteer.unit(unit_id)
        return self._units[unit_id]

    def areas(self, unit_id: str) -> tuple[str, ...]:
        if unit_id not in self._areas:
            self._areas[unit_id] = self._gazetteer.areas(unit_id)
        return self._areas[unit_id]

    def seat(self, area: str) -> str | None:
        """Id of the chief town of an area, where the gazetteer underneath knows such things."""
        told = getattr(self._gazetteer, "seat", None)
        return told(area) if told else None
