"""New invoices and invoice lines, with every member that the API returns."""

from __future__ import annotations

from datetime import UTC, datetime

from store import Json, new_id


def invoice(customer: Json, subscription: Json, reason: str, lines: list[Json], now: int) -> Json:
    """A draft invoice; `reason` becomes its `billing_reason`."""
    id = new_id("in")
    for entry in lines:
        entry["invoice"] = id
    total = sum(entry["amount"] for entry in lines)
    return {
        "id": id,
        "object": "invoice",
        "account_country": "US",
        "account_name": "DevotionalAI",
        "account_tax_ids": None,
        "amount_due": max(total, 0),
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": max(total, 0),
        "amount_shipping": 0,
        "application": None,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            "disabled_reason": None,
            "enabled": False,
            "liability": None,
            "provider": None,
            "status": None,
        },
        "automatically_finalizes_at": None,
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": now,
        "currency": subscription["currency"],
        "custom_fields": None,
        "customer": customer["id"],
        "customer_account": None,
        "customer_address": None,
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "due_date": None,
        "effective_at": None,
        "ending_balance": None,
        "footer": None,
        "from_invoice": None,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "last_finalization_error": None,
        "latest_revision": None,
        "lines": {"object": "list", "data": lines, "has_more": False, "url": f"/v1/invoices/{id}/lines"},
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": None,
        "on_behalf_of": None,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]),
                "subscription": subscription["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": {
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "rendering": None,
        "shipping_cost": None,
        "shipping_details": None,
        "starting_balance": customer["balance"],
        "statement_descriptor": None,
        "status": "draft",
        "status_transitions": {
            "finalized_at": None,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "test_clock": None,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": None,
    }


def line(item: Json, price: Json, name: str, amount: int, period: tuple[int, int], *, proration: bool) -> Json:
    """A line for a subscription item; `amount` is in cents. A proration charges or credits part of a period."""
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": name,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": proration,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": period[1], "start": period[0]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "quantity_decimal": str(item["quantity"]),
        "subtotal": amount,
        "taxes": [],
    }


def whole_period(item: Json, product: str) -> Json:
    """An invoice line for the item's whole current period."""
    price, quantity = item["price"], item["quantity"]
    name = f"{quantity} × {product} (at {dollars(price['unit_amount'])} / month)"
    period = (item["current_period_start"], item["current_period_end"])
    return line(item, price, name, price["unit_amount"] * quantity, period, proration=False)


def prorations(item: Json, new: Json, products: dict[str, str], now: int) -> list[Json]:
    """The lines of a change of price: a credit for the rest of the period at the old price, a charge at the new."""
    start, end = item["current_period_start"], item["current_period_end"]
    left = max(end - now, 0) / (end - start)
    day = f"{datetime.fromtimestamp(now, UTC):%d %b %Y}"
    old, quantity = item["price"], item["quantity"]
    credit = -round(old["unit_amount"] * quantity * left)
    charge = round(new["unit_amount"] * quantity * left)
    back = f"Unused time on {products[old['product']]} after {day}"
    ahead = f"Remaining time on {products[new['product']]} after {day}"
    return [
        line(item, old, back, credit, (now, end), proration=True),
        line(item, new, ahead, charge, (now, end), proration=True),
    ]


def dollars(cents: int) -> str:
    """Cents as text, such as `$29.00`."""
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"
