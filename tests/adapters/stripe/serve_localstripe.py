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


def amount_received(intent: resources.PaymentIntent) -> int:
    """Say what was captured of an intent, as Stripe does and localstripe does not.

    What is not captured of a charge it gives back at once, in the same second.
    """
    charge = intent.latest_charge
    if charge is None or not charge.captured or charge.status != "succeeded":
        return 0
    return int(getattr(charge, "_taken", charge.amount))


def capture(charge: resources.Charge, amount: object, on_success: object = None) -> None:
    """Note what is captured, and capture it."""
    _CAPTURE(charge, amount, on_success)
    charge._taken = charge.amount if amount is None else int(str(amount))  # noqa: SLF001 - see above


_CAPTURE = resources.Charge._capture  # noqa: SLF001 - localstripe has no other place for it


def main() -> None:
    """Serve until then."""
    resources.Store.dump_to_disk = lambda _: None
    resources.Charge._capture = capture  # noqa: SLF001 - see above
    resources.PaymentIntent.amount_received = property(amount_received)
    Thread(target=leave, daemon=True).start()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        web.run_app(app, sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    main()
