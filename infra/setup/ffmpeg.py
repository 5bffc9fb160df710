"""FFmpeg: what is installed and new enough, else the static build that a wheel carries."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import fetch_assets
from layout import ASSETS, BIN, MANIFESTS

OLDEST = (5, 1)
"""The version that Debian 12 has, and with it the render image: nothing newer is used."""

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
    """What an FFmpeg program lacks, or none if it will do."""
    banner = _output(program, "-version")
    found = re.match(r"ffmpeg version \D*(\d+)\.(\d+)", banner)
    if not banner:
        return "does not start"
    # Builds from FFmpeg's own trunk carry a revision instead of a version, and are newer than any.
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
    """The static build, whatever is installed: the benches need its libvmaf, which Debian's lacks."""
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
