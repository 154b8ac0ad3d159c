"""Every model value survives the way to plain JSON and back; whatever does not fit is refused."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heldby.ledger.clocks import ReadPayload, Sighting
from heldby.ledger.codec import CodecError, from_plain, to_plain
from heldby.ledger.port import Provenance
from heldby.model import claim, place, report, rulebook, status, when, who
from heldby.model.claim import Claim, Modality, Polarity, Reading, Relation
from heldby.model.ident import canonical_json, digest
from heldby.model.place import Place
from heldby.model.report import Gap, GapKind, Mark, Passage, Report, Retraction
from heldby.model.when import Published, When, day
from heldby.model.who import Voice, VoiceKind

MODULES = (claim, place, report, rulebook, status, when, who)
KINDS = sorted(
    {kind for module in MODULES for kind in vars(module).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)}
    - {status.Daily},  # worked out anew each time, and kept nowhere
    key=lambda kind: kind.__name__,
)

zones = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
aware = st.datetimes(datetime(1900, 1, 2), datetime(2199, 1, 1), timezones=zones).map(lambda d: d.replace(fold=0))  # noqa: DTZ001
naive = st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)).map(lambda d: d.replace(fold=0))  # noqa: DTZ001
texts = st.text(st.characters(), max_size=8)  # lone surrogates too
whens = st.builds(
    lambda a, b, precision, approximate, uncertain: When(min(a, b), max(a, b), precision, approximate, uncertain),
    naive, naive, st.sampled_from(when.Precision), st.booleans(), st.booleans(),
)  # fmt: skip


def small(kind: Any) -> st.SearchStrategy[Any]:
    return st.from_type(kind)


st.register_type_strategy(When, whens)
st.register_type_strategy(datetime, aware)
st.register_type_strategy(str, texts)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def through_json(plain: object) -> Any:
    return json.loads(canonical_json(plain).encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass"))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*KINDS, ReadPayload, Sighting, Provenance], ids=lambda kind: kind.__name__)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_there_and_back(kind: type[Any], data: st.DataObject) -> None:
    value = data.draw(small(kind))
    plain = to_plain(value)
    back = from_plain(kind, through_json(plain))
    assert back == value
    assert repr(back) == repr(value)
    assert digest(to_plain(back)) == digest(plain)


def test_all_of_the_model_that_is_kept_is_covered() -> None:
    assert {Report, Claim, Reading, Gap, Retraction, Published, Place, Voice, status.Located, status.Testimony} <= set(KINDS)


CLAIM = Claim(
    "r-1",
    Passage("r-1", 3, 9, "Oldford"),
    Relation.RETOOK,
    "the army",
    "army",
    (Place("Oldford", 3, 9, unit_id="x:oldford", parent_names=("Riverside",)),),
    (Voice("Courier", VoiceKind.OUTLET),),
    "army",
    polarity=Polarity.DENIED,
    modality=Modality.POSSIBLE,
    when=day(date(2021, 7, 14)),
)
WRITTEN = (
    '{"actor":"army","actor_text":"the army","chain":[{"kind":"outlet","text":"Courier"}],"modality":"possible",'
    '"passage":{"end":9,"quote":"Oldford","report_id":"r-1","start":3},'
    '"places":[{"end":9,"parent_names":["Riverside"],"start":3,"text":"Oldford","unit_id":"x:oldford"}],"polarity":"denied",'
    '"relation":"retook","report_id":"r-1","speaker_side":"army",'
    '"when":{"end":"2021-07-15T00:00:00","precision":"day","start":"2021-07-14T00:00:00"}}'
)


def test_the_written_form_stays() -> None:
    """A ledger of today must be read by every later release: if this fails, the format number must rise and old ledgers be migrated."""
    assert canonical_json(to_plain(CLAIM)) == WRITTEN
    assert from_plain(Claim, json.loads(WRITTEN)) == CLAIM


def test_an_instant_keeps_its_zone() -> None:
    published = Published("x", datetime(2021, 7, 14, 4, 30, tzinfo=timezone(timedelta(hours=4, minutes=30))), date(2021, 7, 14), True)
    assert from_plain(Published, through_json(to_plain(published))).known.utcoffset() == timedelta(hours=4, minutes=30)


class Autumn(tzinfo):
    """A zone in its repeated hour: two hours ahead the first time, one the second."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        return timedelta(hours=1 if dt is not None and dt.fold else 2)

    def dst(self, dt: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:
        return "autumn"


def test_an_instant_of_a_repeated_hour_stays_that_instant() -> None:
    """The offset is written, so the second passing of an hour needs no mark of its own; it comes back with a fixed offset and none."""
    for fold, hour in ((0, 0), (1, 1)):
        seen = Sighting("r-1", datetime(2021, 10, 31, 2, 30, tzinfo=Autumn(), fold=fold), datetime(2021, 11, 1, tzinfo=UTC))
        back = from_plain(Sighting, through_json(to_plain(seen))).seen
        assert back.astimezone(UTC) == datetime(2021, 10, 31, hour, 30, tzinfo=UTC)
        assert back.fold == 0


GAP: dict[str, Any] = {"kind": "empty", "subject": "a.txt", "cause": "empty"}


@pytest.mark.parametrize(
    ("plain", "told"),
    [
        ({**GAP, "colour": "red"}, "no field colour"),
        ({"kind": "empty", "subject": "a.txt"}, "lacks cause"),
        ({**GAP, "kind": "unheard-of"}, "kind: 'unheard-of' is no GapKind"),
        ({**GAP, "start": "3"}, "start: expected int, found str"),
        ({**GAP, "start": True}, "start: expected int, found bool"),
        ({**GAP, "start": 3.0}, "start: expected int, found float"),
        ({**GAP, "subject": None}, "subject: expected str, found NoneType"),
        ([], "expected an object"),
        ("gap", "expected an object"),
    ],
)
def test_what_does_not_fit_is_refused(plain: Any, told: str) -> None:
    with pytest.raises(CodecError, match=told):
        from_plain(Gap, plain)


def test_the_way_to_a_fault_is_named() -> None:
    plain = json.loads(WRITTEN)
    plain["places"][0]["start"] = "three"
    with pytest.raises(CodecError, match="places: 0: start: expected int, found str"):
        from_plain(Claim, plain)
    plain = json.loads(WRITTEN)
    plain["when"]["start"] = "2021-07-20T00:00:00"
    with pytest.raises(CodecError, match="when: no When: event time ends before it starts"):
        from_plain(Claim, plain)
    plain["when"]["start"] = "yesterday"
    with pytest.raises(CodecError, match=r"when: start: .*yesterday"):
        from_plain(Claim, plain)


def test_a_value_that_lies_about_its_type_is_not_written() -> None:
    with pytest.raises(CodecError, match="cause: expected str, found int"):
        to_plain(Gap(GapKind.EMPTY, "a.txt", 3))  # type: ignore[arg-type]
    with pytest.raises(CodecError, match="marks: 0: expected Mark, found str"):
        to_plain(Report("r-1", "x", "y", marks=("synthetic",)))  # type: ignore[arg-type]
    with pytest.raises(CodecError, match="hedged: expected bool, found int"):
        to_plain(dataclasses.replace(CLAIM, hedged=0))  # type: ignore[arg-type]
    with pytest.raises(CodecError, match="no way to write"):
        to_plain(object())


def test_marks_and_tuples_come_back_as_themselves() -> None:
    kept = Report.of("text", marks=(Mark.BROKEN_TEXT,), fetched=datetime(2021, 7, 14, tzinfo=UTC))
    back = from_plain(Report, through_json(to_plain(kept)))
    assert type(back.marks) is tuple
    assert back.marks[0] is Mark.BROKEN_TEXT
