"""Installs the programs with which the benches compare the film engine.

Each is optional: the bench says which of them it has to leave out.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import environments
import packages
from layout import REMOTION, ROOT, SetupError

COMPOSITION = ROOT / "film" / "bench" / "peers" / "remotion"
"""The composition that Remotion renders, with a lock file of its packages."""


def ensure() -> None:
    """Installs what can be installed, and prints a sentence for each program that cannot."""
    for name, install in (("MoviePy", environments.ensure_peers), ("Remotion", _ensure_remotion)):
        try:
            install()
        except (SetupError, OSError) as error:
            print(f"setup: {name} is not installed: {error}", flush=True)


def _ensure_remotion() -> None:
    """Copies the composition to `.local` and installs its packages there, outside of the sources."""
    files = sorted(file for file in COMPOSITION.iterdir() if file.is_file())
    stamp = REMOTION / ".installed.sha256"
    node = packages.node_program()
    link = REMOTION / "node"
    fingerprint = _fingerprint(files)
    if stamp.exists() and stamp.read_text() == fingerprint and link.exists():
        return
    print(f"setup: installing Remotion into {REMOTION.name}", flush=True)
    REMOTION.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    for file in files:
        shutil.copy(file, REMOTION)
    # Without install scripts: Remotion's would download a browser, and no other package needs one.
    command = [*packages.npm_program(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=REMOTION).returncode != 0:
        raise SetupError("npm could not install it: see its message above")
    link.unlink(missing_ok=True)
    link.symlink_to(node)
    stamp.write_text(fingerprint)


def _fingerprint(files: list[Path]) -> str:
    everything = hashlib.sha256()
    for file in files:
        everything.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return everything.hexdigest()
