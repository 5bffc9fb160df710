"""Evaluates every IAM statement of template.yaml with a third-party evaluator.

    python3 tests/policies/run.py

Prints which role is allowed what. Fails when a role may do what `src/expectations.mjs` does not list, or may not do
what it lists, or when a condition could be removed from a policy without a failing case. The emulator does not
enforce `dynamodb:LeadingKeys`; this suite does, before a deployment.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "infra" / "setup"))

# Found by the line above.
import environments  # noqa: E402
import packages  # noqa: E402
from layout import LOCAL, RUN_ENVIRONMENT, SetupError  # noqa: E402

INSTALLED = LOCAL / "policies"
"""Where the evaluator's packages are installed."""


def main() -> None:
    """The command line."""
    try:
        INSTALLED.mkdir(parents=True, exist_ok=True)
        with (INSTALLED / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            packages.ensure_node_packages(HERE, INSTALLED)
            deployment = INSTALLED / "deployment.json"
            deployment.write_bytes(_plain_template())
        node = packages.node_program()
    except SetupError as error:
        sys.exit(f"policies: {error}")
    environment = os.environ | {"NODE_PACKAGES": str(INSTALLED)}
    sys.stdout.flush()
    sys.exit(subprocess.run([node, HERE / "src" / "main.mjs", deployment], env=environment).returncode)


def _plain_template() -> bytes:
    python = environments.python_of(RUN_ENVIRONMENT)
    read = subprocess.run([python, HERE / "plain_template.py"], stdout=subprocess.PIPE)
    if read.returncode != 0:
        sys.exit(read.returncode)
    return read.stdout


if __name__ == "__main__":
    main()
