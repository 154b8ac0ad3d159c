"""Nouns that type a place, and what each asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from heldby.model.place import PlaceKind, Scope, Unit


class Role(StrEnum):
    """How a noun leads from a name to a unit."""

    OWN = "own"  # the named place itself is of this kind: "Sangin district"
    CAPITAL = "capital"  # the chief town of the named area: "the capital of Helmand"
    CENTRE = "centre"  # the seat of the named district: "Sangin district centre"
    MIDDLE = "middle"  # the seat of a district, a part of a city: "the centre of X"
    CROSSING = "crossing"
    ROAD = "road"
    SITE = "site"  # a facility that belongs to the named place: "Herat airport", "the prison"
    PART = "part"  # a part of the named place, never the place itself: "the outskirts of X"
    LAND = "land"  # a natural or loose area that may bear the name itself: "Panjshir valley", "the Kholan area"
    EDGE = "edge"  # "the border"


@dataclass(frozen=True, slots=True)
class Noun:
    """`kind` is what the place is shown as; `asks` the unit kinds that answer to the noun, first choice first."""

    text: str
    role: Role
    kind: PlaceKind
    asks: tuple[PlaceKind, ...]


_K = PlaceKind
_TABLE: tuple[tuple[Role, PlaceKind, tuple[PlaceKind, ...], str], ...] = (
    (Role.OWN, _K.CITY, (_K.CITY, _K.TOWN), "city|cities|metropolis|port city"),
    (
        Role.OWN,
        _K.TOWN,
        (_K.TOWN, _K.CITY, _K.VILLAGE),
        "town|township|settlement|municipality|hub|port town|market town|townlet|conurbation",
    ),
    (Role.OWN, _K.TOWN, (_K.CROSSING, _K.TOWN, _K.CITY, _K.VILLAGE), "border town"),
    (Role.OWN, _K.REGION, (), "stronghold|bastion|heartland|hometown"),
    (Role.OWN, _K.VILLAGE, (_K.VILLAGE, _K.TOWN), "village|hamlet|farmstead|homestead"),
    (
        Role.OWN,
        _K.DISTRICT,
        (_K.DISTRICT,),
        "district|county|raion|woreda|subdistrict|sub-district|department|commune|cercle|directorate|tehsil|taluka|kebele|arrondissement|subprefecture"
        "|sub-prefecture|sub-county|nahiya|rayon|hromada|payam|canton|regency",
    ),
    (Role.OWN, _K.PROVINCE, (_K.PROVINCE,), "province|oblast|governorate|prefecture|regional state|wilayat|wilaya|autonomous region"),
    (Role.OWN, _K.PROVINCE, (_K.PROVINCE, _K.REGION), "state|region"),
    (Role.OWN, _K.COUNTRY, (_K.COUNTRY,), "country|countries|nation"),
    (
        Role.CAPITAL,
        _K.CITY,
        (_K.CITY, _K.TOWN),
        "capital|capital city|provincial capital|regional capital|state capital|provincial centre|provincial center",
    ),
    (
        Role.CENTRE,
        _K.TOWN,
        (_K.TOWN, _K.CITY),
        "district centre|district center|district capital|district headquarters|district seat|administrative centre|administrative center"
        "|district office|district compound|district building|district complex|district governor's office|district governor's compound",
    ),
    (Role.MIDDLE, _K.REGION, (), "centre|center|city centre|city center|town centre|town center|downtown"),
    (
        Role.CROSSING,
        _K.CROSSING,
        (_K.CROSSING,),
        "crossing|border crossing|crossing point|border point|border gate|gate|border post|dry port|port of entry|border terminal|frontier post"
        "|frontier crossing|border station|frontier station|frontier town",
    ),
    (
        Role.ROAD,
        _K.ROAD,
        (_K.ROAD,),
        "road|highway|motorway|route|supply route|corridor|pass|supply line|tunnel|ring road|bypass|junction|expressway|carriageway|roundabout"
        "|intersection|interchange|overpass|flyover|underpass|viaduct|causeway|track|trail|axis|artery|railway|rail line|railway line|thoroughfare"
        "|crossroads",
    ),
    (
        Role.SITE,
        _K.BASE,
        (_K.BASE,),
        "base|airbase|air base|airfield|airport|outpost|checkpoint|post|guard post|camp|barracks|garrison|headquarters|hq|compound|palace|prison|jail"
        "|dam|plant|power plant|power station|refinery|factory|port|harbour|harbor|seaport|station|police station|police headquarters|police hq|barrage"
        "|bridge|citadel|castle|fort|fortress|hospital|university|parliament|office|customs|customs office|customs house|customs post|position"
        "|facility|facilities|building|ministry|steelworks|mill|depot|warehouse|mine|bank|central bank|embassy|embassies|consulate|mosque"
        "|cathedral|monastery|school|hotel|governor's office|governor's house|governor's compound|governor's mansion|terminal|complex|silo|battalion"
        "|airstrip|landing strip|runway|hangar|control tower|tower|heliport|helipad|tarmac|shipyard|dockyard|docks|wharf|pier|quay|jetty|marina|weir|reservoir"
        "|waterworks|substation|radar site|oil terminal|armoury|armory|arsenal|grain elevator|brickworks|foundry|colliery|quarry|residence|mansion|guest house"
        "|treasury|post office|telephone exchange|transmitter|radio mast|precinct|penitentiary|penal colony|cantonment|encampment|bunker|pillbox|redoubt"
        "|strongpoint|strong point|fortification|trench|dugout|firebase|watchtower|guardhouse|roadblock|barricade|town hall|city hall|municipal hall|hall"
        "|courthouse|clinic|health centre|health center|college|campus|dormitory|hostel|mall|theatre|museum|library|stadium|academy|church|convent|seminary"
        "|temple|pagoda|synagogue|shrine|farm|dairy|bakery|railyard|marshalling yard|footbridge|training camp|gendarmerie|thana|perimeter|fence|tower block"
        "|security directorate|broadcaster|state television|defences|defenses|earthworks|market stall"
        "|brigade headquarters|corps headquarters|corps|command|training centre|training center|military centre|military center|market hall|installation",
    ),
    (
        Role.PART,
        _K.REGION,
        (),
        "old city|old town|places|neighbourhood|neighborhood|quarter|suburb|outskirts|bazaar|market|square|street|industrial area|side|bank|edge"
        "|entrance|police district|sector|block|ward|borough|barangay|old quarter|medina|souk|marketplace|industrial zone|industrial estate"
        "|industrial park|micro-district|microdistrict|housing estate|slum|shanty town|cemetery|graveyard|park|corner|exit|approach|poblacion"
        "|city proper|riverbank|waterfront|seafront"
        "|enclave|countryside|western part|eastern part|northern part|southern part|part|parts",
    ),
    (
        Role.LAND,
        _K.REGION,
        (_K.REGION, _K.PROVINCE, _K.DISTRICT, _K.TOWN, _K.VILLAGE, _K.CITY),
        "area|territory|territories",
    ),
    (
        Role.LAND,
        _K.REGION,
        (_K.REGION,),
        "valley|mountain|mountains|heights|hill|hills|island|peninsula|zone|exclusion zone|security zone|pocket|salient|plain|desert|forest|oil field"
        "|oilfield|gas field|coast|strip|peak|ridge|lake|gorge|basin|delta|north|south|east|west|interior|mountain peak|foothill"
        "|slope|hilltop|summit|high ground|highland|lowland|escarpment|plateau|steppe|marsh|swamp|jungle|woodland|canal|headland|spit|islet|archipelago|atoll"
        "|shoal|reef|mountain range|massif|buffer zone|salt mine|wadi|oasis|ravine|canyon|cave|lagoon|estuary|slag heap|waste heap|landfill|plantation",
    ),
    (Role.EDGE, _K.REGION, (_K.CROSSING,), "border|frontier"),
)


def _plural(word: str) -> str:
    if word.endswith(("y", "ies")):
        return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word
    return word if word.endswith("s") else word + "s"


NOUNS: Mapping[str, Noun] = {
    form: Noun(word, role, kind, asks) for role, kind, asks, words in _TABLE for word in words.split("|") for form in (word, _plural(word))
}
NOUN_PATTERN = "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(NOUNS, key=lambda w: (-len(w), w))) + ")"


def noun(text: str) -> Noun | None:
    """The noun written so ("Districts", "police  headquarters"), else None; of a phrase, the noun it ends with."""
    words = text.casefold().replace("’", "'").split()
    for start in range(len(words)):
        if found := NOUNS.get(" ".join(words[start:])):
            return found
    return None


def answers(unit: Unit, asked: Noun) -> bool:
    """Whether a unit of this kind may be what the noun asks for. A district's seat is no place of its own beside a bare "district"."""
    if asked.role is Role.CENTRE:
        return unit.scope is Scope.CENTRE or unit.kind is PlaceKind.CITY
    if unit.kind is PlaceKind.PROVINCE and asked.kind is PlaceKind.DISTRICT:
        return asked.text in unit.name.casefold()  # first-level divisions that are called districts or departments
    return not asked.asks or unit.kind in asked.asks
