"""The settings of a local stack: its folder, its port, and overrides of the template's parameters."""

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
DEFAULT_STRIPE_PORT = 12111  # the default port of Stripe's own stripe-mock
FREE_BYTES = 512 << 20
"""The stack does not start with less free disk space: on a full disk its state could not be written at the stop."""


class StackError(Exception):
    """An error for the user of the command line; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """The folder and port of one stack. Several stacks can run at once, each with a folder of its own."""

    data: Path
    wanted_port: int | None
    binaries: Path

    @classmethod
    def given(cls, data: Path | None, port: int | None) -> Settings:
        """Values of the command line, or else of the environment, or else the defaults."""
        folder = data or Path(os.environ.get("DEVOTIONAL_STACK", LOCAL / "stack"))
        if port is None and "DEVOTIONAL_PORT" in os.environ:
            port = _port(os.environ["DEVOTIONAL_PORT"])
        target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
        return cls(folder.resolve(), port, (ROOT / target / "debug").resolve())

    @property
    def outputs(self) -> Path:
        """The file to which a deployment writes the URLs and names that clients need."""
        return self.data / "outputs.json"

    @property
    def log(self) -> Path:
        """The emulator's log file."""
        return self.data / "server.log"


@dataclass(frozen=True)
class Overrides:
    """The differences of one deployment from the defaults, such as lower rate limits or a proxy for a test."""

    parameters: dict[str, str] = field(default_factory=dict)
    """Values of the template's parameters."""

    environment: dict[str, str] = field(default_factory=dict)
    """Environment variables of every function, in addition to the template's."""

    enforce_policies: bool = False
    """Whether the emulator checks each call against the IAM policies of its caller, as AWS does."""


def pairs(option: str, given: list[str]) -> dict[str, str]:
    """Parses the `NAME=VALUE` texts of a repeated command line option; the last value of a name counts."""
    for text in given:
        if not text.partition("=")[0] or "=" not in text:
            raise StackError(f"{option} {text}: write it as NAME=VALUE")
    return dict(text.split("=", 1) for text in given)


def endpoint(port: int) -> str:
    """The emulator's URL, which is the endpoint of every AWS service."""
    return f"http://{HOST}:{port}"


def free_port() -> int:
    """A port that is free at present."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise StackError(f"DEVOTIONAL_PORT is {text!r}, not a port")
    return int(text)
