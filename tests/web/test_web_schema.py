"""Requests made from the API's own description (schemathesis), whatever they ask for, meet no server error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from starlette.testclient import TestClient
from team_scene import Hands, key_of, team_client, team_file

from database_scene import fresh_schema
from heldby.flow.backup import make_backup, restore
from heldby.ledger import open_ledger
from heldby.team import Role

EXAMPLES, PROVEN = 5, 60  # an operation
NEVER_ENDS, SLOW = "/events", "/timelapse.gif"


def operations_of(description: Any) -> Iterator[Any]:
    for result in schemathesis.openapi.from_dict(description).get_all_operations():
        if isinstance(result, Ok):
            yield result.ok()


def every(operation: Any, count: int, ask: Callable[[Any], None]) -> None:
    """Asks an operation `count` times, the same cases in every run."""

    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(operation.as_strategy())
    def asks(case: Any) -> None:
        ask(case)

    asks()


def test_no_request_of_the_description_is_a_server_error(served: TestClient, proving: bool) -> None:
    told: list[int] = []
    operations = list(operations_of(served.get("/openapi.json").json()))
    for operation in operations:
        if operation.path.endswith(NEVER_ENDS) or (operation.path.endswith(SLOW) and not (proving and find_spec("PIL"))):
            continue  # of the second every answer takes seconds

        def ask(case: Any) -> None:
            sent = case.as_transport_kwargs(base_url=str(served.base_url))
            answer = served.request(sent["method"], sent["url"], params=sent.get("params"))
            told.append(answer.status_code)
            assert answer.status_code in (200, 304, 400, 404, 405), f"{sent}: {answer.text[:200]}"
            if answer.status_code in (400, 404) and not answer.headers["content-type"].startswith("text/html"):
                assert set(answer.json()["error"]) == {"subject", "cause", "place"}

        every(operation, PROVEN if proving else EXAMPLES, ask)
    assert len(operations) >= 20
    assert told.count(200) >= len(operations)


@pytest.mark.postgres
def test_nor_is_one_with_postgresql_behind_writing_included(demo_ledger: Path, database: str, tmp_path: Path, proving: bool) -> None:
    """As an administrator of a team. Without `make prove` only what writes is asked."""
    with open_ledger(demo_ledger) as ledger:
        make_backup(ledger, None, tmp_path / "demo.backup", {})
    where, hands = fresh_schema(database), Hands()
    restore(tmp_path / "demo.backup", where, None)
    client = team_client(where, team_file(tmp_path), hands)
    key = key_of(Role.ADMIN)
    told: dict[str, list[int]] = {}
    for operation in operations_of(client.get("/openapi.json", headers=key).json()):
        writes = operation.method.upper() == "POST"
        if operation.path.endswith((NEVER_ENDS, SLOW)) or not (proving or writes):
            continue
        answers = told.setdefault(f"{operation.method.upper()} {operation.path}", [])

        def ask(case: Any, answers: list[int] = answers) -> None:
            hands.now += timedelta(seconds=30)  # nobody is told to wait
            sent = case.as_transport_kwargs(base_url=str(client.base_url))
            body = {name: sent[name] for name in ("json", "data") if sent.get(name) is not None}
            body = {"content": body["data"]} if isinstance(body.get("data"), (bytes, str)) else body
            answer = client.request(sent["method"], sent["url"], params=sent.get("params"), headers=key, **body)
            answers.append(answer.status_code)
            assert answer.status_code in (200, 201, 303, 304, 400, 403, 404, 405, 409, 413, 415, 501), f"{sent}: {answer.text[:200]}"

        every(operation, PROVEN if proving else EXAMPLES, ask)
    for writing in ("POST /api/v1/review", "POST /api/v1/reports"):
        assert len(told[writing]) >= EXAMPLES - 1, "its body is described so that requests can be made of it"
    print(f"{sum(map(len, told.values()))} requests of {len(told)} operations")
