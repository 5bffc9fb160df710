"""The mock's time, and what falls due in it."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

DAY = 86_400


class Clock:
    """Real time and an offset that only grows once there are customers; stands still while something of the past is made up for."""

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset
        self._at: int | None = None

    def now(self) -> int:
        """Unix seconds."""
        return int(time.time()) + self.offset if self._at is None else self._at

    @contextmanager
    def at(self, moment: int) -> Iterator[None]:
        """What happens meanwhile happens at this moment."""
        self._at = moment
        try:
            yield
        finally:
            self._at = None


# In this order when they fall due in the same second: a subscription that ends is not renewed, one whose
# schedule ends is renewed without it, and an invoice is finalised after the renewal that made it.
EXPIRE, CANCEL, RELEASE, RENEW, FINALIZE, RETRY = range(6)


class Agenda:
    """When each object wants to be looked at. An entry is a reminder: the object says what is due."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, int, str]] = []

    def note(self, thing: dict[str, Any]) -> None:
        """Adds the moments that an object carries; after each change of it."""
        for moment, what in moments(thing):
            heapq.heappush(self._entries, (moment, what, thing["id"]))

    def next(self, until: int) -> tuple[int, int, str] | None:
        """The earliest entry that is due by then, taken off the agenda."""
        if self._entries and self._entries[0][0] <= until:
            return heapq.heappop(self._entries)
        return None


def moments(thing: dict[str, Any]) -> list[tuple[int, int]]:
    """When something falls due for an object, and what, as the object stands now."""
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
