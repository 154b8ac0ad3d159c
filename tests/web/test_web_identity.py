"""Signing in with a provider of identities on loopback: who it names and for whom is checked, and a word that is off lets nobody in."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from team_scene import ORIGIN, Hands, team_client, team_file

from heldby.team import read_journal

pytest.importorskip("joserfc", reason="needs joserfc: pip install 'heldby[team]'")


class Provider:
    """An OpenID Connect provider; a test says what it gives."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key, self.other = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "a"})
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.signed_with = self.key
        self.challenge = self.nonce = ""
        self.asked: list[dict[str, list[str]]] = []
        self.authorization = ""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None: ...

            def tell(self, told: object) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path.startswith("/.well-known"):
                    at = {n: f"{provider.issuer}/{n}" for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
                    self.tell({"issuer": provider.issuer, **at})
                else:
                    self.tell({"keys": [provider.key.as_dict(private=False)]})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                provider.asked.append(form)
                provider.authorization = self.headers.get("authorization", "")
                self.tell({"id_token": provider.token(), "access_token": "x", "token_type": "Bearer"})

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self) -> str:
        from joserfc import jwt

        return jwt.encode({"alg": "RS256", "kid": "a", **self.header}, self.claims, self.signed_with)


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def hands() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def folder(demo_ledger: Path, tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Path:
    made = tmp_path_factory.mktemp("identity")
    shutil.copy(demo_ledger, made / "team.db")
    told = f'\n[oidc]\nissuer = "{provider.issuer}"\nclient_id = "heldby"\nsecret_env = "HELDBY_TEST_SECRET"\n[oidc.roles]\n"access-team" = "reviewer"\n'
    team_file(made, told)
    return made


@pytest.fixture(scope="module")
def client(folder: Path, hands: Hands) -> TestClient:
    return team_client(folder / "team.db", folder / "team.toml", hands)


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch, client: TestClient, provider: Provider, hands: Hands) -> None:
    hands.now += timedelta(hours=1)
    monkeypatch.setenv("HELDBY_TEST_SECRET", "a secret of the client")
    client.cookies.clear()
    provider.header, provider.signed_with = {}, provider.key


def begin(client: TestClient, provider: Provider, hands: Hands, **claims: Any) -> dict[str, str]:
    """To the provider's page; gives what must come back, and has the provider say these claims."""
    led = client.get("/signin/provider?to=/gaps")
    assert led.status_code == 303
    told = {k: v[0] for k, v in parse_qs(urlsplit(led.headers["location"]).query).items()}
    assert told["redirect_uri"] == f"{ORIGIN}/signin/return"
    assert told["code_challenge_method"] == "S256"
    now = int(hands().timestamp())
    provider.claims = {
        "iss": provider.issuer, "aud": "heldby", "sub": "u-17", "iat": now, "exp": now + 300, "nonce": told["nonce"], "groups": ["access-team"], **claims,
    }  # fmt: skip
    provider.challenge = told["code_challenge"]
    return told


def back(client: TestClient, told: dict[str, str], **other: str) -> Any:
    return client.get("/signin/return", params={"state": told["state"], "code": "c-1", **other})


def test_whom_the_provider_names_is_let_in_by_his_group(client: TestClient, provider: Provider, hands: Hands, folder: Path) -> None:
    answer = back(client, begin(client, provider, hands))
    assert (answer.status_code, answer.headers["location"]) == (303, "/gaps")
    assert client.get("/api/v1/me").json()["name"] == "oidc:u-17"
    assert client.get("/api/v1/me").json()["role"] == "reviewer"
    form = provider.asked[-1]
    verifier = form["code_verifier"][0]
    assert base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode() == provider.challenge
    assert form["redirect_uri"] == [f"{ORIGIN}/signin/return"]
    assert provider.authorization.startswith("Basic ")
    assert "client_secret" not in form
    assert [(e["act"], e["member"]) for e in read_journal(folder / "audit.jsonl")][-1] == ("signed in", "oidc:u-17")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": ["heldby", "another"]},
        {"azp": "another"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"groups": ["others"]},
        {"groups": None},
        {"sub": ""},
        {"sub": None},
    ],
    ids=str,
)
def test_a_word_for_or_of_somebody_else_lets_nobody_in(
    client: TestClient, provider: Provider, hands: Hands, claims: dict[str, Any]
) -> None:
    assert back(client, begin(client, provider, hands, **claims)).status_code == 403
    assert client.get("/api/v1/me").status_code == 401


def test_another_key_or_none_lets_nobody_in(client: TestClient, provider: Provider, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    told = begin(client, provider, hands)
    provider.signed_with = provider.other
    assert back(client, told).status_code == 403
    told = begin(client, provider, hands)
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(provider.claims).encode()).rstrip(b"=")
    monkeypatch.setattr(provider, "token", lambda: f"{head.decode()}.{body.decode()}.")
    assert back(client, told).status_code == 403


def test_a_state_serves_once_one_browser_and_for_a_while(client: TestClient, provider: Provider, hands: Hands) -> None:
    told = begin(client, provider, hands)
    assert back(client, told).status_code == 303
    client.cookies.clear()
    client.cookies.set("heldby-way", told["state"], path="/signin")
    assert back(client, told).status_code == 403  # a second time
    told = begin(client, provider, hands)
    client.cookies.clear()
    assert back(client, told).status_code == 403  # another browser: nobody is signed in as somebody else by a link
    told = begin(client, provider, hands)
    hands.now += timedelta(minutes=11)
    assert back(client, told).status_code == 403
    assert back(client, begin(client, provider, hands), error="access_denied").status_code == 403
    assert client.get("/signin/return").status_code == 403


def test_without_its_secret_nobody_is_asked(client: TestClient, provider: Provider, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    told = begin(client, provider, hands)
    monkeypatch.delenv("HELDBY_TEST_SECRET")
    asked = len(provider.asked)
    answer = back(client, told)
    assert answer.status_code == 403
    assert "HELDBY_TEST_SECRET" in answer.text
    assert len(provider.asked) == asked


def test_nobody_fills_the_way_or_the_journal(client: TestClient, folder: Path) -> None:
    before = len(list(read_journal(folder / "audit.jsonl")))
    told = [client.get(path).status_code for _ in range(10) for path in ("/signin/provider", "/signin/return")]
    assert told == [303, 403] * 5 + [429] * 10
    assert len(list(read_journal(folder / "audit.jsonl"))) == before + 5
    assert client.get("/signin").status_code == 200
