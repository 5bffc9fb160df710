"""Errors of the API, in the JSON format of Stripe's errors."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """An answer other than success: its HTTP status and the members of `error`."""

    def __init__(self, status: int, type: str, message: str, **members: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.error: dict[str, Any] = {"message": message, "type": type}
        self.error |= {name: value for name, value in members.items() if value is not None}

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON body of the response."""
        return {"error": self.error | {"request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """400: a parameter is wrong, or the object's state does not allow the request."""
    return ApiError(400, "invalid_request_error", message, code=code, param=param)


def missing(kind: str, id: str, param: str = "id", status: int = 404) -> ApiError:
    """No object has this id: 404 for an id in a path, 400 for one in a parameter."""
    message = f"No such {kind}: '{id}'"
    return ApiError(status, "invalid_request_error", message, code="resource_missing", param=param)


def unauthorized(message: str) -> ApiError:
    """401: no API key, or not one of test mode."""
    return ApiError(401, "invalid_request_error", message)


def reused_key(key: str) -> ApiError:
    """The idempotency key was used before with other parameters."""
    return ApiError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used "
        f"with. Try using a key other than '{key}' if you meant to execute a different request.",
    )


def key_in_use(key: str) -> ApiError:
    """The first request with this idempotency key is still being processed."""
    return ApiError(
        409,
        "idempotency_error",
        f"There is currently another in-progress request using this Idempotent Key ({key}).",
        code="idempotency_key_in_use",
    )
