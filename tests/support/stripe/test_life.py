"""Tests of the life cycle of subscriptions, with Stripe's official client."""

from __future__ import annotations

from datetime import UTC, datetime

import stripe

from payments import Dunning
from support import Case, price_of

UPDATED = "customer.subscription.updated"


class Buying(Case):
    def test_checkout_makes_an_active_subscription_and_a_paid_invoice(self) -> None:
        session = self.session(
            client_reference_id="t-1", metadata={"a": "b"}, subscription_data={"metadata": {"tenant": "t-1"}}
        )
        self.assertEqual((session.status, session.payment_status, session.amount_total), ("open", "unpaid", 2900))
        self.control("POST", f"checkout/{session.id}/complete", payment="succeeds")

        session = self.stripe.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription", "customer"]})
        bought = session.subscription
        assert isinstance(bought, stripe.Subscription) and isinstance(session.customer, stripe.Customer)
        self.assertEqual((session.status, session.payment_status, session.url), ("complete", "paid", None))
        self.assertEqual((bought.status, price_of(bought)), ("active", "price_pro"))
        self.assertEqual(bought.metadata.to_dict(), {"tenant": "t-1"})
        self.assertEqual(session.customer.email, "anna@example.org")
        invoice = self.stripe.v1.invoices.list({"subscription": bought.id}).data[0]
        self.assertEqual((invoice.status, invoice.amount_paid), ("paid", 2900))
        self.assertEqual(invoice.billing_reason, "subscription_create")
        self.assertEqual(
            [event["type"] for event in self.events()],
            [
                "customer.created", "invoice.created", "customer.subscription.created", "invoice.finalized",
                "invoice.paid", "invoice.payment_succeeded", UPDATED, "customer.updated",
                "checkout.session.completed",
            ],
        )

    def test_a_declined_card_leaves_the_session_open(self) -> None:
        session = self.session()
        after = self.control("POST", f"checkout/{session.id}/complete", payment="fails")
        self.assertEqual((after["status"], after["subscription"]), ("open", None))
        self.assertEqual(self.stripe.v1.subscriptions.list({"status": "all"}).data, [])

    def test_a_session_expires_by_itself_or_by_a_call(self) -> None:
        expired, left = self.session(), self.session()
        self.assertEqual(self.stripe.v1.checkout.sessions.expire(expired.id).status, "expired")
        self.advance(1.1)
        self.assertEqual(self.stripe.v1.checkout.sessions.retrieve(left.id).status, "expired")
        self.assertEqual(len(self.events("checkout.session.expired")), 2)
        with self.assertRaises(stripe.InvalidRequestError):
            self.stripe.v1.checkout.sessions.expire(expired.id)


