"""Creates the virtual environments and installs the pinned requirement files into them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from layout import (
    CLIENTS_ENVIRONMENT,
    FUZZ_ENVIRONMENT,
    INTELLIGIBILITY_ENVIRONMENT,
    PEERS_ENVIRONMENT,
    RUN_ENVIRONMENT,
    SBOM_ENVIRONMENT,
    STRIPE_ENVIRONMENT,
    TOOLS_ENVIRONMENT,
    SetupError,
)

HERE = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / "bin" / "python"


def ensure_run() -> bool:
    """Installs the local stack's environment. True when something was installed now."""
    return _ensure(RUN_ENVIRONMENT, [HERE / "requirements-run.txt"])


def ensure_tools(*, deploy: bool = False) -> bool:
    """Installs the environment of the linters; with `deploy` also the tools of a deployment."""
    files = [HERE / "requirements-tools.txt"]
    if deploy:
        files.append(HERE / "requirements-deploy.txt")
    return _ensure(TOOLS_ENVIRONMENT, files)


def ensure_fuzz() -> bool:
    """Installs the environment of the API's fuzzing."""
    return _ensure(FUZZ_ENVIRONMENT, [HERE / "requirements-fuzz.txt"])


def ensure_clients() -> bool:
    """Installs the environment of the generators of API clients."""
    return _ensure(CLIENTS_ENVIRONMENT, [HERE / "requirements-clients.txt"])


def ensure_sbom() -> bool:
    """Installs the environment that validates the software bill of materials."""
    return _ensure(SBOM_ENVIRONMENT, [HERE / "requirements-sbom.txt"])


def ensure_stripe() -> bool:
    """Installs the environment with Stripe's SDK."""
    return _ensure(STRIPE_ENVIRONMENT, [HERE / "requirements-stripe.txt"])


def ensure_intelligibility() -> bool:
    """Installs the environment with the speech recogniser."""
    return _ensure(INTELLIGIBILITY_ENVIRONMENT, [HERE / "requirements-intelligibility.txt"])


def ensure_peers() -> bool:
    """Installs the environment with MoviePy."""
    return _ensure(PEERS_ENVIRONMENT, [HERE / "requirements-peers.txt"])


def ensure_packages(environment: Path, requirements: list[str]) -> None:
    """Installs these pinned packages and their dependencies into an environment of their own."""
    listed = environment / "requirements.txt"
    if not (listed.exists() and listed.read_text() == "\n".join(requirements)):
        _create(environment)
        _install(environment, requirements)
        listed.write_text("\n".join(requirements))


def _ensure(environment: Path, requirements: list[Path]) -> bool:
    stale = [file for file in requirements if not _is_installed(environment, file)]
    if not stale:
        return False
    if not python_of(environment).exists():
        _create(environment)
    for file in stale:
        print(f"setup: installing {file.name} into {environment.name}", flush=True)
        _install(environment, ["--requirement", str(file)])
        _stamp(environment, file).write_text(_fingerprint(file))
    return True


def _install(environment: Path, what: list[str]) -> None:
    command = [str(python_of(environment)), "-m", "pip", "install", "--quiet", *what]
    if subprocess.run(command).returncode != 0:
        raise SetupError(
            f"pip could not install {' '.join(what)}: see its message above. "
            "Is the package index reachable (a proxy is set by `pip config set global.proxy …`)?"
        )


def _is_installed(environment: Path, requirements: Path) -> bool:
    stamp = _stamp(environment, requirements)
    # After an upgrade of the system's Python the interpreter may be a dangling link; then it is created again.
    return (
        python_of(environment).exists()
        and stamp.exists()
        and stamp.read_text() == _fingerprint(requirements)
    )


def _stamp(environment: Path, requirements: Path) -> Path:
    return environment / f".{requirements.stem}.sha256"


def _fingerprint(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _create(environment: Path) -> None:
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        raise SetupError(
            f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}: "
            "set PYTHON=/path/to/python3 on the make command line"
        )
    shutil.rmtree(environment, ignore_errors=True)
    environment.parent.mkdir(parents=True, exist_ok=True)
    try:
        venv.create(environment, with_pip=True, symlinks=True)
    except subprocess.CalledProcessError:
        # Debian keeps `ensurepip` in a package of its own (python3-venv); a pip that is installed
        # already can fill the environment just as well.
        venv.create(environment, with_pip=False, symlinks=True, clear=True)
        command = [sys.executable, "-m", "pip", "--python", str(python_of(environment))]
        if subprocess.run([*command, "install", "--quiet", "pip"]).returncode != 0:
            shutil.rmtree(environment, ignore_errors=True)
            raise SetupError(
                f"{sys.executable} has neither ensurepip nor pip: install python3-venv, "
                "or choose another interpreter with PYTHON=/path/to/python3"
            ) from None
