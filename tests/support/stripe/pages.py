"""The hosted pages that people use in a browser: Checkout and the customer portal.

    /c/pay/{session}        pays for what a checkout session sells
    /p/session/{session}    shows and changes a customer's subscription, as its configuration allows
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import errors
import markup
from mock_server import MockServer
from invoices import dollars
from store import Json
from subscriptions import ENDED


@dataclass(frozen=True)
class Page:
    """The response to a browser: a page, or a redirect."""

    status: int
    html: str
    location: str | None = None


def answer(mock: MockServer, method: str, path: str, form: dict[str, str]) -> Page:
    """Shows a page (GET), or carries out the action of one of its buttons (POST)."""
    try:
        with mock.lock:
            mock.lifecycle.settle()
            if path.startswith("/c/pay/"):
                session = mock.store.get("checkout.session", path.removeprefix("/c/pay/"))
                return _pay(mock, session, form) if method == "POST" else _checkout(mock, session)
            if path.startswith("/p/session/"):
                session = mock.store.get("billing_portal.session", path.removeprefix("/p/session/"))
                return _act(mock, session, form) if method == "POST" else _portal(mock, session)
    except errors.ApiError as error:
        return Page(error.status, markup.document("This does not work", markup.paragraph(str(error), "bad")))
    return Page(404, markup.document("Nothing here", markup.paragraph("There is no page at this address.")))


def _go(address: str) -> Page:
    return Page(303, "", address)


def _checkout(mock: MockServer, session: Json, declined: bool = False) -> Page:
    back = markup.link("Back", session["cancel_url"]) if session["cancel_url"] else ""
    if session["status"] != "open":
        over = "has been paid" if session["status"] == "complete" else "has expired"
        return Page(200, markup.document("Nothing to pay", markup.paragraph(f"This checkout {over}.") + back))
    item = mock.store.private[session["id"]]["line_items"][0]
    email = session["customer_email"]
    if session["customer"]:
        email = mock.store.get("customer", session["customer"])["email"]
    amount = dollars(session["amount_total"])
    refusal = markup.paragraph("The card was declined. Try another one.", "bad") if declined else ""
    content = (
        f'<p class="price">{amount} a month</p>'
        + markup.facts(Plan=item["description"], For=email or "a new customer", Due_today=amount)
        + refusal
        + f'<form method="post">{markup.cards()}<button>Pay {amount}</button></form>'
        + back
    )
    return Page(402 if declined else 200, markup.document(f"Subscribe to {item['description']}", content))


def _pay(mock: MockServer, session: Json, form: dict[str, str]) -> Page:
    if session["status"] != "open":
        return _checkout(mock, session)
    if form.get("card") == "declined":
        mock.lifecycle.decline(session)
        return _checkout(mock, session, declined=True)
    mock.lifecycle.complete(session)
    return _go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _portal(mock: MockServer, session: Json) -> Page:
    back = markup.link("Back", session["return_url"]) if session["return_url"] else ""
    subscription = _subscription(mock, session)
    if subscription is None:
        return Page(200, markup.document("Your plan", markup.paragraph("There is no subscription.") + back))
    features = mock.store.get("billing_portal.configuration", session["configuration"])["features"]
    flow = (session["flow"] or {}).get("type")
    if flow == "subscription_update_confirm":
        parts = [_confirmation(mock, session, subscription, features)]
    elif flow == "subscription_cancel":
        parts = [_summary(mock, subscription), _cancellation(subscription)]
    elif flow == "payment_method_update":
        parts = [_summary(mock, subscription), _card(mock, subscription)]
    else:
        parts = [_summary(mock, subscription)]
        if features["subscription_update"]["enabled"]:
            parts.append(_plans(mock, subscription, features))
        if features["payment_method_update"]["enabled"]:
            parts.append(_card(mock, subscription))
        if features["subscription_cancel"]["enabled"]:
            parts.append(_cancellation(subscription))
        if features["invoice_history"]["enabled"]:
            parts.append(_history(mock, subscription))
    return Page(200, markup.document("Your plan", "".join(parts) + back))


def _act(mock: MockServer, session: Json, form: dict[str, str]) -> Page:
    subscription = _subscription(mock, session)
    if subscription is None:
        return _portal(mock, session)
    features = mock.store.get("billing_portal.configuration", session["configuration"])["features"]
    action = form.get("action")
    if action == "change":
        price = mock.store.get("price", form.get("price", ""), "price")
        if _waits(subscription, price, features):
            mock.lifecycle.change_later(subscription, price)
        else:
            schedule = subscription["schedule"]
            if schedule:
                mock.lifecycle.release(mock.store.get("subscription_schedule", schedule))
            mock.lifecycle.change(subscription, price, features["subscription_update"]["proration_behavior"])
    elif action == "keep":
        mock.lifecycle.release(mock.store.get("subscription_schedule", subscription["schedule"]))
    elif action == "cancel" and features["subscription_cancel"]["mode"] == "immediately":
        mock.lifecycle.cancel(subscription, "cancellation_requested")
    elif action == "cancel":
        if subscription["schedule"]:
            mock.lifecycle.release(mock.store.get("subscription_schedule", subscription["schedule"]))
        mock.lifecycle.cancel_later(subscription)
    elif action == "resume":
        mock.lifecycle.resume(subscription)
    elif action == "card":
        mock.store.private[subscription["id"]]["payment"] = "fails" if form.get("card") == "declined" else "succeeds"
    elif action == "pay":
        mock.lifecycle.pay(subscription)
    after = (session["flow"] or {}).get("after_completion")
    if after and after["type"] == "redirect":
        return _go(after["redirect"]["return_url"])
    return _go(session["url"])


def _subscription(mock: MockServer, session: Json) -> Json | None:
    live = [
        thing for thing in mock.store.of("subscription")
        if thing["customer"] == session["customer"] and thing["status"] not in ENDED
    ]
    return live[-1] if live else None


def _waits(subscription: Json, price: Json, features: Json) -> bool:
    """Whether a change waits for the end of the period: a cheaper price does, if the configuration says so."""
    cheaper = price["unit_amount"] < subscription["items"]["data"][0]["price"]["unit_amount"]
    conditions = features["subscription_update"]["schedule_at_period_end"]["conditions"]
    return cheaper and any(condition["type"] == "decreasing_item_amount" for condition in conditions)


def _name(mock: MockServer, price: Json) -> str:
    return str(mock.store.get("product", price["product"])["name"])


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%d %B %Y}"


def _summary(mock: MockServer, subscription: Json) -> str:
    item = subscription["items"]["data"][0]
    end = _day(item["current_period_end"])
    rows = {
        "Plan": f"{_name(mock, item['price'])}, {dollars(item['price']['unit_amount'])} a month",
        "Status": subscription["status"].replace("_", " "),
    }
    if subscription["cancel_at"]:
        rows["Ends"] = _day(subscription["cancel_at"])
    elif subscription["schedule"]:
        schedule = mock.store.get("subscription_schedule", subscription["schedule"])
        price = mock.store.get("price", schedule["phases"][-1]["items"][0]["price"])
        rows["Next_invoice"] = f"{end}, {dollars(price['unit_amount'])}, for {_name(mock, price)}"
    else:
        rows["Next_invoice"] = f"{end}, {dollars(item['price']['unit_amount'])}"
    return markup.facts(**rows)


def _plans(mock: MockServer, subscription: Json, features: Json) -> str:
    current = subscription["items"]["data"][0]["price"]["id"]
    offered = [id for sold in features["subscription_update"]["products"] for id in sold["prices"] if id != current]
    if subscription["schedule"]:
        return markup.button("Keep the present plan", "quiet", action="keep")
    buttons = []
    for price in (mock.store.get("price", id) for id in offered):
        when = "when the period ends" if _waits(subscription, price, features) else "now"
        label = f"Change to {_name(mock, price)}, {dollars(price['unit_amount'])} a month, {when}"
        buttons.append(markup.button(label, action="change", price=price["id"]))
    return "".join(buttons)


def _confirmation(mock: MockServer, session: Json, subscription: Json, features: Json) -> str:
    price = mock.store.get("price", session["flow"]["subscription_update_confirm"]["items"][0]["price"])
    when = "when the period ends" if _waits(subscription, price, features) else "now"
    cost = dollars(price["unit_amount"])
    question = markup.paragraph(f"Change to {_name(mock, price)} for {cost} a month, {when}?")
    return _summary(mock, subscription) + question + markup.button("Confirm", action="change", price=price["id"])


def _cancellation(subscription: Json) -> str:
    if subscription["cancel_at"]:
        return markup.button("Resume the plan", "quiet", action="resume")
    return markup.button("Cancel the plan", "quiet", action="cancel")


def _card(mock: MockServer, subscription: Json) -> str:
    fails = mock.store.private[subscription["id"]]["payment"] == "fails"
    owed = subscription["status"] in ("past_due", "unpaid")
    pay = markup.button("Pay what is open now", action="pay") if owed else ""
    return (
        "<h2>Payment method</h2>" + pay
        + '<form method="post"><input type="hidden" name="action" value="card">'
        + markup.cards("declined" if fails else "works")
        + '<button class="quiet">Use this card</button></form>'
    )


def _history(mock: MockServer, subscription: Json) -> str:
    rows = [
        f"<dt>{_day(invoice['created'])}</dt>"
        f"<dd>{dollars(invoice['total'])} · {escape(invoice['status'])}</dd>"
        for invoice in mock.payments.of(subscription)[:-7:-1]
    ]
    return f"<h2>Invoices</h2><dl>{''.join(rows)}</dl>"
