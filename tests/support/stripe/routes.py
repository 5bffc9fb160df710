"""The endpoints of the API, with their parameters."""

from __future__ import annotations

from typing import Any

import errors
import lists
import objects
from mock_server import MockServer
from parameters import (
    EXPAND,
    Rule,
    boolean,
    each,
    hash_of,
    integer,
    listing,
    merged,
    metadata,
    one_of,
    text,
    url,
)
from routing import list_of, retrieve, route, same
from store import Json
from subscriptions import ENDED

STATUSES = ("incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused")
CUSTOMER = {name: text for name in ("email", "name", "description", "phone")}
ITEM = hash_of(id=text, price=text)
FEATURES = hash_of(
    customer_update=hash_of(enabled=boolean, allowed_updates=each(text)),
    invoice_history=hash_of(enabled=boolean, required=("enabled",)),
    payment_method_update=hash_of(enabled=boolean, required=("enabled",)),
    subscription_cancel=hash_of(
        enabled=boolean,
        mode=one_of("at_period_end", "immediately"),
        proration_behavior=one_of("none", "create_prorations", "always_invoice"),
        cancellation_reason=hash_of(enabled=boolean, options=each(text)),
    ),
    subscription_update=hash_of(
        enabled=boolean,
        default_allowed_updates=each(one_of("price", "promotion_code", "quantity")),
        products=each(hash_of(product=text, prices=each(text), required=("product", "prices"))),
        proration_behavior=one_of("none", "create_prorations", "always_invoice"),
        schedule_at_period_end=hash_of(
            conditions=each(hash_of(type=one_of("decreasing_item_amount", "shortening_interval")))
        ),
    ),
)
CONFIGURATION: dict[str, Rule] = {
    "business_profile": hash_of(headline=text, privacy_policy_url=text, terms_of_service_url=text),
    "default_return_url": url,
    "features": FEATURES,
    "metadata": metadata,
    "name": text,
}
FLOW = hash_of(
    type=one_of("subscription_update_confirm", "subscription_cancel", "subscription_update", "payment_method_update"),
    after_completion=hash_of(type=one_of("redirect", "portal_homepage"), redirect=hash_of(return_url=url)),
    subscription_cancel=hash_of(subscription=text, required=("subscription",)),
    subscription_update=hash_of(subscription=text, required=("subscription",)),
    subscription_update_confirm=hash_of(
        subscription=text,
        items=each(hash_of(id=text, price=text, quantity=integer, required=("id",))),
        required=("subscription", "items"),
    ),
    required=("type",),
)
DETAILS = hash_of(comment=text, feedback=text)


@route("POST", "/customers", hash_of(metadata=metadata, preferred_locales=each(text), **CUSTOMER, **EXPAND))
def create_customer(mock: MockServer, given: Json) -> Json:
    """`POST /v1/customers`."""
    return mock.changes.made(objects.customer(given, mock.clock.now()), "customer.created")


@route("GET", "/customers/{id}", hash_of(**EXPAND))
def retrieve_customer(mock: MockServer, given: Json, id: str) -> Json:
    """`GET /v1/customers/{id}`; for a deleted customer the stub with `deleted: true`."""
    known = mock.store.objects.get(id)
    return known if known and known.get("deleted") else mock.store.get("customer", id)


@route("POST", "/customers/{id}", hash_of(metadata=metadata, preferred_locales=each(text), **CUSTOMER, **EXPAND))
def update_customer(mock: MockServer, given: Json, id: str) -> Json:
    """`POST /v1/customers/{id}`."""
    customer = mock.store.get("customer", id)
    with mock.changes.edit(customer, "customer.updated"):
        for name, value in given.items():
            if name == "metadata":
                customer[name] = merged(customer[name], value)
            elif name != "expand":
                customer[name] = value or None
    return customer


@route("DELETE", "/customers/{id}", hash_of())
def delete_customer(mock: MockServer, given: Json, id: str) -> Json:
    """`DELETE /v1/customers/{id}`."""
    return mock.lifecycle.delete_customer(mock.store.get("customer", id))


list_of("/customers", "customer", same("email"), email=text)
retrieve("/prices", "price")
list_of("/prices", "price", same("product", "active"), product=text, active=boolean)
retrieve("/products", "product")
list_of("/products", "product", same("active"), active=boolean)


