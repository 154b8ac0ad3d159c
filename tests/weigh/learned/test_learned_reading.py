"""Reading a table of claims: strict, clear, all at once."""

from __future__ import annotations

import pytest

from heldby.errors import Faults, UsageError
from heldby.weigh.learned import COLUMNS, read_table

GOOD = ["harbour", "2021-05-02", "2021-05-03", "wire", "media", "", "captured", "south", "asserted", ""]


def row(**changed: str) -> list[str]:
    return [changed.get(c, v) for c, v in zip(COLUMNS, GOOD)]


def test_rows_become_arrays_with_names_sorted() -> None:
    table = read_table(
        "c.csv",
        COLUMNS,
        [
            row(),
            row(unit="bridge", source="command", kind="belligerent", side="north", relation="controls", holder="north", known=""),
            row(unit="bridge", source="wire", relation="contests", holder=""),
            row(source="wire", relation="captured", stance="denied", echo_of="radio"),
            row(relation="siege_lifted", holder=""),
        ],
    )
    assert table.units == ("bridge", "harbour")
    assert [s.name for s in table.sources] == ["command", "radio", "wire"]
    assert table.alphabet.holders == ("north", "south")
    assert table.unit.tolist() == [1, 0, 0, 1]
    assert table.symbol.tolist() == [4, 0, 2, 8]
    assert table.known[1] == table.day[1]
    assert table.echo.tolist() == [-1, -1, -1, 1]
    assert table.set_aside == 1


@pytest.mark.parametrize(
    ("relation", "stance", "symbol"),
    [
        ("captured", "asserted", 4),
        ("retook", "asserted", 4),
        ("controls", "asserted", 1),
        ("repelled", "asserted", 1),
        ("lost", "asserted", 6),
        ("withdrew", "asserted", 6),
        ("contests", "asserted", 2),
        ("captured", "denied", 8),
        ("controls", "denied", 8),
        ("contests", "denied", 9),
        ("lost", "denied", 1),
    ],
)
def test_every_relation_has_its_symbol(relation: str, stance: str, symbol: int) -> None:
    table = read_table("c.csv", COLUMNS, [row(relation=relation, stance=stance), row(holder="north")])
    assert table.symbol[0] == symbol


def test_every_fault_is_named_with_its_row_at_once() -> None:
    rows = [
        row(),
        row(date="2021-13-02"),
        row(relation="ate"),
        row(stance="mumbled"),
        row(kind="blog", source="other"),
        row(known="2021-05-01"),
        row(holder=""),
        row(unit=" "),
        row(kind="belligerent", source="command"),
        row(kind="map"),
        GOOD[:4],
    ]
    with pytest.raises(Faults) as caught:
        read_table("c.csv", COLUMNS, rows)
    text = str(caught.value)
    for line, word in ((3, "no date"), (4, "'ate'"), (5, "'mumbled'"), (6, "'blog'"), (7, "before date"), (8, "holder is empty")):
        assert any(f"row {line}:" in x and word in x for x in text.splitlines()), (line, word, text)
    for line, word in ((9, "unit is empty"), (10, "needs a side"), (11, "'map' here and 'media' before"), (12, "4 fields")):
        assert any(f"row {line}:" in x and word in x for x in text.splitlines()), (line, word, text)
    assert "row 2:" not in text


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Faults, match="'stance' is missing"):
        read_table("c.csv", [c for c in COLUMNS if c != "stance"], [])


def test_no_row_is_an_error_of_the_call() -> None:
    with pytest.raises(UsageError, match="no row"):
        read_table("c.csv", COLUMNS, [])


def test_columns_may_come_in_any_order_and_optional_ones_may_be_missing() -> None:
    header = ["stance", "holder", "relation", "kind", "source", "date", "unit"]
    table = read_table("c.csv", header, [["asserted", "south", "captured", "media", "wire", "2021-05-02", "harbour"]])
    assert len(table) == 1
    assert table.echo.tolist() == [-1]
