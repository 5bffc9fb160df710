"""Creates and changes objects. Every change creates an event, which contains the previous values."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from clock import Agenda, Clock
from store import Json, Store, new_id

API_VERSION = "2026-09-30.endive"
"""The version of Stripe's API whose format the objects have."""

MAX_EVENTS = 20_000
"""The most events that are kept; older ones are deleted. Stripe keeps them for thirty days instead."""

Request = dict[str, str | None]
NO_REQUEST: Request = {"id": None, "idempotency_key": None}
request: ContextVar[Request] = ContextVar("request", default=NO_REQUEST)
"""The API request that causes a change; `NO_REQUEST` when a due time or the control interface causes it."""


class Changes:
    """Creates and changes objects. All code does so through this class, so that no change lacks its event."""

    def __init__(self, store: Store, clock: Clock, agenda: Agenda) -> None:
        self.events: dict[str, Json] = {}
        self.count = 0
        """The number of changes so far, from which the saver sees that there is something new to write."""
        self.listeners: list[Callable[[Json], None]] = []
        self._store = store
        self._clock = clock
        self._agenda = agenda

    def made(self, thing: Json, type: str | None = None, **private: Any) -> Json:
        """Stores a new object and emits an event of this type, if one is given."""
        self.count += 1
        self._store.add(thing, **private)
        self._agenda.note(thing)
        if type:
            self.emit(type, thing)
        return thing

    @contextmanager
    def edit(self, thing: Json, type: str | None = None) -> Iterator[Json]:
        """Changes an object in place. Emits an event of this type with the previous values, if anything has changed."""
        before = copy.deepcopy(thing)
        yield thing
        self.count += 1
        self._agenda.note(thing)
        previous = previous_attributes(before, thing)
        if type and previous:
            self.emit(type, thing, previous)

    def emit(self, type: str, thing: Json, previous: Json | None = None) -> Json:
        """Creates an event with the present state of an object and schedules its delivery."""
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
        if len(self.events) > MAX_EVENTS:
            del self.events[next(iter(self.events))]
        for listener in self.listeners:
            listener(event)
        return event


def previous_attributes(before: Json, after: Json) -> Json:
    """The previous values of the members that changed: of maps only the changed members, lists as a whole."""
    previous: Json = {}
    for name in before | after:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        previous[name] = previous_attributes(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    return previous
