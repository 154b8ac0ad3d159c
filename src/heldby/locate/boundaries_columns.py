"""Which column of somebody's district file says what: the levels, names and codes of the formats in use.

OCHA COD-AB, new (`adm2_name`, `adm2_pcode`) and old (`ADM2_EN`, `ADM2_PCODE`, `ADM2ALT1EN`), GADM (`NAME_2`, `VARNAME_2`, `GID_2`, `HASC_2`),
geoBoundaries (`shapeName`, `shapeID`), and the plain words people use (`district`, `province`, `name`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Polygon = tuple[tuple[tuple[float, float], ...], ...]  # rings of (lon, lat), the outer one first

_COD_NAME = re.compile(r"adm(\d)_?(?:name\d?|ref(?:_name)?|alt\d?[a-z]*|[a-z]{2,3}\d?|alt\d?_?[a-z]{2,3})")
_COD_CODE = re.compile(r"adm(\d)_?(?:p?code|id)")
_GADM_NAME = re.compile(r"(?:var|nl_)?name_(\d)")
_GADM_CODE = re.compile(r"(?:gid|hasc|cc)_(\d)")
_OWN_NAMES = ("district", "district_name", "dist_name", "distname", "dist_en", "shapename", "unit_name", "name_en", "name")
_OWN_CODES = ("unit_id", "pcode", "code", "dist_code", "shapeid", "hasc", "id", "wof_id")
_PARENTS = ("province", "province_name", "prov_name", "prov_en", "provname", "region", "governorate", "oblast", "state", "parent")
_BRACKETS = re.compile(r"([^()]*)\(([^()]*)\)\s*")
_SPLIT = re.compile(r"[|;,]")
PLAIN_LEVEL = 2  # what plain columns speak of: a district; its parent is one above


@dataclass(frozen=True, slots=True)
class Feature:
    """One shape of a file: `names` (best first), `parents` (nearest area first, each with its spellings), `codes`, and its polygons."""

    names: tuple[str, ...]
    parents: tuple[tuple[str, ...], ...]
    codes: tuple[str, ...]
    polygons: tuple[Polygon, ...]

    @property
    def name(self) -> str:
        return self.names[0] if self.names else (self.codes[0] if self.codes else "")

    @property
    def parent(self) -> str:
        return self.parents[0][0] if self.parents else ""


def feature_of(properties: Mapping[str, object], polygons: tuple[Polygon, ...]) -> Feature:
    """A feature by its columns, whose names are compared without case; the deepest level that has a name is the feature's own."""
    columns = {str(key).casefold(): _text(value) for key, value in properties.items()}
    filled = {key: text for key, text in columns.items() if text}
    names: dict[int, list[str]] = {}
    codes: dict[int, list[str]] = {}
    for key in sorted(filled, key=_first_choice):
        for pattern, store in ((_COD_CODE, codes), (_GADM_CODE, codes), (_COD_NAME, names), (_GADM_NAME, names)):
            if found := pattern.fullmatch(key):
                store.setdefault(int(found.group(1)), []).extend(_spellings(key, filled[key]))
                break
    if not names:
        names[PLAIN_LEVEL] = [filled[key] for key in _OWN_NAMES if key in filled]
        names[PLAIN_LEVEL - 1] = [filled[key] for key in _PARENTS if key in filled][:1]
    own = max((level for level, texts in names.items() if texts), default=PLAIN_LEVEL)
    own_codes = codes.get(own, []) + [filled[key] for key in _OWN_CODES if key in filled]
    parents = tuple(_unique(names[level]) for level in sorted(names, reverse=True) if 0 < level < own and names[level])
    return Feature(_with_parts(_unique(names.get(own, []))), parents, _unique(own_codes), polygons)


def _first_choice(key: str) -> tuple[bool, bool, str]:
    """Latin names before other scripts' columns, main names before alternates."""
    return ("alt" in key or "ref" in key or "var" in key), not (key.endswith(("name", "en")) or "name_" in key), key


def _spellings(key: str, text: str) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text) if part.strip()] if "var" in key or "alt" in key else [text]


def _with_parts(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, and behind them what stands before and inside brackets: "Siagird (Ghorband)" is known by either."""
    parts = [part.strip(" -") for name in names if (found := _BRACKETS.fullmatch(name)) for part in found.groups()]
    return _unique([*names, *(part for part in parts if len(part) > 2)])


def _text(value: object) -> str:
    if value is None or isinstance(value, bool) or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split())
    return "" if text.casefold() in ("na", "nan", "null", "none", "n/a") else text


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
