"""Teaches the emulator's policies what the template's need and they lack: leading keys, and variables.

Of a transaction all keys count for each of its parts. AWS authorizes each part by itself; what passes so
passes there too.
"""

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_actions, iam_evaluator

EQUALITY = re.compile(r"(?:^|\()\s*\S+\s*=\s*(:\w+)")
"""The partition's half of a key condition, which stands first."""

VARIABLE = re.compile(r"\$\{([^}*?$]+)\}")

_context_without_keys = iam_actions.dynamodb_service_context
_principal_with_variables = iam_evaluator.resolve_principal


def _context(body: bytes) -> dict[str, Any]:
    context: dict[str, Any] = _context_without_keys(body)
    try:
        keys = sorted(set(_leading_keys(json.loads(body or b"{}"))))
    except (ValueError, AttributeError, KeyError, TypeError):
        # What is not of the form that DynamoDB takes, it refuses; and without keys no policy allows it.
        return context
    return context | {"dynamodb:LeadingKeys": keys} if keys else context


def _leading_keys(request: dict[str, Any]) -> Iterator[str]:
    for item in (request.get("Key"), request.get("Item")):
        if item:
            yield item["pk"]["S"]
    for table in request.get("RequestItems", {}).values():
        for key in table["Keys"]:
            yield key["pk"]["S"]
    for part in request.get("TransactItems", []):
        for write in part.values():
            yield from _leading_keys(write)
    if condition := EQUALITY.match(request.get("KeyConditionExpression", "")):
        (value,) = request["ExpressionAttributeValues"][condition[1]].values()
        yield value


def _principal(*arguments: Any) -> Any:
    principal = _principal_with_variables(*arguments)
    policies = getattr(principal, "policies", None)
    if policies is None:
        return principal
    written_out = [[_written_out(statement, principal.keys) for statement in policy] for policy in policies]
    known = [[statement for statement in policy if statement is not None] for policy in written_out]
    return dataclasses.replace(principal, policies=known)


def _written_out(statement: Any, keys: dict[str, Any]) -> Any:
    """The statement for one principal; none when a variable has no value, for then it matches nothing."""
    try:
        resources = _replaced(statement.resources, keys)
        conditions = _replaced(statement.conditions, keys)
    except KeyError:
        return None
    return dataclasses.replace(statement, resources=resources, conditions=conditions)


def _replaced(value: Any, keys: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(part, keys) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, keys) for part in value]
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: str(keys[found[1].lower()]), value)
    return value


iam_actions.dynamodb_service_context = _context
iam_evaluator.resolve_principal = _principal
