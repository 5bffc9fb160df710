"""The hosted pages, for people: Checkout and the customer portal.

    /c/pay/{session}        pays for what a checkout session sells
    /p/session/{session}    shows and changes a customer's subscription, as its configuration allows
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import errors
import markup
from double import Double
from invoices import dollars
from store import Json
from subscriptions import ENDED


@dataclass(frozen=True)
class Page:
    """What a browser gets: a page, or where to go."""

    status: int
    html: str
    location: str | None = None


def answer(double: Double, method: str, path: str, form: dict[str, str]) -> Page:
    """Shows a page, or does what one of its buttons says."""
    try:
        with double.lock:
            double.lifecycle.settle()
            if path.startswith("/c/pay/"):
                session = double.store.get("checkout.session", path.removeprefix("/c/pay/"))
                return _pay(double, session, form) if method == "POST" else _checkout(double, session)
            if path.startswith("/p/session/"):
                session = double.store.get("billing_portal.session", path.removeprefix("/p/session/"))
                return _act(double, session, form) if method == "POST" else _portal(double, session)
    except errors.ApiError as error:
        return Page(error.status, markup.document("This does not work", markup.paragraph(str(error), "bad")))
    return Page(404, markup.document("Nothing here", markup.paragraph("There is no page at this address.")))


def _go(address: str) -> Page:
    return Page(303, "", address)


def _checkout(double: Double, session: Json, declined: bool = False) -> Page:
    back = markup.link("Back", session["cancel_url"]) if session["cancel_url"] else ""
    if session["status"] != "open":
        over = "has been paid" if session["status"] == "complete" else "has expired"
        return Page(200, markup.document("Nothing to pay", markup.paragraph(f"This checkout {over}.") + back))
    item = double.store.private[session["id"]]["line_items"][0]
    email = session["customer_email"]
    if session["customer"]:
        email = double.store.get("customer", session["customer"])["email"]
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


def _pay(double: Double, session: Json, form: dict[str, str]) -> Page:
    if session["status"] != "open":
        return _checkout(double, session)
    if form.get("card") == "declined":
        double.lifecycle.decline(session)
        return _checkout(double, session, declined=True)
    double.lifecycle.complete(session)
    return _go(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _portal(double: Double, session: Json) -> Page:
    back = markup.link("Back", session["return_url"]) if session["return_url"] else ""
    subscription = _subscription(double, session)
    if subscription is None:
        return Page(200, markup.document("Your plan", markup.paragraph("There is no subscription.") + back))
    features = double.store.get("billing_portal.configuration", session["configuration"])["features"]
    flow = (session["flow"] or {}).get("type")
    if flow == "subscription_update_confirm":
        parts = [_confirmation(double, session, subscription, features)]
    elif flow == "subscription_cancel":
        parts = [_summary(double, subscription), _cancellation(subscription)]
    elif flow == "payment_method_update":
        parts = [_summary(double, subscription), _card(double, subscription)]
    else:
        parts = [_summary(double, subscription)]
        if features["subscription_update"]["enabled"]:
            parts.append(_plans(double, subscription, features))
        if features["payment_method_update"]["enabled"]:
            parts.append(_card(double, subscription))
        if features["subscription_cancel"]["enabled"]:
            parts.append(_cancellation(subscription))
        if features["invoice_history"]["enabled"]:
            parts.append(_history(double, subscription))
    return Page(200, markup.document("Your plan", "".join(parts) + back))


def _act(double: Double, session: Json, form: dict[str, str]) -> Page:
    subscription = _subscription(double, session)
    if subscription is None:
        return _portal(double, session)
    features = double.store.get("billing_portal.configuration", session["configuration"])["features"]
    action = form.get("action")
    if action == "change":
        price = double.store.get("price", form.get("price", ""), "price")
        if _waits(subscription, price, features):
            double.lifecycle.change_later(subscription, price)
        else:
            schedule = subscription["schedule"]
            if schedule:
                double.lifecycle.release(double.store.get("subscription_schedule", schedule))
            double.lifecycle.change(subscription, price, features["subscription_update"]["proration_behavior"])
    elif action == "keep":
        double.lifecycle.release(double.store.get("subscription_schedule", subscription["schedule"]))
    elif action == "cancel" and features["subscription_cancel"]["mode"] == "immediately":
        double.lifecycle.cancel(subscription, "cancellation_requested")
    elif action == "cancel":
        if subscription["schedule"]:
            double.lifecycle.release(double.store.get("subscription_schedule", subscription["schedule"]))
        double.lifecycle.cancel_later(subscription)
    elif action == "resume":
        double.lifecycle.resume(subscription)
    elif action == "card":
        double.store.private[subscription["id"]]["payment"] = "fails" if form.get("card") == "declined" else "succeeds"
    elif action == "pay":
        double.lifecycle.pay(subscription)
    after = (session["flow"] or {}).get("after_completion")
    if after and after["type"] == "redirect":
        return _go(after["redirect"]["return_url"])
    return _go(session["url"])


def _subscription(double: Double, session: Json) -> Json | None:
    live = [
        thing for thing in double.store.of("subscription")
        if thing["customer"] == session["customer"] and thing["status"] not in ENDED
    ]
    return live[-1] if live else None


def _waits(subscription: Json, price: Json, features: Json) -> bool:
    """Whether a change is for the period's end: those that cost less, if the configuration says so."""
    cheaper = price["unit_amount"] < subscription["items"]["data"][0]["price"]["unit_amount"]
    conditions = features["subscription_update"]["schedule_at_period_end"]["conditions"]
    return cheaper and any(condition["type"] == "decreasing_item_amount" for condition in conditions)


