"""The HTTP server: the API under `/v1/`, the control interface under `/_mock/`, the hosted pages elsewhere."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import api
import control
import errors
import markup
import pages
from mock_server import MockServer
from faults import Disconnect
from store import new_id

HOST = "127.0.0.1"
LARGEST_BODY = 1 << 20


class Server(ThreadingHTTPServer):
    """An HTTP server for one mock account."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, mock: MockServer) -> None:
        super().__init__((HOST, port), type("Bound", (_Handler,), {"mock": mock}))
        mock.url = self.url

    @property
    def url(self) -> str:
        """The base URL of the server."""
        return f"http://{HOST}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    mock: MockServer
    protocol_version = "HTTP/1.1"
    # A response is a write of headers and then a small write of the body, which Nagle's algorithm would delay by 40 ms.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing to standard error: `GET /_mock/calls` lists all calls with their parameters."""

    def _handle(self) -> None:
        target = urlsplit(self.path)
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST_BODY)).decode()
        try:
            if target.path.startswith("/v1/"):
                self._api(target.path, "&".join(filter(None, (target.query, body))))
            elif target.path.startswith("/_mock/"):
                self._control(target.path, body)
            else:
                self._page(target.path, target.query, body)
        except Disconnect:
            self.close_connection = True

    def _api(self, path: str, form: str) -> None:
        call = api.Call(
            self.command,
            path,
            form,
            self.headers.get("Authorization", ""),
            self.headers.get("Idempotency-Key"),
        )
        response = api.answer(self.mock, call)
        self._send(response.status, response.body, response.headers)

    def _control(self, path: str, body: str) -> None:
        try:
            given = json.loads(body or "{}")
            answer = control.answer(self.mock, self.command, path, given)
            # No other call may change the objects while they are serialised.
            with self.mock.lock:
                content = json.dumps(answer).encode()
            self._write(200, content, {})
        except errors.ApiError as error:
            self._send(error.status, error.body(new_id("req", 14)), {})
        except ValueError as error:
            self._send(400, {"error": {"message": str(error), "type": "invalid_request_error"}}, {})

    def _page(self, path: str, query: str, body: str) -> None:
        form = {name: values[-1] for name, values in parse_qs("&".join(filter(None, (query, body)))).items()}
        page = pages.answer(self.mock, self.command, path, form)
        self.send_response(page.status)
        if page.location is not None:
            self.send_header("Location", page.location)
        self.send_header("Content-Security-Policy", markup.POLICY)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self._finish(page.html.encode())

    def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
        self._write(status, json.dumps(body, indent=2).encode(), headers)

    def _write(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self._finish(content)

    def _finish(self, content: bytes) -> None:
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)