class Renewing(Case):
    def test_periods_follow_the_calendar_and_invoices_an_hour_after(self) -> None:
        bought = self.subscribed()
        end = bought["items"].data[0].current_period_end
        self.control("POST", "clock", advance_s=end - self.control("GET", "clock")["now"] + 60)
        drafted = self.subscription(bought.id)
        self.assertEqual(drafted.latest_invoice.status, "draft")
        self.advance(0.05)
        renewed = self.subscription(bought.id)
        item, invoice = renewed["items"].data[0], renewed.latest_invoice
        self.assertEqual((renewed.status, invoice.status, invoice.amount_paid), ("active", "paid", 2900))
        self.assertEqual(invoice.billing_reason, "subscription_cycle")
        self.assertEqual((item.current_period_start, invoice.created), (end, end))
        first, last = (datetime.fromtimestamp(bought.billing_cycle_anchor, UTC), datetime.fromtimestamp(end, UTC))
        self.assertEqual((last.year * 12 + last.month) - (first.year * 12 + first.month), 1)
        moved = self.events(UPDATED)[-1]
        self.assertEqual(moved["created"], end)
        self.assertEqual(moved["data"]["previous_attributes"]["items"]["data"][0]["current_period_end"], end)

    def test_a_failed_renewal_is_retried_and_paid(self) -> None:
        bought = self.subscribed()
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="fails")
        self.advance(31.5)
        owed = self.subscription(bought.id)
        invoice = owed.latest_invoice
        self.assertEqual((owed.status, invoice.status, invoice.attempted), ("past_due", "open", True))
        self.assertEqual(invoice.attempt_count, 1)
        self.assertEqual(invoice.next_payment_attempt, invoice.status_transitions.finalized_at + 3 * 86_400)
        self.assertTrue(self.stripe.v1.customers.retrieve(bought.customer).delinquent)
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="succeeds")
        self.advance(3)
        paid = self.subscription(bought.id)
        self.assertEqual((paid.status, paid.latest_invoice.status), ("active", "paid"))
        self.assertEqual((paid.latest_invoice.attempt_count, paid.latest_invoice.next_payment_attempt), (2, None))
        states = [event["data"]["previous_attributes"].get("status") for event in self.events(UPDATED)]
        self.assertEqual(states, ["incomplete", None, "active", "past_due"])
        self.assertFalse(self.stripe.v1.customers.retrieve(bought.customer).delinquent)

    def test_the_last_failure_cancels(self) -> None:
        bought = self.subscribed()
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="fails")
        self.advance(31 + 3 + 5 + 7.5)
        ended = self.subscription(bought.id)
        self.assertEqual((ended.status, ended.cancellation_details.reason), ("canceled", "payment_failed"))
        self.assertEqual((ended.latest_invoice.status, ended.latest_invoice.attempt_count), ("open", 4))
        self.assertEqual(len(self.events("invoice.payment_failed")), 4)
        self.assertEqual(self.events()[-1]["type"], "customer.subscription.deleted")
        self.advance(60)
        self.assertEqual(len(self.stripe.v1.invoices.list({"customer": bought.customer}).data), 2)

    def test_paying_the_open_invoice_reactivates_the_subscription(self) -> None:
        bought = self.subscribed()
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="fails")
        self.advance(31.5)
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="succeeds")
        self.assertEqual(self.control("POST", f"subscriptions/{bought.id}/pay")["status"], "active")


class Unpaid(Case):
    dunning = Dunning(retry_days=(1,), after_retries="unpaid")

    def test_the_last_failure_leaves_it_unpaid(self) -> None:
        bought = self.subscribed()
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="fails")
        self.advance(33)
        self.assertEqual(self.subscription(bought.id).status, "unpaid")
        self.advance(31)
        self.assertEqual(self.subscription(bought.id).latest_invoice.status, "draft")


class Ending(Case):
    def test_the_end_of_the_period(self) -> None:
        bought = self.subscribed()
        end = bought["items"].data[0].current_period_end
        planned = self.stripe.v1.subscriptions.update(bought.id, {"cancel_at_period_end": True})
        self.assertEqual((planned.status, planned.cancel_at), ("active", end))
        resumed = self.stripe.v1.subscriptions.update(bought.id, {"cancel_at_period_end": False})
        self.assertEqual((resumed.cancel_at, resumed.canceled_at), (None, None))
        self.stripe.v1.subscriptions.update(bought.id, {"cancel_at_period_end": True})
        self.advance(32)
        ended = self.subscription(bought.id)
        self.assertEqual((ended.status, ended.ended_at, ended.cancel_at_period_end), ("canceled", end, True))
        deleted = self.events("customer.subscription.deleted")[0]
        self.assertEqual(deleted["created"], end)
        self.assertEqual(self.stripe.v1.subscriptions.list({"customer": bought.customer}).data, [])
        self.assertEqual(len(self.stripe.v1.invoices.list({"customer": bought.customer}).data), 1)

    def test_at_once_and_with_the_customer(self) -> None:
        bought = self.subscribed()
        self.assertEqual(self.stripe.v1.subscriptions.cancel(bought.id).status, "canceled")
        with self.assertRaises(stripe.InvalidRequestError):
            self.stripe.v1.subscriptions.cancel(bought.id)
        other = self.subscribed()
        self.assertTrue(self.stripe.v1.customers.delete(other.customer).deleted)
        self.assertEqual(self.subscription(other.id).status, "canceled")
        self.assertTrue(self.stripe.v1.customers.retrieve(other.customer).deleted)

    def test_at_a_given_time(self) -> None:
        bought = self.subscribed()
        at = self.control("GET", "clock")["now"] + 86_400
        self.control("POST", f"subscriptions/{bought.id}/cancel", at=at)
        self.assertFalse(self.subscription(bought.id).cancel_at_period_end)
        self.advance(1.01)
        self.assertEqual(self.subscription(bought.id).ended_at, at)