def _name(double: Double, price: Json) -> str:
    return str(double.store.get("product", price["product"])["name"])


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%d %B %Y}"


def _summary(double: Double, subscription: Json) -> str:
    item = subscription["items"]["data"][0]
    end = _day(item["current_period_end"])
    rows = {
        "Plan": f"{_name(double, item['price'])}, {dollars(item['price']['unit_amount'])} a month",
        "Status": subscription["status"].replace("_", " "),
    }
    if subscription["cancel_at"]:
        rows["Ends"] = _day(subscription["cancel_at"])
    elif subscription["schedule"]:
        schedule = double.store.get("subscription_schedule", subscription["schedule"])
        price = double.store.get("price", schedule["phases"][-1]["items"][0]["price"])
        rows["Next_invoice"] = f"{end}, {dollars(price['unit_amount'])}, for {_name(double, price)}"
    else:
        rows["Next_invoice"] = f"{end}, {dollars(item['price']['unit_amount'])}"
    return markup.facts(**rows)


def _plans(double: Double, subscription: Json, features: Json) -> str:
    current = subscription["items"]["data"][0]["price"]["id"]
    offered = [id for sold in features["subscription_update"]["products"] for id in sold["prices"] if id != current]
    if subscription["schedule"]:
        return markup.button("Keep the present plan", "quiet", action="keep")
    buttons = []
    for price in (double.store.get("price", id) for id in offered):
        when = "when the period ends" if _waits(subscription, price, features) else "now"
        label = f"Change to {_name(double, price)}, {dollars(price['unit_amount'])} a month, {when}"
        buttons.append(markup.button(label, action="change", price=price["id"]))
    return "".join(buttons)


def _confirmation(double: Double, session: Json, subscription: Json, features: Json) -> str:
    price = double.store.get("price", session["flow"]["subscription_update_confirm"]["items"][0]["price"])
    when = "when the period ends" if _waits(subscription, price, features) else "now"
    cost = dollars(price["unit_amount"])
    question = markup.paragraph(f"Change to {_name(double, price)} for {cost} a month, {when}?")
    return _summary(double, subscription) + question + markup.button("Confirm", action="change", price=price["id"])


def _cancellation(subscription: Json) -> str:
    if subscription["cancel_at"]:
        return markup.button("Resume the plan", "quiet", action="resume")
    return markup.button("Cancel the plan", "quiet", action="cancel")


def _card(double: Double, subscription: Json) -> str:
    fails = double.store.private[subscription["id"]]["payment"] == "fails"
    owed = subscription["status"] in ("past_due", "unpaid")
    pay = markup.button("Pay what is open now", action="pay") if owed else ""
    return (
        "<h2>Payment method</h2>" + pay
        + '<form method="post"><input type="hidden" name="action" value="card">'
        + markup.cards("declined" if fails else "works")
        + '<button class="quiet">Use this card</button></form>'
    )


def _history(double: Double, subscription: Json) -> str:
    rows = [
        f"<dt>{_day(invoice['created'])}</dt>"
        f"<dd>{dollars(invoice['total'])} · {escape(invoice['status'])}</dd>"
        for invoice in double.payments.of(subscription)[:-7:-1]
    ]
    return f"<h2>Invoices</h2><dl>{''.join(rows)}</dl>"
