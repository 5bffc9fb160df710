"""What is deployed for a function: a launcher that starts the binary cargo built.

Development binaries weigh a hundred megabytes each; packing and unpacking them would take longer
than building them. The launcher carries the binary's size and time, so a new build is a new
deployment and warm workers of the old one end.
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
    """The code of one function."""

    key: str
    archive: bytes


def bundle(binary: Path) -> Bundle:
    """The launcher of a binary, under a key that changes when the binary does.

    `make demo` builds only the functions that a film needs. The launcher of any other says so when it is called.
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
        # Without a date of its own, so that the same launcher gives the same archive.
        info = zipfile.ZipInfo("bootstrap")
        info.external_attr = EXECUTABLE
        archive.writestr(info, launcher)
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    return Bundle(f"{binary.name}-{digest[:16]}.zip", packed.getvalue())
