"""Idempotency keys, by Stripe's rules.

The answer to the first call with a key, success or failure, is stored for a day and returned to later calls with it.
A call that was refused for its parameters was never executed, so its answer is not stored.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import errors
from clock import DAY

UNKEPT = (400, 401, 404, 409, 429)


@dataclass(frozen=True)
class Answer:
    """A stored answer."""

    status: int
    body: dict[str, Any]
    request_id: str


class Keys:
    """The keys of the last 24 hours."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, object, Answer]] = {}
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, key: str, call: object, now: int) -> Answer | None:
        """The stored answer, or `None` when this is the first call with the key; then the caller must call `end`.

        Raises `ApiError` when the key came with another call before, or its first call has not finished.
        """
        with self._lock:
            if key in self._under_way:
                raise errors.key_in_use(key)
            since, first, answer = self._kept.get(key, (0, None, None))
            if answer is None or since + DAY <= now:
                self._under_way.add(key)
                return None
            if first != call:
                raise errors.reused_key(key)
            return answer

    def end(self, key: str, call: object, now: int, answer: Answer | None) -> None:
        """Stores the answer to the first call with a key; `None` frees the key, because the call was not executed."""
        with self._lock:
            self._under_way.discard(key)
            if answer is not None and answer.status not in UNKEPT:
                self._kept[key] = (now, call, answer)
