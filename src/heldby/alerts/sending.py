"""Destinations: each sends one message, thinly, to where the user named and nowhere else. A failure is an error that tells which."""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from heldby.alerts.telling import message_text
from heldby.errors import HeldbyError, UsageError
from heldby.model.ident import canonical_json
from heldby.publish.plain import printable

Message = Mapping[str, Any]
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class Destination(Protocol):
    """`label` stands in the state and in errors, and holds no secret; `kind` is the word that rules name it by."""

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> str: ...

    def send(self, message: Message) -> None:
        """Raises HeldbyError where the message did not arrive, as far as can be known."""
        ...


@dataclass(frozen=True, slots=True)
class ToFile:
    """A line of JSON a message, appended and on the disk before it counts as sent; a key that is there already is not written again."""

    path: Path

    @property
    def label(self) -> str:
        return f"file {self.path}"

    @property
    def kind(self) -> str:
        return "file"

    def send(self, message: Message) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b") as file:
                file.seek(0)
                held = file.read()
                if any(_key_of(line) == message["key"] for line in held.splitlines()):
                    return
                torn = b"\n" if held and not held.endswith(b"\n") else b""  # a run that was cut off while it wrote
                file.write(torn + canonical_json(dict(message)).encode("utf-8", "replace") + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as e:
            raise HeldbyError(self.label, f"cannot be written: {e.strerror or e}") from None


@dataclass(frozen=True, slots=True)
class ToWebhook:
    """A POST of JSON to one address, with the message's key as its idempotency key. Tried again where the other side is busy or away; never
    led elsewhere. Errors name the host alone, for the rest of an address may be a secret."""

    url: str
    pause: Callable[[float], None]
    timeout: float = 10.0
    attempts: int = 3

    def __post_init__(self) -> None:
        at = urlsplit(self.url)
        if at.scheme not in ("http", "https") or not at.hostname:
            raise UsageError("--webhook", "expected an address that begins with http:// or https://")
        if at.scheme == "http" and not is_loopback(at.hostname):
            raise UsageError("--webhook", "plain http is sent to this machine only; name an https:// address")

    @property
    def label(self) -> str:
        return f"webhook {urlsplit(self.url).hostname}"

    @property
    def kind(self) -> str:
        return "webhook"

    def send(self, message: Message) -> None:
        cause = ""
        for attempt in range(self.attempts):
            if attempt:
                self.pause(float(4 ** (attempt - 1)))
            cause, again = self._try(message)
            if not cause:
                return
            if not again:
                break
        raise HeldbyError(self.label, cause)

    def _try(self, message: Message) -> tuple[str, bool]:
        """Why it failed ("" if it did not), and whether it may be tried again."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(message["key"]),
            "User-Agent": "heldby-alerts",
        }
        body = canonical_json(dict(message)).encode("utf-8", "replace")
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self.timeout) as answer:
                answer.read(1)
            return "", False
        except urllib.error.HTTPError as e:
            e.close()
            return f"answered {e.code}", e.code in RETRIED
        except (OSError, http.client.HTTPException) as e:
            return f"cannot be reached: {getattr(e, 'reason', e) or type(e).__name__}", True


@dataclass(frozen=True, slots=True)
class ToMail:
    """A mail by the server `host`:`port`, in clear only to this machine, or where `clear` says so; a password never goes in clear."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    clock: Callable[[], datetime]
    user: str = ""
    password: str = ""
    clear: bool = False
    timeout: float = 20.0

    def __post_init__(self) -> None:
        for address in (self.sender, *self.to):
            if not _is_mail_address(address):
                raise UsageError("mail", f"{address!r} is no address")

    @property
    def label(self) -> str:
        return f"mail {self.host}:{self.port}"

    @property
    def kind(self) -> str:
        return "mail"

    def send(self, message: Message) -> None:
        mail = self._mail(message)
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
                self._secure(server)
                if self.user:
                    server.login(self.user, self.password)
                refused = server.send_message(mail)
        except (smtplib.SMTPException, OSError) as e:
            raise HeldbyError(self.label, f"was not sent: {_mail_cause(e)}") from None
        if refused:
            raise HeldbyError(self.label, f"{len(refused)} of {len(self.to)} receivers were refused")

    def _secure(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif self.user or not (self.clear or is_loopback(self.host)):
            raise smtplib.SMTPException("the server offers no encryption (STARTTLS); without a password, --mail-clear sends all the same")

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = printable(str(message["title"]))[:200]
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = format_datetime(self.clock())
        mail["Message-ID"] = f"<{message['key']}@heldby.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        corrected = [str(a["corrects"]) for a in message["alerts"] if "corrects" in a]
        if corrected:
            mail["References"] = " ".join(f"<{key}@heldby.invalid>" for key in corrected)
        mail.set_content(message_text(message))
        return mail


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_mail_address(text: str) -> bool:
    name, at, domain = text.rpartition("@")
    return bool(name and at and domain) and all(c.isprintable() and c not in ' ,;<>"' for c in text)


def _mail_cause(e: Exception) -> str:
    if isinstance(e, smtplib.SMTPResponseException):
        return f"the server answered {e.smtp_code}"
    return str(getattr(e, "strerror", "") or e) or type(e).__name__


def _key_of(line: bytes) -> str:
    try:
        return str(json.loads(line).get("key", ""))
    except (ValueError, AttributeError):
        return ""
