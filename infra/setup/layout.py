"""The paths of the checkout's folders, and of those below `.local`, which git ignores."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The root of the checkout."""

LOCAL = ROOT / ".local"
"""Everything that the set-up installs. It can be deleted at any time; the next set-up downloads it again."""

MANIFESTS = ROOT / "infra" / "assets"
"""The manifests, which declare every downloaded file with its hash and licence."""

SCRIPT_FONTS = MANIFESTS / "scripts.json"
"""The fonts of single scripts, which the render step fetches when a text needs them: see `script_fonts.py`."""

IMAGE_MANIFESTS = sorted(file for file in MANIFESTS.glob("*.json") if file != SCRIPT_FONTS)
"""The manifests of what the image of the render step carries."""

ASSETS = LOCAL / "assets"
"""Models, fonts and libraries, below the paths that the manifests give."""

BIN = LOCAL / "bin"
"""The programs that the functions call: links to those that the set-up has chosen."""

RUN_ENVIRONMENT = LOCAL / "venv"
"""Python packages of the local stack."""

TOOLS_ENVIRONMENT = LOCAL / "venv-tools"
"""Python packages that check, build and deploy the template.

Separate from the local stack's, because the SAM CLI depends on packages (such as `docker`) whose presence changes
the emulator's behaviour.
"""

SBOM_ENVIRONMENT = LOCAL / "venv-sbom"
"""Validates the software bill of materials."""

FUZZ_ENVIRONMENT = LOCAL / "venv-fuzz"
"""Python packages that fuzz the API."""

CLIENTS_ENVIRONMENT = LOCAL / "venv-clients"
"""Generators of API clients, and what the generated clients import."""

STRIPE_ENVIRONMENT = LOCAL / "venv-stripe"
"""Stripe's SDK, which the tests of the mock of Stripe and of signatures need."""

INTELLIGIBILITY_ENVIRONMENT = LOCAL / "venv-intelligibility"
"""Whisper, which hears what the voices say."""

CARGO_TOOLS = LOCAL / "cargo-tools"
"""Programs from crates.io that check the workspace, in its `bin`."""

PEERS_ENVIRONMENT = LOCAL / "venv-peers"
"""MoviePy, with which the benches compare the engine."""

REMOTION = LOCAL / "remotion"
"""Remotion's packages, and a copy of the composition that the benches render with it."""


class SetupError(Exception):
    """An error for the user of the command line; the message says what to do."""
