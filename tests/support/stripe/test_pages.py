"""Tests of the hosted pages, with the requests that a browser sends."""

from __future__ import annotations

import urllib.parse

import stripe

from support import Answer, Case, fetch, price_of


class Pages(Case):
    def press(self, url: str, **form: str) -> Answer:
        """Submits the form of a button."""
        return fetch("POST", url, urllib.parse.urlencode(form).encode())

    def portal(self, bought: stripe.Subscription, **given: object) -> str:
        """The URL of a new portal session."""
        session = self.stripe.v1.billing_portal.sessions.create(
            {"customer": str(bought.customer), "return_url": "https://app.example.org/account", **given}
        )
        return session.url

    def test_checkout_declines_then_pays_and_leads_back(self) -> None:
        session = self.session()
        page = fetch("GET", session.url)
        self.assertEqual(page.status, 200)
        for part in ("Subscribe to Pro", "$29.00", "anna@example.org", "https://app.example.org/plans"):
            self.assertIn(part, page.body.decode())
        declined = self.press(session.url, card="declined")
        self.assertEqual(declined.status, 402)
        self.assertIn('role="alert"', declined.body.decode())
        paid = self.press(session.url, card="works")
        self.assertEqual(paid.status, 303)
        self.assertEqual(paid.headers["Location"], f"https://app.example.org/paid?session={session.id}")
        self.press(session.url, card="works")
        self.assertEqual(len(self.stripe.v1.subscriptions.list().data), 1)
        self.assertIn("Nothing to pay", fetch("GET", session.url).body.decode())

    def test_the_portal_changes_up_now_and_down_later(self) -> None:
        bought = self.subscribed()
        url = self.portal(bought)
        self.assertIn("Change to Enterprise, $199.00 a month, now", fetch("GET", url).body.decode())
        self.press(url, action="change", price="price_enterprise")
        self.assertEqual(price_of(self.subscription(bought.id)), "price_enterprise")
        self.press(url, action="change", price="price_pro")
        self.assertEqual(price_of(self.subscription(bought.id)), "price_enterprise")
        self.assertIn("for Pro", fetch("GET", url).body.decode())
        self.press(url, action="keep")
        self.assertIsNone(self.subscription(bought.id).schedule)

    def test_the_portal_ends_and_resumes(self) -> None:
        bought = self.subscribed()
        url = self.portal(bought)
        self.press(url, action="cancel")
        self.assertTrue(self.subscription(bought.id).cancel_at_period_end)
        self.assertIn("Resume the plan", fetch("GET", url).body.decode())
        self.press(url, action="resume")
        self.assertFalse(self.subscription(bought.id).cancel_at_period_end)

    def test_the_portal_takes_another_card(self) -> None:
        bought = self.subscribed()
        url = self.portal(bought)
        self.press(url, action="card", card="declined")
        self.advance(31.5)
        self.assertEqual(self.subscription(bought.id).status, "past_due")
        self.press(url, action="card", card="works")
        self.press(url, action="pay")
        self.assertEqual(self.subscription(bought.id).status, "active")
        self.assertIn("$29.00 · paid", fetch("GET", url).body.decode())

    def test_a_flow_confirms_one_change_and_leads_back(self) -> None:
        bought = self.subscribed()
        item = bought["items"].data[0].id
        flow = {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": {
                "subscription": bought.id,
                "items": [{"id": item, "price": "price_enterprise"}],
            },
            "after_completion": {"type": "redirect", "redirect": {"return_url": "https://app.example.org/done"}},
        }
        url = self.portal(bought, flow_data=flow)
        self.assertIn("Change to Enterprise for $199.00 a month, now?", fetch("GET", url).body.decode())
        done = self.press(url, action="change", price="price_enterprise")
        self.assertEqual((done.status, done.headers["Location"]), (303, "https://app.example.org/done"))
        self.assertEqual(price_of(self.subscription(bought.id)), "price_enterprise")

    def test_text_from_users_is_escaped(self) -> None:
        customer = self.stripe.v1.customers.create({"email": "<script>@example.org"})
        session = self.session(customer=customer.id)
        self.assertNotIn("<script>", fetch("GET", session.url).body.decode())

    def test_nothing_at_other_addresses(self) -> None:
        self.assertEqual(fetch("GET", f"{self.url}/elsewhere").status, 404)
        self.assertEqual(fetch("GET", f"{self.url}/c/pay/cs_test_none").status, 404)
