"""Content ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heldby.model.ident import canonical_json, content_id
from heldby.model.report import Report
from heldby.model.when import Published


def test_key_order_does_not_matter_and_content_does() -> None:
    assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}' == canonical_json({"a": "é", "b": 1})
    assert content_id("x", "a", 1) == content_id("x", "a", 1) != content_id("x", "a", "1")


def test_not_a_number_has_no_id() -> None:
    with pytest.raises(ValueError):
        content_id("x", float("nan"))


def test_a_report_is_what_was_published_not_when_it_was_fetched() -> None:
    published = Published.parse("2021-07-14")
    one = Report.of("The crossing is quiet.", outlet="A", published=published, fetched=datetime(2021, 7, 14, tzinfo=UTC))
    other = Report.of(
        "The crossing is quiet.", outlet="A", published=published, fetched=datetime(2022, 1, 1, tzinfo=UTC), origin="elsewhere.txt"
    )
    assert one.id == other.id != Report.of("The crossing is quiet!", outlet="A", published=published).id


def test_broken_text_has_an_id_too() -> None:
    assert Report.of("half a character \ud800").id.startswith("r-")