class Beginning(Case):
    def test_the_clock_goes_back_only_before_there_are_customers(self) -> None:
        before = self.control("GET", "clock")["now"]
        self.assertLess(self.control("POST", "clock", set_back_s=86_400)["now"], before)
        self.assertLess(self.subscribed().created, before)
        refused = self.call("POST", "/_mock/clock", {"set_back_s": "1"})
        self.assertEqual(refused.status, 400)


class Changing(Case):
    def test_up_at_once_with_a_prorated_invoice(self) -> None:
        bought = self.subscribed()
        self.advance(10)
        item = bought["items"].data[0]
        changed = self.stripe.v1.subscriptions.update(
            bought.id,
            {
                "items": [{"id": item.id, "price": "price_enterprise"}],
                "proration_behavior": "always_invoice",
                "expand": ["latest_invoice"],
            },
        )
        now = self.control("GET", "clock")["now"]
        left = (item.current_period_end - now) / (item.current_period_end - item.current_period_start)
        self.assertEqual(price_of(changed), "price_enterprise")
        self.assertAlmostEqual(changed.latest_invoice.amount_paid, (19_900 - 2900) * left, delta=1)
        self.assertEqual(changed.latest_invoice.billing_reason, "subscription_update")

    def test_up_with_the_next_invoice(self) -> None:
        bought = self.subscribed()
        self.advance(10)
        item = bought["items"].data[0]
        given = {"items": [{"id": item.id, "price": "price_enterprise"}]}
        self.stripe.v1.subscriptions.update(bought.id, given)
        self.assertEqual(len(self.stripe.v1.invoices.list({"customer": bought.customer}).data), 1)
        self.advance(22)
        invoice = self.subscription(bought.id).latest_invoice
        self.assertEqual([line.amount > 0 for line in invoice.lines.data], [False, True, True])
        self.assertGreater(invoice.amount_paid, 19_900)

    def test_down_when_the_period_ends_by_a_schedule(self) -> None:
        bought = self.subscribed("price_enterprise")
        self.control("POST", f"subscriptions/{bought.id}/change", price="price_pro", when="period_end")
        planned = self.stripe.v1.subscriptions.retrieve(bought.id, {"expand": ["schedule"]})
        self.assertEqual((price_of(planned), planned.schedule.status), ("price_enterprise", "active"))
        with self.assertRaises(stripe.InvalidRequestError):
            self.stripe.v1.subscriptions.update(bought.id, {"cancel_at_period_end": True})
        self.advance(31.5)
        changed = self.subscription(bought.id)
        self.assertEqual((price_of(changed), changed.latest_invoice.amount_paid), ("price_pro", 2900))
        self.advance(31)
        self.assertIsNone(self.subscription(bought.id).schedule)
        self.assertEqual(self.stripe.v1.subscription_schedules.retrieve(planned.schedule.id).status, "released")

    def test_down_at_once_is_a_credit(self) -> None:
        bought = self.subscribed("price_enterprise")
        self.control("POST", f"subscriptions/{bought.id}/change", price="price_pro", when="now")
        credit = self.stripe.v1.customers.retrieve(bought.customer).balance
        self.assertAlmostEqual(credit, 2900 - 19_900, delta=2)
        self.advance(31.5)
        invoice = self.subscription(bought.id).latest_invoice
        self.assertEqual((invoice.status, invoice.amount_due, invoice.starting_balance), ("paid", 0, credit))
        self.assertEqual(self.stripe.v1.customers.retrieve(bought.customer).balance, credit + 2900)
