"""Start the shop: `python -m examples.storefront`, or `make shop`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import uvicorn
from attrs import evolve
from fastapi import FastAPI

from examples.storefront.app import create_app
from examples.storefront.demo import PASSWORD, seed
from examples.storefront.host import Host
from examples.storefront.settings import DATABASE, DEFAULT, Settings
from examples.storefront.site import Site
from examples.storefront.ucp.api import Ucp
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.system_clock import SystemClock


def main() -> None:
    """Fill the shop where it is empty, and serve it on this machine alone."""
    parser = argparse.ArgumentParser(prog="python -m examples.storefront", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="127.0.0.1 unless you know better")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    settings = Settings.from_environment()
    if not settings.url:
        settings = evolve(settings, url=f"http://{given.host}:{given.port}")
    _require_whole(settings)
    with SqlStore.open(settings.store) as store:
        host = Host(settings.store)
        if settings.demo and not host.is_seeded:
            sys.stdout.write("Filling the shop with two hundred pieces…\n")
            sys.stdout.flush()
            seed(settings, store, host, SystemClock().now())
        site = Site.build(settings, store, host, SystemClock())
        sys.stdout.write(f"The shop is on http://{given.host}:{given.port}/\n")
        if settings.demo:
            sys.stdout.write(f"Everyone's password is “{PASSWORD}”. Ctrl+C ends it.\n")
        sys.stdout.flush()
        try:
            app = create_app(site)
            Ucp.build(site).attach(app)
            uvicorn.Server(served(app, settings, given.host, given.port)).run()
        finally:
            host.close()


def served(app: FastAPI, settings: Settings, host: str, port: int) -> uvicorn.Config:
    """Return how an application is served: who calls is who connects, or whom its proxy names."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        proxy_headers=bool(settings.proxy),
        forwarded_allow_ips=settings.proxy,
    )


def _require_whole(settings: Settings) -> None:
    """Begin again where the demonstration was not filled to its end, if the file is our own."""
    host = Host(settings.store)
    half = bool(host.people()) and not host.is_seeded
    host.close()
    if half and settings.store == DEFAULT:
        for end in ("", "-wal", "-shm"):
            Path(f"{DATABASE}{end}").unlink(missing_ok=True)
    elif half:
        sys.exit(f"The shop was not filled to its end: empty {settings.store!r} and start again.")


if __name__ == "__main__":
    main()
