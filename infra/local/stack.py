"""The local stack: AWS on this machine, with this project deployed to it.

    python3 infra/local/stack.py up          start and deploy; prints where outputs.json is
    python3 infra/local/stack.py start       only start
    python3 infra/local/stack.py deploy      deploy the present template and binaries to the running stack
    python3 infra/local/stack.py status      print whether it runs, and where
    python3 infra/local/stack.py guide       print how to use the running stack
    python3 infra/local/stack.py mail        print the mail that it has sent
    python3 infra/local/stack.py logs [-f]   print the functions' logs
    python3 infra/local/stack.py stop        stop it and keep its data
    python3 infra/local/stack.py reset       stop it and delete its data

`--data FOLDER --port 0` runs a second stack beside it, as the tests do. `--parameter ApiBurst=5` sets a parameter of
the template, and `--environment AWS_ENDPOINT_URL_DYNAMODB=…` a variable of all functions, for example to put a proxy
before a service. With `--enforce-policies` the emulator refuses what the template's policies do not allow.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "setup"))

# Found by the line above.
import environments  # noqa: E402
import guide  # noqa: E402
import pages  # noqa: E402
import server  # noqa: E402
import stripe  # noqa: E402
from layout import RUN_ENVIRONMENT, SetupError  # noqa: E402
from settings import Overrides, Settings, StackError, pairs  # noqa: E402


COMMANDS = ("up", "start", "deploy", "status", "guide", "mail", "logs", "stop", "reset")


def main() -> None:
    """Parses the command line and runs the command."""
    given = _arguments()
    _enter_environment()
    try:
        settings = Settings.given(given.data, given.port)
        overrides = Overrides(
            pairs("--parameter", given.parameter),
            pairs("--environment", given.environment),
            given.enforce_policies,
        )
        {
            "start": lambda: _start(settings, overrides),
            "deploy": lambda: _deploy(settings, overrides),
            "up": lambda: _up(settings, overrides),
            "status": lambda: _status(settings),
            "guide": lambda: guide.show(settings, _running(settings)),
            "mail": lambda: guide.show_mail(settings),
            "logs": lambda: _logs(settings, follow=given.follow),
            "stop": lambda: _stop(settings),
            "reset": lambda: _reset(settings),
        }[given.command]()
    except (StackError, SetupError) as error:
        sys.exit(f"stack: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=COMMANDS)
    where = "default: DEVOTIONAL_STACK, else .local/stack"
    parser.add_argument("--data", type=Path, metavar="FOLDER", help=where)
    parser.add_argument("--port", type=int, help="0 for a free one; default: DEVOTIONAL_PORT, else 4566")
    parser.add_argument("-f", "--follow", action="store_true", help="logs: wait for new lines until interrupted")
    parser.add_argument(
        "--parameter", action="append", default=[], metavar="NAME=VALUE",
        help="up, deploy: a template parameter's value; repeatable",
    )
    parser.add_argument(
        "--environment", action="append", default=[], metavar="NAME=VALUE",
        help="up, deploy: an environment variable of every function; repeatable",
    )
    parser.add_argument(
        "--enforce-policies", action="store_true",
        help="up, start and deploy: refuse what the policies do not allow, and unsigned calls",
    )
    return parser.parse_args()


def _enter_environment() -> None:
    """Replaces this process by the virtual environment's interpreter, which has the packages."""
    python = environments.python_of(RUN_ENVIRONMENT)
    if Path(sys.prefix).resolve() == RUN_ENVIRONMENT.resolve():
        return
    if not python.exists():
        sys.exit("stack: nothing is installed yet: make setup")
    os.execv(python, [str(python), *sys.argv])


def _start(settings: Settings, overrides: Overrides) -> None:
    with server.locked(settings):
        began = time.monotonic()
        started = server.start(settings, enforce_policies=overrides.enforce_policies)
        pages.start(settings)
        stripe.start(settings, started)
        _say(f"running on port {started.port} ({_since(began)})")


def _deploy(settings: Settings, overrides: Overrides) -> None:
    import deployment

    with server.locked(settings):
        found = _running(settings)
        began = time.monotonic()
        changed = deployment.deploy(settings, overrides, found)
        _say(f"{'deployed' if changed else 'as it was deployed'} ({_since(began)})")
    print(settings.outputs)


def _up(settings: Settings, overrides: Overrides) -> None:
    _start(settings, overrides)
    _deploy(settings, overrides)


def _status(settings: Settings) -> None:
    found = server.running(settings)
    if found is None:
        _say(f"not running; data in {settings.data}")
        sys.exit(3)  # the exit status of `systemctl status` for a service that does not run
    _say(f"running: process {found.pid}, {found.endpoint}, data in {settings.data}")
    if settings.outputs.exists():
        print(settings.outputs.read_text(), end="")


def _logs(settings: Settings, *, follow: bool) -> None:
    # Imported here, in the stack's environment: it needs packages that the system's Python does not have.
    import function_logs

    function_logs.show(settings, _running(settings), follow)


def _running(settings: Settings) -> server.Running:
    found = server.running(settings)
    if found is None:
        raise StackError(f"the stack does not run: make dev (its own log is {settings.log})")
    return found


def _stop(settings: Settings) -> None:
    with server.locked(settings):
        pages.stop(settings)
        stripe.stop(settings)
        stopped = server.stop(settings)
    _say(f"stopped, data kept in {settings.data}" if stopped else "was not running")


def _reset(settings: Settings) -> None:
    server.refuse_foreign(settings)
    with server.locked(settings):
        pages.stop(settings)
        stripe.stop(settings)
        server.stop(settings)
        shutil.rmtree(settings.data)
    _say(f"{settings.data} is deleted")


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.1f} s"


def _say(message: str) -> None:
    # To standard error, because scripts read standard output.
    print(f"stack: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
