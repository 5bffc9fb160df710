"""What a person reads in their mailbox."""

from __future__ import annotations

import json
import re
import time
import urllib.request

MAIL_SECONDS = 30


def sign_in_mail(mails: str, email: str) -> tuple[str, str]:
    """The token of the sign-in link to an address, and the code beside it."""
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        with urllib.request.urlopen(mails, timeout=MAIL_SECONDS) as answer:
            sent = json.load(answer)["messages"]
        for mail in (mail for account in sent.values() for mail in account if email in mail["To"]):
            token = re.search(r"#token=([\w.-]+)", mail["BodyText"])
            code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", mail["BodyText"])
            if token and code:
                return token[1], code[0]
        time.sleep(0.1)
    raise TimeoutError(f"no mail to {email} within {MAIL_SECONDS} s")
