"""Every object there is, as the API answers it."""

from __future__ import annotations

import secrets
import string
from typing import Any

import errors

Json = dict[str, Any]
LETTERS = string.ascii_letters + string.digits
COUNTED_AS = {"checkout.session": "checkout.session", "billing_portal.configuration": "configuration"}


class Store:
    """Objects by id, in the order of their making."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self._kinds: dict[str, dict[str, Json]] = {}
        self.private: dict[str, Json] = {}
        """What Stripe knows of an object and does not show: how its card behaves, what is not billed yet."""

    def add(self, thing: Json, **private: Any) -> Json:
        """Keeps a new object."""
        self.objects[thing["id"]] = thing
        self._kinds.setdefault(thing["object"], {})[thing["id"]] = thing
        self.private[thing["id"]] = private
        return thing

    def get(self, kind: str, id: str, param: str | None = None) -> Json:
        """The object of that id; `param` is the parameter that named it, none when the path did."""
        thing = self.objects.get(id)
        if thing is None or thing["object"] != kind or thing.get("deleted"):
            name = COUNTED_AS.get(kind, kind)
            raise errors.missing(name, id, param or "id", 400 if param else 404)
        return thing

    def of(self, kind: str) -> list[Json]:
        """All of one kind, the oldest first."""
        return list(self._kinds.get(kind, {}).values())


def new_id(prefix: str, length: int = 24) -> str:
    """An id that looks like one of Stripe's."""
    return f"{prefix}_{''.join(secrets.choice(LETTERS) for _ in range(length))}"
