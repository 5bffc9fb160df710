"""Serves the pages of `frontend/`, to which links in mail lead, for as long as the emulator runs.

    python3 infra/local/pages.py DATA-FOLDER PORT

Pages and API have to be the same site, or the browser does not send the session's cookie to the API. So both have the
host name `localhost`, on different ports. As a program this is the server; as a module it starts and stops the server.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "setup"))

# Found by the line above.
import processes  # noqa: E402
import server  # noqa: E402
from layout import ROOT  # noqa: E402
from settings import DEFAULT_PAGES_PORT, DEFAULT_PORT, HOST, Settings, StackError, free_port  # noqa: E402

FRONTEND = ROOT / "frontend"
NAME = "localhost"
"""The host name in the URLs for browsers: with a bare IP address pages and API would not share the session's cookie."""

START_SECONDS = 10
STOP_SECONDS = 5
POLL_SECONDS = 0.5


def origin(settings: Settings) -> str:
    """The origin of the pages, which is the template's parameter `FrontendOrigin`."""
    return f"http://{NAME}:{_port_of(settings)}"


def start(settings: Settings) -> None:
    """Starts the pages' server, unless it runs. Raises `StackError` when its port is taken or it does not start."""
    if _running(settings) is not None:
        return
    port = _port_of(settings)
    server.refuse_taken(port, "end it, or start this stack with --port 0 in a folder of its own")
    with settings.log.with_name("pages.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(settings.data), str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # In a session of its own, so that Ctrl-C in `make` does not end it.
            start_new_session=True,
        )
    _port_file(settings).write_text(str(port))
    _await_ready(process, port)
    started = server.Running(process.pid, processes.started_at(process.pid) or "", port)
    _record(settings).write_text(json.dumps(asdict(started)))


def stop(settings: Settings) -> None:
    """Stops the pages' server, if it runs, and waits until its port is free."""
    found = _running(settings)
    if found is not None:
        os.kill(found.pid, signal.SIGTERM)
        if not server.gone(found, STOP_SECONDS):
            raise StackError(f"the pages' server (process {found.pid}) does not end")
    _record(settings).unlink(missing_ok=True)


def _running(settings: Settings) -> server.Running | None:
    return server.recorded(_record(settings))


def _record(settings: Settings) -> Path:
    return settings.data / "pages.json"


def _port_file(settings: Settings) -> Path:
    return settings.data / "pages-port"


def _port_of(settings: Settings) -> int:
    """The port of the pages, which is chosen once for a stack's folder, because every link in a mail contains it."""
    if _port_file(settings).exists():
        return int(_port_file(settings).read_text())
    return DEFAULT_PAGES_PORT if settings.wanted_port in (None, DEFAULT_PORT) else free_port()


def _await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/login", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.05)
    process.terminate()
    raise StackError(f"the pages' server did not answer on port {port}")


class _Pages(SimpleHTTPRequestHandler):
    """Serves the files of `frontend/`: `/login` and `/` are `login.html`."""

    protocol_version = "HTTP/1.1"
    settings: Settings

    def __init__(self, *args: object) -> None:
        super().__init__(*args, directory=str(FRONTEND))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/config.js":
            self._send(f"export const API = {json.dumps(self._api())};\n".encode())
        else:
            super().do_GET()

    def translate_path(self, path: str) -> str:
        file = Path(super().translate_path(path))
        if file == FRONTEND:
            file /= "login"
        return str(file if file.suffix else file.with_suffix(".html"))

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        # So that a reload shows a changed file.
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        api = urlsplit(self._api())
        # Restricts `connect-src`, which the pages' own policy leaves open, and sets `frame-ancestors`, which browsers
        # ignore in a `<meta>` element.
        policy = f"connect-src 'self' {api.scheme}://{api.netloc}; frame-ancestors 'none'"
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Logs nothing: requests for static files tell nothing about the product."""

    def _send(self, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/javascript; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _api(self) -> str:
        """The API's base URL, or empty before the first deployment. Read each time, because a deployment can change it."""
        try:
            api: str = json.loads(self.settings.outputs.read_text())["api"]
        except (OSError, ValueError, KeyError):
            return ""
        return api.replace(HOST, NAME)


def _serve(settings: Settings, port: int) -> None:
    handler = type("Pages", (_Pages,), {"settings": settings})
    with ThreadingHTTPServer((HOST, port), handler) as pages:
        threading.Thread(target=_end_with_emulator, args=(settings, pages), daemon=True).start()
        pages.serve_forever()


def _end_with_emulator(settings: Settings, pages: ThreadingHTTPServer) -> None:
    """Stops the pages when the emulator has ended: after a kill, or when its folder was deleted, nothing else does."""
    while server.running(settings) is not None:
        time.sleep(POLL_SECONDS)
    pages.shutdown()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _serve(Settings.given(Path(sys.argv[1]), None), int(sys.argv[2]))
