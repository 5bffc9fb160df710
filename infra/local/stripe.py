"""Runs the mock of Stripe (`tests/support/stripe`) beside the emulator, for as long as that runs."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import local_template
import processes
import server
from layout import ROOT
from settings import DEFAULT_PORT, DEFAULT_STRIPE_PORT, HOST, STACK, STRIPE_SECRET, Settings, StackError, free_port

PROGRAM = ROOT / "tests" / "support" / "stripe"
WEBHOOK_BINARY = "stripe-webhook"
PARAMETERS = {
    "StripeSecret": STRIPE_SECRET,
    "StripePricePro": "price_pro",
    "StripePriceEnterprise": "price_enterprise",
    "StripePortalConfiguration": "bpc_default",
}
"""Values of the template's parameters: the ids of the objects that the mock's account has at the start."""

START_SECONDS = 10
STOP_SECONDS = 5


def url(settings: Settings) -> str:
    """The mock's URL, which is the functions' `STRIPE_API_BASE`."""
    return f"http://{HOST}:{_port_of(settings)}"


def start(settings: Settings, emulator: server.Running) -> None:
    """Starts the mock, unless it runs. Raises `StackError` when its port is taken or it does not start."""
    if _running(settings) is not None:
        return
    port = _port_of(settings)
    server.refuse_taken(port, "end it, or start this stack with --port 0 in a folder of its own")
    command = [sys.executable, str(PROGRAM), "--port", str(port), "--beside", str(emulator.pid)]
    with settings.log.with_name("stripe.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data", str(settings.data / "stripe-account.json")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # In a session of its own, so that Ctrl-C in `make` does not end it.
            start_new_session=True,
        )
    _port_file(settings).write_text(str(port))
    _await_ready(process, settings)
    started = server.Running(process.pid, processes.started_at(process.pid) or "", port)
    _record(settings).write_text(json.dumps(asdict(started)))


def stop(settings: Settings) -> None:
    """Stops the mock, if it runs. Its account is saved."""
    found = _running(settings)
    if found is not None:
        os.kill(found.pid, signal.SIGTERM)
        if not server.gone(found, STOP_SECONDS):
            raise StackError(f"the mock of Stripe (process {found.pid}) does not end")
    _record(settings).unlink(missing_ok=True)


def parameters(template: dict[str, Any]) -> dict[str, str]:
    """The values of the template's parameters that concern Stripe."""
    return {name: value for name, value in PARAMETERS.items() if name in template["Parameters"]}


def first_secret() -> str:
    """The first value of the Stripe secret: an API key that the mock accepts, and a new webhook signing secret."""
    return json.dumps({"api_key": "sk_test_local", "webhook_secrets": [f"whsec_{secrets.token_hex(24)}"]})


def connect(settings: Settings, clients: Any, template: dict[str, Any], endpoint: str) -> None:
    """Sets the mock's webhook: the URL of the deployed function, and the secrets that it verifies signatures with.

    Does nothing when the template has no such function. Raises `StackError` when the mock does not answer.
    """
    names = [name for name, binary in local_template.binaries(template).items() if binary == WEBHOOK_BINARY]
    if not names:
        return
    found = clients.cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=names[0])
    function = found["StackResourceDetail"]["PhysicalResourceId"]
    public = clients.__getattr__("lambda").get_function_url_config(FunctionName=function)["FunctionUrl"]
    address = webhook_url(public, endpoint)
    secret = json.loads(clients.secretsmanager.get_secret_value(SecretId=STRIPE_SECRET)["SecretString"])
    webhook = {"url": address, "secrets": secret["webhook_secrets"]}
    request = urllib.request.Request(f"{url(settings)}/_mock/webhook", json.dumps(webhook).encode())
    try:
        urllib.request.urlopen(request, timeout=START_SECONDS).close()
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise StackError(f"the mock of Stripe does not answer: {error}; see stripe.log") from error


def webhook_url(public: str, endpoint: str) -> str:
    """A function URL on this machine, with the function in the path, because 127.0.0.1 has no subdomains."""
    return f"{endpoint}/_aws/lambda-url/{(urlsplit(public).hostname or '').partition('.')[0]}/"


def _running(settings: Settings) -> server.Running | None:
    return server.recorded(_record(settings))


def _record(settings: Settings) -> Path:
    return settings.data / "stripe.json"


def _port_file(settings: Settings) -> Path:
    return settings.data / "stripe-port"


def _port_of(settings: Settings) -> int:
    """The mock's port, which is chosen once for a stack's folder, because the functions' settings contain it."""
    if _port_file(settings).exists():
        return int(_port_file(settings).read_text())
    return DEFAULT_STRIPE_PORT if settings.wanted_port in (None, DEFAULT_PORT) else free_port()


def _await_ready(process: subprocess.Popen[bytes], settings: Settings) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url(settings)}/_mock/clock", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    process.terminate()
    raise StackError(f"the mock of Stripe did not answer at {url(settings)}; see stripe.log")
