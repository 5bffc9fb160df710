"""Programs from crates.io that check the workspace, compiled once into a folder of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess

from layout import CARGO_TOOLS, SetupError

CARGO_DENY = ("cargo-deny", "0.20.2")
"""Holds licences, sources and banned crates against `deny.toml`. Version as `cargo deny` reads that file."""


def ensure() -> bool:
    """Installs what is missing or of another version; true when there was something to do."""
    name, version = CARGO_DENY
    if _installed(name) == f"{name} {version}":
        return False
    print(f"setup: compiling {name} {version}", flush=True)
    # Unoptimised: it runs for two seconds, and an optimised build of it takes minutes.
    command = ["cargo", "install", "--quiet", "--locked", "--debug", "--root", str(CARGO_TOOLS), f"{name}@{version}"]
    # A folder of its own, deleted afterwards: nothing of the workspace is shared with it.
    build = CARGO_TOOLS / "build"
    try:
        if subprocess.run(command, env={**os.environ, "CARGO_TARGET_DIR": str(build)}).returncode != 0:
            raise SetupError(f"cargo could not install {name} {version}: see its message above")
    finally:
        shutil.rmtree(build, ignore_errors=True)
    return True


def _installed(name: str) -> str | None:
    """What the installed program says of itself, such as `cargo-deny 0.20.2`; none where there is none."""
    program = CARGO_TOOLS / "bin" / name
    if not program.exists():
        return None
    return subprocess.run([str(program), "--version"], capture_output=True, text=True).stdout.strip()
