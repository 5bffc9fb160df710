"""New customers, products, prices, Checkout and portal objects, with every member that the API returns."""

from __future__ import annotations

from typing import Any

from parameters import merged
from store import Json, new_id

SESSION_SECONDS = 24 * 3600
"""How long a Checkout session stays open without `expires_at`: 24 hours, Stripe's default and maximum."""


def product(id: str, name: str, price_id: str, now: int) -> Json:
    """A product."""
    return {
        "id": id,
        "object": "product",
        "active": True,
        "created": now,
        "default_price": price_id,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": now,
        "url": None,
    }


def monthly_price(id: str, product_id: str, cents: int, now: int) -> Json:
    """A monthly price in cents of US dollars."""
    return {
        "id": id,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": "usd",
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": cents,
        "unit_amount_decimal": str(cents),
    }


def customer(given: Json, now: int) -> Json:
    """A customer with these parameters."""
    return {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": given.get("description"),
        "discount": None,
        "email": given.get("email"),
        "invoice_prefix": new_id("", 8)[1:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": merged({}, given.get("metadata", {})),
        "name": given.get("name"),
        "next_invoice_sequence": 1,
        "phone": given.get("phone"),
        "preferred_locales": given.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }


def deleted(kind: str, id: str) -> Json:
    """The stub that the API returns for a deleted object."""
    return {"id": id, "object": kind, "deleted": True}


def checkout_session(given: Json, items: list[Json], host: str, now: int) -> Json:
    """An open Checkout session with these parameters; `items` are its line items."""
    id = new_id("cs_test", 58)
    total = sum(item["amount_total"] for item in items)
    tax = given.get("automatic_tax", {}).get("enabled", False)
    return {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": None,
        "after_expiration": None,
        "allow_promotion_codes": given.get("allow_promotion_codes"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {
            "enabled": tax,
            "liability": {"type": "self"} if tax else None,
            "provider": "stripe" if tax else None,
            "status": "requires_location_inputs" if tax else None,
        },
        "billing_address_collection": given.get("billing_address_collection"),
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "created": now,
        "currency": items[0]["currency"],
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": given.get("customer"),
        "customer_account": None,
        "customer_creation": None if given.get("customer") else "always",
        "customer_details": None,
        "customer_email": given.get("customer_email"),
        "discounts": [],
        "expires_at": given.get("expires_at", now + SESSION_SECONDS),
        "integration_identifier": None,
        "invoice": None,
        "invoice_creation": None,
        "livemode": False,
        "locale": given.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": merged({}, given.get("metadata", {})),
        "mode": "subscription",
        "origin_context": None,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": given.get("payment_method_collection", "always"),
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": {
            "allow_redisplay_filters": ["always"],
            "payment_method_remove": "disabled",
            "payment_method_save": None,
        },
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": given["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{host}/c/pay/{id}",
        "wallet_options": None,
    }


def checkout_item(price: Json, name: str, quantity: int) -> Json:
    """A line item of a Checkout session."""
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": name,
        "price": price,
        "quantity": quantity,
    }


def portal_configuration(given: Json, now: int, *, is_default: bool = False) -> Json:
    """A portal configuration: what customers may do in the portal. Features that are not named are disabled."""
    profile = given.get("business_profile", {})
    return {
        "id": new_id("bpc"),
        "object": "billing_portal.configuration",
        "active": True,
        "application": None,
        "business_profile": {
            "headline": profile.get("headline"),
            "privacy_policy_url": profile.get("privacy_policy_url"),
            "terms_of_service_url": profile.get("terms_of_service_url"),
        },
        "created": now,
        "default_return_url": given.get("default_return_url"),
        "features": portal_features(given.get("features", {})),
        "is_default": is_default,
        "livemode": False,
        "login_page": {"enabled": False, "url": None},
        "metadata": merged({}, given.get("metadata", {})),
        "name": given.get("name"),
        "updated": now,
    }


def portal_features(given: Json) -> Json:
    """The features of a portal configuration, with Stripe's defaults for parameters that are left out."""
    update: dict[str, Any] = given.get("subscription_update", {})
    cancel: dict[str, Any] = given.get("subscription_cancel", {})
    reason: dict[str, Any] = cancel.get("cancellation_reason", {})
    details: dict[str, Any] = given.get("customer_update", {})
    method: dict[str, Any] = given.get("payment_method_update", {})
    conditions = update.get("schedule_at_period_end", {}).get("conditions", [])
    return {
        "customer_update": {
            "allowed_updates": details.get("allowed_updates", []),
            "enabled": details.get("enabled", False),
        },
        "invoice_history": {"enabled": given.get("invoice_history", {}).get("enabled", False)},
        "payment_method_update": {
            "enabled": method.get("enabled", False),
            "payment_method_configuration": None,
        },
        "subscription_cancel": {
            "cancellation_reason": {
                "enabled": reason.get("enabled", False),
                "options": reason.get("options", []),
            },
            "enabled": cancel.get("enabled", False),
            "mode": cancel.get("mode", "at_period_end"),
            "proration_behavior": cancel.get("proration_behavior", "none"),
        },
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": update.get("default_allowed_updates", []),
            "enabled": update.get("enabled", False),
            "products": [
                {"product": sold["product"], "prices": sold["prices"],
                 "adjustable_quantity": {"enabled": False, "maximum": None, "minimum": 1}}
                for sold in update.get("products", [])
            ],
            "proration_behavior": update.get("proration_behavior", "none"),
            "schedule_at_period_end": {"conditions": conditions},
            "trial_update_behavior": "end_trial",
        },
    }


def portal_session(given: Json, configuration: Json, host: str, now: int) -> Json:
    """A portal session: a URL under which one customer enters the portal."""
    id = new_id("bps")
    return {
        "id": id,
        "object": "billing_portal.session",
        "configuration": configuration["id"],
        "created": now,
        "customer": given["customer"],
        "customer_account": None,
        "flow": _flow(given["flow_data"]) if "flow_data" in given else None,
        "livemode": False,
        "locale": given.get("locale"),
        "on_behalf_of": None,
        "return_url": given.get("return_url") or configuration["default_return_url"],
        "url": f"{host}/p/session/{id}",
    }


def _flow(given: Json) -> Json:
    after: Json = given.get("after_completion", {})
    confirm: Json | None = given.get("subscription_update_confirm")
    cancel: Json | None = given.get("subscription_cancel")
    return {
        "after_completion": {
            "hosted_confirmation": None,
            "redirect": after.get("redirect"),
            "type": after.get("type", "portal_homepage"),
        },
        "subscription_cancel": cancel and {"retention": None, "subscription": cancel["subscription"]},
        "subscription_update": given.get("subscription_update"),
        "subscription_update_confirm": confirm and {
            "discounts": None,
            "items": [
                {"id": item["id"], "price": item.get("price"), "quantity": item.get("quantity", 1)}
                for item in confirm["items"]
            ],
            "subscription": confirm["subscription"],
        },
        "type": given["type"],
    }
