"""Installs programs from crates.io that check the workspace into a folder of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess

from layout import CARGO_TOOLS, SetupError

CARGO_DENY = ("cargo-deny", "0.20.2")
"""Checks licences, sources and banned crates against `deny.toml`. The version must fit the format of that file."""

CARGO_CYCLONEDX = ("cargo-cyclonedx", "0.5.9")
"""Lists the crates that each package links, as CycloneDX documents (OWASP)."""


def ensure(tool: tuple[str, str]) -> bool:
    """Installs the program if it is missing or has another version. True when it was installed now.

    Raises `SetupError` when cargo cannot install it.
    """
    name, version = tool
    if _is_installed(name, version):
        return False
    print(f"setup: compiling {name} {version}", flush=True)
    # A debug build: the program runs for two seconds only, and an optimised build takes minutes.
    command = ["cargo", "install", "--quiet", "--locked", "--debug", "--root", str(CARGO_TOOLS), f"{name}@{version}"]
    # A target folder of its own, which is deleted afterwards: the workspace shares no artefacts with it.
    build = CARGO_TOOLS / "build"
    try:
        if subprocess.run(command, env={**os.environ, "CARGO_TARGET_DIR": str(build)}).returncode != 0:
            raise SetupError(f"cargo could not install {name} {version}: see its message above")
    finally:
        shutil.rmtree(build, ignore_errors=True)
    return True


def _is_installed(name: str, version: str) -> bool:
    """Whether cargo has recorded this version, and the program is there."""
    recorded = CARGO_TOOLS / ".crates.toml"
    is_recorded = recorded.exists() and f'"{name} {version} (' in recorded.read_text(encoding="utf-8")
    return is_recorded and (CARGO_TOOLS / "bin" / name).exists()
