"""Signing in with an OpenID Connect provider: authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, 3.1; RFC 7636, S256).

begin -> the provider's page -> finish(code) -> token endpoint -> ID token, its signature and claims checked -> what the provider says of somebody
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from heldby.errors import HeldbyError, UsageError
from heldby.team.members import Provider

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
PATIENCE = 10.0  # seconds for each answer of the provider
WAITING = timedelta(minutes=10)  # to come back from the provider's page
MOST = 1000  # people on the provider's page at once
LARGEST = 1_000_000  # bytes of an answer


@dataclass(frozen=True, slots=True)
class _Begun:
    nonce: str
    verifier: str
    to: str
    until: datetime


@dataclass(slots=True)
class Identity:
    """One provider, and who is on his way through its page."""

    provider: Provider
    origin: str
    clock: Callable[[], datetime]
    _begun: dict[str, _Begun] = field(default_factory=dict)
    _told: Mapping[str, Any] | None = None

    def begin(self, to: str) -> tuple[str, str]:
        """The address of the provider's page, and the state that must come back with the browser. Raises HeldbyError where it cannot be reached."""
        now = self.clock()
        self._begun = {k: v for k, v in self._begun.items() if v.until > now}
        if len(self._begun) >= MOST:
            raise HeldbyError("sign in", "too many are on their way; try again in some minutes")
        state, nonce, verifier = token_urlsafe(32), token_urlsafe(32), token_urlsafe(48)
        self._begun[state] = _Begun(nonce, verifier, to, now + WAITING)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code", "client_id": self.provider.client_id, "redirect_uri": self._back, "scope": self.provider.scope,
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}", state

    def finish(self, state: str, code: str) -> tuple[Mapping[str, Any], str]:
        """What the provider says of who came back, and where he wanted to go. Raises UsageError where state, code or token are not what they should
        be. A state serves once."""
        begun = self._begun.pop(state, None)
        if begun is None or begun.until <= self.clock():
            raise UsageError("sign in", "was not begun here, or too long ago; begin again")
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._back, "client_id": self.provider.client_id,
            "code_verifier": begun.verifier,
        }  # fmt: skip
        token = self._ask("POST", self._endpoint("token_endpoint"), form).get("id_token")
        if not isinstance(token, str):
            raise UsageError("sign in", "the provider gave no identity")
        return self._claims(token, begun.nonce), begun.to

    @property
    def _back(self) -> str:
        return f"{self.origin}/signin/return"

    def _endpoint(self, name: str) -> str:
        """An address of the provider, as its own description gives it."""
        issuer = self.provider.issuer
        if self._told is None:
            told = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != issuer:
                raise HeldbyError("sign in", f"the provider calls itself {told.get('issuer')!r}, not {issuer!r}")
            self._told = told
        address = self._told.get(name)
        if not isinstance(address, str) or not address.startswith(("https://", issuer.rstrip("/") + "/")):
            raise HeldbyError("sign in", f"the provider's description has no {name} that is safe to use")
        return address

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        expected = jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock().timestamp()),
            leeway=60,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        keys: Any = self._ask("GET", self._endpoint("jwks_uri"))
        try:
            found = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)
            expected.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError) as e:
            raise UsageError("sign in", f"the provider's word cannot be trusted: {type(e).__name__}") from None
        claims: Mapping[str, Any] = found.claims
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.provider.client_id) != self.provider.client_id:
            raise UsageError("sign in", "the provider's word was given to somebody else")
        return claims

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """JSON of the provider; no redirect is followed. The secret goes in the header (RFC 6749, 2.3.1)."""
        import httpx2

        auth = None
        if form and self.provider.secret_env:
            if not (secret := os.environ.get(self.provider.secret_env)):
                raise HeldbyError("sign in", f"the environment has no {self.provider.secret_env}")
            auth = httpx2.BasicAuth(self.provider.client_id, secret)
        try:
            with httpx2.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client:
                answer = client.request(method, address, data=form, headers={"accept": "application/json"}, auth=auth)
            if answer.status_code != 200 or len(answer.content) > LARGEST:
                raise ValueError(f"status {answer.status_code}")
            told = answer.json()
        except (httpx2.HTTPError, ValueError) as e:
            raise HeldbyError("sign in", f"the provider does not answer as it should: {type(e).__name__}") from None
        if not isinstance(told, dict):
            raise HeldbyError("sign in", "the provider does not answer as it should")
        return told
