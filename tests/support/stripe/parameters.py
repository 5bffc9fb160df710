"""Parses form-encoded parameters with nested brackets, and validates them against an endpoint's rule.

A `Rule` is a function from a value and its name to the validated value; it raises `ApiError`. Parameters that Stripe
accepts and this mock does not implement are refused as unknown, so that no code relies on them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import errors

Rule = Callable[[Any, str], Any]


def decoded(form: str) -> dict[str, Any]:
    """`a[b]=1&c[]=2&c[]=3` as nested dicts and lists of texts."""
    root: dict[str, Any] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        keys = [name.partition("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        place = root
        for key in keys[:-1]:
            place = place.setdefault(_index(key, place), {})
            if not isinstance(place, dict):
                raise errors.invalid(f"Invalid parameters: {name}", name)
        place[_index(keys[-1], place)] = value
    return {name: _listed(value) for name, value in root.items()}


def _index(key: str, place: dict[str, Any]) -> str:
    return key or str(len(place))


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    values = {key: _listed(inner) for key, inner in value.items()}
    if all(key.isdigit() for key in values):
        return [values[key] for key in sorted(values, key=int)]
    return values


def text(value: Any, name: str) -> str:
    """Any text; an empty one unsets the member."""
    if not isinstance(value, str):
        raise errors.invalid(f"Invalid string: {value}", name)
    return value


def integer(value: Any, name: str) -> int:
    """An integer, including times in Unix seconds."""
    if not (isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value)):
        raise errors.invalid(f"Invalid integer: {value}", name, "parameter_invalid_integer")
    return int(value)


def boolean(value: Any, name: str) -> bool:
    """`true` or `false`."""
    if value not in ("true", "false"):
        raise errors.invalid(f"Invalid boolean: {value}", name)
    return bool(value == "true")


def one_of(*choices: str) -> Rule:
    """Exactly one of these texts."""

    def rule(value: Any, name: str) -> str:
        if value not in choices:
            listed = ", ".join(choices)
            raise errors.invalid(f"Invalid {name}: must be one of {listed}", name)
        return str(value)

    return rule


def url(value: Any, name: str) -> str:
    """An absolute URL."""
    if not re.match(r"https?://[^\s/]+", text(value, name)):
        raise errors.invalid("Not a valid URL", name, "url_invalid")
    return str(value)


def each(rule: Rule) -> Rule:
    """A list whose members all follow the rule."""

    def rules(value: Any, name: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list):
            raise errors.invalid("Invalid array", name)
        return [rule(item, f"{name}[{index}]") for index, item in enumerate(value)]

    return rules


def metadata(value: Any, name: str) -> dict[str, str]:
    """A map of texts. An empty text removes its key, an empty map removes all."""
    if value in ("", []):
        return {"": ""}
    if not isinstance(value, dict):
        # `decoded` makes a list of a map whose keys are all numbers.
        value = dict(enumerate(value)) if isinstance(value, list) else {None: value}
    for key, item in value.items():
        if key is None or not isinstance(item, str):
            raise errors.invalid("Invalid hash", name)
        if len(str(key)) > 40 or len(item) > 500:
            raise errors.invalid(f"Metadata is limited to keys of 40 and values of 500 characters: {key}", name)
    return {str(key): item for key, item in value.items()}


def merged(known: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """Metadata after an update."""
    if "" in sent:
        return {}
    return {key: value for key, value in (known | sent).items() if value != ""}


def hash_of(required: tuple[str, ...] = (), **rules: Rule) -> Rule:
    """A map with no other keys than these parameters, of which the `required` ones must be there."""

    def rule(value: Any, name: str) -> dict[str, Any]:
        if value == "":
            value = {}
        if not isinstance(value, dict):
            raise errors.invalid("Invalid object", name)

        def full(key: str) -> str:
            return f"{name}[{key}]" if name else key

        for key in value:
            if key not in rules:
                raise errors.invalid(f"Received unknown parameter: {full(key)}", full(key), "parameter_unknown")
        taken = {key: rules[key](item, full(key)) for key, item in value.items()}
        for key in required:
            if value.get(key) in (None, ""):
                raise errors.invalid(f"Missing required param: {full(key)}.", full(key), "parameter_missing")
        return taken

    return rule


EXPAND: dict[str, Rule] = {"expand": each(text)}
RANGE = {name: integer for name in ("gt", "gte", "lt", "lte")}


def created(value: Any, name: str) -> dict[str, int]:
    """A time in Unix seconds, or bounds of one (`gt`, `gte`, `lt`, `lte`)."""
    if isinstance(value, dict):
        bounds: dict[str, int] = hash_of(**RANGE)(value, name)
        return bounds
    moment = integer(value, name)
    return {"gte": moment, "lte": moment}


def limit(value: Any, name: str) -> int:
    """The page size of a list."""
    number = integer(value, name)
    if not 1 <= number <= 100:
        raise errors.invalid(f"Invalid integer: {number} must be between 1 and 100", name, "parameter_invalid_integer")
    return number


def listing(**rules: Rule) -> Rule:
    """The parameters of a list: those of pagination, and this list's filters."""
    page: dict[str, Rule] = {"limit": limit, "starting_after": text, "ending_before": text, "created": created}
    return hash_of(**page, **EXPAND, **rules)
