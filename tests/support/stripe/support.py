"""The base of the tests: a mock server for each test, Stripe's official client for it, and a webhook listener."""

from __future__ import annotations

import json
import threading
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import stripe

import delivery
from mock_server import Account, MockServer
from payments import Dunning
from server import Server

HERE = Path(__file__).resolve().parent
KEY = "sk_test_local"
SECRET = "whsec_first"
NEXT_SECRET = "whsec_next"
DAY = 86_400
TIMEOUT_SECONDS = 8.0


@dataclass(frozen=True)
class Answer:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed as JSON."""
        return json.loads(self.body)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def fetch(method: str, url: str, body: bytes | None = None, timeout: float = 5.0, **headers: str) -> Answer:
    """Sends one request. Error statuses are returned, not raised, and redirects are not followed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, named, method=method)
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=timeout) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


@dataclass
class Webhook:
    """A webhook listener that records requests. It answers with `statuses`, in order, and then with 200."""

    statuses: list[int] = field(default_factory=list)
    got: list[tuple[bytes, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.got.append((body, self.headers["Stripe-Signature"]))
                self.send_response(webhook.statuses.pop(0) if webhook.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()


class Case(unittest.TestCase):
    """A test case with a mock server of its own."""

    dunning = Dunning()

    def setUp(self) -> None:
        self.webhook = Webhook()
        self.addCleanup(self.webhook.close)
        mock = MockServer(Account(dunning=self.dunning), delivery.Webhook(self.webhook.url, [SECRET]))
        server = Server(0, mock)
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        serving.start()
        for cleanup in (mock.end, server.server_close, server.shutdown):
            self.addCleanup(cleanup)
        self.url = mock.url
        self.stripe = self.client(KEY)

    def client(self, key: str) -> stripe.StripeClient:
        """Stripe's official client, without its retries."""
        return stripe.StripeClient(key, base_addresses={"api": self.url}, max_network_retries=0)

    def control(self, method: str, command: str, **given: Any) -> Any:
        """Sends a command to the control interface, which must succeed."""
        body = json.dumps(given).encode() if given else None
        answer = fetch(method, f"{self.url}/_mock/{command}", body)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json

    def call(self, method: str, path: str, body: dict[str, str] | None = None, **headers: str) -> Answer:
        """Calls the API without Stripe's client."""
        form = urllib.parse.urlencode(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {KEY}"} | headers
        return fetch(method, self.url + path, form, **headers)

    def advance(self, days: float) -> None:
        """Moves the mock's clock forward."""
        self.control("POST", "clock", advance_s=int(days * DAY))

    def session(self, price: str = "price_pro", **given: Any) -> stripe.checkout.Session:
        """An open Checkout session of a new customer."""
        customer = self.stripe.v1.customers.create({"email": "anna@example.org", "name": "Anna"})
        return self.stripe.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "customer": customer.id,
                "line_items": [{"price": price, "quantity": 1}],
                "success_url": "https://app.example.org/paid?session={CHECKOUT_SESSION_ID}",
                "cancel_url": "https://app.example.org/plans",
                **given,
            }
        )

    def subscribed(self, price: str = "price_pro") -> stripe.Subscription:
        """A paid subscription of a new customer."""
        completed = self.control("POST", f"checkout/{self.session(price).id}/complete", payment="succeeds")
        return self.subscription(completed["subscription"])

    def subscription(self, id: str) -> stripe.Subscription:
        """A subscription in its present state, with its latest invoice expanded."""
        return self.stripe.v1.subscriptions.retrieve(id, {"expand": ["latest_invoice"]})

    def events(self, *types: str) -> list[dict[str, Any]]:
        """The events of these types, or all events; oldest first."""
        events: list[dict[str, Any]] = self.control("GET", "state")["events"]
        return [event for event in events if not types or event["type"] in types]

    def eventually(self, holds: Callable[[], bool], what: str) -> None:
        """Polls until the condition holds. Fails after `TIMEOUT_SECONDS`."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not holds():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.02)


def price_of(subscription: stripe.Subscription) -> str:
    """The price id of a subscription's only item."""
    return str(subscription["items"].data[0].price.id)
