"""The deployment packages of the functions: each holds a launcher that starts the binary that cargo built.

Development binaries have some 100 MB each; zipping and unzipping them would take longer than building them. The
launcher contains the binary's size and modification time, so that a new build changes the package, is deployed, and
ends the warm workers of the old one.
"""

from __future__ import annotations

import hashlib
import io
import shlex
import zipfile
from dataclasses import dataclass
from pathlib import Path

EXECUTABLE = 0o100755 << 16


@dataclass(frozen=True)
class Bundle:
    """The deployment package of one function: its S3 key and the zip archive."""

    key: str
    archive: bytes


def bundle(binary: Path) -> Bundle:
    """Packs the launcher of a binary, under a key that changes when the binary does.

    `make demo` builds only the functions that a film needs. The launcher of a function that is not built
    fails when it is invoked, with a message that says so.
    """
    try:
        status = binary.stat()
        what = f"# {status.st_size} bytes, built {status.st_mtime_ns}"
        act = f"exec {shlex.quote(str(binary))}"
    except FileNotFoundError:
        what = "# not built"
        act = f"echo {shlex.quote(f'{binary.name} is not built: make build')} >&2; exit 1"
    launcher = f"#!/bin/sh\n{what}\n{act}\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # ZipInfo's fixed default date, so that the same launcher gives the same archive.
        info = zipfile.ZipInfo("bootstrap")
        info.external_attr = EXECUTABLE
        archive.writestr(info, launcher)
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    return Bundle(f"{binary.name}-{digest[:16]}.zip", packed.getvalue())
