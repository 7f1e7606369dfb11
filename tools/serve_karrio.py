"""Serve karrio on the loopback interface; run by the Python of karrio's own environment.

Its one argument is a migrated database. It prints the port, the key of an account, and the id of
its user, and serves until its standard input ends.
"""

from __future__ import annotations

import sys
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - only after the set-up
from karrio.server.providers.models import (  # noqa: E402 - the same
    CarrierConnection,
    RateSheet,
    ServiceLevel,
)
from karrio.server.user.models import Token  # noqa: E402 - the same
from karrio.server.wsgi import application  # noqa: E402 - the same

SERVICES = (("quick", 12.9, 2), ("slow", 6.9, 7))


class Threaded(ThreadingMixIn, WSGIServer):
    """Answers several requests at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def furnish() -> str:
    """Open an account with a carrier of two services, up to thirty kilograms; give its key."""
    user = get_user_model().objects.create_superuser("shop@example.com", "only-for-tests")
    sheet = RateSheet.objects.create(
        name="post",
        slug="post",
        carrier_name="generic",
        created_by=user,
        zones=[{"id": "everywhere", "label": "everywhere"}],
    )
    for code, price, days in SERVICES:
        level = ServiceLevel.objects.create(
            service_name=code,
            service_code=code,
            currency="EUR",
            transit_days=days,
            max_weight=30.0,
            weight_unit="KG",
            created_by=user,
            zone_ids=["everywhere"],
        )
        sheet.services.add(level)
        sheet.service_rates.append({"service_id": level.id, "zone_id": "everywhere", "rate": price})
    sheet.save()
    CarrierConnection.objects.create(
        carrier_code="generic",
        carrier_id="post",
        credentials={
            "display_name": "The post",
            "custom_carrier_name": "the_post",
            "account_country_code": "FR",
        },
        capabilities=["rating", "shipping"],
        test_mode=True,
        active=True,
        created_by=user,
        rate_sheet=sheet,
    )
    return str(Token.objects.create(user=user, test_mode=True, label="tests").key)


def main() -> None:
    """Serve."""
    key = furnish()
    with make_server("127.0.0.1", 0, application, Threaded, Quiet) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        sys.stdout.write(f"serving {server.server_port} {key}\n")
        sys.stdout.flush()
        sys.stdin.read()
        server.shutdown()


main()
