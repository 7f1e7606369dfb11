from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.serve.servers import Server, serving
from vintage_rules.http_api import create_app


@pytest.fixture(scope="package")
def client() -> TestClient:
    """A client of the application in this process, under the shipped policies."""
    return TestClient(create_app())


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """A server for all the tests that need one, and end nothing."""
    with serving() as running:
        yield running