@route(
    "POST",
    "/checkout/sessions",
    hash_of(
        mode=one_of("subscription"),
        customer=text,
        customer_email=text,
        client_reference_id=text,
        line_items=each(hash_of(price=text, quantity=integer, required=("price",))),
        success_url=url,
        cancel_url=url,
        metadata=metadata,
        subscription_data=hash_of(metadata=metadata),
        expires_at=integer,
        allow_promotion_codes=boolean,
        automatic_tax=hash_of(enabled=boolean, required=("enabled",)),
        billing_address_collection=one_of("auto", "required"),
        locale=text,
        payment_method_collection=one_of("always", "if_required"),
        required=("mode", "line_items", "success_url"),
        **EXPAND,
    ),
)
def create_checkout_session(mock: MockServer, given: Json) -> Json:
    """`POST /v1/checkout/sessions`, for one subscription."""
    now = mock.clock.now()
    if "customer" in given and "customer_email" in given:
        raise errors.invalid("You may only specify one of these parameters: customer, customer_email.")
    if "customer" in given:
        mock.store.get("customer", given["customer"], "customer")
    if len(given["line_items"]) != 1:
        raise errors.invalid("This mock sells one price at a time.", "line_items")
    if not now + 1800 <= given.get("expires_at", now + 1800) <= now + objects.SESSION_SECONDS:
        message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
        raise errors.invalid(message, "expires_at")
    wanted = given["line_items"][0]
    price = mock.store.get("price", wanted["price"], "line_items[0][price]")
    name = mock.store.get("product", price["product"])["name"]
    items = [objects.checkout_item(price, name, wanted.get("quantity", 1))]
    session = objects.checkout_session(given, items, mock.url, now)
    return mock.changes.made(
        session,
        line_items=items,
        subscription_metadata=merged({}, given.get("subscription_data", {}).get("metadata", {})),
    )


retrieve("/checkout/sessions", "checkout.session")
list_of(
    "/checkout/sessions", "checkout.session", same("customer", "status", "subscription"),
    customer=text, subscription=text, status=one_of("open", "complete", "expired"),
)


@route("POST", "/checkout/sessions/{id}/expire", hash_of(**EXPAND))
def expire_checkout_session(mock: MockServer, given: Json, id: str) -> Json:
    """`POST /v1/checkout/sessions/{id}/expire`."""
    session = mock.store.get("checkout.session", id)
    mock.lifecycle.expire(session)
    return session


@route("GET", "/checkout/sessions/{id}/line_items", listing())
def list_checkout_items(mock: MockServer, given: Json, id: str) -> Json:
    """`GET /v1/checkout/sessions/{id}/line_items`."""
    mock.store.get("checkout.session", id)
    return lists.page(f"/v1/checkout/sessions/{id}/line_items", mock.store.private[id]["line_items"], given)


@route("POST", "/billing_portal/configurations", hash_of(required=("features",), **CONFIGURATION, **EXPAND))
def create_portal_configuration(mock: MockServer, given: Json) -> Json:
    """`POST /v1/billing_portal/configurations`."""
    configuration = objects.portal_configuration(given, mock.clock.now())
    return mock.changes.made(configuration, "billing_portal.configuration.created")


@route("POST", "/billing_portal/configurations/{id}", hash_of(active=boolean, **CONFIGURATION, **EXPAND))
def update_portal_configuration(mock: MockServer, given: Json, id: str) -> Json:
    """`POST /v1/billing_portal/configurations/{id}`: replaces the features that are sent, and keeps the others."""
    configuration = mock.store.get("billing_portal.configuration", id)
    with mock.changes.edit(configuration, "billing_portal.configuration.updated"):
        sent = given.get("features", {})
        fresh = objects.portal_features(sent)
        configuration["features"] |= {name: fresh[name] for name in sent}
        configuration["business_profile"] |= given.get("business_profile", {})
        if "metadata" in given:
            configuration["metadata"] = merged(configuration["metadata"], given["metadata"])
        configuration |= {name: given[name] for name in ("active", "name", "default_return_url") if name in given}
        configuration["updated"] = mock.clock.now()
    return configuration


retrieve("/billing_portal/configurations", "billing_portal.configuration")
list_of(
    "/billing_portal/configurations", "billing_portal.configuration", same("active", "is_default"),
    active=boolean, is_default=boolean,
)


@route(
    "POST",
    "/billing_portal/sessions",
    hash_of(
        customer=text, return_url=url, configuration=text, locale=text, flow_data=FLOW, required=("customer",), **EXPAND
    ),
)
def create_portal_session(mock: MockServer, given: Json) -> Json:
    """`POST /v1/billing_portal/sessions`."""
    store = mock.store
    store.get("customer", given["customer"], "customer")
    kind = "billing_portal.configuration"
    default = next(thing["id"] for thing in store.of(kind) if thing["is_default"])
    configuration = store.get(kind, given.get("configuration", default), "configuration")
    flow: Json = given.get("flow_data", {})
    aim = flow.get(flow.get("type", ""))
    if flow and aim is None and flow["type"] != "payment_method_update":
        name = f"flow_data[{flow['type']}]"
        raise errors.invalid(f"Missing required param: {name}.", name, "parameter_missing")
    if aim is not None:
        param = f"flow_data[{flow['type']}][subscription]"
        subscription = store.get("subscription", aim["subscription"], param)
        if subscription["customer"] != given["customer"] or subscription["status"] in ENDED:
            raise errors.invalid("The subscription is not one that this customer can change.", param)
        if flow["type"] == "subscription_update_confirm" and len(subscription["items"]["data"]) > 1:
            raise errors.invalid("Subscriptions with multiple items cannot be updated in this flow.", param)
        for item in aim.get("items", []):
            store.get("price", item.get("price", subscription["items"]["data"][0]["price"]["id"]), "price")
    return mock.changes.made(
        objects.portal_session(given, configuration, mock.url, mock.clock.now()), "billing_portal.session.created"
    )


