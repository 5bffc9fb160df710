"""Prepares the build context of the render image: the function, its helper programs and its assets.

Everything is compiled, downloaded and checked here, so that the Dockerfile only has to install Debian's FFmpeg.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import fetch_assets
from binaries import HELPERS, RENDER_STEP
from layout import IMAGE_MANIFESTS, LOCAL, ROOT, TOOLS_ENVIRONMENT, SetupError

CONTEXT = LOCAL / "render-image"
DOCKERFILE = ROOT / "infra" / "render-image" / "Dockerfile"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}


def prepare(architecture: str) -> None:
    """Fills the context for one of Lambda's architectures. Raises `SetupError` when something cannot be built."""
    machine = MACHINES[architecture]
    # Emptied when it was filled for the other architecture, whose assets would remain in it.
    marker = CONTEXT / ".architecture"
    if not marker.exists() or marker.read_text() != architecture:
        shutil.rmtree(CONTEXT, ignore_errors=True)
    CONTEXT.mkdir(parents=True, exist_ok=True)
    marker.write_text(architecture)
    fetch_assets.fetch(IMAGE_MANIFESTS, CONTEXT / "assets", machine)
    built = _build(architecture)
    shutil.copy2(built / RENDER_STEP / "bootstrap", CONTEXT / "bootstrap")
    for helper in HELPERS:
        shutil.copy2(built / helper / "bootstrap", CONTEXT / helper)
    shutil.copy2(DOCKERFILE, CONTEXT / "Dockerfile")


def _build(architecture: str) -> Path:
    command = ["cargo", "lambda", "build", "--release", f"--{architecture.replace('_', '-')}"]
    for binary in (RENDER_STEP, *HELPERS):
        command += ["--bin", binary]
    path = f"{TOOLS_ENVIRONMENT / 'bin'}{os.pathsep}{os.environ['PATH']}"
    if subprocess.run(command, cwd=ROOT, env=os.environ | {"PATH": path}).returncode != 0:
        raise SetupError("the render step could not be built: see above")
    return ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "lambda"


def main() -> None:
    """Parses the command line and prepares the context."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("architecture", choices=MACHINES)
    try:
        prepare(parser.parse_args().architecture)
    except SetupError as error:
        sys.exit(f"setup: {error}")


if __name__ == "__main__":
    main()
