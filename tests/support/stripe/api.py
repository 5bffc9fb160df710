"""Answers a call of the API: authentication, idempotency keys, injected faults, then the endpoint itself."""

from __future__ import annotations

import base64
import copy
import time
from dataclasses import dataclass
from typing import Any

import errors
import events
import lists
import parameters
import routes  # noqa: F401  (registers the endpoints)
import routing
from mock_server import MockServer
from faults import Disconnect
from idempotency import Answer
from store import new_id


@dataclass(frozen=True)
class Call:
    """A request as it arrived. `form` is the query and the body, both form-encoded."""

    method: str
    path: str
    form: str
    authorization: str
    idempotency_key: str | None


@dataclass(frozen=True)
class Response:
    """The HTTP response to a call."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


def answer(mock: MockServer, call: Call) -> Response:
    """Carries out a call and records it. Raises `Disconnect` when a fault demands that the caller gets no answer."""
    request_id = new_id("req", 14)
    # DELETE is idempotent and GET changes nothing: Stripe stores idempotency keys for POST only.
    key = call.idempotency_key if call.method == "POST" else None
    record: dict[str, Any] = {
        "at": time.time(),
        "method": call.method,
        "path": call.path,
        "parameters": {},
        "idempotency_key": call.idempotency_key,
        "request_id": request_id,
        "status": None,
        "replayed": False,
    }
    mock.calls.append(record)
    lost = False
    try:
        record["parameters"] = parameters.decoded(call.form)
        _authorize(call.authorization)
        if key is None:
            given, lost = _attempt(mock, call, record)
        else:
            given, lost = _attempt_once(mock, call, record, key)
    except errors.ApiError as error:
        given = Answer(error.status, error.body(request_id), request_id)
    record["status"] = given.status
    if lost:
        raise Disconnect
    headers = {"Request-Id": given.request_id, "Stripe-Version": events.API_VERSION}
    if key is not None:
        headers["Idempotency-Key"] = key
    if record["replayed"]:
        headers["Idempotent-Replayed"] = "true"
        headers["Original-Request"] = given.request_id
    if given.status == 409 or given.status == 429 or given.status >= 500:
        headers["Stripe-Should-Retry"] = "true"
    return Response(given.status, given.body, headers)


def _attempt_once(mock: MockServer, call: Call, record: dict[str, Any], key: str) -> tuple[Answer, bool]:
    same = (call.method, call.path, record["parameters"])
    kept = mock.keys.begin(key, same, mock.clock.now())
    if kept is not None:
        record["replayed"] = True
        return kept, mock.faults.before(call.method, call.path)
    given = None
    try:
        given, lost = _attempt(mock, call, record)
        return given, lost
    finally:
        mock.keys.end(key, same, mock.clock.now(), given)


def _attempt(mock: MockServer, call: Call, record: dict[str, Any]) -> tuple[Answer, bool]:
    lost = mock.faults.before(call.method, call.path)
    token = events.request.set({"id": record["request_id"], "idempotency_key": call.idempotency_key})
    try:
        with mock.lock:
            without_request = events.request.set(events.NO_REQUEST)
            mock.lifecycle.settle()
            events.request.reset(without_request)
            return Answer(200, _carry_out(mock, call, record["parameters"]), record["request_id"]), lost
    except errors.ApiError as error:
        return Answer(error.status, error.body(record["request_id"]), record["request_id"]), lost
    finally:
        events.request.reset(token)


def _carry_out(mock: MockServer, call: Call, sent: dict[str, Any]) -> dict[str, Any]:
    route, ids = routing.find(call.method, call.path)
    given = route.takes(copy.deepcopy(sent), "")
    return lists.expanded(route.handler(mock, given, **ids), given.get("expand", []), mock.store)


def _authorize(authorization: str) -> None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "basic":
        credentials = base64.b64decode(credentials).decode(errors="replace").partition(":")[0]
    if not credentials:
        raise errors.unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if not credentials.startswith(("sk_test_", "rk_test_")):
        raise errors.unauthorized(f"Invalid API Key provided: {credentials[:7]}{'*' * 12}")
