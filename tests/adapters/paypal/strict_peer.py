"""The strict mock: PayPal's own descriptions, run by connexion, which refuses what they do not
allow.

A program, started by the tests in a process of its own: `python strict_peer.py FOLDER`. It prints
its port. Two engines, each what `connexion run DESCRIPTION --mock=all` runs, stand behind one
address, since PayPal's two interfaces do. It gives a token to anybody who asks as PayPal documents.
"""

from __future__ import annotations

import os
import socket
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

CREDENTIALS = ("strict", "secret")
TOKEN = "A21AA-strict"  # noqa: S105 - it opens nothing
SCOPES = (
    "https://uri.paypal.com/services/payments/payment",
    "https://uri.paypal.com/services/payments/orders/client-side-integration",
    "https://uri.paypal.com/services/payments/payment/authcapture",
    "https://uri.paypal.com/services/payments/refund",
)
ENGINES = {
    "/v2/checkout/": "paypal-orders-v2.json",
    "/v2/payments/": "paypal-payments-v2.json",
}


def token_info(token: str) -> dict[str, object] | None:
    """Tell connexion what a token opens."""
    return {"sub": "shop", "scope": " ".join(SCOPES)} if token == TOKEN else None


async def give_token(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
    """Give a token to whoever knows the secret."""
    expected = b"Basic " + b64encode(":".join(CREDENTIALS).encode())
    body = (await receive())["body"]
    known = dict(scope["headers"]).get(b"authorization") == expected
    good = known and body == b"grant_type=client_credentials" and scope["method"] == "POST"
    content = f'{{"access_token": "{TOKEN}", "expires_in": 32400}}'.encode() if good else b"{}"
    kind = [(b"content-type", b"application/json")]
    status = 200 if good else 401
    await send({"type": "http.response.start", "status": status, "headers": kind})
    await send({"type": "http.response.body", "body": content})


def main(folder: Path) -> None:
    """Serve until told to stop."""
    import uvicorn
    from connexion.cli import create_app, parser

    os.environ["TOKENINFO_FUNC"] = f"{Path(__file__).stem}.token_info"
    engines: dict[str, Any] = {
        path: create_app(parser.parse_args(["run", str(folder / name), "--mock=all"]))
        for path, name in ENGINES.items()
    }

    async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        engine = next((engines[path] for path in engines if scope["path"].startswith(path)), None)
        await (engine or give_token)(scope, receive, send)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        print(listening.getsockname()[1], flush=True)  # noqa: T201 - whoever started us reads it
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        server.run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
