"""Editions kept ready: the ledger is weighed once for each of its heads, and what was asked of it is made once.

ledger -> its head moved? -> open_inquiry -> Inquiry
(Inquiry, question, what is wanted) -> made or taken from the shelf -> Edition

Where it is watched, a thread of its own looks after the ledger and the clock, and what was lately asked is answered anew before a new state is shown
(`heldby.web.ready`); else whoever asks first finds the new state and makes it.
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
from heldby.flow.inquiry import Inquires, Inquiry, Question, Wanted, open_inquiry
from heldby.ledger import Where, open_ledger, stamper
from heldby.publish import Edition, Release

T = TypeVar("T")
ROOM = 96  # things kept; the one longest unasked goes first


class Shelf:
    """What a server answers from. Safe to use from several threads: one makes, all others read.

    Its clock goes by whole minutes, so that what is asked "as known now" is the same edition for a minute, and never one from the future.
    """

    def __init__(self, desk: Desk, where: Where, rules: Release | None = None) -> None:
        """`rules` in place of those of the desk's settings, where single units have their own."""
        self._rules = rules
        self._desk = desk
        self._where, self._ledger_stamp = where, stamper(where)
        self.begin()
        self._stamp = self._ledger_stamp()
        self._inquiry = self._open()

    def begin(self) -> None:
        """An empty shelf."""
        self._opening, self._keeping = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, threading.RLock] = {}
        self._watched = False
        self.rehearse: Callable[[Inquiry, Hashable], None] | None = None  # answers what was lately asked, from a state not yet shown

    def inquiry(self) -> Inquires:
        """The inquiry over the ledger as it stands. Where nobody watches, whoever finds that its head moved weighs it anew; until then others
        get the one before."""
        if not self._watched and self._behind() and self._opening.acquire(blocking=False):
            try:
                self._renew()
            finally:
                self._opening.release()
        return self._inquiry

    @property
    def state(self) -> Hashable | None:
        """What all answers depend on beside what is asked; None where the ledger or the clock moved and nobody watches."""
        return None if not self._watched and self._behind() else _state(self._inquiry)

    def question(self, inquiry: Inquires) -> Question:
        """What is asked where no clock is given: the theatre's last day or today, as known now."""
        theatre, now = inquiry.theatre, inquiry.now
        ending = (now - timedelta(minutes=1)).astimezone(theatre.zone)  # midnight is the end of the day before
        return Question(last_day(ending.date(), theatre.until), now)

    def edition(self, inquiry: Inquires, question: Question, wanted: Wanted) -> Edition:
        """The edition asked for, through the release gate. Raises ReleaseError where the release refuses."""
        return self.kept(inquiry, (question, wanted), lambda: inquiry.edition(question, wanted))

    def kept(self, inquiry: Inquires, key: Hashable, make: Callable[[], T]) -> T:
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

    def renew(self) -> None:
        """Weigh what was just written: the next answer is with it."""
        with self._opening:
            self._renew()

    def watch(self, every: float = 0.5) -> None:
        """Looks from a thread of its own whether the ledger grew or a minute passed, so that no question has to wait for the weighing."""
        self._watched = True

        def look() -> None:
            while True:
                time.sleep(every)
                if not self._behind():
                    continue
                try:
                    with self._opening:
                        self._renew(self.rehearse)
                except HeldbyError as e:
                    logging.getLogger("heldby.web").warning("the ledger cannot be read: %s", e)

        threading.Thread(target=look, name="heldby-watch", daemon=True).start()

    @property
    def standing(self) -> Inquires:
        """The inquiry as it stands, without looking whether the ledger grew."""
        return self._inquiry

    def _behind(self) -> bool:
        """Whether the ledger's file or the clock's minute is another than that of the standing inquiry."""
        return self._ledger_stamp() != self._stamp or _minute(self._desk.clock()) != self._inquiry.now

    def _renew(self, rehearse: Callable[[Inquiry, Hashable], None] | None = None) -> None:
        stamp = self._ledger_stamp()
        try:
            fresh = self._open()
        except LedgerError:
            return  # in the middle of a write: the next question looks again
        if rehearse is not None and _state(fresh) != _state(self._inquiry):
            rehearse(fresh, _state(fresh))
        self._stamp, self._inquiry = stamp, fresh

    def _open(self) -> Inquiry:
        """The ledger weighed as it stands, with a clock that does not move on."""
        now = _minute(self._desk.clock())
        desk = replace(self._desk, clock=lambda: now)
        ledger = open_ledger(self._where)
        try:
            head = ledger.head()
            standing: Inquiry | None = getattr(self, "_inquiry", None)
            if standing is not None and (head.hash if head else "") == standing.head:
                return standing if standing.now == now else replace(standing, desk=desk)
            return open_inquiry(desk, ledger, rules=self._rules)
        finally:
            ledger.close()


def _state(inquiry: Inquiry) -> Hashable:
    return inquiry.revision, inquiry.head, inquiry.rules, inquiry.now


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)
