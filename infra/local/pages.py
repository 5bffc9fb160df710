"""The pages that mail links lead to, served from `frontend/` for as long as the emulator runs.

    python3 infra/local/pages.py DATA-FOLDER PORT

Pages and API have to be one site, or the browser keeps the session's cookie from the API: both are
reached as `localhost`, on ports of their own. As a program this is the server; as a module, what starts
it and stops it.
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
"""What browsers call this machine: a name, because no cookie is shared with a bare address."""

START_SECONDS = 10
STOP_SECONDS = 5
GLANCE_SECONDS = 0.5


def origin(settings: Settings) -> str:
    """Where the pages are: the template's `FrontendOrigin`."""
    return f"http://{NAME}:{_port_of(settings)}"


def start(settings: Settings) -> None:
    """Serves the pages, or finds them served. Raises `StackError` with what is in the way."""
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
            # An interrupted `make` leaves it standing.
            start_new_session=True,
        )
    _port_file(settings).write_text(str(port))
    _await_ready(process, port)
    started = server.Running(process.pid, processes.started_at(process.pid) or "", port)
    _record(settings).write_text(json.dumps(asdict(started)))


def stop(settings: Settings) -> None:
    """Ends the pages' server, if it runs, and waits until its port is free again."""
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
    """Settled once for a folder, like the emulator's: it stands in every link that was sent."""
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
    """Files of `frontend/`; `/login` is `login.html`, and `/` too."""

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
        # A changed file shows at the next reload.
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        api = urlsplit(self._api())
        # Narrows what the pages' own policy leaves open, and says what a page cannot say itself.
        policy = f"connect-src 'self' {api.scheme}://{api.netloc}; frame-ancestors 'none'"
        self.send_header("Content-Security-Policy", policy)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what a browser fetched here is of no interest."""

    def _send(self, body: bytes) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/javascript; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _api(self) -> str:
        """Read each time: a deployment may have made another API. Empty before the first one."""
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
    """Nobody stops the pages of an emulator that was killed, or whose folder was deleted."""
    while server.running(settings) is not None:
        time.sleep(GLANCE_SECONDS)
    pages.shutdown()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _serve(Settings.given(Path(sys.argv[1]), None), int(sys.argv[2]))
