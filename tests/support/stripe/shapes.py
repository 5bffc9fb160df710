"""JSON Schemas of Stripe's objects, derived from the types of its Python SDK.

The SDK's classes are generated from Stripe's OpenAPI description and state for each member its type,
its values, and whether it may be null. The description of this version itself is in no package registry.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar, ForwardRef, Literal, Union

import jsonschema_rs
import stripe

CLASSES = {
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "billing_portal.session": stripe.billing_portal.Session,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "item": stripe.LineItem,
    "price": stripe.Price,
    "product": stripe.Product,
    "subscription": stripe.Subscription,
    "subscription_schedule": stripe.SubscriptionSchedule,
}
# The SDK converts decimal numbers, which are text in the JSON, to `Decimal`.
PRIMITIVES = {str: "string", bool: "boolean", int: "integer", float: "number", Decimal: "string", type(None): "null"}


def faults(thing: dict[str, Any]) -> list[str]:
    """The deviations of an object from Stripe's types: members that are unknown, missing, or of another type."""
    if thing["object"] == "list":
        return [fault for entry in thing["data"] for fault in faults(entry)]
    found = _validator(thing["object"]).iter_errors(thing)
    return [f"{'.'.join(map(str, error.instance_path))}: {error.message}" for error in found]


@cache
def _validator(kind: str) -> Any:
    schemas: dict[str, Any] = {}
    root = _schema(CLASSES[kind], schemas)
    return jsonschema_rs.validator_for({**root, "$defs": schemas})


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    if kind is Any or kind is object:
        return {}
    if kind in PRIMITIVES:
        return {"type": PRIMITIVES[kind]}
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        # `Literal[…] | str` means that later versions may add values. Only those of this version are accepted here.
        closed = any(typing.get_origin(argument) is Literal for argument in arguments)
        return {"anyOf": [_schema(one, schemas) for one in arguments if not (closed and one is str)]}
    if origin in (list, list):
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    if origin is stripe.ListObject:
        members = {
            "object": {"const": "list"},
            "data": {"type": "array", "items": _schema(arguments[0], schemas)},
            "has_more": {"type": "boolean"},
            "url": {"type": "string"},
        }
        return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}
    if origin is not None:
        # A map of texts or of any values.
        return {"type": "object", "additionalProperties": _schema(arguments[-1], schemas)}
    if inspect.isclass(kind) and issubclass(kind, stripe.StripeObject):
        return _reference(kind, schemas)
    return {"type": "object"}


def _reference(kind: type, schemas: dict[str, Any]) -> dict[str, Any]:
    name = f"{kind.__module__}.{kind.__qualname__}"
    if name not in schemas:
        # Entered before its members are read, because a type can refer to itself.
        schemas[name] = {}
        schemas[name] = _object(kind, schemas)
    return {"$ref": f"#/$defs/{name}"}


def _object(kind: type, schemas: dict[str, Any]) -> dict[str, Any]:
    declared = kind.__dict__.get("__annotations__", {})
    members = {
        name: _resolved(type, kind.__module__) for name, type in declared.items()
        if not name.startswith("_") and typing.get_origin(type) is not ClassVar
    }
    if not members:
        return {"type": "object"}
    return {
        "type": "object",
        "properties": {name: _schema(type, schemas) for name, type in members.items()},
        "required": [name for name, type in members.items() if not _may_be_absent(type)],
        "additionalProperties": False,
    }


def _may_be_absent(kind: Any) -> bool:
    return kind is Any or type(None) in typing.get_args(kind)


def _resolved(kind: Any, module: str) -> Any:
    if isinstance(kind, ForwardRef):
        kind = kind.__forward_arg__
    if isinstance(kind, str):
        name = kind
        return _imports(module)[name] if name in _imports(module) else eval(name, vars(importlib.import_module(module)))
    arguments = typing.get_args(kind)
    if not arguments or typing.get_origin(kind) is Literal:
        return kind
    resolved = tuple(_resolved(argument, module) for argument in arguments)
    return kind if resolved == arguments else kind.copy_with(resolved)


@cache
def _imports(module: str) -> dict[str, type]:
    """The types that a module imports under `TYPE_CHECKING` only, by the names that it gives them."""
    found = {}
    for node in ast.walk(ast.parse(inspect.getsource(importlib.import_module(module)))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("stripe"):
            for alias in node.names:
                value = getattr(importlib.import_module(node.module), alias.name, None)
                if inspect.isclass(value):
                    found[alias.asname or alias.name] = value
    return found
