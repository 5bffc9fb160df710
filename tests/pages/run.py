"""Tests the scripts of the frontend's pages, which need no packages.

    python3 tests/pages/run.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "infra" / "setup"))

# Found by the line above.
import packages  # noqa: E402
from layout import SetupError  # noqa: E402


def main() -> None:
    """The command line."""
    try:
        node = packages.node_program()
    except SetupError as error:
        sys.exit(f"pages: {error}")
    sys.exit(subprocess.run([node, "--test", *sorted(HERE.glob("*.test.mjs"))]).returncode)


if __name__ == "__main__":
    main()
