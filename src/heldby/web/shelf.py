"""Editions kept ready: the ledger is weighed once for each of its heads, and what was asked of it is made once.

ledger -> its head moved? -> open_inquiry -> Inquiry
(Inquiry, question, what is wanted) -> made or taken from the shelf -> Edition
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from heldby.clock import last_day
from heldby.desk import Desk
from heldby.errors import HeldbyError, LedgerError
from heldby.flow.inquiry import Inquiry, Question, Wanted, open_inquiry
from heldby.ledger import Stamp, Where, open_ledger, stamper
from heldby.publish import Edition, Release

T = TypeVar("T")
ROOM = 96  # things kept; the one longest unasked goes first
AGAIN = 8  # of the latest questions, so many are answered anew before a grown ledger is shown
BODIES = 48_000_000  # bytes of answers kept ready to send


class Shelf:
    """What a server answers from. Safe to use from several threads: one makes, all others read.

    Its clock goes by whole minutes, so that what is asked "as known now" is the same edition for a minute, and never one from the future.
    """

    def __init__(self, desk: Desk, where: Where, rules: Release | None = None) -> None:
        """`rules` in place of those of the desk's settings, where single units have their own."""
        self._rules = rules
        self._desk = replace(desk, clock=lambda: _minute(desk.clock()))
        self._where, self._ledger_stamp = where, stamper(where)
        self._opening, self._keeping = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.RLock] = {}
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()
        self._latest: OrderedDict[Hashable, Callable[[Inquiry], Any]] = OrderedDict()
        self._held = 0  # bytes of all bodies
        self._stamp = self._ledger_stamp()
        self._inquiry = self._open()

    def inquiry(self) -> Inquiry:
        """The inquiry over the ledger as it stands. Whoever finds that its head moved weighs it anew; until then others get the one before."""
        stamp = self._ledger_stamp()
        if stamp != self._stamp and self._opening.acquire(blocking=False):
            try:
                self._renew(stamp)
            finally:
                self._opening.release()
        return self._inquiry

    def question(self, inquiry: Inquiry) -> Question:
        """What is asked where no clock is given: the theatre's last day or today, as known now."""
        theatre, now = inquiry.desk.theatre, inquiry.now
        ending = (now - timedelta(minutes=1)).astimezone(theatre.zone)  # midnight is the end of the day before
        return Question(last_day(ending.date(), theatre.until), now)

    def edition(self, inquiry: Inquiry, question: Question, wanted: Wanted) -> Edition:
        """The edition asked for, through the release gate. Raises ReleaseError where the release refuses."""
        return self.kept(inquiry, (question, wanted), lambda: inquiry.edition(question, wanted))

    def kept(self, inquiry: Inquiry, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for a state of the ledger, a release and a `key` that names all that it depends on."""
        due = (
            inquiry.now if inquiry.rules.earliest(inquiry.now, inquiry.now) != inquiry.now else None
        )  # what a delay lets out moves with the clock
        whole = (inquiry.revision, inquiry.head, inquiry.rules, due, key)
        with self._keeping:
            if whole in self._kept:
                self._kept.move_to_end(whole)
                return self._kept[whole]  # type: ignore[no-any-return]
            making = self._making.setdefault(whole, threading.RLock())
        with making:  # whoever asks for the same waits; whoever asks for something else does not
            with self._keeping:
                if whole in self._kept:
                    return self._kept[whole]  # type: ignore[no-any-return]
            try:
                made = make()
                with self._keeping:
                    self._kept[whole] = made
                    while len(self._kept) > ROOM:
                        self._kept.popitem(last=False)
            finally:
                with self._keeping:
                    self._making.pop(whole, None)
            return made

    def again(self, key: Hashable, make: Callable[[Inquiry], Any]) -> None:
        """Remembers a question lately asked: when the ledger grows, it is answered from the new state before that is shown, so that of all who ask
        for it nobody has to wait."""
        with self._keeping:
            self._latest[key] = make
            self._latest.move_to_end(key)
            while len(self._latest) > AGAIN:
                self._latest.popitem(last=False)

    def body(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """The bytes of an answer. `key` names all they depend on: an edition's digest, an address, the code."""
        with self._keeping:
            if key in self._bodies:
                self._bodies.move_to_end(key)
                return self._bodies[key]
        made = make()
        with self._keeping:
            if key not in self._bodies:
                self._bodies[key] = made
                self._held += len(made)
            while self._held > BODIES:
                self._held -= len(self._bodies.popitem(last=False)[1])
        return made

    def renew(self) -> None:
        """Weigh what was just written: the next answer is with it."""
        with self._opening:
            self._renew(self._ledger_stamp())

    def watch(self, every: float = 0.5) -> None:
        """Looks from a thread of its own whether the ledger grew, so that no question has to wait for the weighing."""

        def look() -> None:
            while True:
                time.sleep(every)
                try:
                    self.inquiry()
                except HeldbyError as e:
                    logging.getLogger("heldby.web").warning("the ledger cannot be read: %s", e)

        threading.Thread(target=look, name="heldby-watch", daemon=True).start()

    @property
    def standing(self) -> Inquiry:
        """The inquiry as it stands, without looking whether the ledger grew."""
        return self._inquiry

    def _renew(self, stamp: Stamp) -> None:
        try:
            fresh = self._open()
        except LedgerError:
            return  # in the middle of a write: the next question looks again
        with self._keeping:
            latest = list(self._latest.values()) if fresh is not self._inquiry else []
        for make in latest:
            try:
                make(fresh)
            except HeldbyError:
                continue  # whoever asks for it is told
        self._stamp, self._inquiry = stamp, fresh

    def _open(self) -> Inquiry:
        ledger = open_ledger(self._where)
        try:
            head = ledger.head()
            standing: Inquiry | None = getattr(self, "_inquiry", None)
            if standing is not None and (head.hash if head else "") == standing.head:
                return standing
            opened = open_inquiry(self._desk, ledger)
            if standing is not None:
                opened.weigher.inherit(standing.weigher)
            return opened if self._rules is None else replace(opened, rules=self._rules)
        finally:
            ledger.close()


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
