"""The table of endpoints, and the look-up of a call's endpoint."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import errors
import lists
from mock_server import MockServer
from parameters import EXPAND, Rule, hash_of, listing
from store import Json


@dataclass(frozen=True)
class Route:
    """An endpoint: its method, its path, the rule of its parameters, and its handler."""

    method: str
    pattern: re.Pattern[str]
    takes: Rule
    handler: Callable[..., Json]


ROUTES: list[Route] = []


def find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The endpoint of a call, and the ids in its path. Raises `ApiError` (404) when no endpoint matches."""
    for route in ROUTES:
        match = route.pattern.fullmatch(path)
        if match and route.method == method:
            return route, match.groupdict()
    raise errors.ApiError(
        404, "invalid_request_error", f"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs"
    )


def route(method: str, path: str, takes: Rule) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
    """Registers a function as an endpoint. It is called with the mock, the validated parameters, and the path's ids."""
    pattern = re.compile("/v1" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))

    def register(handler: Callable[..., Json]) -> Callable[..., Json]:
        ROUTES.append(Route(method, pattern, takes, handler))
        return handler

    return register


def retrieve(path: str, kind: str) -> None:
    """Registers the endpoint that returns one object of a kind."""
    route("GET", path + "/{id}", hash_of(**EXPAND))(lambda mock, given, id: mock.store.get(kind, id))


def list_of(path: str, kind: str, accept: Callable[[Json, Json], bool], **filters: Rule) -> None:
    """Registers the endpoint that lists the objects of a kind that `accept` lets through."""

    def handler(mock: MockServer, given: Json) -> Json:
        things = [thing for thing in mock.store.of(kind) if not thing.get("deleted") and accept(thing, given)]
        return lists.page(f"/v1{path}", things[::-1], given)

    route("GET", path, listing(**filters))(handler)


def same(*names: str) -> Callable[[Json, Json], bool]:
    """A filter for objects whose members of these names equal the parameters, where these are sent."""
    return lambda thing, given: all(thing[name] == given[name] for name in names if name in given)
