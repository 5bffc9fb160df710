"""Makes requests that a person's browser could send of what schemathesis thinks up.

`STACK_OUTPUTS` says where the stack is, `PERSON` is the mail address of who asks.
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
"""What may end the session of the access token that it comes with."""

TAKES_COOKIES = ("/api/auth/refresh", "/api/auth/logout", "/api/auth/tenants/{id}/session")
"""What goes by the session's cookie, which no description of parameters has."""

VERIFY = "/api/auth/magic-link/verify"

DELETES_ACCOUNT = "/api/account/delete"
"""What takes everything from whoever asks, if it is confirmed."""


# Asked before every request: an answer that is kept would outlive its session.
@schemathesis.auth(refresh_interval=None)
class AccessToken:
    """The token of a session that lives."""

    def __init__(self) -> None:
        self._token: str | None = None

    def get(self, case: Case, context: AuthContext) -> str:
        """A token; after a request that may have ended its session, a new one."""
        token = self._token or Browser(STACK).sign_in(EMAIL).access_token
        ends = case.method != "GET" and context.operation.path in ENDS_SESSION
        self._token = None if ends else token
        return token

    def set(self, case: Case, data: str, context: AuthContext) -> None:
        """Sends it along."""
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Adds what a browser adds, and what is true now only: a cookie, a link's token."""
    case.body = with_whole_numbers(case.body)
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
        case.headers.setdefault(name, value)


def with_whole_numbers(body: Any) -> Any:
    """The same with `1` for `1.0`: for JSON Schema both are integers, for programs only one is."""
    match body:
        case float() if body.is_integer():
            return int(body)
        case list():
            return [with_whole_numbers(one) for one in body]
        case dict():
            return {name: with_whole_numbers(one) for name, one in body.items()}
        case _:
            return body
