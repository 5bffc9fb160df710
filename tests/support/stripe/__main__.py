"""A stand-in for the part of Stripe that this product uses: stateful, on this machine, without an account.

    python tests/support/stripe --port 0 --webhook URL --secret whsec_… [--data FILE]

Prints one line of JSON with its URL when it listens, and ends on SIGTERM. `routes.py` has the endpoints,
`control.py` what a test does behind Stripe's back, `clock.py` the time it lives in.
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

GLANCE_SECONDS = 0.5


def main() -> None:
    """The command line."""
    given = _arguments()
    dunning = Dunning(given.retry_days, given.after_retries, given.draft_seconds)
    account = Account(given.price_pro, given.price_enterprise, given.portal_configuration, dunning)
    mock = MockServer(account, Webhook(given.webhook, given.secret), given.data)
    server = Server(given.port, mock)

    def end(*_: object) -> None:
        # Not here: the signal interrupts the very thread that would have to notice.
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
    parser.add_argument("--port", type=int, default=0, help="0, the default, for a free one")
    parser.add_argument("--webhook", metavar="URL", help="where events are sent; nowhere without it")
    parser.add_argument("--secret", action="append", default=[], help="signs what is sent; repeatable")
    parser.add_argument("--data", type=Path, metavar="FILE", help="keeps the state from run to run")
    parser.add_argument("--beside", type=int, metavar="PID", help="ends when this process has ended")
    parser.add_argument("--price-pro", default=account.price_pro, metavar="ID")
    parser.add_argument("--price-enterprise", default=account.price_enterprise, metavar="ID")
    parser.add_argument("--portal-configuration", default=account.portal_configuration, metavar="ID")
    parser.add_argument(
        "--retry-days", type=_days, default=dunning.retry_days, metavar="3,5,7",
        help="from each failed payment to the next attempt",
    )
    parser.add_argument("--after-retries", choices=("canceled", "unpaid"), default=dunning.after_retries)
    parser.add_argument(
        "--draft-seconds", type=int, default=dunning.draft_seconds,
        help="from a renewal to its charge; an hour, as with Stripe",
    )
    return parser.parse_args()


def _await_end(pid: int, end: Callable[[], None]) -> None:
    while _runs(pid):
        time.sleep(GLANCE_SECONDS)
    end()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # Ended, and nobody has asked how.
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False
    except OSError:
        return True


def _days(text: str) -> tuple[int, ...]:
    return tuple(int(day) for day in text.split(","))


if __name__ == "__main__":
    main()
