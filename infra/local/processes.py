"""Identifies processes by id and start time, because the system reuses ids."""

from __future__ import annotations

import subprocess
from pathlib import Path

PROC = Path("/proc")


def started_at(pid: int) -> str | None:
    """The start time of a process in clock ticks since boot, or `None` if it has ended.

    Process id and start time together identify one process until the machine restarts.
    """
    if PROC.exists():
        try:
            # The program's name in parentheses may contain spaces; the start time is the 20th field after it.
            fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    listed = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip() or None


def listener(port: int) -> str:
    """A description of the process that listens on a port, as far as this user may see it."""
    inodes = _listening_inodes(port)
    for folder in PROC.glob("[0-9]*/fd/*"):
        try:
            target = str(folder.readlink())
        except OSError:
            continue
        if target.removeprefix("socket:[").removesuffix("]") in inodes:
            pid = folder.parts[2]
            return f"process {pid} ({_command(pid)})"
    return "another process"


def _listening_inodes(port: int) -> set[str]:
    listening = "0A"
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            rows = (PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            fields = row.split()
            if fields[3] == listening and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(fields[9])
    return found


def _command(pid: str) -> str:
    try:
        words = (PROC / pid / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return "unknown"
    return b" ".join(words).decode(errors="replace").strip()[:80]
