"""Prints the functions' logs, from the log group that they share."""

from __future__ import annotations

import json
import time
from typing import Any

from deployment import Clients
from server import Running
from settings import Settings, StackError

POLL_SECONDS = 1.0


def show(settings: Settings, server: Running, follow: bool) -> None:
    """Prints the log lines in order of time; with `follow`, waits for new ones until interrupted.

    Raises `StackError` when nothing is deployed yet.
    """
    if not settings.outputs.exists():
        raise StackError("nothing is deployed yet")
    group = json.loads(settings.outputs.read_text())["function_logs"]
    logs = Clients(server.endpoint).logs
    seen: set[tuple[object, ...]] = set()
    since = 0
    while True:
        events = _events(logs, group, since)
        for event in events:
            # The emulator gives log events no id, so a line is identified by stream, time and text.
            line = (event["logStreamName"], event["timestamp"], event["message"])
            if line not in seen:
                print(event["message"].rstrip(), flush=True)
                seen.add(line)
                since = event["timestamp"]
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def _events(logs: Any, group: str, since: int) -> list[dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
    events = [event for page in pages for event in page["events"]]
    return sorted(events, key=lambda event: event["timestamp"])
