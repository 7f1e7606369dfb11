"""Say what `make test` is about to install, and which tests it leaves out for lack of what.

Runs before anything is installed, so it needs Python alone. The tests take what they look for from
here, so that what is said is what is done.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from docs.playground.build import is_built
from tools import make_karrio
from tools.fetch_peers import PACKAGES, fetched

ROOT = Path(__file__).parents[1]
PAYPAL = ("paypal-orders-v2.json", "paypal-payments-v2.json")
PAYPAL_VARIABLE = "PAYPAL_DESCRIPTIONS"


def chromium() -> str | None:
    """Give the browser, None where there is none."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def curl() -> bool:
    """Return whether curl is there."""
    return shutil.which("curl") is not None


def karrio() -> bool:
    """Return whether `make karrio` has made a server of the versions that are wanted."""
    made, wanted = make_karrio.MADE, make_karrio.WANTED
    return made.exists() and made.read_text("utf-8") == wanted.read_text("utf-8")


def spark(environment: Path) -> bool:
    """Return whether Spark is in an environment, and Java beside it."""
    return shutil.which("java") is not None and any(environment.glob("lib/*/site-packages/pyspark"))


def playground() -> bool:
    """Return whether `make playground` has built it of the sources as they are."""
    return is_built()


def paypal() -> Path | None:
    """Give the folder that holds PayPal's descriptions of its API, None where there is none."""
    named = os.environ.get(PAYPAL_VARIABLE)
    places = [Path(named)] if named else [place / "shared" / "specs" for place in ROOT.parents]
    whole = (place for place in places if all((place / name).is_file() for name in PAYPAL))
    return next(whole, None)


def installs(environment: Path) -> Iterator[str]:
    """Give what is installed first."""
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    number = sum("==" in line for line in pins)
    if not (environment / ".ready").exists():
        yield (
            f"up to {number} packages of constraints.txt, PostgreSQL and Node.js among them, "
            f"into {environment}: two minutes, 1 GB"
        )
    if fetched() != PACKAGES:
        yield f"{', '.join(PACKAGES)} from npm, into build/peers"


def skips(environment: Path) -> Iterator[str]:
    """Give what is left out, why, and what would change that."""
    if chromium() is None:
        yield "published pages and the storefront in a browser: no Chromium (make browser)"
    if not curl():
        yield "the guide to the HTTP API: no curl (make curl)"
    if not playground():
        yield "the playground in a browser: it is not built (make playground)"
    if not karrio():
        yield "the carrier adapter against a server of karrio: there is none (make karrio)"
    if paypal() is None:
        yield f"PayPal's descriptions of its API: they are not here ({PAYPAL_VARIABLE})"
    if not spark(environment):
        yield "columns on Spark: there is none (make spark)"
    if not os.environ.get("CI"):
        yield "nine tenths of the simulated months, conversations and races (make deep)"


def main() -> None:
    """Say all of it."""
    environment = Path(sys.argv[1])
    for verb, things in (("installs", installs(environment)), ("leaves out", skips(environment))):
        for thing in things:
            sys.stdout.write(f"make test {verb} {thing}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
