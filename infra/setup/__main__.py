"""Installs what a checkout needs to build and run, without root. Fast when everything is installed already.

    python3 infra/setup            packages of the local stack, models, fonts, FFmpeg
    python3 infra/setup --tools    also the linters of the template and the dependencies
    python3 infra/setup --fuzz     also schemathesis, which fuzzes the API
    python3 infra/setup --clients  also the generators of API clients
    python3 infra/setup --stripe   also Stripe's SDK, with which the mock of Stripe is tested
    python3 infra/setup --intelligibility  also a speech recogniser, which hears what the voices say
    python3 infra/setup --bench    also an FFmpeg with libvmaf, which measures films
    python3 infra/setup --peers    also other programs that render films, to compare with
    python3 infra/setup --deploy   also the tools that build and deploy for AWS
    python3 infra/setup --doctor   changes nothing; reports what is installed and what is missing
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
    """Parses the command line and installs what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tools", action="store_true", help="also the linters of the template and the dependencies")
    parser.add_argument("--fuzz", action="store_true", help="also schemathesis, which fuzzes the API")
    parser.add_argument("--clients", action="store_true", help="also the generators of API clients")
    parser.add_argument("--sbom", action="store_true", help="also what writes the software bill of materials")
    parser.add_argument("--stripe", action="store_true", help="also Stripe's SDK, with which the mock of Stripe is tested")
    parser.add_argument("--intelligibility", action="store_true", help="also a speech recogniser")
    parser.add_argument("--bench", action="store_true", help="also an FFmpeg with libvmaf, which measures films")
    parser.add_argument("--peers", action="store_true", help="also other programs that render films, to compare with")
    parser.add_argument("--deploy", action="store_true", help="also the tools that build and deploy for AWS")
    parser.add_argument("--doctor", action="store_true", help="report only")
    wanted = parser.parse_args()
    if wanted.doctor:
        sys.exit(0 if doctor.report() else 1)
    LOCAL.mkdir(exist_ok=True)
    try:
        with (LOCAL / "setup.lock").open("w") as lock:
            # A second `make` waits here until the first has finished installing.
            fcntl.flock(lock, fcntl.LOCK_EX)
            doctor.check_compiler()
            environments.ensure_run()
            if wanted.tools or wanted.deploy:
                environments.ensure_tools(deploy=wanted.deploy)
            if wanted.tools:
                cargo_tools.ensure(cargo_tools.CARGO_DENY)
            if wanted.sbom:
                cargo_tools.ensure(cargo_tools.CARGO_CYCLONEDX)
                environments.ensure_sbom()
            if wanted.fuzz:
                environments.ensure_fuzz()
            if wanted.clients:
                environments.ensure_clients()
            if wanted.stripe:
                environments.ensure_stripe()
            if wanted.intelligibility:
                environments.ensure_intelligibility()
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
