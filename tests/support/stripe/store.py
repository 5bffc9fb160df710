"""The store of all objects, in the format in which the API returns them."""

from __future__ import annotations

import secrets
import string
from typing import Any

import errors

Json = dict[str, Any]
LETTERS = string.ascii_letters + string.digits
COUNTED_AS = {"checkout.session": "checkout.session", "billing_portal.configuration": "configuration"}


class Store:
    """Objects by id, in order of creation."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self._kinds: dict[str, dict[str, Json]] = {}
        self.private: dict[str, Json] = {}
        """By object id, what the API does not return: whether the card works, prorations that are not billed yet."""

    def add(self, thing: Json, **private: Any) -> Json:
        """Stores a new object, with its `private` state."""
        self.objects[thing["id"]] = thing
        self._kinds.setdefault(thing["object"], {})[thing["id"]] = thing
        self.private[thing["id"]] = private
        return thing

    def get(self, kind: str, id: str, param: str | None = None) -> Json:
        """The object with this id. `param` is the parameter that contained the id, `None` when it was in the path.

        Raises `ApiError` when there is no such object of this kind, or it was deleted.
        """
        thing = self.objects.get(id)
        if thing is None or thing["object"] != kind or thing.get("deleted"):
            name = COUNTED_AS.get(kind, kind)
            raise errors.missing(name, id, param or "id", 400 if param else 404)
        return thing

    def of(self, kind: str) -> list[Json]:
        """All objects of one kind, oldest first."""
        return list(self._kinds.get(kind, {}).values())


def new_id(prefix: str, length: int = 24) -> str:
    """A random id in Stripe's format: a prefix, an underscore, letters and digits."""
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(length))}"
