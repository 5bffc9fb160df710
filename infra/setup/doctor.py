"""Reports what this machine has, what the set-up has installed or chosen, and what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import environments
import fetch_assets
import ffmpeg
import manifest
from layout import ASSETS, BIN, MANIFESTS, ROOT, RUN_ENVIRONMENT, SetupError

FREE_BYTES = 6 << 30
"""The free disk space that a checkout needs: a development build has some 3 GB, models and environments 1 GB; the
rest is for films."""


def check_compiler() -> None:
    """Raises `SetupError` unless Rust and a C compiler are installed, which the set-up cannot install itself."""
    for check in (_rust, _c_compiler):
        check()


def report() -> bool:
    """Prints one line for each check. True when nothing is missing."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("python", lambda: f"{sys.version.split()[0]} ({sys.executable})"),
        ("rust", _rust),
        ("c compiler", _c_compiler),
        ("test runner", _test_runner),
        ("disk", _disk),
        ("kernel", _kernel),
        ("local stack", lambda: _environment(RUN_ENVIRONMENT)),
        ("ffmpeg", _ffmpeg),
        ("assets", _assets),
    ]
    healthy = True
    for name, check in checks:
        try:
            print(f"  ok       {name:12} {check()}")
        except SetupError as error:
            healthy = False
            print(f"  MISSING  {name:12} {error}")
    return healthy


def _rust() -> str:
    wanted = _wanted_rust()
    cargo = shutil.which("cargo")
    if cargo is None:
        raise SetupError(f"no cargo: install Rust {wanted} or newer from https://rustup.rs")
    version = subprocess.run([cargo, "--version"], capture_output=True, text=True).stdout
    found = re.search(r"(\d+)\.(\d+)", version)
    if found is None or tuple(map(int, found.groups())) < tuple(map(int, wanted.split("."))):
        raise SetupError(f"{version.strip() or 'cargo'} is older than {wanted}: rustup update stable")
    return version.strip()


def _wanted_rust() -> str:
    stated = re.search(r'^rust-version = "([\d.]+)"', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)
    if stated is None:
        raise SetupError("Cargo.toml states no rust-version")
    return stated[1]


def _c_compiler() -> str:
    compiler = shutil.which("cc")
    if compiler is None:
        raise SetupError("no C compiler, which Rust needs to link: install gcc or clang")
    return compiler


def _test_runner() -> str:
    return "cargo nextest" if shutil.which("cargo-nextest") else "cargo test (nextest is quicker)"


def _disk() -> str:
    free = shutil.disk_usage(ROOT).free
    if free < FREE_BYTES:
        raise SetupError(f"{free >> 20} MB free, {FREE_BYTES >> 20} MB wanted for a first build")
    return f"{free >> 30} GB free"


def _kernel() -> str:
    if "\nSeccomp_filters:" not in Path("/proc/self/status").read_text():
        raise SetupError("no filters of system calls (seccomp), without which no picture is decoded")
    return "filters system calls (seccomp)"


def _environment(environment: Path) -> str:
    if not environments.python_of(environment).exists():
        raise SetupError("not installed: make setup")
    return str(environment.relative_to(ROOT))


def _ffmpeg() -> str:
    chosen = BIN / "ffmpeg"
    reason = ffmpeg.why_unfit(chosen)
    if reason:
        raise SetupError(f"{chosen.relative_to(ROOT)} {reason}: make setup")
    return f"{_origin(chosen)} ({chosen.resolve()})"


def _origin(program: Path) -> str:
    return "static build from a wheel" if program.resolve().is_relative_to(ASSETS) else "installed"


def _assets() -> str:
    machine = fetch_assets.machine_name()
    stamps = fetch_assets.Stamps(ASSETS)
    declared = [a for file in sorted(MANIFESTS.glob("*.json")) for a in manifest.read(file, machine)]
    missing = [str(asset.path) for asset in declared if not stamps.holds(asset)]
    if missing:
        raise SetupError(f"{len(missing)} of {len(declared)} not fetched ({missing[0]}): make setup")
    return f"{len(declared)} fetched and checked"
