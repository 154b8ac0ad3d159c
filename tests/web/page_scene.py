"""The built page in a real browser over a real server, as the journeys see it."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from web_scene import desk_over

from conftest import CHROMIUM, ROOT
from heldby.desk import Desk
from heldby.web.app import create_app
from heldby.web.shelf import Shelf
from heldby.web.shell import built_page

AXE = ROOT / "page/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def serving(ledger: Path | str, token: str = "", desk: Desk | None = None) -> Iterator[str]:
    """The app with the page over a ledger (the demo's desk, unless another is given), on a free port; its address. Whoever has the `token` may
    review."""
    shelf = Shelf(desk or desk_over(Path(ledger)), ledger)
    shelf.watch()
    with serving_shelf(shelf, token) as address:
        yield address


@contextmanager
def serving_shelf(shelf: Shelf, token: str = "") -> Iterator[str]:
    """The app with the page over a shelf, a ledger's or a frozen edition's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(shelf, page=built_page(), token=token)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", server_header=False, lifespan="off"))
    runner = threading.Thread(target=server.run, daemon=True)
    runner.start()
    until = time.monotonic() + 120
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        server.force_exit = True  # a browser may hold a stream of live updates open
        runner.join(30)


class Visit:
    """A reader's visit: a page of its own, and everything that must not happen in it."""

    def __init__(self, browser: Any, here: str, **context: Any) -> None:
        self.here = here
        self.context = browser.new_context(
            viewport=context.pop("viewport", {"width": 1440, "height": 900}), accept_downloads=True, **context
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda e: self.faults.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("dialog", self._refuse)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.faults.append(f"{message.text} ({message.location['url']})")

    def _refuse(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, address: str = "/") -> Visit:
        """Opens an address and waits until the map's looks are there."""
        self.page.goto(self.here + address)
        self.page.wait_for_selector("main[data-ready]")
        return self

    def text(self, selector: str) -> str:
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def texts(self, selector: str) -> list[str]:
        return [" ".join(t.split()) for t in self.page.locator(selector).all_inner_texts()]

    def wait(self, selector: str, text: str = "", count: int | None = None) -> None:
        """Until an element of that text is seen, or so many are there."""
        found = self.page.locator(selector).filter(has_text=text) if text else self.page.locator(selector)
        if count is None:
            found.first.wait_for(state="visible")
            return
        until = time.monotonic() + 120
        while found.count() != count and time.monotonic() < until:
            self.page.wait_for_timeout(50)
        assert found.count() == count

    def day(self) -> str:
        return str(self.page.locator("#as-of").input_value())

    def at(self, **wanted: str) -> None:
        """Until the address has these parameters."""
        for name, value in wanted.items():
            self.page.wait_for_url(re.compile(rf"[?&]{name}={re.escape(value)}(&|$)"))

    def looks(self) -> dict[str, str]:
        """Class of each district's cell on the map."""
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('[data-part=u]')].map(e => [e.dataset.unit, e.getAttribute('class').slice(2)]))"
        )
        return found

    def api(self, path: str, **parameters: str) -> Any:
        answer = self.context.request.get(f"{self.here}/api/v1{path}", params=parameters)
        assert answer.ok, answer.text()
        return answer.json()

    def axe(self) -> list[str]:
        """What axe-core finds, a line each."""
        if not AXE.is_file():
            missing = "needs page/node_modules: make page"
            if "page" in os.environ.get("HELDBY_REQUIRE", "").split(","):
                pytest.fail(missing)
            pytest.skip(missing)
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        ask = "rules => axe.run(document, { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] }).then(r => r.violations)"
        return [f"{v['id']}: {v['help']}: {n['html'][:160]}" for v in self.page.evaluate(ask, RULES) for n in v["nodes"]]

    def close(self) -> None:
        """Ends the visit. Raises AssertionError where the page asked another host, or anything failed in it."""
        self.context.close()
        elsewhere = [url for url in self.asked if not url.startswith((self.here, "blob:"))]
        assert not elsewhere, elsewhere
        assert not self.faults, self.faults


def launched() -> Iterator[Any]:
    """Debian's Chromium, headless."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()
