"""The mock's clock, and the queue of what falls due at which time."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

DAY = 86_400


class Clock:
    """Real time plus an offset in seconds. Once there are customers the offset only grows.

    While an overdue event is processed (`at`), the clock stands still at the time at which it fell due.
    """

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        self._at: int | None = None

    def now(self) -> int:
        """The mock's time in Unix seconds."""
        return int(time.time()) + self.offset if self._at is None else self._at

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """Sets the clock to `moment` (Unix seconds) for the duration of the `with` block."""
        self._at = moment
        try:
            yield
        finally:
            self._at = None


# In this order when they fall due in the same second: a subscription that ends is not renewed, one whose
# schedule ends is renewed without it, and an invoice is finalised after the renewal that made it.
EXPIRE, CANCEL, RELEASE, RENEW, FINALIZE, RETRY = range(6)


class Agenda:
    """A priority queue of the times at which objects have to be processed.

    An entry may be stale: only the object itself, when its time has come, says what is really due.
    """

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, str]] = []

    def note(self, thing: dict[str, Any]) -> None:
        """Adds the due times of an object. Call it after each change of the object."""
        for moment, what in moments(thing):
            heapq.heappush(self._entries, (moment, what, thing["id"]))

    def next(self, until: int) -> tuple[int, int, str] | None:
        """Removes and returns the earliest entry that is due at `until`, or `None` when there is none."""
        if self._entries and self._entries[0][0] <= until:
            return heapq.heappop(self._entries)
        return None


def moments(thing: dict[str, Any]) -> list[tuple[int, int]]:
    """The due times of an object in its present state, each with the kind of what falls due."""
    kind = thing["object"]
    if kind == "checkout.session" and thing["status"] == "open":
        return [(thing["expires_at"], EXPIRE)]
    if kind == "subscription" and thing["ended_at"] is None:
        due = [(thing["items"]["data"][0]["current_period_end"], RENEW)]
        return due if thing["cancel_at"] is None else [*due, (thing["cancel_at"], CANCEL)]
    if kind == "subscription_schedule" and thing["status"] == "active":
        return [(thing["phases"][-1]["end_date"], RELEASE)]
    if kind == "invoice" and thing["status"] == "draft" and thing["automatically_finalizes_at"]:
        return [(thing["automatically_finalizes_at"], FINALIZE)]
    if kind == "invoice" and thing["status"] == "open" and thing["next_payment_attempt"]:
        return [(thing["next_payment_attempt"], RETRY)]
    return []
