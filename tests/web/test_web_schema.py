"""Requests made from the API's own description (schemathesis), whatever they ask for, meet no server error."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

EXAMPLES, PROVEN = 5, 60  # an operation


def test_no_request_of_the_description_is_a_server_error(served: TestClient, proving: bool) -> None:
    schema = schemathesis.openapi.from_dict(served.get("/openapi.json").json())
    told: list[int] = []
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    for operation in operations:
        if operation.path.endswith("/events") or (operation.path.endswith("/timelapse.gif") and not (proving and find_spec("PIL"))):
            continue  # the one never ends, of the other every answer takes seconds

        @settings(
            max_examples=PROVEN if proving else EXAMPLES,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        )
        @given(operation.as_strategy())
        def asks(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=str(served.base_url))
            answer = served.request(sent["method"], sent["url"], params=sent.get("params"))
            told.append(answer.status_code)
            assert answer.status_code in (200, 304, 400, 404, 405), f"{sent}: {answer.text[:200]}"
            if answer.status_code in (400, 404) and not answer.headers["content-type"].startswith("text/html"):
                assert set(answer.json()["error"]) == {"subject", "cause", "place"}

        asks()
    assert len(operations) >= 20
    assert told.count(200) >= len(operations)
