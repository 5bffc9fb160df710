"""The control interface under `/_mock/`: commands for tests, as JSON in both directions.

With it a test does what no client of Stripe's API can: moves the clock, pays in Checkout, holds events back, injects
faults.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import errors
import objects
from delivery import Webhook
from mock_server import MockServer
from faults import MODES, Fault
from store import Json, new_id
from subscriptions import plan_of

Handler = Callable[..., Any]
COMMANDS: list[tuple[str, re.Pattern[str], Handler]] = []


def answer(mock: MockServer, method: str, path: str, given: Json) -> Any:
    """Carries out a command and returns its JSON answer."""
    for wanted, pattern, handler in COMMANDS:
        match = pattern.fullmatch(path)
        if match and wanted == method:
            return handler(mock, given, **match.groupdict())
    listed = ", ".join(f"{wanted} {pattern.pattern}" for wanted, pattern, _ in COMMANDS)
    raise errors.ApiError(404, "invalid_request_error", f"No such command: {method} {path}. There are: {listed}")


def _command(method: str, path: str) -> Callable[[Handler], Handler]:
    pattern = re.compile("/_mock/" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Handler) -> Handler:
        COMMANDS.append((method, pattern, handler))
        return handler

    return register


@_command("GET", "state")
def state(mock: MockServer, given: Json) -> Json:
    """All objects by kind, and all events."""
    with mock.lock:
        return mock.state()


@_command("GET", "clock")
def clock(mock: MockServer, given: Json) -> Json:
    """The mock's time."""
    return {"now": mock.clock.now(), "offset_s": mock.clock.offset}


@_command("POST", "clock")
def advance(mock: MockServer, given: Json) -> Json:
    """`{"advance_s": 86400}` moves the clock forward and processes all that falls due on the way.

    `{"set_back_s": 86400}` moves it back, which is possible only while there are no customers.
    """
    if "set_back_s" in given:
        return {"now": mock.set_back(_seconds(given, "set_back_s")), "offset_s": mock.clock.offset}
    return {"now": mock.advance(_seconds(given, "advance_s")), "offset_s": mock.clock.offset}


def _seconds(given: Json, name: str) -> int:
    seconds = given.get(name)
    if not isinstance(seconds, int) or seconds < 0:
        raise errors.invalid(f"{name}: a whole number of seconds", name)
    return seconds


@_command("POST", "delivery")
def delivery(mock: MockServer, given: Json) -> Json:
    """`{"mode": "auto"}` sends events at once; `{"mode": "hold"}` holds them back."""
    mode = _choice(given, "mode", "auto", "hold")
    with mock.lock:
        mock.delivery.set_mode(mode)
    return {"mode": mode, "held": len(mock.delivery.held)}


@_command("GET", "deliveries")
def deliveries(mock: MockServer, given: Json) -> Json:
    """Every delivery attempt so far, and whether any event still waits for delivery."""
    return {"idle": mock.delivery.idle(), "tries": mock.delivery.record()}


@_command("GET", "held")
def held(mock: MockServer, given: Json) -> Json:
    """The events that are held back, oldest first."""
    return {"data": list(mock.delivery.held.values())}


@_command("POST", "deliver")
def deliver(mock: MockServer, given: Json) -> Json:
    """`{"events": ["evt_1", "evt_2", "evt_1"]}` delivers in this order, and returns each status."""
    answered = []
    for event in _events(mock, given):
        status = mock.delivery.send(event)
        if status is not None and 200 <= status < 300:
            mock.delivery.held.pop(event["id"], None)
        answered.append({"event": event["id"], "type": event["type"], "status": status})
    return {"data": answered}


@_command("POST", "drop")
def drop(mock: MockServer, given: Json) -> Json:
    """`{"events": ["evt_1"]}` discards held events: they are never delivered, but the API still lists them."""
    dropped = [event["id"] for event in _events(mock, given) if mock.delivery.held.pop(event["id"], None)]
    return {"dropped": dropped}


@_command("POST", "checkout/{id}/complete")
def complete(mock: MockServer, given: Json, id: str) -> Json:
    """`{"payment": "succeeds"}` or `{"payment": "fails"}`: the customer pays in Checkout, or the card is declined."""
    works = _choice(given, "payment", "succeeds", "fails", default="succeeds") == "succeeds"
    with mock.lock:
        session = mock.store.get("checkout.session", id)
        if works:
            mock.lifecycle.complete(session)
        else:
            mock.lifecycle.decline(session)
        return session


