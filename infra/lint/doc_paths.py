"""Fails when a page names a path of this repository, or links to one, that does not exist.

    python3 infra/lint/doc_paths.py

Looks at Markdown files: relative links, and code such as `shared/tenancy/src/keys.rs` that begins with a folder of the
repository.
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([\w.-]+(?:/[\w.-]+)*/?)`")
BLOCK = re.compile(r"```.*?```", re.DOTALL)


def missing_of(page: Path, folders: set[str]) -> list[str]:
    """The paths that a page names and that do not exist."""
    text = BLOCK.sub("", page.read_text(encoding="utf-8"))
    linked = [(link, page.parent / link) for link in LINK.findall(text)]
    named = [(path, TOP / path) for path in CODE.findall(text) if "/" in path and path.split("/")[0] in folders]
    return [name for name, path in linked + named if not path.exists()]


def main() -> int:
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\n")
    folders = {path.split("/")[0] for path in listed if "/" in path}
    pages = [TOP / path for path in listed if path.endswith(".md") and (TOP / path).is_file()]
    faults = [(page, name) for page in pages for name in missing_of(page, folders)]
    for page, name in faults:
        print(f"{page.relative_to(TOP)} names {name}, which does not exist", file=sys.stderr)
    if not faults:
        print(f"every path in {len(pages)} pages exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
