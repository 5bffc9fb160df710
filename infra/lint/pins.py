"""Fails when a Dockerfile names an image or FFmpeg without a version.

    python3 infra/lint/pins.py

An image needs a tag with two numbers at least, such as `12.14-slim`, or a digest; FFmpeg a whole version of Debian's.
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
IMAGE = re.compile(r"^FROM\s+(?:--\S+\s+)?(\S+)", re.MULTILINE)
PINNED = re.compile(r":[^:@]*\d+\.\d+[^:@]*(?:@sha256:[0-9a-f]{64})?$|@sha256:[0-9a-f]{64}$")
FFMPEG = re.compile(r"\bffmpeg(=\S+)?(?=[\s\"])")
VERSION = re.compile(r"^ARG FFMPEG=\d+:\d+\.\d+\S*$", re.MULTILINE)


def faults_of(text: str) -> list[str]:
    """What of a Dockerfile is not pinned."""
    faults = [f"the image {image} has no full version" for image in IMAGE.findall(text) if not PINNED.search(image)]
    commands = text.replace("\\\n", " ").splitlines()
    installs = "\n".join(command for command in commands if "apt-get install" in command)
    for version in FFMPEG.findall(installs):
        if version.strip('"') != "=${FFMPEG}" or not VERSION.search(text):
            faults.append("FFmpeg has no version")
    return faults


def main() -> int:
    loose = "FROM debian:12-slim\nRUN apt-get install --yes \\\n    ffmpeg \\\n"
    if len(faults_of(loose)) != 2:
        print("pins.py does not notice a loose Dockerfile", file=sys.stderr)
        return 1
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\n")
    files = [TOP / path for path in listed if Path(path).name == "Dockerfile"]
    faults = [(file, fault) for file in files for fault in faults_of(file.read_text(encoding="utf-8"))]
    for file, fault in faults:
        print(f"{file.relative_to(TOP)}: {fault}", file=sys.stderr)
    if not faults:
        print(f"images and FFmpeg are pinned in {len(files)} Dockerfiles")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
