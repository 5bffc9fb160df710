"""A person's browser on one of the product's own pages."""

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
GLANCE_SECONDS = 0.05


@dataclass(frozen=True)
class Stack:
    """Where a stack is."""

    api: str
    endpoint: str
    mail: str
    frontend: str

    @classmethod
    def read(cls, outputs: Path) -> Stack:
        """As its deployment wrote it down."""
        written = json.loads(outputs.read_text())
        return cls(written["api"], written["endpoint"], written["mail"], written["frontend"])


@dataclass
class Browser:
    """Keeps its cookies, and says where its requests come from."""

    stack: Stack
    cookies: dict[str, str] = field(default_factory=dict)
    access_token: str = ""

    def sign_in(self, email: str) -> Browser:
        """Asks for a link and follows the one in the mail."""
        token = self.follow_mail(email)
        answer = self.call("POST", "/api/auth/magic-link/verify", {"token": token})
        self.access_token = answer["access_token"]
        return self

    def follow_mail(self, email: str) -> str:
        """Asks for a link, and gives the token in the mail."""
        known = len(self._letters(email))
        self.call("POST", "/api/auth/magic-link/request", {"email": email})
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for letter in self._letters(email)[known:]:
                return str(letter["BodyText"].partition("#token=")[2].split()[0])
            time.sleep(GLANCE_SECONDS)
        raise TimeoutError(f"no mail to {email} within {MAIL_SECONDS} s")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers; raises when it refuses."""
        headers = self.headers()
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        url = self.stack.api + path
        answer = requests.request(method, url, json=body, headers=headers, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        self.cookies |= answer.cookies.get_dict()
        return answer.json() if answer.content else None

    def headers(self) -> dict[str, str]:
        """What a browser adds to a page's requests."""
        # By hand: in the emulator the API's paths begin further down, where no cookie's path fits.
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Origin": self.stack.frontend} | ({"Cookie": cookies} if cookies else {})

    def _letters(self, email: str) -> list[dict[str, Any]]:
        sent = requests.get(self.stack.mail, timeout=ANSWER_SECONDS).json()["messages"]
        letters = [letter for account in sent.values() for letter in account if email in letter["To"]]
        return sorted(letters, key=lambda letter: float(letter["Timestamp"]))
