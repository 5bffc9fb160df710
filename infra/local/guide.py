"""Prints how to use a running stack, and the mail that it has sent."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime

from server import Running
from settings import Settings, StackError


def show(settings: Settings, server: Running) -> None:
    """Prints the URLs of a running stack, how to sign in, where its data are stored, and how to stop it."""
    outputs = _outputs(settings)
    print(
        f"""
The API            {outputs["api"]}
  in browser, curl {outputs["api_by_host"]}
Everything else    {settings.outputs}
AWS itself         {server.endpoint} (region {outputs["region"]}, any credentials)

Sign in            {outputs["frontend"]}/login
  make mail        shows the link and the code that were sent to you, or by hand
  curl -c jar -H 'content-type: application/json' \\
       -d '{{"email":"you@example.com"}}' {outputs["api"]}/api/auth/magic-link/request

Stripe             {outputs["stripe"]} stands in for it: its pages sell plans to a test card
What it says       make logs FOLLOW=1
Data               {settings.data}
Stop               make stop: the tables are written to disk then, and only then
Begin again        make reset
"""
    )


def show_mail(settings: Settings) -> None:
    """Prints the mail that was sent, newest last."""
    with urllib.request.urlopen(_outputs(settings)["mail"], timeout=10) as answer:
        accounts = json.load(answer)["messages"]
    messages = [message for account in accounts.values() for message in account]
    for message in sorted(messages, key=lambda message: message["Timestamp"]):
        sent = datetime.fromtimestamp(message["Timestamp"])
        print(f"--- {sent:%H:%M:%S} to {', '.join(message['To'])}: {message['Subject']}")
        print(message["BodyText"].strip())


def _outputs(settings: Settings) -> dict[str, str]:
    if not settings.outputs.exists():
        raise StackError("nothing is deployed yet: make dev")
    outputs: dict[str, str] = json.loads(settings.outputs.read_text())
    return outputs
