"""PayPal's own descriptions of its interfaces, where there are any on this machine.

They are PayPal's and no part of this project: a folder `shared/specs` beside it, or beside one of
the folders it lies in, is looked for. `PAYPAL_DESCRIPTIONS` names another folder, which must then
hold them: whoever sets it wants these tests not to be left out.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from tools import announce

ORDERS, PAYMENTS = announce.PAYPAL
VARIABLE = announce.PAYPAL_VARIABLE
SITE = "https://api-m.sandbox.paypal.com"


@cache
def folder() -> Path | None:
    """Give the folder that holds both descriptions, None where there is none."""
    found, named = announce.paypal(), os.environ.get(VARIABLE)
    if found is None and named:
        pytest.fail(f"{VARIABLE} names {named}, which does not hold {ORDERS} and {PAYMENTS}")
    return found


needed = pytest.mark.skipif(
    folder() is None,
    reason=f"PayPal's descriptions are not here: put them in shared/specs or set {VARIABLE}",
)


def description(name: str) -> dict[str, object]:
    """Read a description."""
    place = folder()
    assert place is not None
    document: dict[str, object] = json.loads((place / name).read_text("utf-8"))
    return document


@cache
def _interface(name: str) -> OpenAPI:
    return OpenAPI.from_dict(description(name))


def drift(request: MockRequest, response: MockResponse) -> str | None:
    """Say what PayPal's description does not allow in an answer, None when it allows all of it,
    or is not here.
    """
    if folder() is None or not request.path.startswith("/v2/"):
        return None
    interface = _interface(ORDERS if request.path.startswith("/v2/checkout/") else PAYMENTS)
    try:
        interface.validate_response(request, response)
    except Exception as error:  # noqa: BLE001 - whatever it finds
        causes = getattr(error.__cause__, "schema_errors", ())
        found = "; ".join([str(error), str(error.__cause__), *(one.message for one in causes)])
        return f"{request.method} {request.path} {response.status_code}: {found}"
    return None
