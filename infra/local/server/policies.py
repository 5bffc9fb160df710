"""Adds to the emulator's evaluation of IAM policies what the template needs: `dynamodb:LeadingKeys`, and variables.

Each part of a transaction is evaluated with its own keys, as AWS does it.
"""

import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_actions, iam_evaluator

EQUALITY = re.compile(r"(?:^|\()\s*\S+\s*=\s*(:\w+)")
"""The equality with the partition key, which must be the first half of a key condition."""

VARIABLE = re.compile(r"\$\{([^}*?$]+)\}")

_context_without_keys = iam_actions.dynamodb_service_context
_checks_without_keys = iam_actions.dynamodb_transaction_checks
_enforce = iam_evaluator.enforce
_principal_with_variables = iam_evaluator.resolve_principal


class _TablePart(str):
    """The ARN of a table that a part of a transaction writes to, with the part's leading keys."""

    keys: list[str]

    @classmethod
    def of(cls, table: str, part: dict[str, Any]) -> str:
        """The table's ARN with the part's keys; without any where the part is malformed.

        DynamoDB refuses such a part itself, and without the keys no policy allows it.
        """
        arn = cls(table)
        try:
            arn.keys = sorted(set(_leading_keys(part)))
        except (AttributeError, KeyError, TypeError):
            return table
        return arn


def _checks(action: str, body: bytes, region: str, account: str) -> list[tuple[str, str]]:
    """The action and the table of each part of a transaction."""
    if not _checks_without_keys(action, body, region, account):
        return []
    checks: list[tuple[str, str]] = []
    for part in json.loads(body)["TransactItems"]:
        alone = {"TransactItems": [part]}
        for part_action, table in _checks_without_keys(action, json.dumps(alone).encode(), region, account):
            checks.append((part_action, _TablePart.of(table, alone)))
    return checks


def _enforced(*arguments: Any, **named: Any) -> Any:
    resource = named.get("resource_arn")
    if isinstance(resource, _TablePart):
        named["service_context"] = named["service_context"] | {"dynamodb:LeadingKeys": resource.keys}
    return _enforce(*arguments, **named)


def _context(body: bytes) -> dict[str, Any]:
    context: dict[str, Any] = _context_without_keys(body)
    try:
        keys = sorted(set(_leading_keys(json.loads(body or b"{}"))))
    except (ValueError, AttributeError, KeyError, TypeError):
        # DynamoDB refuses a malformed request itself; and without the keys no policy allows it.
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
    substituted = [[_substituted(statement, principal.keys) for statement in policy] for policy in policies]
    known = [[statement for statement in policy if statement is not None] for policy in substituted]
    return dataclasses.replace(principal, policies=known)


def _substituted(statement: Any, keys: dict[str, Any]) -> Any:
    """The statement with variables replaced by the principal's values.

    `None` when a variable has no value: such a statement matches no request.
    """
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
iam_actions.dynamodb_transaction_checks = _checks
iam_evaluator.enforce = _enforced
iam_evaluator.resolve_principal = _principal
