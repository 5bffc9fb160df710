"""Tests of the API: API keys, idempotency keys, lists, expansion, errors, injected faults, and the program itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time

import stripe

from support import HERE, KEY, TIMEOUT_SECONDS, SECRET, Case, fetch


class Refusals(Case):
    def test_without_a_key_of_a_test_account(self) -> None:
        self.assertEqual(fetch("GET", f"{self.url}/v1/customers").status, 401)
        for key in ("sk_live_1", "pk_test_1", "nonsense"):
            with self.assertRaises(stripe.AuthenticationError):
                self.client(key).v1.customers.list()

    def test_unknown_parameters_and_ids(self) -> None:
        for body, param, code in (
            ({"e-mail": "x"}, "e-mail", "parameter_unknown"),
            ({"metadata[a][b]": "x"}, "metadata", None),
        ):
            error = self.call("POST", "/v1/customers", body).json["error"]
            self.assertEqual((error["type"], error["param"], error.get("code")), ("invalid_request_error", param, code))
        nested = self.call("POST", "/v1/checkout/sessions", {"mode": "subscription", "line_items[0][prise]": "x"})
        self.assertEqual((nested.status, nested.json["error"]["param"]), (400, "line_items[0][prise]"))
        missing = self.call("POST", "/v1/checkout/sessions", {"mode": "subscription"}).json["error"]
        self.assertEqual((missing["param"], missing["code"]), ("line_items", "parameter_missing"))
        absent = self.call("GET", "/v1/subscriptions/sub_none")
        self.assertEqual((absent.status, absent.json["error"]["code"]), (404, "resource_missing"))
        self.assertEqual(absent.json["error"]["message"], "No such subscription: 'sub_none'")
        self.assertIn("Request-Id", absent.headers)
        unknown = self.call("POST", "/v1/billing_portal/sessions", {"customer": "cus_none"})
        self.assertEqual((unknown.status, unknown.json["error"]["param"]), (400, "customer"))
        self.assertEqual(self.call("GET", "/v1/charges").status, 404)
        self.assertEqual(self.call("GET", "/v1/customers?limit=101").status, 400)

    def test_metadata_is_merged_and_unset(self) -> None:
        v1 = self.stripe.v1
        customer = v1.customers.create({"metadata": {"a": "1", "b": "2"}})
        changed = v1.customers.update(customer.id, {"metadata": {"a": "", "c": "3"}})
        self.assertEqual(changed.metadata.to_dict(), {"b": "2", "c": "3"})
        update = self.events("customer.updated")[0]["data"]["previous_attributes"]
        self.assertEqual(update, {"metadata": {"a": "1", "c": None}})
        self.assertEqual(v1.customers.update(customer.id, {"metadata": ""}).metadata.to_dict(), {})


class Idempotency(Case):
    def test_the_same_call_is_answered_again_and_another_refused(self) -> None:
        key = {"Idempotency-Key": "once"}
        first = self.call("POST", "/v1/customers", {"email": "a@example.org"}, **key)
        again = self.call("POST", "/v1/customers", {"email": "a@example.org"}, **key)
        self.assertNotIn("Idempotent-Replayed", first.headers)
        self.assertEqual((again.headers["Idempotent-Replayed"], again.body), ("true", first.body))
        other = self.call("POST", "/v1/customers", {"email": "b@example.org"}, **key)
        self.assertEqual((other.status, other.json["error"]["type"]), (400, "idempotency_error"))
        self.assertEqual(len(self.stripe.v1.customers.list().data), 1)
        calls = self.control("GET", "calls")["data"]
        answers = [(call["status"], call["replayed"]) for call in calls[:3]]
        self.assertEqual(answers, [(200, False), (200, True), (400, False)])
        self.assertEqual(calls[0]["parameters"], {"email": "a@example.org"})
        self.assertEqual(self.events("customer.created")[0]["request"]["idempotency_key"], "once")

    def test_a_key_is_forgotten_after_a_day(self) -> None:
        for _ in range(2):
            self.stripe.v1.customers.create({}, {"idempotency_key": "daily"})
            self.advance(1.01)
        self.assertEqual(len(self.stripe.v1.customers.list().data), 2)

    def test_an_answer_to_invalid_parameters_is_not_stored(self) -> None:
        key = {"Idempotency-Key": "again"}
        self.assertEqual(self.call("POST", "/v1/customers", {"nonsense": "1"}, **key).status, 400)
        self.assertEqual(self.call("POST", "/v1/customers", {"email": "a@example.org"}, **key).status, 200)

    def test_a_concurrent_call_with_the_same_key_is_refused(self) -> None:
        self.control("POST", "fault", mode="slow", seconds=0.5, times=1)
        statuses: list[int] = []

        def create() -> None:
            statuses.append(self.call("POST", "/v1/customers", {}, **{"Idempotency-Key": "both"}).status)

        first = threading.Thread(target=create)
        first.start()
        self.eventually(lambda: bool(self.control("GET", "calls")["data"]), "the first call arrives")
        create()
        first.join()
        self.assertEqual(statuses, [409, 200])


class Lists(Case):
    def test_pages_the_newest_first(self) -> None:
        made = [self.stripe.v1.customers.create({"email": f"{n}@example.org"}).id for n in range(5)]
        page = self.stripe.v1.customers.list({"limit": 2})
        self.assertEqual(([one.id for one in page.data], page.has_more), (made[:2:-1], True))
        rest = self.stripe.v1.customers.list({"limit": 3, "starting_after": made[3]})
        self.assertEqual(([one.id for one in rest.data], rest.has_more), (made[2::-1], False))
        before = self.stripe.v1.customers.list({"limit": 1, "ending_before": made[3]})
        self.assertEqual([one.id for one in before.data], [made[4]])
        self.assertEqual([one.id for one in page.auto_paging_iter()], made[::-1])
        self.assertEqual([one.id for one in self.stripe.v1.customers.list({"email": "3@example.org"}).data], [made[3]])

    def test_events_by_time_and_type(self) -> None:
        bought = self.subscribed()
        self.advance(2)
        since = self.control("GET", "clock")["now"] - 3600
        self.stripe.v1.subscriptions.cancel(bought.id)
        late = self.stripe.v1.events.list({"created": {"gte": since}})
        self.assertEqual([event.type for event in late.data], ["customer.subscription.deleted"])
        named = self.stripe.v1.events.list({"types": ["customer.created", "checkout.session.completed"]})
        self.assertEqual([event.type for event in named.data], ["checkout.session.completed", "customer.created"])
        self.assertEqual(self.stripe.v1.events.retrieve(late.data[0].id).data.object["id"], bought.id)

    def test_subscriptions_by_status(self) -> None:
        live, ended = self.subscribed(), self.subscribed()
        self.stripe.v1.subscriptions.cancel(ended.id)
        for status, ids in (("all", [ended.id, live.id]), ("active", [live.id]), ("canceled", [ended.id])):
            found = self.stripe.v1.subscriptions.list({"status": status, "expand": ["data.latest_invoice"]})
            self.assertEqual([one.id for one in found.data], ids)
            self.assertEqual({one.latest_invoice.status for one in found.data}, {"paid"})
        self.assertEqual([one.id for one in self.stripe.v1.subscriptions.list().data], [live.id])

    def test_what_cannot_be_expanded(self) -> None:
        self.stripe.v1.customers.create({"email": "a@example.org"})
        answer = self.call("GET", "/v1/customers?expand[]=data.email")
        self.assertEqual((answer.status, answer.json["error"]["param"]), (400, "expand"))


class Faults(Case):
    def test_each_mode(self) -> None:
        self.control("POST", "fault", mode="error500", times=1)
        self.assertEqual(self.call("GET", "/v1/customers").status, 500)
        self.assertEqual(self.call("GET", "/v1/customers").status, 200)
        self.control("POST", "fault", mode="rate_limit")
        with self.assertRaises(stripe.RateLimitError):
            self.stripe.v1.customers.list()
        self.control("POST", "fault", mode="down", path_prefix="/v1/prices")
        with self.assertRaises(stripe.APIConnectionError):
            self.stripe.v1.prices.list()
        self.assertEqual(len(self.stripe.v1.products.list().data), 2)
        self.control("POST", "fault", mode="slow", seconds=0.3)
        began = time.monotonic()
        self.assertEqual(self.call("GET", "/v1/customers").status, 200)
        self.assertGreaterEqual(time.monotonic() - began, 0.3)

    def test_hanging_ends_with_the_fault(self) -> None:
        self.control("POST", "fault", mode="hang")
        with self.assertRaises(TimeoutError):
            fetch("GET", f"{self.url}/v1/customers", timeout=0.3, Authorization=f"Bearer {KEY}")
        self.control("POST", "fault", mode="none")
        self.assertEqual(self.call("GET", "/v1/customers").status, 200)

    def test_a_lost_answer_was_carried_out_once(self) -> None:
        self.control("POST", "fault", mode="lost", times=1)
        key = {"Idempotency-Key": "lost"}
        with self.assertRaises(OSError):
            self.call("POST", "/v1/customers", {"email": "a@example.org"}, **key)
        again = self.call("POST", "/v1/customers", {"email": "a@example.org"}, **key)
        self.assertEqual(again.headers["Idempotent-Replayed"], "true")
        self.assertEqual([one.id for one in self.stripe.v1.customers.list().data], [again.json["id"]])

    def test_an_unknown_mode_is_refused(self) -> None:
        self.assertEqual(fetch("POST", f"{self.url}/_mock/fault", b'{"mode": "odd"}').status, 400)
        self.assertEqual(fetch("POST", f"{self.url}/_mock/fault", b"{").status, 400)


class Portal(Case):
    def test_configurations_are_made_and_changed(self) -> None:
        v1 = self.stripe.v1
        given = {
            "features": {
                "invoice_history": {"enabled": True},
                "subscription_update": {
                    "enabled": True,
                    "default_allowed_updates": ["price"],
                    "products": [{"product": "prod_pro", "prices": ["price_pro"]}],
                    "schedule_at_period_end": {"conditions": [{"type": "decreasing_item_amount"}]},
                },
            }
        }
        made = v1.billing_portal.configurations.create(given)
        update = made.features.subscription_update
        self.assertEqual(update.schedule_at_period_end.conditions[0].type, "decreasing_item_amount")
        more = {"subscription_cancel": {"enabled": True}}
        changed = v1.billing_portal.configurations.update(made.id, {"features": more})
        self.assertEqual(changed.features.subscription_cancel.mode, "at_period_end")
        self.assertTrue(changed.features.subscription_update.enabled)
        listed = v1.billing_portal.configurations.list({"is_default": False}).data
        self.assertEqual([one.id for one in listed], [made.id])
        self.assertTrue(v1.billing_portal.configurations.retrieve("bpc_default").is_default)


class Process(Case):
    def test_the_state_survives_a_restart(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            options = ("--port", "0", "--price-pro", "price_1", "--data", f"{folder}/stripe.json")
            process = self.spawn(*options)
            bought = self.subscribed("price_1")
            self.advance(3)
            self.control("POST", "webhook", url=self.webhook.url, secrets=[SECRET])
            before = self.control("GET", "state")
            self.terminate(process)
            process = self.spawn(*options)
            after = self.control("GET", "state")
            self.assertEqual((after["objects"], after["events"]), (before["objects"], before["events"]))
            self.assertGreaterEqual(after["now"], before["now"])
            self.advance(30)
            self.assertEqual(self.subscription(bought.id).latest_invoice.billing_reason, "subscription_cycle")
            self.eventually(lambda: bool(self.webhook.got), "events go where they went before")
            self.terminate(process)

    def test_it_ends_with_the_process_given_by_beside(self) -> None:
        other = subprocess.Popen(["sleep", "60"])
        process = self.spawn("--beside", str(other.pid))
        self.assertIsNone(process.poll())
        other.kill()
        other.wait()
        self.assertEqual(process.wait(TIMEOUT_SECONDS), 0)

    def spawn(self, *options: str) -> subprocess.Popen[str]:
        """Starts the mock as a process of its own, and sends further calls to it."""
        process = subprocess.Popen([sys.executable, str(HERE), *options], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.terminate, process)
        assert process.stdout is not None
        self.url = json.loads(process.stdout.readline())["url"]
        self.stripe = self.client(KEY)
        return process

    def terminate(self, process: subprocess.Popen[str]) -> None:
        """Ends the process by SIGTERM, as the local stack does."""
        process.terminate()
        self.assertEqual(process.wait(TIMEOUT_SECONDS), 0)
        assert process.stdout is not None
        process.stdout.close()
