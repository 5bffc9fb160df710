"""A browser on a page of the frontend: it signs in, keeps cookies and sends an `Origin`."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

MAIL_SECONDS = 30
ANSWER_SECONDS = 35
"""API Gateway gives up on a function after 30 s."""
POLL_SECONDS = 0.05
"""The time between two looks at the mail."""


@dataclass(frozen=True)
class Stack:
    """The URLs of a stack."""

    api: str
    endpoint: str
    mail: str
    frontend: str

    @classmethod
    def read(cls, outputs: Path) -> Stack:
        """Reads them from the stack's `outputs.json`."""
        written = json.loads(outputs.read_text())
        return cls(written["api"], written["endpoint"], written["mail"], written["frontend"])


@dataclass
class Browser:
    """A browser with the cookies and the access token of one user."""

    stack: Stack
    cookies: dict[str, str] = field(default_factory=dict)
    access_token: str = ""

    def sign_in(self, email: str) -> Browser:
        """Signs in by a link in a mail."""
        token = self.follow_mail(email)
        answer = self.call("POST", "/api/auth/magic-link/verify", {"token": token})
        self.access_token = answer["access_token"]
        return self

    def follow_mail(self, email: str) -> str:
        """Requests a sign-in link, and gives the token in the mail."""
        known = len(self._mails(email))
        self.call("POST", "/api/auth/magic-link/request", {"email": email})
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in self._mails(email)[known:]:
                return str(mail["BodyText"].partition("#token=")[2].split()[0])
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"no mail to {email} within {MAIL_SECONDS} s")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Sends a request; gives the JSON of the answer, and raises when it is refused."""
        headers = self.headers()
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        url = self.stack.api + path
        answer = requests.request(method, url, json=body, headers=headers, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        self.cookies |= answer.cookies.get_dict()
        return answer.json() if answer.content else None

    def headers(self) -> dict[str, str]:
        """The headers that a browser adds to a page's requests: `Origin` and `Cookie`."""
        # Not by requests' cookie jar: the emulator serves the API below a path that no cookie's path matches.
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Origin": self.stack.frontend} | ({"Cookie": cookies} if cookies else {})

    def _mails(self, email: str) -> list[dict[str, Any]]:
        sent = requests.get(self.stack.mail, timeout=ANSWER_SECONDS).json()["messages"]
        mails = [mail for account in sent.values() for mail in account if email in mail["To"]]
        return sorted(mails, key=lambda mail: float(mail["Timestamp"]))
