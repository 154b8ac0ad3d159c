"""A small sound theatre, which tests write to a folder and break; and the built-in ones, loaded once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from heldby.errors import Faults
from heldby.model.theatre import Theatre
from heldby.theatres import load_theatre

FILES = {
    "theatre.toml": (
        'id = "valley"\nname = "The valley"\nextends = "none"\ncountries = ["AF"]\nutc_offset = "+04:30"\ndefault_roster = "all"\n'
        'cells_note = "nearest-centre cells"\n[period]\nfrom = 2021-05-01\nto = 2021-12-31\n'
        '[[roster]]\nid = "all"\nname = "all two"\nsource = "the test"\n[admission]\nnotes = ["a note"]\n'
    ),
    "units.csv": (
        "unit_id,kind,scope,name,parent,country,lat,lon,capital_of,note\n"
        "iso:AF,country,whole,Afghanistan,,AF,33.00,66.00,,\n"
        "af:one,province,whole,One,iso:AF,AF,34.00,66.00,,\n"
        "af:one:east,district,whole,East Bank,af:one,AF,34.10,66.20,,\n"
        "af:one:east:centre,town,centre,East Bank district centre,af:one:east,AF,34.11,66.21,,\n"
        "af:one:west,district,whole,West Bank,af:one,AF,34.10,65.80,,\n"
        "af:one:city,city,whole,Onetown,af:one:west,AF,34.05,65.90,af:one,\n"
    ),
    "names.csv": "unit_id,name,lang,note\naf:one:east,Sharqi,translit,\naf:one:west,Gharbi,translit,\naf:one:west,Field,en,only with a kind word\n",
    "rosters.csv": "unit_id,name,all\naf:one:east,East Bank,1\naf:one:west,West Bank,1\n",
    "crosswalk.csv": "from_set,from_name,from_unit,to_set,to_unit,kind,note\n",
    "links.csv": "unit_id,linked_id,kind,moves,reason\naf:one:east:centre,af:one:east,centre-of,yes,whoever has the centre counts as holder\n",
    "areas.csv": "unit_id,area_id,note\n",
    "measures.csv": "unit_id,area_km2,population,note\naf:one:east,12.5,900,\naf:one:west,40,,no count of people\n",
    "actors.toml": (
        '[[side]]\nid = "red"\nname = "Red"\nletter = "R"\n[[side]]\nid = "blue"\nname = "Blue"\nletter = "B"\n'
        '[states]\ngeneric = ["army"]\ngeneric_adjectives = ["government"]\n'
        '[[actor]]\nid = "red"\nside = "red"\nname = "Reds"\nkind = "armed-group"\naliases = ["Red Front"]\n'
        '[[actor]]\nid = "blue"\nside = "blue"\nname = "Blues"\nkind = "state"\nhome = "AF"\noffice = { to = 2021-08-15 }\n'
    ),
    "outlets.toml": (
        '[[outlet]]\nid = "wire"\nname = "Valley Wire"\nkind = "agency"\naliases = ["VW"]\n'
        '[[outlet]]\nid = "voice"\nname = "Red Voice"\nkind = "party-media"\nside = "red"\n'
    ),
    "interest.toml": '[[interest]]\nside = "red"\nactor = "blue"\nleaning = "enemy"\nreason = "at war"\n',
}


def write_theatre(tmp_path: Path, **changed: str) -> Path:
    """Write the small theatre into a folder of own theatres, with files replaced by the keyword arguments; returns that folder."""
    home = tmp_path / "own" / "valley"
    home.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (home / name).write_text(changed.get(name.replace(".", "_"), text), encoding="utf-8")
    return home.parent


def small(tmp_path: Path, **changed: str) -> Theatre:
    return load_theatre("valley", write_theatre(tmp_path, **changed))


def faults_of(tmp_path: Path, **changed: str) -> list[str]:
    """The faults that loading the small theatre with changed files reports, as lines."""
    with pytest.raises(Faults) as caught:
        small(tmp_path, **changed)
    return [str(f) for f in caught.value.faults]


@cache
def built_in(name: str) -> Theatre:
    return load_theatre(name)
