"""Tests of the delivery of events: signatures (by Stripe's own library), order, retries, repeated delivery."""

from __future__ import annotations

import itertools
import json

import stripe

from support import NEXT_SECRET, SECRET, Case


class Delivering(Case):
    def test_each_event_arrives_signed(self) -> None:
        self.subscribed()
        expected = {event["id"] for event in self.events()}
        self.eventually(lambda: len(self.webhook.got) == len(expected), "every event arrives")
        arrived = {stripe.Webhook.construct_event(body, header, SECRET).id for body, header in self.webhook.got}
        self.assertEqual(arrived, expected)
        body, header = self.webhook.got[0]
        for changed, secret in ((body + b" ", SECRET), (body, NEXT_SECRET)):
            with self.assertRaises(stripe.SignatureVerificationError):
                stripe.Webhook.construct_event(changed, header, secret)

    def test_two_secrets_sign_during_a_rotation(self) -> None:
        self.control("POST", "webhook", secrets=[SECRET, NEXT_SECRET])
        self.stripe.v1.customers.create({})
        self.eventually(lambda: bool(self.webhook.got), "the event arrives")
        body, header = self.webhook.got[0]
        self.assertEqual(header.count("v1="), 2)
        for secret in (SECRET, NEXT_SECRET):
            stripe.Webhook.construct_event(body, header, secret)

    def test_it_is_retried_until_it_is_accepted(self) -> None:
        self.webhook.statuses = [500, 404, 302]
        customer = self.stripe.v1.customers.create({})
        self.eventually(lambda: len(self.webhook.got) == 4, "the fourth try")
        self.eventually(lambda: self.control("GET", "deliveries")["idle"], "no more tries")
        tries = self.control("GET", "deliveries")["tries"]
        self.assertEqual([one["status"] for one in tries], [500, 404, 302, 200])
        waits = [later["at"] - sooner["at"] for sooner, later in itertools.pairwise(tries)]
        for wait, least in zip(waits, (0.2, 0.4, 0.8), strict=True):
            self.assertGreaterEqual(wait, least * 0.95)
        self.assertEqual({json.loads(body)["data"]["object"]["id"] for body, _ in self.webhook.got}, {customer.id})
        self.assertEqual(self.events()[0]["pending_webhooks"], 0)

    def test_only_types_that_are_wanted(self) -> None:
        self.control("POST", "webhook", types=["customer.subscription.*"])
        self.subscribed()
        self.eventually(lambda: len(self.webhook.got) == 2, "two events arrive")
        self.eventually(lambda: self.control("GET", "deliveries")["idle"], "no more come")
        types = {json.loads(body)["type"] for body, _ in self.webhook.got}
        self.assertEqual(types, {"customer.subscription.created", "customer.subscription.updated"})


class Holding(Case):
    def test_any_order_any_number_of_times_or_never(self) -> None:
        self.control("POST", "delivery", mode="hold")
        self.subscribed()
        held = [event["id"] for event in self.control("GET", "held")["data"]]
        self.assertEqual(held, [event["id"] for event in self.events()])
        self.assertEqual(self.webhook.got, [])

        chosen = [held[3], held[0], held[3]]
        answered = self.control("POST", "deliver", events=chosen)["data"]
        self.assertEqual([one["status"] for one in answered], [200, 200, 200])
        self.assertEqual([json.loads(body)["id"] for body, _ in self.webhook.got], chosen)
        dropped = self.control("POST", "drop", events=[held[1]])["dropped"]
        self.assertEqual(dropped, [held[1]])
        left = [event["id"] for event in self.control("GET", "held")["data"]]
        self.assertEqual(left, [held[2], *held[4:]])
        self.assertEqual(self.stripe.v1.events.retrieve(held[1]).id, held[1])

        self.control("POST", "delivery", mode="auto")
        self.eventually(lambda: len(self.webhook.got) == 3 + len(left), "what was held arrives")

    def test_an_event_that_the_webhook_refuses_stays_held(self) -> None:
        self.control("POST", "delivery", mode="hold")
        self.stripe.v1.customers.create({})
        self.webhook.statuses = [400]
        ids = [event["id"] for event in self.control("GET", "held")["data"]]
        self.assertEqual(self.control("POST", "deliver", events=ids)["data"][0]["status"], 400)
        self.assertEqual(len(self.control("GET", "held")["data"]), 1)
