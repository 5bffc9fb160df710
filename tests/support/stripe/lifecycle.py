"""The life cycle of subscriptions: purchase, renewal, change of price, cancellation; by a request or by time."""

from __future__ import annotations

from typing import Any

import errors
import invoices
import objects
import subscriptions
from clock import CANCEL, EXPIRE, FINALIZE, RELEASE, RENEW, RETRY, Agenda, Clock, moments
from events import Changes
from payments import Payments
from store import Json, Store

UPDATED = "customer.subscription.updated"


class Lifecycle:
    """The rules of the life cycle, which the API, the hosted pages and the control interface share."""

    def __init__(self, store: Store, changes: Changes, clock: Clock, agenda: Agenda, payments: Payments) -> None:
        self._store = store
        self._changes = changes
        self._clock = clock
        self._agenda = agenda
        self._payments = payments

    def settle(self) -> None:
        """Processes all that has fallen due, in order of time, with the clock set to the time at which each fell due."""
        while (entry := self._agenda.next(self._clock.now())) is not None:
            moment, what, id = entry
            thing = self._store.objects.get(id)
            # The entry is stale when the object has changed since it was added.
            if thing is not None and not thing.get("deleted") and (moment, what) in moments(thing):
                with self._clock.at(moment):
                    self._fall_due(what, thing)

    def _fall_due(self, what: int, thing: Json) -> None:
        if what == EXPIRE:
            self.expire(thing)
        elif what == CANCEL:
            self.cancel(thing, "cancellation_requested")
        elif what == RELEASE:
            self.release(thing)
        elif what == RENEW:
            self._renew(thing)
        elif what == FINALIZE:
            self._payments.finalize(thing)
            self.collect(thing)
        elif what == RETRY:
            self.collect(thing)

    def complete(self, session: Json) -> Json:
        """Completes a Checkout session: creates the subscription and its first invoice, which is paid."""
        self._refuse_closed(session)
        now = self._clock.now()
        customer = self._buyer(session)
        sold = self._store.private[session["id"]]
        item = sold["line_items"][0]
        bought = subscriptions.subscription(
            customer["id"], item["price"], item["quantity"], sold["subscription_metadata"], now
        )
        self._store.add(bought, payment="succeeds", unbilled=[])
        invoice = self._payments.bill(bought, "subscription_create", [self._whole_period(bought)])
        self._changes.emit("customer.subscription.created", bought)
        self._payments.finalize(invoice)
        self._payments.attempt(invoice)
        with self._changes.edit(bought, UPDATED):
            bought["status"] = "active"
        with self._changes.edit(customer, "customer.updated"):
            customer["currency"] = bought["currency"]
        with self._changes.edit(session):
            session |= {
                "customer": customer["id"],
                "customer_details": _details(customer),
                "invoice": invoice["id"],
                "payment_status": "paid",
                "status": "complete",
                "subscription": bought["id"],
                "url": None,
            }
        self._changes.emit("checkout.session.completed", session)
        return bought

    def decline(self, session: Json) -> None:
        """Declines the card in Checkout. The session stays open, so that the customer can use another card."""
        self._refuse_closed(session)

    def expire(self, session: Json) -> None:
        """Expires a Checkout session: it can no longer be paid."""
        self._refuse_closed(session)
        with self._changes.edit(session):
            session |= {"status": "expired", "url": None}
        self._changes.emit("checkout.session.expired", session)

    def collect(self, invoice: Json) -> bool:
        """Charges an open invoice; the last failed retry ends the subscription. True when the invoice was paid."""
        if self._payments.attempt(invoice):
            return True
        subscription = self._payments.subscription_of(invoice)
        if invoice["next_payment_attempt"] is None and subscription["status"] == "past_due":
            if self._payments.dunning.after_retries == "canceled":
                self.cancel(subscription, "payment_failed")
            else:
                with self._changes.edit(subscription, UPDATED):
                    subscription["status"] = "unpaid"
        return False

    def pay(self, subscription: Json) -> None:
        """Charges the open invoices now, oldest first, instead of at their next attempt."""
        for invoice in self._payments.of(subscription):
            if invoice["status"] == "open":
                self.collect(invoice)

    def cancel(self, subscription: Json, reason: str) -> None:
        """Ends a subscription now."""
        now = self._clock.now()
        schedule = self._schedule_of(subscription)
        if schedule is not None:
            with self._changes.edit(schedule):
                schedule |= {"canceled_at": now, "current_phase": None, "status": "canceled"}
            self._changes.emit("subscription_schedule.canceled", schedule)
        with self._changes.edit(subscription):
            subscription |= {"ended_at": now, "status": "canceled"}
            subscription["canceled_at"] = subscription["canceled_at"] or now
            subscription["cancellation_details"]["reason"] = reason
        self._payments.stop(subscription)
        self._changes.emit("customer.subscription.deleted", subscription)

    def cancel_later(self, subscription: Json, at: int | None = None, details: Json | None = None) -> None:
        """Schedules the end of a subscription: at the end of its period, or at `at` (Unix seconds)."""
        with self._changes.edit(subscription, UPDATED):
            subscription |= {
                "cancel_at": at or subscription["items"]["data"][0]["current_period_end"],
                "cancel_at_period_end": at is None,
                "canceled_at": self._clock.now(),
            }
            subscription["cancellation_details"] |= {"reason": "cancellation_requested"} | (details or {})

    def resume(self, subscription: Json) -> None:
        """Withdraws a scheduled cancellation."""
        with self._changes.edit(subscription, UPDATED):
            subscription |= {"cancel_at": None, "cancel_at_period_end": False, "canceled_at": None}
            subscription["cancellation_details"]["reason"] = None

    def change(self, subscription: Json, price: Json, prorate: str = "always_invoice") -> None:
        """Changes the price now. The difference until the end of the period is billed at once (`always_invoice`),
        with the next invoice (`create_prorations`) or not at all (`none`)."""
        item = subscription["items"]["data"][0]
        if item["price"]["id"] == price["id"]:
            return
        products = {product["id"]: product["name"] for product in self._store.of("product")}
        lines = invoices.prorations(item, price, products, self._clock.now())
        invoice = None
        with self._changes.edit(subscription, UPDATED):
            self._set_price(item, price)
            if prorate == "always_invoice":
                invoice = self._payments.bill(subscription, "subscription_update", lines)
        if invoice is not None:
            self._payments.finalize(invoice)
            self.collect(invoice)
        elif prorate == "create_prorations":
            self._store.private[subscription["id"]]["unbilled"] += lines

    def change_later(self, subscription: Json, price: Json) -> Json:
        """Changes the price at the end of the period, by a subscription schedule."""
        known = self._schedule_of(subscription)
        if known is not None:
            self.release(known)
        schedule = subscriptions.schedule(subscription, price, self._clock.now())
        self._changes.made(schedule, "subscription_schedule.created")
        with self._changes.edit(subscription, UPDATED):
            subscription["schedule"] = schedule["id"]
        return schedule

    def release(self, schedule: Json) -> None:
        """Releases the schedule: the subscription continues unchanged without it."""
        subscription = self._store.get("subscription", schedule["subscription"])
        with self._changes.edit(schedule):
            schedule |= {
                "current_phase": None,
                "released_at": self._clock.now(),
                "released_subscription": subscription["id"],
                "status": "released",
                "subscription": None,
            }
        self._changes.emit("subscription_schedule.released", schedule)
        with self._changes.edit(subscription, UPDATED):
            subscription["schedule"] = None

    def delete_customer(self, customer: Json) -> Json:
        """Deletes a customer and cancels its subscriptions."""
        for subscription in self._store.of("subscription"):
            if subscription["customer"] == customer["id"] and subscription["ended_at"] is None:
                self.cancel(subscription, "cancellation_requested")
        self._changes.emit("customer.deleted", customer)
        return self._store.add(objects.deleted("customer", customer["id"]))

    def _renew(self, subscription: Json) -> None:
        item = subscription["items"]["data"][0]
        ended = (item["current_period_start"], item["current_period_end"])
        schedule = self._schedule_of(subscription)
        unpaid = subscription["status"] == "unpaid"
        drafted = {
            "auto_advance": not unpaid,
            "automatically_finalizes_at": None if unpaid else ended[1] + self._payments.dunning.draft_seconds,
            "period_end": ended[1],
            "period_start": ended[0],
        }
        with self._changes.edit(subscription, UPDATED):
            item["current_period_start"] = ended[1]
            item["current_period_end"] = subscriptions.next_period_end(subscription, ended[1])
            if schedule is not None and schedule["phases"][1]["start_date"] == ended[1]:
                self._enter_phase(schedule, item)
            self._payments.bill(subscription, "subscription_cycle", [self._whole_period(subscription)], **drafted)

    def _enter_phase(self, schedule: Json, item: Json) -> None:
        phase: dict[str, Any] = schedule["phases"][1]
        self._set_price(item, self._store.get("price", phase["items"][0]["price"]))
        with self._changes.edit(schedule, "subscription_schedule.updated"):
            schedule["current_phase"] = {"end_date": phase["end_date"], "start_date": phase["start_date"]}

    def _set_price(self, item: Json, price: Json) -> None:
        item |= {"price": price, "plan": subscriptions.plan_of(price)}

    def _whole_period(self, subscription: Json) -> Json:
        item = subscription["items"]["data"][0]
        return invoices.whole_period(item, self._store.get("product", item["price"]["product"])["name"])

    def _schedule_of(self, subscription: Json) -> Json | None:
        return self._store.get("subscription_schedule", subscription["schedule"]) if subscription["schedule"] else None

    def _buyer(self, session: Json) -> Json:
        if session["customer"]:
            return self._store.get("customer", session["customer"], "customer")
        email = session["customer_email"] or "buyer@example.com"
        return self._changes.made(objects.customer({"email": email}, self._clock.now()), "customer.created")

    def _refuse_closed(self, session: Json) -> None:
        if session["status"] != "open":
            raise errors.invalid(
                f"Only Checkout Sessions with a status in [\"open\"] can be expired or completed. This one is "
                f"{session['status']}."
            )


def _details(customer: Json) -> Json:
    return {
        "address": None,
        "business_name": None,
        "email": customer["email"],
        "individual_name": None,
        "name": customer["name"],
        "phone": customer["phone"],
        "tax_exempt": "none",
        "tax_ids": [],
    }
