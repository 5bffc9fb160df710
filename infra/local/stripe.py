"""The stand-in for Stripe (`tests/support/stripe`) beside the emulator, for as long as that runs."""

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
"""The template's parameters: what the stand-in's account holds when it is new."""

START_SECONDS = 10
STOP_SECONDS = 5


def url(settings: Settings) -> str:
    """Where the stand-in is: the functions' `STRIPE_API_BASE`."""
    return f"http://{HOST}:{_port_of(settings)}"


def start(settings: Settings, emulator: server.Running) -> None:
    """Starts it, or finds it running. Raises `StackError` with what is in the way."""
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
            # An interrupted `make` leaves it standing.
            start_new_session=True,
        )
    _port_file(settings).write_text(str(port))
    _await_ready(process, settings)
    started = server.Running(process.pid, processes.started_at(process.pid) or "", port)
    _record(settings).write_text(json.dumps(asdict(started)))


def stop(settings: Settings) -> None:
    """Ends it, if it runs; what its account holds is kept."""
    found = _running(settings)
    if found is not None:
        os.kill(found.pid, signal.SIGTERM)
        if not server.gone(found, STOP_SECONDS):
            raise StackError(f"the stand-in for Stripe (process {found.pid}) does not end")
    _record(settings).unlink(missing_ok=True)


def parameters(template: dict[str, Any]) -> dict[str, str]:
    """Values of those of the template's parameters that are about Stripe."""
    return {name: value for name, value in PARAMETERS.items() if name in template["Parameters"]}


def first_secret() -> str:
    """A key that the stand-in takes, and a secret that its webhooks are signed with from now on."""
    return json.dumps({"api_key": "sk_test_local", "webhook_secrets": [f"whsec_{secrets.token_hex(24)}"]})


def connect(settings: Settings, clients: Any, template: dict[str, Any], endpoint: str) -> None:
    """Sends events to the function that takes them, signed as it expects; nowhere while there is none."""
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
        raise StackError(f"the stand-in for Stripe does not answer: {error}; see stripe.log") from error


def webhook_url(public: str, endpoint: str) -> str:
    """Where a function URL is on this machine: by path, because names under 127.0.0.1 do not exist."""
    return f"{endpoint}/_aws/lambda-url/{(urlsplit(public).hostname or '').partition('.')[0]}/"


def _running(settings: Settings) -> server.Running | None:
    return server.recorded(_record(settings))


def _record(settings: Settings) -> Path:
    return settings.data / "stripe.json"


def _port_file(settings: Settings) -> Path:
    return settings.data / "stripe-port"


def _port_of(settings: Settings) -> int:
    """Settled once for a folder: the functions' settings contain it."""
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
    raise StackError(f"the stand-in for Stripe did not answer at {url(settings)}; see stripe.log")
