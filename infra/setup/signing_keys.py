"""Creates and rotates the keys that sign access tokens; they are one secret in Secrets Manager.

    signing_keys.py first     prints the value of a new secret, with new keys:
        aws secretsmanager create-secret --name devotional/signing-keys \\
            --secret-string "$(make --silent signing-keys)"
    signing_keys.py rotate    the next key becomes current, the current one previous, and a new next key is created

The value is JSON: `current`, `previous` (a list) and `next`, each key a `kid` and an Ed25519 private key as
PKCS#8 in base64; `retired_at` in the previous ones and `rotated_at` are ISO 8601. `known_browsers` is an HMAC
key of 32 bytes in base64, which marks browsers that have signed in before; it is not rotated. A rotation signs nobody
out: the new current key was published as `next` before it signs, and the old one is accepted until the last
token that it signed has expired.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import secrets
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

DEFAULT_SECRET = "devotional/signing-keys"

BETWEEN_ROTATIONS = timedelta(minutes=15)
"""The least time between two rotations. Warm processes cache the secret for five minutes and know one next key: after a
second rotation within that time, tokens would be signed with a key that these processes do not know."""

RETIRED_KEY_LIFETIME = timedelta(minutes=60 + 15)
"""How long a retired key is accepted: 60 minutes, the longest lifetime of an access token that the template allows, and
15 minutes in which warm processes may go on signing with it (five are enough)."""

Keys = dict[str, Any]


class TooSoonError(Exception):
    """Warm processes may not have loaded the keys of the last rotation yet."""


class ChangedError(Exception):
    """Another rotation changed the secret between reading and writing."""


def first() -> str:
    """The value of a new secret: a current and a next key, no previous ones, and the key of known browsers."""
    keys = {"current": _key(), "previous": [], "next": _key(), "known_browsers": _known_browsers()}
    return json.dumps(keys)


def rotated(keys: Keys, now: datetime) -> Keys:
    """The keys after a rotation.

    A secret in an older format has no next key. Then a next key is added and nothing else changes; the rotation
    after that uses it. One without a key of known browsers gets it. Raises `TooSoonError` within `BETWEEN_ROTATIONS` of the last rotation.
    """
    last = keys.get("rotated_at")
    if last is not None and now - datetime.fromisoformat(last) < BETWEEN_ROTATIONS:
        free = datetime.fromisoformat(last) + BETWEEN_ROTATIONS
        raise TooSoonError(f"the keys were rotated at {last}; not before {_text(free)} again")
    keys = {"known_browsers": _known_browsers()} | keys
    if not keys.get("next"):
        return keys | {"next": _key(), "rotated_at": _text(now)}
    retired = [keys["current"] | {"retired_at": _text(now)}]
    for key in keys.get("previous", []):
        # A key without the date was retired in an older format of the secret: its time counts from now.
        since = key.get("retired_at", _text(now))
        if now - datetime.fromisoformat(since) < RETIRED_KEY_LIFETIME:
            retired.append(key | {"retired_at": since})
    moved = {"current": keys["next"], "previous": retired, "next": _key(), "rotated_at": _text(now)}
    return keys | moved


def rotate(client: Any, secret: str, now: datetime) -> Keys:
    """Rotates the keys in Secrets Manager, atomically, and returns them.

    Raises `TooSoonError`, and `ChangedError` when another rotation came between reading and writing.
    """
    found = client.get_secret_value(SecretId=secret)
    keys = rotated(json.loads(found["SecretString"]), now)
    version = str(uuid.uuid4())
    client.put_secret_value(
        SecretId=secret,
        ClientRequestToken=version,
        SecretString=json.dumps(keys),
        VersionStages=["AWSPENDING"],
    )
    try:
        # Secrets Manager refuses this unless the version that was read is still the current one.
        client.update_secret_version_stage(
            SecretId=secret,
            VersionStage="AWSCURRENT",
            MoveToVersionId=version,
            RemoveFromVersionId=found["VersionId"],
        )
    except (client.exceptions.InvalidParameterException, client.exceptions.InvalidRequestException) as error:
        raise ChangedError("somebody else changed the secret meanwhile; nothing was rotated") from error
    return keys


def main() -> None:
    """Parses the command line, and prints new keys or rotates those of the secret."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("first", help="print the value of a new secret, with new keys")
    rotation = commands.add_parser("rotate", help="rotate the keys in Secrets Manager")
    rotation.add_argument("--secret", default=DEFAULT_SECRET, help=f"name or ARN; default: {DEFAULT_SECRET}")
    rotation.add_argument("--endpoint-url", help="of an emulator; default: AWS_ENDPOINT_URL, else AWS")
    given = parser.parse_args()
    commands_by_name: dict[str, Callable[[], None]] = {
        "first": lambda: print(first()),
        "rotate": lambda: _rotate_and_report(given.secret, given.endpoint_url),
    }
    commands_by_name[given.command]()


def _rotate_and_report(secret: str, endpoint: str | None) -> None:
    # Imported here, because `first` needs neither.
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client = boto3.client("secretsmanager", endpoint_url=endpoint)
        keys = rotate(client, secret, datetime.now(UTC))
    except (TooSoonError, ChangedError, BotoCoreError, ClientError) as error:
        sys.exit(f"signing-keys: {error}")
    believed = ", ".join(key["kid"] for key in keys["previous"]) or "none"
    print(f"{keys['current']['kid']} signs, {keys['next']['kid']} is next, still believed: {believed}")


def _key() -> dict[str, str]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "kid": base64.urlsafe_b64encode(hashlib.sha256(public).digest())[:16].decode(),
        "pkcs8": base64.b64encode(pkcs8).decode(),
    }


def _known_browsers() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _text(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    main()
