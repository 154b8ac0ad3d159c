"""The page's document and files: what may run in it, what it may ask, and what stands in its place where it is not built."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_scene import DAY, HERE, desk_over

from conftest import Call
from heldby.publish.page_sheet import page_sheet
from heldby.publish.style import colours_of, contrast, ground_of, key, palettes, steps
from heldby.web.app import create_app
from heldby.web.shelf import Shelf
from heldby.web.shell import Shell, built_page

SHELL = Shell(b"<!doctype html><title>heldby</title>", {"page-1.js": (b"export {}", "text/javascript; charset=utf-8")})


@pytest.fixture(scope="module")
def paged(demo_ledger: Path) -> TestClient:
    return TestClient(create_app(Shelf(desk_over(demo_ledger), demo_ledger), page=SHELL), base_url=HERE)


@pytest.mark.parametrize("path", ["/", "/embed", f"/?as_of={DAY}&unit=%3Cscript%3E"])
def test_the_document_may_run_its_own_files_alone(paged: TestClient, path: str) -> None:
    answer = paged.get(path)
    assert answer.status_code == 200
    assert answer.content == SHELL.document
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "http" not in policy["script-src"] + policy["img-src"] + policy["connect-src"]
    assert len(answer.headers.get_list("content-security-policy")) == 1
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_the_embed_view_may_be_framed_and_by_this_machine_alone(paged: TestClient) -> None:
    assert "frame-ancestors 'none'" in paged.get("/").headers["content-security-policy"]
    allowed = re.search(r"frame-ancestors ([^;]*)", paged.get("/embed").headers["content-security-policy"])
    assert allowed is not None
    assert allowed[1].split() == ["'self'", "http://127.0.0.1:*", "http://localhost:*"]


def test_files_are_the_pages_own(paged: TestClient) -> None:
    found = paged.get("/assets/page-1.js")
    assert found.text == "export {}"
    assert found.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in found.headers["cache-control"]
    for name in ("page-2.js", "..%2Findex.html", "%2e%2e%2fapp.py", "/etc/passwd"):
        assert paged.get(f"/assets/{name}").status_code == 404


def test_without_the_page_the_server_draws_what_changed(served: TestClient) -> None:
    plain = served.get(f"/?as_of={DAY}")
    assert "What changed since" in plain.text
    assert "script-src" not in plain.headers["content-security-policy"]
    assert plain.text == served.get(f"/changes?as_of={DAY}").text
    assert served.get("/embed").status_code == 404


def test_plain_pages_stay_beside_the_page(paged: TestClient) -> None:
    assert "What changed since" in paged.get(f"/changes?as_of={DAY}").text


def test_serve_names_what_mends_a_page_that_is_not_built(call: Call, demo_ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heldby.web.shell.built_page", lambda: None)
    monkeypatch.setattr("uvicorn.Server.run", lambda self: None)
    answer = call("serve", "--ledger", str(demo_ledger), "--theatre", "afghanistan-2021")
    assert answer.code == 0
    assert "make page" in answer.err + answer.out


def test_every_look_of_a_day_has_a_rule(served: TestClient, demo_ledger: Path) -> None:
    sheet = served.get("/map.css")
    assert sheet.headers["content-type"].startswith("text/css")
    ruled = set(re.findall(r"\.([a-z][\w-]*)", sheet.text))
    for looks in served.get("/api/v1/classes", params={"as_of": "2021-08-10"}).json()["classes"].values():
        assert set(looks) - {"disputed", "claimed", "stale"} <= ruled, looks
    assert "http" not in sheet.text  # nothing is loaded from elsewhere


@pytest.mark.parametrize("palette", palettes())
def test_colours_stand_out_on_the_dark_ground(palette: str) -> None:
    assert len(colours_of(palette, dark=True)) == len(colours_of(palette))
    for colour in colours_of(palette, dark=True):
        assert contrast(colour, ground_of(dark=True)[1]) >= 3.0, colour  # WCAG 2.2, 1.4.11


def test_letters_can_be_read_on_every_tint(demo_ledger: Path) -> None:
    theatre = desk_over(demo_ledger).theatre
    sheet = page_sheet(theatre)
    assert sheet == page_sheet(theatre)
    name = key(theatre.sides[0].id)
    assert len(set(re.findall(rf"--t-{name}-\d", sheet))) == len(steps())


@pytest.mark.page
def test_the_built_page_is_light_and_has_nothing_inline() -> None:
    shell = built_page()
    assert shell is not None
    document = shell.document.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", document)
    named = set(re.findall(r'(?:src|href)="([^"]+)"', document))
    assert all(link.startswith("/") and not link.startswith("//") for link in named)
    first = sum(len(gzip.compress(shell.assets[link.rpartition("/")[2]][0], 6)) for link in named if link.startswith("/assets/"))
    assert 20_000 < first + len(gzip.compress(shell.document)) < 200_000
    assert not any(b"eval(" in body or b"new Function" in body for body, _ in shell.assets.values())