retrieve("/subscriptions", "subscription")


def _wanted(thing: Json, given: Json) -> bool:
    status = given.get("status", "")
    if status == "ended":
        fits = thing["status"] in ENDED
    else:
        fits = status in ("all", thing["status"]) or (status == "" and thing["status"] != "canceled")
    prices = [item["price"]["id"] for item in thing["items"]["data"]]
    return fits and given.get("price", prices[0]) in prices and same("customer")(thing, given)


list_of(
    "/subscriptions", "subscription", _wanted,
    customer=text, price=text, status=one_of(*STATUSES, "all", "ended"),
)


@route(
    "POST",
    "/subscriptions/{id}",
    hash_of(
        items=each(ITEM),
        cancel_at_period_end=boolean,
        cancel_at=integer,
        cancellation_details=DETAILS,
        proration_behavior=one_of("always_invoice", "create_prorations", "none"),
        metadata=metadata,
        **EXPAND,
    ),
)
def update_subscription(mock: MockServer, given: Json, id: str) -> Json:
    """`POST /v1/subscriptions/{id}`: changes the price or metadata, schedules a cancellation or withdraws it."""
    subscription = mock.store.get("subscription", id)
    if subscription["status"] in ENDED:
        message = "A canceled subscription can only update its cancellation_details and metadata."
        raise errors.invalid(message)
    ends = "cancel_at_period_end" in given or "cancel_at" in given
    if ends and subscription["schedule"]:
        raise errors.invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and "
            "updating any cancelation behavior directly is not allowed. Please update the schedule instead."
        )
    price = _new_price(mock, subscription, given.get("items", []))
    if "metadata" in given:
        with mock.changes.edit(subscription, "customer.subscription.updated"):
            subscription["metadata"] = merged(subscription["metadata"], given["metadata"])
    if price is not None:
        mock.lifecycle.change(subscription, price, given.get("proration_behavior", "create_prorations"))
    if given.get("cancel_at_period_end") or "cancel_at" in given:
        mock.lifecycle.cancel_later(subscription, given.get("cancel_at"), given.get("cancellation_details"))
    elif ends:
        mock.lifecycle.resume(subscription)
    return subscription


def _new_price(mock: MockServer, subscription: Json, items: list[dict[str, Any]]) -> Json | None:
    for item in items:
        known = subscription["items"]["data"][0]
        if item.get("id") != known["id"]:
            message = "This mock keeps one item per subscription: name it by its id."
            raise errors.invalid(message, "items[0][id]")
        if "price" in item:
            return mock.store.get("price", item["price"], "items[0][price]")
    return None


@route(
    "DELETE", "/subscriptions/{id}",
    hash_of(cancellation_details=DETAILS, invoice_now=boolean, prorate=boolean, **EXPAND),
)
def cancel_subscription(mock: MockServer, given: Json, id: str) -> Json:
    """`DELETE /v1/subscriptions/{id}`: cancels the subscription at once."""
    subscription = mock.store.get("subscription", id)
    if subscription["status"] in ENDED:
        raise errors.missing("subscription", id)
    subscription["cancellation_details"] |= given.get("cancellation_details", {})
    mock.lifecycle.cancel(subscription, "cancellation_requested")
    return subscription


retrieve("/subscription_schedules", "subscription_schedule")
list_of("/subscription_schedules", "subscription_schedule", same("customer"), customer=text)


@route("POST", "/subscription_schedules/{id}/release", hash_of(**EXPAND))
def release_schedule(mock: MockServer, given: Json, id: str) -> Json:
    """`POST /v1/subscription_schedules/{id}/release`: the planned change does not happen."""
    schedule = mock.store.get("subscription_schedule", id)
    if schedule["status"] != "active":
        raise errors.invalid(f"You cannot release a subscription schedule that is {schedule['status']}.")
    mock.lifecycle.release(schedule)
    return schedule


retrieve("/invoices", "invoice")


def _billed(thing: Json, given: Json) -> bool:
    named = thing["parent"]["subscription_details"]["subscription"]
    return given.get("subscription", named) == named and same("customer", "status")(thing, given)


list_of(
    "/invoices", "invoice", _billed,
    customer=text, subscription=text, status=one_of("draft", "open", "paid", "uncollectible", "void"),
)


@route("GET", "/events/{id}", hash_of(**EXPAND))
def retrieve_event(mock: MockServer, given: Json, id: str) -> Json:
    """`GET /v1/events/{id}`."""
    event = mock.changes.events.get(id)
    if event is None:
        raise errors.missing("event", id)
    return event


@route("GET", "/events", listing(type=text, types=each(text)))
def list_events(mock: MockServer, given: Json) -> Json:
    """`GET /v1/events`."""
    types = [given["type"]] if "type" in given else given.get("types", ["*"])
    events = [
        event for event in mock.changes.events.values()
        if any(type == event["type"] or (type.endswith("*") and event["type"].startswith(type[:-1])) for type in types)
    ]
    return lists.page("/v1/events", events[::-1], given)
