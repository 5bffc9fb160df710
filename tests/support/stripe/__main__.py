"""A stateful mock of the part of Stripe that this product uses. It runs on this machine and needs no Stripe account.

    python tests/support/stripe --port 0 --webhook URL --secret whsec_… [--data FILE]

Prints one line of JSON with its URL as soon as it listens, and ends on SIGTERM. `routes.py` has the endpoints of
Stripe's API, `control.py` the commands with which a test controls the mock, `clock.py` the mock's time.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import events
from delivery import Webhook
from mock_server import Account, MockServer
from payments import Dunning
from server import Server

POLL_SECONDS = 0.5


def main() -> None:
    """Parses the command line and serves until a signal or the end of the `--beside` process."""
    given = _arguments()
    dunning = Dunning(given.retry_days, given.after_retries, given.draft_seconds)
    account = Account(given.price_pro, given.price_enterprise, given.portal_configuration, dunning)
    mock = MockServer(account, Webhook(given.webhook, given.secret), given.data)
    server = Server(given.port, mock)

    def end(*_: object) -> None:
        # `shutdown` waits for `serve_forever`, which runs in the thread that this signal interrupted: called here it
        # would wait for ever.
        threading.Thread(target=server.shutdown).start()

    if given.beside is not None:
        threading.Thread(target=_await_end, args=(given.beside, end), daemon=True).start()
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print(json.dumps({"url": server.url, "api_version": events.API_VERSION}), flush=True)
    server.serve_forever(poll_interval=0.05)
    mock.end()
    sys.exit(0)


def _arguments() -> argparse.Namespace:
    account, dunning = Account(), Dunning()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free port")
    parser.add_argument("--webhook", metavar="URL", help="where events are sent; without it none are sent")
    parser.add_argument("--secret", action="append", default=[], help="webhook signing secret; repeatable")
    parser.add_argument("--data", type=Path, metavar="FILE", help="file that keeps the state from run to run")
    parser.add_argument("--beside", type=int, metavar="PID", help="end as soon as this process has ended")
    parser.add_argument("--price-pro", default=account.price_pro, metavar="ID")
    parser.add_argument("--price-enterprise", default=account.price_enterprise, metavar="ID")
    parser.add_argument("--portal-configuration", default=account.portal_configuration, metavar="ID")
    parser.add_argument(
        "--retry-days", type=_days, default=dunning.retry_days, metavar="3,5,7",
        help="days from each failed payment to the next attempt",
    )
    parser.add_argument("--after-retries", choices=("canceled", "unpaid"), default=dunning.after_retries)
    parser.add_argument(
        "--draft-seconds", type=int, default=dunning.draft_seconds,
        help="seconds from a renewal to its charge; 3600 by default, as with Stripe",
    )
    return parser.parse_args()


def _await_end(pid: int, end: Callable[[], None]) -> None:
    while _runs(pid):
        time.sleep(POLL_SECONDS)
    end()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # A zombie (state Z) has ended, but its parent has not waited for it yet.
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False
    except OSError:
        return True


def _days(text: str) -> tuple[int, ...]:
    return tuple(int(day) for day in text.split(","))


if __name__ == "__main__":
    main()
