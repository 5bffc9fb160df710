"""Generates webhook signatures with Stripe's own library, intact and with one byte changed, and its verdict on each.

    .local/venv-stripe/bin/python tests/support/stripe/signatures.py [--cases N] [--seed N]

One JSON object a line: `secrets`, `time`, `header`, `body` (base64), `accepted`. The
tests of this product's own verification compare its verdicts with these.
"""

from __future__ import annotations

import argparse
import base64
import json
import random
import time

import stripe

ALPHABET = 'abc {}[]",:0123\\n\t\u00e9\u0939\u4e2d\U0001f54a'


def main() -> None:
    """Parses the command line and writes the cases."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="seed of the random cases")
    given = parser.parse_args()
    chance = random.Random(given.seed)
    now = int(time.time())
    for case in range(given.cases):
        secret = "whsec_" + "".join(chance.choices("0123456789abcdef", k=chance.randint(1, 64)))
        body = "".join(chance.choices(ALPHABET, k=chance.randint(0, 400))).encode()
        header = sign(body, secret, now, chance)
        write_case(secret, now, header, body, chance)
        # Every byte is changed in turn for a few cases, and one random byte for the others.
        parts = [(True, at) for at in range(len(body))] + [(False, at) for at in range(len(header))]
        for in_body, at in parts if case < 5 else [chance.choice(parts)]:
            if in_body:
                write_case(secret, now, header, changed(body, at, chance), chance)
            else:
                other = changed(header.encode(), at, chance)
                write_case(secret, now, other.decode("latin-1"), body, chance)


def sign(body: bytes, secret: str, now: int, chance: random.Random) -> str:
    """A header as Stripe sends it, sometimes with a second signature by another secret, as during a rotation."""
    compute = stripe.WebhookSignature._compute_signature
    signatures = [compute(f"{now}.{body.decode()}", secret)]
    if chance.random() < 0.3:
        signatures.append(compute(f"{now}.{body.decode()}", "whsec_other"))
        chance.shuffle(signatures)
    return ",".join([f"t={now}", *(f"v1={signature}" for signature in signatures)])


def changed(data: bytes, at: int, chance: random.Random) -> bytes:
    """The data with the byte at `at` replaced by another printable one, so that a header can contain it."""
    other = chance.choice([byte for byte in range(0x20, 0x7F) if byte != data[at]])
    return data[:at] + bytes([other]) + data[at + 1 :]


def write_case(secret: str, now: int, header: str, body: bytes, chance: random.Random) -> None:
    """Writes one case, with the verdict of Stripe's library."""
    secrets = [secret, "whsec_next"] if chance.random() < 0.5 else [secret]
    try:
        accepted = stripe.WebhookSignature.verify_header(body.decode(), header, secret, tolerance=300)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, ValueError):
        accepted = False
    case = {"secrets": secrets, "time": now, "header": header, "body": base64.b64encode(body).decode()}
    print(json.dumps(case | {"accepted": bool(accepted)}))


if __name__ == "__main__":
    main()
