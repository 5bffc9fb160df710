"""Turns the requests that schemathesis generates into requests that a user's browser could send.

`STACK_OUTPUTS` is the path of the stack's `outputs.json`, `PERSON` the user's mail address.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import schemathesis
from browser import Browser, Stack
from schemathesis import AuthContext, Case, HookContext

STACK = Stack.read(Path(os.environ["STACK_OUTPUTS"]))
EMAIL = os.environ["PERSON"]

ENDS_SESSION = ("/api/auth/sessions/{id}", "/api/auth/tenants/{id}/session")
"""Routes that may end the session of the access token that they are called with."""

TAKES_COOKIES = ("/api/auth/refresh", "/api/auth/logout", "/api/auth/tenants/{id}/session")
"""Routes that need the session's cookie."""

VERIFY = "/api/auth/magic-link/verify"

DELETES_ACCOUNT = "/api/account/delete"
"""The route that deletes the user's account, if the request is confirmed."""


# Not cached: `get` is called before every request, because a cached token could outlive its session.
@schemathesis.auth(refresh_interval=None)
class AccessToken:
    """The access token of a session that has not ended."""

    def __init__(self) -> None:
        self._token: str | None = None

    def get(self, case: Case, context: AuthContext) -> str:
        """Gives a token: a new one after a request that may have ended the session."""
        token = self._token or Browser(STACK).sign_in(EMAIL).access_token
        ends = case.method != "GET" and context.operation.path in ENDS_SESSION
        self._token = None if ends else token
        return token

    def set(self, case: Case, data: str, context: AuthContext) -> None:
        """Adds the token to the request."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Adds a browser's headers, and what cannot be generated: a session's cookie, the token of a link."""
    if case.operation.path == DELETES_ACCOUNT and isinstance(case.query, dict):
        case.query.pop("confirm", None)
    if case.method == "GET" or not case.operation.path.startswith("/api/auth/"):
        return
    browser = Browser(STACK)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        if case.operation.path in TAKES_COOKIES:
            browser.sign_in(EMAIL)
        if case.operation.path == VERIFY and isinstance(case.body, dict):
            case.body = {"token": browser.follow_mail(EMAIL)}
    for name, value in browser.headers().items():
        if case.meta is not None and case.meta.generation.mode.is_positive:
            case.headers[name] = value
        else:
            case.headers.setdefault(name, value)
