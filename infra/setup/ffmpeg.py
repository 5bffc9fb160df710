"""Chooses an FFmpeg: the installed one if it is new enough, or else the static build in a wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import fetch_assets
from layout import ASSETS, BIN, MANIFESTS

OLDEST = (5, 1)
"""The version of Debian 12, which is also the render image's: the engine uses no newer features."""

ENCODERS = ("libx264", "aac")
WHEEL = MANIFESTS / "fallback" / "ffmpeg.json"


def ensure() -> None:
    """Links the chosen FFmpeg into `.local/bin`."""
    BIN.mkdir(parents=True, exist_ok=True)
    link = BIN / "ffmpeg"
    if why_unfit(link) is not None:
        _link(link, _installed() or ensure_carried())
        print(f"setup: ffmpeg is {link.resolve()}", flush=True)


def why_unfit(program: Path) -> str | None:
    """The reason why an FFmpeg program cannot be used, or `None` if it can."""
    banner = _output(program, "-version")
    found = re.match(r"ffmpeg version \D*(\d+)\.(\d+)", banner)
    if not banner:
        return "does not start"
    # Builds of the development branch have a revision instead of a version, and are newer than any release.
    if found and tuple(map(int, found.groups())) < OLDEST:
        return f"older than {'.'.join(map(str, OLDEST))}"
    encoders = _output(program, "-encoders")
    lacking = [name for name in ENCODERS if not re.search(rf"\b{name}\b", encoders)]
    return f"lacks the encoders {', '.join(lacking)}" if lacking else None


def _installed() -> Path | None:
    installed = shutil.which("ffmpeg")
    if installed is None:
        return None
    reason = why_unfit(Path(installed))
    if reason:
        print(f"setup: {installed} {reason}, so a static build is fetched", flush=True)
        return None
    return Path(installed)


def ensure_carried() -> Path:
    """Installs the static build even beside an installed FFmpeg: the benches need libvmaf, which Debian's lacks."""
    fetch_assets.fetch([WHEEL], ASSETS, fetch_assets.machine_name())
    carried = ASSETS / "ffmpeg" / "ffmpeg"
    carried.chmod(0o755)
    return carried


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    partial = link.with_name(f".{link.name}.partial")
    partial.unlink(missing_ok=True)
    partial.symlink_to(target)
    partial.replace(link)


def _output(program: Path, argument: str) -> str:
    try:
        command = [str(program), "-hide_banner", argument]
        return subprocess.run(command, capture_output=True, text=True, timeout=20).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
