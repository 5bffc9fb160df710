"""Sends the running API requests that its description allows, and requests that it does not allow.

    python3 infra/setup --fuzz
    .local/venv-fuzz/bin/python tests/fuzz [--examples N]

schemathesis generates the requests from `openapi.json`; `schemathesis.toml` configures its checks, and `hooks.py` adds
credentials. The stack is one of its own, because the run ignores rate limits and leaves much data behind.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests
from browser import Browser, Stack

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STACK = [str(ROOT / ".local/venv/bin/python"), str(ROOT / "infra/local/stack.py")]
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
PERSON = "fuzz@example.com"
FILM_SECONDS = 240

UNLIMITED = {
    "UserRequestsPerSecond": 10_000,
    "IpRequestsPerMinute": 100_000,
    "MailsPerAddressPerHour": 10_000,
    "MailsPerIpPerHour": 100_000,
    "MailsPerMailboxPerHour": 100_000,
}
"""Rate limits have tests of their own; here they would refuse most requests."""


def main() -> None:
    """Parses the command line, prepares a stack, and fuzzes it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=10, metavar="N", help="cases of each kind for each operation")
    examples = parser.parse_args().examples
    with tempfile.TemporaryDirectory(prefix="devotional-fuzz-") as folder:
        data = Path(folder) / "stack"
        try:
            outputs = start(data)
            stack = Stack.read(outputs)
            make_film(Browser(stack).sign_in(PERSON))
            pause_workers(stack)
            found = fuzz(stack, outputs, examples)
        finally:
            subprocess.run([*STACK, "reset", "--data", str(data)], stderr=subprocess.DEVNULL)
    sys.exit(found)


def start(data: Path) -> Path:
    """Starts a stack in a folder; gives the path of its `outputs.json`."""
    limits = [f"--parameter={name}={value}" for name, value in UNLIMITED.items()]
    up = [*STACK, "up", "--data", str(data), "--port", "0", *limits]
    started = subprocess.run(up, stdout=subprocess.PIPE, text=True)
    if started.returncode != 0:
        sys.exit("fuzz: the stack did not start")
    return Path(started.stdout.strip())


def make_film(person: Browser) -> None:
    """Renders one film, so that there is a finished job and a video."""
    project = person.call("POST", "/api/v1/projects", {"text": "Amen.", "voice": "espeak-ng"})
    job = person.call("POST", f"/api/v1/projects/{project['id']}/render", {"resolution": "480p"})
    deadline = time.monotonic() + FILM_SECONDS
    while job["status"] == "running" and time.monotonic() < deadline:
        job = person.call("GET", f"/api/v1/jobs/{job['id']}?wait=20&version={job['version']}")
    if job["status"] != "done":
        sys.exit(f"fuzz: the film is {job['status']}")


def pause_workers(stack: Stack) -> None:
    """Disables the queue's trigger: renders are accepted and wait, because rendering would take most of the time."""
    triggers = f"{stack.endpoint}/2015-03-31/event-source-mappings"
    for trigger in requests.get(triggers, timeout=10).json()["EventSourceMappings"]:
        if trigger["FunctionArn"].endswith("-render-step"):
            paused = requests.put(f"{triggers}/{trigger['UUID']}", json={"Enabled": False}, timeout=10)
            paused.raise_for_status()


def fuzz(stack: Stack, outputs: Path, examples: int) -> int:
    """Runs schemathesis against a stack; gives its exit status, which is 0 when all checks passed."""
    command = [SCHEMATHESIS, "--config-file", "schemathesis.toml", "run", ROOT / "openapi.json"]
    options = ["--url", stack.api, "--max-examples", str(examples)]
    environment = {"STACK_OUTPUTS": str(outputs), "PERSON": PERSON, "PYTHONPATH": str(HERE)}
    return subprocess.run([*command, *options], cwd=HERE, env=os.environ | environment).returncode


if __name__ == "__main__":
    main()
