"""Faults that tests inject into the API to see how its clients behave."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

import errors

MODES = ("none", "down", "slow", "hang", "error500", "rate_limit", "lost")
HANG_SECONDS = 300.0


class Disconnect(Exception):
    """The connection is closed without an answer."""


@dataclass
class Fault:
    """A fault, by its mode.

    `down` closes the connection. `slow` answers after `seconds`. `hang` closes the connection too, but only when the
    fault is removed, or after `HANG_SECONDS`. `error500` and `rate_limit` answer 500 and 429. `lost` carries the call
    out, then closes the connection.
    """

    mode: str = "none"
    path_prefix: str = "/v1/"
    method: str | None = None
    times: int | None = None
    seconds: float = 5.0


class Faults:
    """The fault that is active at present, if there is one."""

    def __init__(self) -> None:
        self._fault = Fault()
        self._changed = threading.Condition()

    def set(self, fault: Fault) -> dict[str, Any]:
        """Activates a fault, or removes it (mode `none`), upon which hanging calls continue."""
        with self._changed:
            self._fault = fault
            self._changed.notify_all()
        return asdict(fault)

    def before(self, method: str, path: str) -> bool:
        """Applies the active fault to a call, if it matches. True when the answer is to be lost.

        Raises `Disconnect` or `ApiError` as the mode says.
        """
        with self._changed:
            fault = self._fault
            meant = fault.mode != "none" and path.startswith(fault.path_prefix)
            if not meant or fault.method not in (None, method) or fault.times == 0:
                return False
            if fault.times is not None:
                fault.times -= 1
        if fault.mode == "slow":
            time.sleep(fault.seconds)
        elif fault.mode == "hang":
            with self._changed:
                self._changed.wait_for(lambda: self._fault is not fault, HANG_SECONDS)
            raise Disconnect
        elif fault.mode == "down":
            raise Disconnect
        elif fault.mode == "error500":
            raise errors.ApiError(500, "api_error", "An unknown error occurred")
        elif fault.mode == "rate_limit":
            raise errors.ApiError(429, "invalid_request_error", "Request rate limit exceeded.", code="rate_limit")
        return fault.mode == "lost"
