"""Feeds of changes: well formed, one entry a change, ids that stay, filters that are saved as addresses."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from starlette.testclient import TestClient
from web_scene import DAY

ATOM = "{http://www.w3.org/2005/Atom}"


def test_both_feeds_tell_every_change_once(served: TestClient) -> None:
    changes = served.get("/api/v1/changes", params={"as_of": DAY, "since": "2021-07-01"}).json()["items"]
    tree = ET.fromstring(served.get("/api/v1/feeds/changes.atom", params={"as_of": DAY, "since": "2021-07-01"}).text)
    feed = served.get("/api/v1/feeds/changes.json", params={"as_of": DAY, "since": "2021-07-01"}).json()
    ids = [e.findtext(f"{ATOM}id") for e in tree.iter(f"{ATOM}entry")]
    assert len(ids) == len(changes) > 5
    assert len(set(ids)) == len(ids)
    assert ids == [i["id"] for i in feed["items"]]
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for tag in ("title", "id", "updated"):
        assert tree.findtext(f"{ATOM}{tag}")
        assert all(e.findtext(f"{ATOM}{tag}") for e in tree.iter(f"{ATOM}entry"))
    assert "reconstruction" in (tree.findtext(f"{ATOM}subtitle") or "")
    assert all("reconstruction" in i["content_text"] for i in feed["items"])


def test_ids_stay_while_more_becomes_known(served: TestClient) -> None:
    def ids(**clocks: str) -> set[str]:
        return {i["id"] for i in served.get("/api/v1/feeds/changes.json", params={"since": "2021-06-01", **clocks}).json()["items"]}

    early, late = ids(as_of="2021-07-14", known_by="2021-07-14"), ids(as_of="2021-07-21", known_by="2021-07-21")
    assert len(early & late) > len(early) / 2


def test_a_filter_is_an_address(served: TestClient) -> None:
    def items(**given: str) -> list[dict[str, object]]:
        answer = served.get("/api/v1/feeds/changes.json", params={"as_of": DAY, "since": "2021-05-01", **given})
        assert answer.status_code == 200
        found: list[dict[str, object]] = answer.json()["items"]
        return found

    whole = items()
    unit = next(i for i in whole)["url"].rpartition("/")[2]  # type: ignore[attr-defined]
    assert 0 < len(items(unit=unit)) < len(whole)
    assert all(str(i["url"]).endswith(unit) for i in items(unit=unit))
    held = items(holder="afghan_government")
    assert 0 < len(held) < len(whole)
    assert 0 < len(items(within="af:kandahar", kind="district")) < len(whole)


def test_words_that_mean_nothing_are_told(served: TestClient) -> None:
    for query in ("holder=nobody", "kind=castle", "support=hearsay"):
        answer = served.get(f"/api/v1/feeds/changes.atom?{query}")
        assert answer.status_code == 400
        assert "known: " in answer.json()["error"]["cause"]


def test_the_same_edition_gives_the_same_bytes(served: TestClient) -> None:
    for name in ("changes.atom", "changes.json"):
        assert len({served.get(f"/api/v1/feeds/{name}?as_of={DAY}").content for _ in range(2)}) == 1
