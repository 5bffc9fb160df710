"""Starts the emulator's process, finds it again, and stops it gracefully, so that it writes its state."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import environments
import processes
from layout import RUN_ENVIRONMENT
from settings import (
    ACCOUNT,
    DEFAULT_PORT,
    FREE_BYTES,
    HOST,
    REGION,
    Settings,
    StackError,
    endpoint,
    free_port,
)

SITE = Path(__file__).resolve().parent / "server"
START_SECONDS = 30
STOP_SECONDS = 60


@dataclass(frozen=True)
class Running:
    """A running process of a stack: the emulator, the pages' server, or the mock of Stripe."""

    pid: int
    started_at: str
    port: int

    @property
    def endpoint(self) -> str:
        """The process's base URL."""
        return endpoint(self.port)


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Locks the stack: other commands for it wait until the `with` block ends."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        lock = (settings.data / "lock").open("w")
    except OSError as error:
        raise StackError(f"{settings.data} cannot be written: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def running(settings: Settings) -> Running | None:
    """The emulator of this folder, or `None` if it has ended, even if another process has its id now."""
    return recorded(_record(settings))


def recorded(record: Path) -> Running | None:
    """The process that was recorded in a file, or `None` if it has ended."""
    try:
        known = Running(**json.loads(record.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return known if processes.started_at(known.pid) == known.started_at else None


def start(settings: Settings, *, enforce_policies: bool) -> Running:
    """Starts the emulator, unless it runs. Raises `StackError` when its port is taken or it does not start."""
    found = running(settings)
    port = _port_of(settings)
    if found is not None:
        if settings.wanted_port not in (None, 0, found.port):
            raise StackError(f"this stack already runs on port {found.port}: make stop")
        return found
    _refuse_full_disk(settings.data)
    refuse_taken(port, "end it, or choose another with DEVOTIONAL_PORT=…")
    (settings.data / "tmp").mkdir(exist_ok=True)
    if settings.log.exists():
        # The logs of this run and the previous one are kept, so that the file does not grow without limit.
        settings.log.replace(settings.log.with_suffix(".previous.log"))
    with settings.log.open("wb") as log:
        process = subprocess.Popen(
            [environments.python_of(RUN_ENVIRONMENT), "-m", "ministack"],
            cwd=settings.data,
            env=_environment(settings.data, port) | ({"AUTH": "true"} if enforce_policies else {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A process group of its own: Ctrl-C in `make` does not end it, and a stop can end its functions with it.
            start_new_session=True,
        )
    _await_ready(process, port, settings)
    started = Running(process.pid, processes.started_at(process.pid) or "", port)
    _port_file(settings).write_text(str(port))
    _record(settings).write_text(json.dumps(asdict(started)))
    return started


def stop(settings: Settings) -> bool:
    """Stops the emulator gracefully, upon which it writes its state. False when it did not run."""
    found = running(settings)
    if found is None:
        _record(settings).unlink(missing_ok=True)
        return False
    os.kill(found.pid, signal.SIGTERM)
    if not gone(found, STOP_SECONDS):
        raise StackError(
            f"the emulator (process {found.pid}) did not stop within {STOP_SECONDS} s; "
            f"its last words are in {settings.log}"
        )
    # A function ends by itself when its runtime API is gone, but not while it handles an event.
    with suppress(ProcessLookupError):
        os.killpg(found.pid, signal.SIGTERM)
    _record(settings).unlink(missing_ok=True)
    return True


def refuse_foreign(settings: Settings) -> None:
    """Raises `StackError` unless a stack made the folder, so that no other folder is ever deleted."""
    if settings.data.exists() and not (settings.data / "lock").exists():
        raise StackError(f"{settings.data} is not the folder of a local stack, so it is not deleted")


def _record(settings: Settings) -> Path:
    return settings.data / "server.json"


def _port_file(settings: Settings) -> Path:
    return settings.data / "port"


def _port_of(settings: Settings) -> int:
    """The emulator's port, which is chosen once for a stack: queue URLs and the functions' settings contain it."""
    wanted = settings.wanted_port
    if _port_file(settings).exists():
        settled = int(_port_file(settings).read_text())
        if wanted not in (None, 0, settled):
            raise StackError(
                f"the data in {settings.data} belong to port {settled}: "
                "leave the port out, give another folder, or delete the data with reset"
            )
        return settled
    return free_port() if wanted == 0 else wanted or DEFAULT_PORT


def _environment(data: Path, port: int) -> dict[str, str]:
    """The emulator's whole environment. None of the caller's variables are in it, because functions inherit them all."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(data),
        "LANG": "C.UTF-8",
        "TMPDIR": str(data / "tmp"),
        "PYTHONPATH": str(SITE),
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint(port),
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(data / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(data / "objects"),
        "LAMBDA_EXECUTOR": "local",
        # Services that would listen on ports of their own and that the product does not use.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }


def _refuse_full_disk(data: Path) -> None:
    free = shutil.disk_usage(data).free
    if free < FREE_BYTES:
        raise StackError(
            f"the disk of {data} is full ({free >> 20} MB free, {FREE_BYTES >> 20} MB needed): "
            "`make clean` frees the build, `make reset` the stack's data"
        )


def refuse_taken(port: int, way_out: str) -> None:
    """Raises `StackError` if a port is taken, with the process that listens on it and `way_out`, the advice."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise StackError(f"port {port} is taken by {processes.listener(port)}: {way_out}")


def _await_ready(process: subprocess.Popen[bytes], port: int, settings: Settings) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise StackError(f"the emulator ended at once; the reason is in {settings.log}")
        try:
            with urllib.request.urlopen(f"{endpoint(port)}/_ministack/ready", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    process.terminate()
    raise StackError(f"the emulator did not answer within {START_SECONDS} s; see {settings.log}")


def gone(found: Running, seconds: float) -> bool:
    """Waits until a process has ended. False when it still runs after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if processes.started_at(found.pid) != found.started_at:
            return True
        time.sleep(0.05)
    return False
