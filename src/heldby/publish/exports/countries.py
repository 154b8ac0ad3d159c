"""Codes of countries (ISO 3166-1), which every format writes differently."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Country:
    """A country's codes and English name; all "" where it is none of the list."""

    alpha3: str = ""
    numeric: str = ""
    name: str = ""


def country(alpha2: str) -> Country:
    return _countries().get(alpha2, Country())


@cache
def _countries() -> Mapping[str, Country]:
    text = (files("heldby.publish.exports") / "iso3166.csv").read_text(encoding="utf-8")
    return {row["alpha2"]: Country(row["alpha3"], row["numeric"], row["name"]) for row in csv.DictReader(text.splitlines())}
