"""Installs programs from crates.io that check the workspace into a folder of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess

from layout import CARGO_TOOLS, SetupError

CARGO_DENY = ("cargo-deny", "0.20.2")
"""Checks licences, sources and banned crates against `deny.toml`. The version must fit the format of that file."""


def ensure() -> bool:
    """Installs the program if it is missing or has another version. True when it was installed now.

    Raises `SetupError` when cargo cannot install it.
    """
    name, version = CARGO_DENY
    if _installed(name) == f"{name} {version}":
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


def _installed(name: str) -> str | None:
    """Name and version of the installed program, such as `cargo-deny 0.20.2`, or `None` when it is not installed."""
    program = CARGO_TOOLS / "bin" / name
    if not program.exists():
        return None
    return subprocess.run([str(program), "--version"], capture_output=True, text=True).stdout.strip()
