"""The state of the mock: one Stripe account, in memory, and optionally saved in a file."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import errors
import objects
from clock import Agenda, Clock
from delivery import Delivery, Webhook
from events import Changes
from faults import Faults
from idempotency import Keys
from lifecycle import Lifecycle
from payments import Dunning, Payments
from store import Json, Store

CALLS_KEPT = 10_000
TICK_SECONDS = 0.5


@dataclass(frozen=True)
class Account:
    """What the account contains at the start: prices, a portal configuration, and the retry rules."""

    price_pro: str = "price_pro"
    price_enterprise: str = "price_enterprise"
    portal_configuration: str = "bpc_default"
    dunning: Dunning = field(default_factory=Dunning)


class MockServer:
    """The whole state, guarded by one lock."""

    def __init__(self, account: Account, webhook: Webhook, data: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = Clock()
        self.store = Store()
        self.agenda = Agenda()
        self.changes = Changes(self.store, self.clock, self.agenda)
        self.payments = Payments(self.store, self.changes, self.clock, account.dunning)
        self.lifecycle = Lifecycle(self.store, self.changes, self.clock, self.agenda, self.payments)
        self.delivery = Delivery(webhook)
        self.faults = Faults()
        self.keys = Keys()
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.url = ""
        self._data = data
        self._saved: object = None
        self._ended = threading.Event()
        if data is not None and data.exists():
            self._load(json.loads(data.read_text()))
        self._set_up(account)
        self.changes.listeners.append(self.delivery.offer)
        threading.Thread(target=self._tick, daemon=True).start()

    def advance(self, seconds: int) -> int:
        """Moves the clock forward and processes all that falls due on the way. Returns the new time."""
        with self.lock:
            self.clock.offset += seconds
            self.lifecycle.settle()
            return self.clock.now()

    def set_back(self, seconds: int) -> int:
        """Moves the clock back, for tests whose history has to lie in the past. Returns the new time.

        Raises when there are customers already.
        """
        with self.lock:
            if any(thing["object"] == "customer" for thing in self.store.objects.values()):
                raise errors.invalid("set_back_s: there are customers, and they have lived through this", "set_back_s")
            self.clock.offset -= seconds
            return self.clock.now()

    def end(self) -> None:
        """Stops the background threads and saves the state."""
        self._ended.set()
        self.delivery.end()
        with self.lock:
            self._save()

    def state(self) -> dict[str, Any]:
        """All objects by kind, oldest first."""
        kinds: dict[str, list[Json]] = {}
        for thing in self.store.objects.values():
            kinds.setdefault(thing["object"], []).append(thing)
        return {"now": self.clock.now(), "objects": kinds, "events": list(self.changes.events.values())}

    def _set_up(self, account: Account) -> None:
        now = self.clock.now()
        catalogue = (("Pro", account.price_pro, 2900), ("Enterprise", account.price_enterprise, 19_900))
        sold = []
        for name, price_id, cents in catalogue:
            product_id = f"prod_{name.lower()}"
            sold.append({"product": product_id, "prices": [price_id]})
            if price_id not in self.store.objects:
                self.store.add(objects.product(product_id, name, price_id, now))
                self.store.add(objects.monthly_price(price_id, product_id, cents, now))
        if account.portal_configuration not in self.store.objects:
            features = {
                "invoice_history": {"enabled": True},
                "payment_method_update": {"enabled": True},
                "subscription_cancel": {"enabled": True},
                "subscription_update": {
                    "default_allowed_updates": ["price"],
                    "enabled": True,
                    "products": sold,
                    "proration_behavior": "always_invoice",
                    "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
                },
            }
            configuration = objects.portal_configuration({"features": features}, now, is_default=True)
            self.store.add(configuration | {"id": account.portal_configuration})

    def _tick(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            with self.lock:
                self.lifecycle.settle()
                self._save()

    def _save(self) -> None:
        if self._data is None:
            return
        state = (self.changes.count, self.clock.offset, self.delivery.webhook)
        if state == self._saved:
            return
        text = json.dumps(
            {
                "offset": self.clock.offset,
                "objects": self.store.objects,
                "private": self.store.private,
                "events": self.changes.events,
                "webhook": asdict(self.delivery.webhook),
            }
        )
        # Written beside and renamed, so that neither a reader nor a crash leaves half a file.
        fresh = self._data.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self._data)
        self._saved = state

    def _load(self, saved: dict[str, Any]) -> None:
        self.clock.offset = saved["offset"]
        for id, thing in saved["objects"].items():
            self.store.add(thing, **saved["private"][id])
        self.changes.events = saved["events"]
        if self.delivery.webhook.url is None:
            self.delivery.webhook = Webhook(**saved["webhook"])
        for thing in self.store.objects.values():
            if not thing.get("deleted"):
                self.agenda.note(thing)
