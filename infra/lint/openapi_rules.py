"""Checks openapi.json with the rules of Redocly and of Spectral. A warning fails too.

    python3 infra/lint/openapi_rules.py

The linters' packages are pinned in `openapi/package-lock.json` and installed below `.local`. Nothing is sent anywhere.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
sys.path.insert(0, str(TOP / "infra" / "setup"))

# Found by the line above.
import packages  # noqa: E402
from layout import LOCAL, SetupError  # noqa: E402

RULES = HERE / "openapi"
INSTALLED = LOCAL / "openapi-lint"
DESCRIPTION = TOP / "openapi.json"

QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}


def main() -> int:
    """The command line; gives the exit status."""
    try:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        with (INSTALLED / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            packages.ensure_node_packages(RULES, INSTALLED)
        node = packages.node_program()
    except SetupError as error:
        sys.exit(f"openapi rules: {error}")
    modules = INSTALLED / "node_modules"
    redocly = [modules / "@redocly/cli/bin/cli.js", "lint", "--config", RULES / "redocly.yaml", DESCRIPTION]
    spectral = [modules / "@stoplight/spectral-cli/dist/index.js", "lint", "--fail-severity", "hint"]
    spectral += ["--ruleset", RULES / "spectral.yaml", DESCRIPTION]
    return max(_passes("Redocly", node, redocly), _passes("Spectral", node, spectral))


def _passes(name: str, node: str, command: list[str | Path]) -> int:
    """Runs a linter, and prints what it says only when it finds something, because both speak of themselves a lot."""
    run = subprocess.run([node, *command], cwd=TOP, env=os.environ | QUIET, capture_output=True, text=True)
    if run.returncode == 0:
        print(f"openapi.json passes {name}'s rules")
    else:
        print(run.stdout + run.stderr, file=sys.stderr)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
