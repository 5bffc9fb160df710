"""What the API refuses, in the shape of Stripe's errors."""

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
        """The JSON that is answered."""
        return {"error": self.error | {"request_log_url": f"https://dashboard.stripe.com/test/logs/{request_id}"}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that cannot be carried out as it stands."""
    return ApiError(400, "invalid_request_error", message, code=code, param=param)


def missing(kind: str, id: str, param: str = "id", status: int = 404) -> ApiError:
    """An id that names nothing: 404 in a path, 400 in a parameter."""
    message = f"No such {kind}: '{id}'"
    return ApiError(status, "invalid_request_error", message, code="resource_missing", param=param)


def unauthorized(message: str) -> ApiError:
    """No key, or not one of a test account."""
    return ApiError(401, "invalid_request_error", message)


def reused_key(key: str) -> ApiError:
    """An idempotency key that came with other parameters before."""
    return ApiError(
        400,
        "idempotency_error",
        "Keys for idempotent requests can only be used with the same parameters they were first used "
        f"with. Try using a key other than '{key}' if you meant to execute a different request.",
    )


def key_in_use(key: str) -> ApiError:
    """An idempotency key whose first request is still under way."""
    return ApiError(
        409,
        "idempotency_error",
        f"There is currently another in-progress request using this Idempotent Key ({key}).",
        code="idempotency_key_in_use",
    )
