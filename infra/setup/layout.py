"""Where things lie: the project's own folders and the ignored `.local` beside them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout."""

LOCAL = ROOT / ".local"
"""Everything that set-up makes; deleting it costs a download, never work."""

MANIFESTS = ROOT / "infra" / "assets"
"""Declares every downloaded file with its hash and licence."""

ASSETS = LOCAL / "assets"
"""Models, fonts and libraries, as the manifests name them."""

BIN = LOCAL / "bin"
"""Programs that the functions start, chosen by the set-up."""

RUN_ENVIRONMENT = LOCAL / "venv"
"""Python packages of the local stack."""

TOOLS_ENVIRONMENT = LOCAL / "venv-tools"
"""Python packages that check, build and deploy the template.

Apart from the stack's, because the SAM CLI brings packages (`docker` among them) whose presence
changes what the emulator does.
"""

FUZZ_ENVIRONMENT = LOCAL / "venv-fuzz"
"""Python packages of the API's fuzzing, which nothing else needs."""

STRIPE_ENVIRONMENT = LOCAL / "venv-stripe"
"""Stripe's SDK, which the tests of its stand-in and of signatures need."""

CARGO_TOOLS = LOCAL / "cargo-tools"
"""Programs from crates.io that check the workspace, in its `bin`."""

PEERS_ENVIRONMENT = LOCAL / "venv-peers"
"""MoviePy, which the benches hold the engine against."""

REMOTION = LOCAL / "remotion"
"""Remotion's packages beside the composition that the benches render with it."""


class SetupError(Exception):
    """Something the person at the keyboard has to know; the message says what to do."""
