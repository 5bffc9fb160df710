"""Stores the fonts of single scripts in the media bucket, from which the render step reads those that a text needs.

The image of the render step carries the fonts of most texts; a font of `infra/assets/scripts.json` is fetched by an
instance when it first meets a text in that script. Run it after a deployment that changes that manifest, as
`make fonts BUCKET=name`; what is stored already is left as it is, and fonts of former manifests stay for the
instances of former versions.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import manifest
from layout import ASSETS, SCRIPT_FONTS, SetupError

# The render step reads this key; see `ObjectKey::font` in shared/tenancy.
PREFIX = "platform/fonts/"


def store(client: Any, bucket: str, assets: Path = ASSETS, say: Callable[[str], None] = print) -> int:
    """Stores the fonts that the bucket lacks, and returns how many.

    Raises `SetupError` when a font is not in the assets' folder, and the client's errors.
    """
    stored = 0
    # Fonts are the same on every architecture.
    for font in manifest.read(SCRIPT_FONTS, "x86_64"):
        key = f"{PREFIX}{font.sha256}.ttf"
        if _is_stored(client, bucket, key):
            continue
        file = assets / font.path
        if not file.exists():
            raise SetupError(f"{font.path} is not fetched: make setup")
        client.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), ContentType="font/ttf")
        say(f"{key} ({font.path.name})")
        stored += 1
    return stored


def _is_stored(client: Any, bucket: str, key: str) -> bool:
    found = client.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1)
    return any(item["Key"] == key for item in found.get("Contents", []))


def main() -> None:
    """Parses the command line and stores the fonts."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bucket", help="the media bucket, which the stack's outputs name")
    parser.add_argument("--endpoint-url", help="of an emulator; default: AWS_ENDPOINT_URL, else AWS")
    given = parser.parse_args()
    try:
        stored = store(boto3.client("s3", endpoint_url=given.endpoint_url), given.bucket)
    except (BotoCoreError, ClientError, SetupError) as error:
        sys.exit(f"fonts: {error}")
    print(f"fonts: {stored} stored")


if __name__ == "__main__":
    main()
