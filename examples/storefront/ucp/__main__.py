"""Start the conformance suite's flower shop: `python -m examples.storefront.ucp DATA`."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from examples.storefront.app import create_app
from examples.storefront.host import Host
from examples.storefront.settings import Settings
from examples.storefront.ucp.api import BASE
from examples.storefront.ucp.flower_shop import build, testing_router
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.system_clock import SystemClock

_AGENT = "http://localhost:8285/profiles/shopping-agent.json"


class OrdersAtTheRoot:
    """Serves the orders of platforms at `/orders` as well, where the suite looks for them.

    The pages of buyers are there too: a platform says who it is, a browser does not.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Serve an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and scope["path"].startswith("/orders/"):
            by_platform = any(name == b"ucp-agent" for name, _ in scope["headers"])
            path = f"{BASE}{scope['path']}" if by_platform else scope["path"]
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)


def main() -> None:
    """Fill the flower shop from the suite's files, and serve it on this machine alone."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.storefront.ucp", description=main.__doc__
    )
    parser.add_argument("data", type=Path, help="the suite's folder test_data/flower_shop")
    parser.add_argument("--port", type=int, default=8182)
    parser.add_argument("--simulation-secret", default="", help="by default one that is shown")
    parser.add_argument("--agent", default=_AGENT, help="the profile of the suite's platform")
    given = parser.parse_args()
    secret = given.simulation_secret or secrets.token_urlsafe(12)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            store=f"sqlite:///{Path(folder) / 'shop.db'}",
            secret=secrets.token_bytes(32),
            url=f"http://localhost:{given.port}",
        )
        host = Host(settings.store)
        sys.stdout.write("Listing every piece of the stock…\n")
        sys.stdout.flush()
        ucp = build(given.data, settings, MemoryStore(), host, SystemClock(), agent=given.agent)
        app = create_app(ucp.site)
        app.include_router(testing_router(ucp, secret))
        ucp.attach(app)
        sys.stdout.write(f"The shop is on {settings.url}/; simulation secret: {secret}\n")
        sys.stdout.flush()
        try:
            uvicorn.run(
                OrdersAtTheRoot(app),
                host="127.0.0.1",
                port=given.port,
                log_level="warning",
                proxy_headers=False,
            )
        finally:
            host.close()


if __name__ == "__main__":
    main()
