"""Pagination of lists, and expansion of ids to the objects that they name (`expand`)."""

from __future__ import annotations

import copy
from typing import Any

import errors
from store import Json, Store

DEFAULT_LIMIT = 10
DEPTH = 4
EXPANDABLE = {
    "configuration", "customer", "default_price", "invoice", "latest_invoice", "price", "product", "schedule",
    "subscription",
}


def page(url: str, newest_first: list[Json], given: Json) -> Json:
    """One page of a list, newest objects first, as Stripe orders all lists."""
    bounds = given.get("created", {})
    chosen = [thing for thing in newest_first if _within(thing.get("created", 0), bounds)]
    size = given.get("limit", DEFAULT_LIMIT)
    if "ending_before" in given:
        before = chosen[: _index(chosen, given["ending_before"], "ending_before")]
        data, more = before[-size:], len(before) > size
    else:
        start = _index(chosen, given["starting_after"], "starting_after") + 1 if "starting_after" in given else 0
        data, more = chosen[start : start + size], len(chosen) > start + size
    return {"object": "list", "data": data, "has_more": more, "url": url}


def _within(moment: int, bounds: dict[str, int]) -> bool:
    return (
        moment > bounds.get("gt", -1)
        and moment >= bounds.get("gte", 0)
        and moment < bounds.get("lt", moment + 1)
        and moment <= bounds.get("lte", moment)
    )


def _index(things: list[Json], id: str, param: str) -> int:
    for index, thing in enumerate(things):
        if thing["id"] == id:
            return index
    raise errors.missing("object", id, param, 400)


def expanded(answer: Json, paths: list[str], store: Store) -> Json:
    """A copy of an answer in which the ids at these paths are replaced by their objects."""
    answer = copy.deepcopy(answer)
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEPTH:
            raise errors.invalid(f"You cannot expand more than {DEPTH} levels of a property ({path}).", "expand")
        _expand(answer, steps, path, store)
    return answer


def _expand(place: Any, steps: list[str], path: str, store: Store) -> None:
    if isinstance(place, list):
        for item in place:
            _expand(item, steps, path, store)
        return
    step, rest = steps[0], steps[1:]
    if place is None:
        return
    if place.get("object") == "checkout.session" and step == "line_items":
        items = copy.deepcopy(store.private[place["id"]]["line_items"])
        url = f"/v1/checkout/sessions/{place['id']}/line_items"
        place[step] = {"object": "list", "data": items, "has_more": False, "url": url}
    value = place.get(step)
    if isinstance(value, str) and step in EXPANDABLE:
        place[step] = value = copy.deepcopy(store.objects[value])
    elif step not in place or not (rest or value is None or isinstance(value, dict)):
        raise errors.invalid(f"This property cannot be expanded ({path}).", "expand")
    if rest:
        _expand(value, rest, path, store)
