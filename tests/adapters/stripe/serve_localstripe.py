"""Serve localstripe on a free port of 127.0.0.1, and print which.

It is a process of its own, because it brings a web server and a licence of its own. What it keeps
stays in memory: it would write everything to one file for all at each request. It ends when
whoever started it closes its standard input.
"""

from __future__ import annotations

import os
import socket
import sys
from threading import Thread

from aiohttp import web
from localstripe import resources
from localstripe.server import app


def leave() -> None:
    """End when nobody needs it any more."""
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve until then."""
    resources.Store.dump_to_disk = lambda _: None
    Thread(target=leave, daemon=True).start()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        web.run_app(app, sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    main()
