"""Read by Python when the emulator starts: without it every warm invocation waits 40 ms, and the tenant
roles' policies allow nothing.

The emulator hands events to functions over HTTP with the standard library's server, which writes
headers and body apart; Nagle's algorithm then waits for the peer's delayed acknowledgement.
"""

import os
import socketserver

socketserver.StreamRequestHandler.disable_nagle_algorithm = True

if os.environ.get("AUTH") == "true":
    import policies  # noqa: F401
