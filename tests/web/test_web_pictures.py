"""Pictures that leave the house: the map as PNG, and a period as an animated GIF whose every picture stands alone."""

from __future__ import annotations

import io

import pytest
from starlette.testclient import TestClient
from web_scene import DAY

from conftest import Call
from heldby.clock import parse_day
from heldby.errors import UsageError
from heldby.flow.publishing import MOST_PICTURES, lapse_days

CLOCKS = f"as_of={DAY}&known_by=2021-07-20"


def test_the_map_as_png(served: TestClient) -> None:
    answer = served.get(f"/api/v1/map.png?{CLOCKS}&palette=lwj")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert answer.content != served.get(f"/api/v1/map.png?{CLOCKS}").content


def test_a_period_moves(served: TestClient) -> None:
    image = pytest.importorskip("PIL.Image", reason="needs Pillow")
    answer = served.get(f"/api/v1/timelapse.gif?from=2021-07-01&to={DAY}&every=7&known_by=2021-07-20")
    assert answer.headers["content-type"] == "image/gif"
    picture = image.open(io.BytesIO(answer.content))
    assert picture.n_frames == 2
    first = picture.convert("RGB").tobytes()
    picture.seek(1)
    assert picture.convert("RGB").tobytes() != first
    edition = served.get(f"/api/v1/statuses?{CLOCKS}").json()["edition"]
    assert edition.encode() in answer.content
    assert served.get(f"/api/v1/timelapse.gif?from=2021-07-01&to={DAY}&every=7&known_by=2021-07-20").content == answer.content


def test_days_of_a_period() -> None:
    first, last = parse_day("2021-07-01", "from"), parse_day("2021-07-20", "to")
    assert [d.day for d in lapse_days(first, last, 7)] == [6, 13, 20]
    assert lapse_days(last, last, 7) == (last,)
    with pytest.raises(UsageError, match="lies after"):
        lapse_days(last, first, 7)
    with pytest.raises(UsageError, match=str(MOST_PICTURES)):
        lapse_days(parse_day("2021-01-01", "from"), last, 1)


def test_the_command_refuses_another_ending(call: Call) -> None:
    answer = call("timelapse", "--out", "x.mp4")
    assert answer.code == 2
    assert ".gif" in answer.err
