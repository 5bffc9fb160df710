"""The life cycle of invoices: draft, finalised, then paid, or retried and finally given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import invoices
from clock import DAY, Clock
from events import Changes
from store import Json, Store
from subscriptions import ENDED


@dataclass(frozen=True)
class Dunning:
    """The account's settings for failed payments (dunning)."""

    retry_days: tuple[int, ...] = (3, 5, 7)
    """Days from each failed attempt to the next."""

    after_retries: str = "canceled"
    """The status of a subscription after the last failed attempt: `canceled` or `unpaid`."""

    draft_seconds: int = 3600
    """Seconds for which the invoice of a renewal stays a draft; an hour, as with Stripe."""


class Payments:
    """Creates invoices and takes them through their life cycle."""

    def __init__(self, store: Store, changes: Changes, clock: Clock, dunning: Dunning) -> None:
        self.dunning = dunning
        self._store = store
        self._changes = changes
        self._clock = clock

    def bill(self, subscription: Json, reason: str, lines: list[Json], **members: Any) -> Json:
        """Creates a subscription's next invoice as a draft, including prorations that are not billed yet.

        `members` override those of an invoice that is finalised at once.
        """
        customer = self._store.get("customer", subscription["customer"])
        private = self._store.private[subscription["id"]]
        lines, private["unbilled"] = private.get("unbilled", []) + lines, []
        invoice = invoices.invoice(customer, subscription, reason, lines, self._clock.now()) | members
        subscription["latest_invoice"] = invoice["id"]
        self._store.private[customer["id"]].setdefault("invoices", []).append(invoice["id"])
        return self._changes.made(invoice, "invoice.created")

    def finalize(self, invoice: Json) -> None:
        """Finalises a draft: it gets its number and is due. The customer's credit balance is applied first."""
        now = self._clock.now()
        customer = self._store.get("customer", invoice["customer"])
        with self._changes.edit(invoice):
            left = customer["balance"] + invoice["total"]
            due = max(left, 0)
            number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
            invoice |= {
                "amount_due": due,
                "amount_remaining": due,
                "automatically_finalizes_at": None,
                "effective_at": now,
                "ending_balance": min(left, 0),
                "hosted_invoice_url": f"https://invoice.stripe.com/i/{invoice['id']}",
                "invoice_pdf": f"https://pay.stripe.com/invoice/{invoice['id']}/pdf",
                "number": number,
                "starting_balance": customer["balance"],
                "status": "open",
            }
            invoice["status_transitions"]["finalized_at"] = now
        with self._changes.edit(customer, "customer.updated" if customer["balance"] != min(left, 0) else None):
            customer["next_invoice_sequence"] += 1
            customer["balance"] = min(left, 0)
        self._changes.emit("invoice.finalized", invoice)

    def attempt(self, invoice: Json) -> bool:
        """Charges an open invoice. True when it was paid."""
        subscription = self.subscription_of(invoice)
        works = self._store.private[subscription["id"]].get("payment", "succeeds") == "succeeds"
        if works or invoice["amount_due"] == 0:
            self._paid(invoice, subscription)
            return True
        self._failed(invoice, subscription)
        return False

    def stop(self, subscription: Json) -> None:
        """Stops the collection of a subscription's invoices, after it has ended."""
        for invoice in self.of(subscription):
            if invoice["status"] in ("draft", "open"):
                with self._changes.edit(invoice, "invoice.updated"):
                    invoice |= {
                        "auto_advance": False,
                        "automatically_finalizes_at": None,
                        "next_payment_attempt": None,
                    }

    def of(self, subscription: Json) -> list[Json]:
        """A subscription's invoices, oldest first."""
        return [
            invoice for invoice in self._of_customer(subscription["customer"])
            if invoice["parent"]["subscription_details"]["subscription"] == subscription["id"]
        ]

    def subscription_of(self, invoice: Json) -> Json:
        """The subscription that an invoice is for."""
        return self._store.get("subscription", invoice["parent"]["subscription_details"]["subscription"])

    def _paid(self, invoice: Json, subscription: Json) -> None:
        tried_before = invoice["attempted"]
        with self._changes.edit(invoice, "invoice.updated" if tried_before else None):
            invoice |= {
                "amount_paid": invoice["amount_due"],
                "amount_remaining": 0,
                "attempt_count": invoice["attempt_count"] + (invoice["amount_due"] > 0),
                "attempted": True,
                "auto_advance": False,
                "next_payment_attempt": None,
                "status": "paid",
            }
            invoice["status_transitions"]["paid_at"] = self._clock.now()
        self._changes.emit("invoice.paid", invoice)
        self._changes.emit("invoice.payment_succeeded", invoice)
        if subscription["latest_invoice"] == invoice["id"] and subscription["status"] in ("past_due", "unpaid"):
            with self._changes.edit(subscription, "customer.subscription.updated"):
                subscription["status"] = "active"
        self._settle_delinquency(invoice["customer"])

    def _failed(self, invoice: Json, subscription: Json) -> None:
        tried_before = invoice["attempted"]
        count = invoice["attempt_count"] + 1
        days = self.dunning.retry_days
        retry = self._clock.now() + days[count - 1] * DAY if count <= len(days) else None
        with self._changes.edit(invoice, "invoice.updated" if tried_before else None):
            invoice |= {"attempt_count": count, "attempted": True, "next_payment_attempt": retry}
            invoice["auto_advance"] = retry is not None
        self._changes.emit("invoice.payment_failed", invoice)
        if subscription["status"] == "active":
            with self._changes.edit(subscription, "customer.subscription.updated"):
                subscription["status"] = "past_due"
        self._settle_delinquency(invoice["customer"])

    def _settle_delinquency(self, customer_id: str) -> None:
        customer = self._store.get("customer", customer_id)
        owes = any(
            invoice["status"] == "open" and invoice["attempted"]
            for invoice in self._of_customer(customer_id)
            if self.subscription_of(invoice)["status"] not in ENDED
        )
        with self._changes.edit(customer, "customer.updated"):
            customer["delinquent"] = owes

    def _of_customer(self, customer_id: str) -> list[Json]:
        return [self._store.objects[id] for id in self._store.private[customer_id].get("invoices", [])]
