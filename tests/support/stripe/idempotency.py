"""Idempotency keys, by Stripe's rules.

The first call of a key that began to be carried out is answered again, whatever the answer was, for a day.
What was refused for its parameters began nothing, and is not kept.
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
    """What a call was answered."""

    status: int
    body: dict[str, Any]
    request_id: str


class Keys:
    """Every key of the last day."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, object, Answer]] = {}
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, key: str, call: object, now: int) -> Answer | None:
        """The kept answer; none when the call is the key's first, which `end` has to follow."""
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
        """Keeps what the first call was answered; none when it was never carried out."""
        with self._lock:
            self._under_way.discard(key)
            if answer is not None and answer.status not in UNKEPT:
                self._kept[key] = (now, call, answer)
