"""Delivers events to the webhook: signs them, retries until they are accepted, and records every attempt."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import itertools
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from typing import Any

from store import Json

RETRIES = 8
FIRST_WAIT_SECONDS = 0.2
"""The delay before the first retry, doubled after each. Stripe retries for three days, the mock for about a minute."""

TIMEOUT_SECONDS = 20.0
SENDERS = 4


@dataclass
class Webhook:
    """The URL that events are sent to, and the secrets that sign them: all of them sign, as during a rotation."""

    url: str | None = None
    secrets: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=lambda: ["*"])
    """The event types it receives: `*`, whole names, or prefixes such as `customer.subscription.*`."""

    def takes(self, type: str) -> bool:
        """Whether the webhook receives events of this type."""
        return any(type == one or (one.endswith("*") and type.startswith(one[:-1])) for one in self.types)


@dataclass(frozen=True)
class Attempt:
    """One delivery attempt: its HTTP status (`None` when there was no answer), and its real time."""

    event: str
    type: str
    status: int | None
    at: float


def signature(body: bytes, secrets: Iterable[str], timestamp: int) -> str:
    """The `Stripe-Signature` header: HMAC-SHA256 over the timestamp, a dot and the raw body, per secret."""
    signed = str(timestamp).encode() + b"." + body
    macs = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={mac}" for mac in macs)])


class Delivery:
    """Sends each event as soon as it is created (`auto`), or holds all until a test names some to deliver (`hold`)."""

    def __init__(self, webhook: Webhook) -> None:
        self.webhook = webhook
        self.mode = "auto"
        self.held: dict[str, Json] = {}
        self.attempts: list[Attempt] = []
        self._due: list[tuple[float, int, int, Json]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._ended = False
        threading.Thread(target=self._run, daemon=True).start()

    def offer(self, event: Json) -> None:
        """Takes a new event: schedules its delivery, or holds it."""
        if not self.webhook.takes(event["type"]):
            return
        if self.mode == "hold":
            self.held[event["id"]] = event
        elif self.webhook.url:
            event["pending_webhooks"] = 1
            self._queue(event, 0, 0.0)

    def send(self, event: Json) -> int | None:
        """Makes one delivery attempt now and returns its HTTP status, or `None` when there was no answer."""
        if not self.webhook.url:
            return None
        body = json.dumps(event, indent=2).encode()
        # The receiver compares the timestamp with the real time, so the mock's clock does not count here.
        header = signature(body, self.webhook.secrets, int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": header,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        request = urllib.request.Request(self.webhook.url, body, headers, method="POST")
        status: int | None
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                status = answer.status
        except urllib.error.HTTPError as error:
            status = error.code
        except (OSError, ValueError):
            status = None
        self.attempts.append(Attempt(event["id"], event["type"], status, time.time()))
        if status is not None and 200 <= status < 300:
            event["pending_webhooks"] = 0
        return status

    def set_mode(self, mode: str) -> None:
        """`hold` holds events back; `auto` sends them, including those that were held."""
        self.mode = mode
        if mode == "auto":
            held, self.held = list(self.held.values()), {}
            for event in held:
                self.offer(event)

    def idle(self) -> bool:
        """Whether no event is being delivered or waits for a retry."""
        with self._wake:
            return not self._due

    def record(self) -> list[dict[str, Any]]:
        """Every attempt so far."""
        return [asdict(one) for one in self.attempts]

    def end(self) -> None:
        """Stops delivering."""
        with self._wake:
            self._ended = True
            self._wake.notify()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _queue(self, event: Json, count: int, wait: float) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + wait, next(self._order), count, event))
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._ended and (not self._due or self._due[0][0] > time.monotonic()):
                    self._wake.wait(self._due[0][0] - time.monotonic() if self._due else None)
                if self._ended:
                    return
                _, _, count, event = heapq.heappop(self._due)
                self._senders.submit(self._attempt, event, count)

    def _attempt(self, event: Json, count: int) -> None:
        status = self.send(event)
        taken = status is not None and 200 <= status < 300
        if not taken and count < RETRIES and not self._ended:
            self._queue(event, count + 1, FIRST_WAIT_SECONDS * 2**count)
