"""Every change makes an event; what it was before stands in the event."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from clock import Agenda, Clock
from store import Json, Store, new_id

API_VERSION = "2026-09-30.endive"
"""The version whose shapes the objects have."""

KEPT = 20_000
"""More events than this are forgotten, the oldest first (Stripe keeps thirty days)."""

Request = dict[str, str | None]
NOBODY: Request = {"id": None, "idempotency_key": None}
request: ContextVar[Request] = ContextVar("request", default=NOBODY)
"""Whose call makes the change; nobody's, when time does."""


class Changes:
    """The only way objects are made and changed."""

    def __init__(self, store: Store, clock: Clock, agenda: Agenda) -> None:
        self.events: dict[str, Json] = {}
        self.count = 0
        """How often anything was changed so far."""
        self.listeners: list[Callable[[Json], None]] = []
        self._store = store
        self._clock = clock
        self._agenda = agenda

    def made(self, thing: Json, type: str | None = None, **private: Any) -> Json:
        """Keeps a new object; an event of this type says so."""
        self.count += 1
        self._store.add(thing, **private)
        self._agenda.note(thing)
        if type:
            self.emit(type, thing)
        return thing

    @contextmanager
    def edit(self, thing: Json, type: str | None = None) -> Iterator[Json]:
        """Changes an object in place; an event of this type says what it was before, if it changed."""
        before = copy.deepcopy(thing)
        yield thing
        self.count += 1
        self._agenda.note(thing)
        previous = previous_attributes(before, thing)
        if type and previous:
            self.emit(type, thing, previous)

    def emit(self, type: str, thing: Json, previous: Json | None = None) -> Json:
        """Makes an event of an object as it is now."""
        self.count += 1
        data: Json = {"object": copy.deepcopy(thing)}
        if previous is not None and type.endswith(".updated"):
            data["previous_attributes"] = previous
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self._clock.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": dict(request.get()),
            "type": type,
        }
        self.events[event["id"]] = event
        if len(self.events) > KEPT:
            del self.events[next(iter(self.events))]
        for listener in self.listeners:
            listener(event)
        return event


def previous_attributes(before: Json, after: Json) -> Json:
    """The members that changed, as they were: inside maps only those, lists as a whole."""
    previous: Json = {}
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        previous[name] = previous_attributes(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    return previous
