"""Tests that every object of the mock conforms to the types of Stripe's own SDK."""

from __future__ import annotations

import copy
import typing

import stripe

import events
from shapes import CLASSES, faults
from support import Case

EVENT_TYPES = typing.get_args(stripe.Event.__annotations__["type"])


class Conformance(Case):
    def test_the_sdk_is_of_the_same_version(self) -> None:
        self.assertEqual(stripe.api_version, events.API_VERSION)

    def test_every_object_of_a_whole_life(self) -> None:
        bought = self.subscribed("price_enterprise")
        item = bought["items"].data[0]
        v1 = self.stripe.v1
        configuration = v1.billing_portal.configurations.create({"features": {"invoice_history": {"enabled": True}}})
        v1.billing_portal.sessions.create({"customer": bought.customer, "configuration": configuration.id})
        for flow in (
            {"type": "payment_method_update"},
            {"type": "subscription_cancel", "subscription_cancel": {"subscription": bought.id}},
            {
                "type": "subscription_update_confirm",
                "subscription_update_confirm": {
                    "subscription": bought.id,
                    "items": [{"id": item.id, "price": "price_pro"}],
                },
                "after_completion": {"type": "redirect", "redirect": {"return_url": "https://app.example.org/"}},
            },
        ):
            v1.billing_portal.sessions.create({"customer": bought.customer, "flow_data": flow})
        self.session(automatic_tax={"enabled": True}, allow_promotion_codes=True)
        self.control("POST", f"subscriptions/{bought.id}/change", price="price_pro", when="period_end")
        self.advance(31.5)
        self.control("POST", f"subscriptions/{bought.id}/change", price="price_enterprise", when="now")
        self.advance(31.5)
        self.control("POST", f"subscriptions/{bought.id}/payment", payment="fails")
        self.advance(31 + 16)
        state = self.control("GET", "state")
        self.assertEqual(state["objects"].keys() | {"event", "item"}, CLASSES.keys())
        for things in (*state["objects"].values(), state["events"]):
            for thing in things:
                self.assertEqual(faults(thing), [], thing["object"])
        for event in state["events"]:
            self.assertEqual(faults(event["data"]["object"]), [], event["type"])
            self.assertIn(event["type"], EVENT_TYPES)

    def test_every_list_and_expansion(self) -> None:
        bought = self.subscribed()
        session = self.stripe.v1.checkout.sessions.list({"customer": bought.customer}).data[0]
        for path in (
            "/v1/customers", "/v1/prices", "/v1/products", "/v1/checkout/sessions", "/v1/events", "/v1/invoices",
            "/v1/billing_portal/configurations", "/v1/subscription_schedules",
            "/v1/subscriptions?status=all&expand[]=data.latest_invoice&expand[]=data.customer",
            f"/v1/checkout/sessions/{session.id}/line_items",
            f"/v1/checkout/sessions/{session.id}?expand[]=subscription&expand[]=customer&expand[]=line_items",
            f"/v1/subscriptions/{bought.id}?expand[]=latest_invoice&expand[]=customer",
            f"/v1/invoices/{bought.latest_invoice.id}?expand[]=customer",
        ):
            answer = self.call("GET", path)
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(faults(answer.json), [], path)

    def test_a_wrong_object_is_found(self) -> None:
        bought = self.call("GET", f"/v1/subscriptions/{self.subscribed().id}").json
        self.assertEqual(faults(bought), [])
        for spoil in (
            lambda thing: thing.pop("billing_mode"),
            lambda thing: thing.update(current_period_end=1),
            lambda thing: thing.update(status="fine"),
            lambda thing: thing["items"]["data"][0].pop("current_period_end"),
            lambda thing: thing["items"]["data"][0]["price"]["recurring"].update(interval="fortnight"),
            lambda thing: thing.update(created="today"),
        ):
            spoiled = copy.deepcopy(bought)
            spoil(spoiled)
            self.assertNotEqual(faults(spoiled), [])