@_command("POST", "subscriptions/{id}/payment")
def payment(mock: MockServer, given: Json, id: str) -> Json:
    """`{"payment": "fails"}` or `{"payment": "succeeds"}`: the outcome of every charge from now on."""
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        with mock.changes.edit(subscription):
            mock.store.private[id]["payment"] = _choice(given, "payment", "succeeds", "fails")
        return subscription


@_command("POST", "subscriptions/{id}/pay")
def pay(mock: MockServer, given: Json, id: str) -> Json:
    """Charges the open invoices now instead of at their next scheduled attempt."""
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        mock.lifecycle.pay(subscription)
        return subscription


@_command("POST", "subscriptions/{id}/cancel")
def cancel(mock: MockServer, given: Json, id: str) -> Json:
    """`{"when": "now"}`, `{"when": "period_end"}`, or `{"at": 1790000000}` (Unix seconds): ends a subscription.

    With `at`, `cancel_at_period_end` stays false and only `cancel_at` is set, as with Stripe.
    """
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        if "at" in given:
            mock.lifecycle.cancel_later(subscription, at=given["at"])
        elif _choice(given, "when", "now", "period_end", default="now") == "now":
            mock.lifecycle.cancel(subscription, "cancellation_requested")
        else:
            mock.lifecycle.cancel_later(subscription)
        return subscription


@_command("POST", "subscriptions/{id}/resume")
def resume(mock: MockServer, given: Json, id: str) -> Json:
    """Withdraws a scheduled cancellation."""
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        mock.lifecycle.resume(subscription)
        return subscription


@_command("POST", "subscriptions/{id}/change")
def change(mock: MockServer, given: Json, id: str) -> Json:
    """`{"price": "price_enterprise", "when": "now"}` or `"when": "period_end"`: changes the price."""
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        price = mock.store.get("price", given.get("price", ""), "price")
        if _choice(given, "when", "now", "period_end", default="now") == "now":
            mock.lifecycle.change(subscription, price)
        else:
            mock.lifecycle.change_later(subscription, price)
        return subscription


@_command("POST", "subscriptions/{id}/add-on")
def add_on(mock: MockServer, given: Json, id: str) -> Json:
    """`{"price": "price_seats", "cents": 500}`: adds an item before the others, as somebody may in the Dashboard."""
    with mock.lock:
        subscription = mock.store.get("subscription", id)
        now, items = mock.clock.now(), subscription["items"]["data"]
        price = objects.monthly_price(given.get("price", "price_add_on"), "prod_add_on", given.get("cents", 500), now)
        with mock.changes.edit(subscription, "customer.subscription.updated"):
            items.insert(0, items[0] | {"id": new_id("si", 14), "price": price, "plan": plan_of(price), "created": now})
        return subscription


@_command("POST", "fault")
def fault(mock: MockServer, given: Json) -> Json:
    """Injects a fault; `faults.Fault` has the modes. For example:

    `{"mode": "slow", "seconds": 12, "path_prefix": "/v1/checkout", "method": "POST", "times": 2}`
    """
    _choice(given, "mode", *MODES)
    try:
        return mock.faults.set(Fault(**given))
    except TypeError as error:
        raise errors.invalid(str(error)) from error


@_command("POST", "webhook")
def webhook(mock: MockServer, given: Json) -> Json:
    """`{"url": "http://…", "secrets": ["whsec_…"], "types": ["customer.*"]}`; what is left out stays unchanged."""
    known = mock.delivery.webhook
    fresh = Webhook(
        given.get("url", known.url), given.get("secrets", known.secrets), given.get("types", known.types)
    )
    mock.delivery.webhook = fresh
    return {"url": fresh.url, "secrets": len(fresh.secrets), "types": fresh.types}


@_command("GET", "calls")
def calls(mock: MockServer, given: Json) -> Json:
    """Every call of the API since the start, or since the list was emptied."""
    return {"data": list(mock.calls)}


@_command("DELETE", "calls")
def forget_calls(mock: MockServer, given: Json) -> Json:
    """Empties the list of calls."""
    mock.calls.clear()
    return {"data": []}


def _events(mock: MockServer, given: Json) -> list[Json]:
    found = []
    for id in given.get("events", []):
        event = mock.changes.events.get(id)
        if event is None:
            raise errors.missing("event", id)
        found.append(event)
    return found


def _choice(given: Json, name: str, *choices: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if value not in choices:
        raise errors.invalid(f"{name}: one of {', '.join(choices)}", name)
    return str(value)
