"""What the benches hold the film engine against, each by itself: the bench says what it goes without."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import environments
import packages
from layout import REMOTION, ROOT, SetupError

COMPOSITION = ROOT / "shared" / "film" / "bench" / "peers" / "remotion"
"""What is rendered with Remotion, and its packages in a lock file."""


def ensure() -> None:
    """Installs what can be installed, and says in a sentence what cannot."""
    for name, install in (("MoviePy", environments.ensure_peers), ("Remotion", _ensure_remotion)):
        try:
            install()
        except (SetupError, OSError) as error:
            print(f"setup: {name} is not installed: {error}", flush=True)


def _ensure_remotion() -> None:
    """Copies the composition out of the tree and installs its packages beside it."""
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
    # Its own browser is not wanted, and nothing else of it has a script to run.
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
