"""Makes the keys that sign access tokens; prints the secret's value.

    aws secretsmanager create-secret --name devotional/signing-keys \\
        --secret-string "$(make --silent signing-keys)"

The value is JSON: `current`, `previous` (a list) and `next`, each key a `kid` and an Ed25519 private key
as PKCS#8 in base64.
"""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat


def first() -> str:
    """The secret of a deployment that has signed nothing yet."""
    return json.dumps({"current": _key(), "previous": [], "next": None})


def _key() -> dict[str, str]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    pkcs8 = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "kid": base64.urlsafe_b64encode(hashlib.sha256(public).digest())[:16].decode(),
        "pkcs8": base64.b64encode(pkcs8).decode(),
    }


if __name__ == "__main__":
    print(first())
