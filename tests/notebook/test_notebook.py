"""heldby from Python: what answers show in a notebook, what their data frames hold, and the tutorial from its first cell to its last."""

from __future__ import annotations

import ast
import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import heldby
from conftest import ROOT
from heldby.errors import HeldbyError, UsageError
from heldby.flow.demo import demo_desk
from heldby.publish.exports import FIELDS

pytest.importorskip("shapely")
DAY = "2021-07-14"


@pytest.fixture(scope="module")
def ledger(demo_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> heldby.Ledger:
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copy(demo_ledger, folder / "demo.db")
    return heldby.demo_ledger(folder)


def shown(thing: Any) -> str:
    """What a notebook shows of a value. Raises AssertionError where it would run or fetch anything."""
    html = str(thing._repr_html_())
    assert not re.search(r"<(?:script|link|style|iframe|a)\b", html, re.IGNORECASE), html[:300]
    for tag in re.findall(r"<[^>]*>", html):
        assert not re.search(r"\son\w+=|(?:src|href)=\"(?!data:image/svg)", tag, re.IGNORECASE), tag
    return html


def test_a_status_shows_its_sentence_its_voices_and_their_words(ledger: heldby.Ledger) -> None:
    noon = ledger.status("Spin Boldak crossing", DAY, f"{DAY}T12:00")
    status = ledger.status("Spin Boldak crossing", date(2021, 7, 14), f"{DAY}T18:00")
    assert (noon.support, status.support) != ("disputed", "reported")
    html = shown(status)
    assert status.support == "disputed"
    assert status.sentence in html
    assert ", denies" in html
    assert all(q.text.split()[0] in html for e in status.evidence for q in e.quotes[:1])
    assert status.edition.digest[:16] in html
    assert repr(status).startswith("<Status af:crossing:spin-boldak: ")


def test_statuses_can_be_filtered_and_asked_for(ledger: heldby.Ledger) -> None:
    held = ledger.statuses(DAY, kind="crossing", holder=["taliban"])
    assert len(held) == len(list(held)) > 0
    assert {s.holder for s in held} == {"taliban"}
    assert held["af:crossing:spin-boldak"].probability > 0.5
    with pytest.raises(KeyError):
        held["af:nowhere"]
    assert "Spin Boldak crossing" in shown(held)


def test_a_tally_adds_up_and_shows_how_it_changed(ledger: heldby.Ledger) -> None:
    tally = ledger.tally(DAY, since="2021-06-16")
    assert [t.as_of.isoformat() for t in tally.edition.tallies] == ["2021-06-16", "2021-06-23", "2021-06-30", "2021-07-07", "2021-07-14"]
    assert sum(tally.counts.values()) == tally.edition.tallies[-1].size
    html = shown(tally)
    assert "since 16 June 2021" in html
    assert all(f">{n}<" in html for n in tally.counts.values())


def test_changes_and_maps_show_themselves(ledger: heldby.Ledger) -> None:
    changes = ledger.changes("2021-07-10", DAY)
    assert len(changes) == len(list(changes)) > 5
    assert "taken back" in shown(changes)
    picture = ledger.map(DAY)
    assert "data:image/svg+xml;base64," in shown(picture)
    assert picture.svg.startswith("<svg")


def test_names_and_quotations_are_text(ledger: heldby.Ledger) -> None:
    from dataclasses import replace

    status = ledger.status("Spin Boldak crossing", DAY)
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    e = status.row.evidence[0]
    quotes = (replace(e.quotes[0], text=hostile, before=hostile, outlet=hostile),)
    row = replace(status.row, name=hostile, sentence=hostile, evidence=(replace(e, chain=(hostile,), quotes=quotes),))
    html = shown(heldby.Status(row, status.edition))
    assert html.count("&lt;script&gt;") >= 6
    assert "<img" not in html


def test_data_frames_have_the_columns_of_the_exports(ledger: heldby.Ledger) -> None:
    pandas = pytest.importorskip("pandas")
    frame = ledger.statuses(DAY).frame()
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(heldby.columns()) == [f.name for f in FIELDS]
    assert len(frame) == len(ledger.statuses(DAY))
    tally = ledger.tally(DAY)
    assert tally.frame()["count"].sum() == tally.edition.tallies[-1].size
    evidence = ledger.status("Spin Boldak crossing", DAY).frame()
    assert {"testimony", "text", "chain", "bits", "denial"} <= set(evidence.columns)
    assert len(ledger.changes("2021-07-10", DAY).frame()) == len(ledger.changes("2021-07-10", DAY))


def test_without_pandas_a_frame_says_what_to_install(ledger: heldby.Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(HeldbyError, match=re.escape("pip install 'heldby[notebook]'")):
        ledger.tally(DAY).frame()


def test_bad_questions_are_named(ledger: heldby.Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime

    with pytest.raises(UsageError, match="unknown in theatre"):
        ledger.status("Nowhere in particular")
    with pytest.raises(UsageError, match="as_of"):
        ledger.status("Kabul-Pul-e Khumri highway", "the fourteenth")
    with pytest.raises(UsageError, match="aware"):
        ledger.map(DAY, datetime(2021, 7, 14))  # noqa: DTZ001 - that is the point
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there is no ledger"):
        heldby.Ledger("missing.db")
    with pytest.raises(AttributeError):
        heldby.nothing_of_that_name  # noqa: B018


def test_the_release_gate_holds_here_too(demo_ledger: Path) -> None:
    from dataclasses import replace

    desk = demo_desk(demo_ledger.parent)
    closed = heldby.Ledger(demo_ledger, desk=replace(desk, settings=replace(desk.settings, ledger=demo_ledger, coarsen_to="province")))
    with pytest.raises(UsageError, match="only as part of their province"):
        closed.status("Spin Boldak crossing", DAY)
    assert "af:crossing:spin-boldak" not in {s.row.unit_id for s in closed.statuses(DAY)}


def test_the_documents_name_every_column() -> None:
    page = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    page = page.partition("| column |")[2]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert rows == {name: about.replace("|", "\\|") for name, about in heldby.columns().items()}


def test_the_tutorial_runs_from_its_first_cell_to_its_last(demo_ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    (tmp_path / "demo-out").mkdir()
    shutil.copy(demo_ledger, tmp_path / "demo-out" / "demo.db")
    monkeypatch.chdir(tmp_path)
    book = json.loads((ROOT / "docs/tutorial.ipynb").read_text(encoding="utf-8"))
    assert (book["nbformat"], len({c["id"] for c in book["cells"]})) == (4, len(book["cells"]))
    names: dict[str, Any] = {}
    told = []
    for cell in (c for c in book["cells"] if c["cell_type"] == "code"):
        assert cell["outputs"] == []
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)
            told.append(shown(value) if type(value).__module__.startswith("heldby") else repr(value))
    assert len(told) > 10
    assert all(told)
