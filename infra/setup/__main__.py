"""Brings a fresh checkout to where it can build and run, without root. Quick when nothing is to do.

    python3 infra/setup            what the local stack and the films need
    python3 infra/setup --tools    and what checks the template and the dependencies
    python3 infra/setup --fuzz     and what fuzzes the API
    python3 infra/setup --stripe   and what the stand-in for Stripe is held against
    python3 infra/setup --bench    and what measures films
    python3 infra/setup --peers    and what films are also made with elsewhere, to compare
    python3 infra/setup --deploy   and what builds it for AWS
    python3 infra/setup --doctor   changes nothing, says what is there and what is missing
"""

from __future__ import annotations

import argparse
import fcntl
import sys

import cargo_tools
import doctor
import environments
import fetch_assets
import ffmpeg
import peers
from layout import ASSETS, LOCAL, MANIFESTS, SetupError


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", action="store_true", help="also what checks the template and the dependencies")
    parser.add_argument("--fuzz", action="store_true", help="also what fuzzes the API")
    parser.add_argument("--stripe", action="store_true", help="also what the stand-in for Stripe is held against")
    parser.add_argument("--bench", action="store_true", help="also what measures films")
    parser.add_argument("--peers", action="store_true", help="also what films are made with elsewhere")
    parser.add_argument("--deploy", action="store_true", help="also what builds it for AWS")
    parser.add_argument("--doctor", action="store_true", help="report only")
    wanted = parser.parse_args()
    if wanted.doctor:
        sys.exit(0 if doctor.report() else 1)
    LOCAL.mkdir(exist_ok=True)
    try:
        with (LOCAL / "setup.lock").open("w") as lock:
            # A second `make` waits here instead of installing over the first.
            fcntl.flock(lock, fcntl.LOCK_EX)
            doctor.check_compiler()
            environments.ensure_run()
            if wanted.tools or wanted.deploy:
                environments.ensure_tools(deploy=wanted.deploy)
            if wanted.tools:
                cargo_tools.ensure()
            if wanted.fuzz:
                environments.ensure_fuzz()
            if wanted.stripe:
                environments.ensure_stripe()
            manifests = sorted(MANIFESTS.glob("*.json"))
            fetch_assets.fetch(manifests, ASSETS, fetch_assets.machine_name())
            ffmpeg.ensure()
            if wanted.bench or wanted.peers:
                ffmpeg.ensure_carried()
            if wanted.peers:
                peers.ensure()
    except SetupError as error:
        sys.exit(f"setup: {error}")


if __name__ == "__main__":
    main()
