"""`vintage-rules serve`: listens for questions over HTTP until it is stopped."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from collections.abc import Sequence

import uvicorn

from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.errors import VintageRulesError
from vintage_rules.http_api.app import create_app

_SECONDS_TO_END = 5


def serve(host: str, port: int, policies: Sequence[str]) -> None:
    """Answer until a signal comes; answers that are under way are then sent.

    Bodies are written nowhere: no access is logged, and no error shows what was sent.

    Raises:
        CliError: If a policy cannot be used, or the address cannot be listened on.
    """
    try:
        app = create_app(*policies)
    except VintageRulesError as error:
        raise CliError(f"--policy: {str(error).removeprefix('policy: ')}") from error
    with _listening(host, port) as listener:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                access_log=False,
                http="h11",
                lifespan="off",
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=_SECONDS_TO_END,
                ws="none",
            )
        )
        # uvicorn ends on these signals, and then raises them again for those who were here before.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)
        sys.stderr.write(f"vintage-rules: {address_of(listener)} answers; Ctrl+C ends it\n")
        sys.stderr.flush()
        server.run(sockets=[listener])


def address_of(listener: socket.socket) -> str:
    """Return the address of a listening socket as a URL.

    >>> with socket.create_server(("127.0.0.1", 0)) as listener:
    ...     address_of(listener).startswith("http://127.0.0.1:")
    True
    """
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if listener.family is socket.AF_INET6 else host
    return f"http://{shown}:{port}/"


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise CliError(
            f"--host: must be an address of this machine, got {host!r}", WRONG_USE
        ) from error
    try:
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise CliError(_refusal(error, host, port), WRONG_USE) from error


def _refusal(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"--port: must be free, got {port}, which another program listens on"
        case errno.EACCES:
            return f"--port: must be one that you may listen on, got {port}"
        case errno.EADDRNOTAVAIL:
            return f"--host: must be an address of this machine, got {host!r}"
        case _:
            return f"--host: {host} cannot be listened on: {(error.strerror or str(error)).lower()}"
