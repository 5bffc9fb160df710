"""What a local stack is: its folder, its port, and the values that the template's parameters get."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path

from layout import LOCAL, ROOT

HOST = "127.0.0.1"
REGION = "us-east-1"
ACCOUNT = "000000000000"
STACK = "devotional"
DEFAULT_PORT = 4566
MAIL_FROM = "noreply@devotionalai.example"
SIGNING_KEYS_SECRET = "devotional/signing-keys"
STRIPE_SECRET = "devotional/stripe"
DEFAULT_PAGES_PORT = 5173
DEFAULT_STRIPE_PORT = 12111  # stripe-mock's
FREE_BYTES = 512 << 20
"""Below this the stack does not start: a full disk loses its state on the way down."""


class StackError(Exception):
    """Something the person at the keyboard has to know; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """One stack. Stacks with folders of their own run side by side."""

    data: Path
    wanted_port: int | None
    binaries: Path

    @classmethod
    def given(cls, data: Path | None, port: int | None) -> Settings:
        """From the command line, else the environment, else the defaults."""
        folder = data or Path(os.environ.get("DEVOTIONAL_STACK", LOCAL / "stack"))
        if port is None and "DEVOTIONAL_PORT" in os.environ:
            port = _port(os.environ["DEVOTIONAL_PORT"])
        target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
        return cls(folder.resolve(), port, (ROOT / target / "debug").resolve())

    @property
    def outputs(self) -> Path:
        """Where `deploy` writes what clients need."""
        return self.data / "outputs.json"

    @property
    def log(self) -> Path:
        """What the emulator says."""
        return self.data / "server.log"


@dataclass(frozen=True)
class Overrides:
    """What one deployment has otherwise than a developer's machine: limits that a test meets, a proxy."""

    parameters: dict[str, str] = field(default_factory=dict)
    """Values of the template's parameters."""

    environment: dict[str, str] = field(default_factory=dict)
    """Variables that every function gets on top of the template's."""

    enforce_policies: bool = False
    """Whether every call is held against the policies of whoever makes it, as on AWS."""


def pairs(option: str, given: list[str]) -> dict[str, str]:
    """`NAME=VALUE` texts of a command line option; the last one of a name counts."""
    for text in given:
        if not text.partition("=")[0] or "=" not in text:
            raise StackError(f"{option} {text}: write it as NAME=VALUE")
    return dict(text.split("=", 1) for text in given)


def endpoint(port: int) -> str:
    """The emulator's address, for every AWS service."""
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise StackError(f"DEVOTIONAL_PORT is {text!r}, not a port")
    return int(text)
